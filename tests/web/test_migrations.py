"""The tables that the revisions make are the tables that the models describe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from designer import models, schema
from designer.database import make_engine

VERSIONS = schema.MIGRATIONS / "versions"


def test_upgrading_an_empty_database_gives_the_models(own_database_url: str) -> None:
    engine = make_engine(own_database_url)
    schema.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, models.Base.metadata) == []
    schema.check(engine)
    engine.dispose()


def test_down_and_up_again(own_database_url: str) -> None:
    engine = make_engine(own_database_url)
    schema.upgrade(engine)
    schema.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    with pytest.raises(schema.SchemaOutdated):
        schema.check(engine)
    schema.upgrade(engine)
    schema.check(engine)
    engine.dispose()


def test_upgrading_twice_changes_nothing(own_database_url: str) -> None:
    engine = make_engine(own_database_url)
    schema.upgrade(engine)
    schema.upgrade(engine)
    assert schema.current(engine) == schema.newest()
    engine.dispose()


@pytest.mark.parametrize("file", sorted(VERSIONS.glob("*.py")), ids=lambda path: path.name)
def test_revisions_sort_by_date(file: Path) -> None:
    assert re.fullmatch(r"\d{8}_\d{4}_[0-9a-f]+_\w+\.py", file.name)
