"""The database's tables: bring them up to date, or say whether they are."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as Alembic
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
NEWEST = "head"


class SchemaOutdated(RuntimeError):
    """The database was made by another version; `relais db upgrade` brings it up to date."""


def upgrade(engine: Engine, revision: str = NEWEST) -> None:
    """Create or change the tables up to `revision`; nothing happens when they are there already."""
    with engine.begin() as connection:
        command.upgrade(_alembic(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` (`base`: no table at all)."""
    with engine.begin() as connection:
        command.downgrade(_alembic(connection), revision)


def write_revision(engine: Engine, message: str, revision_id: str | None = None) -> None:
    """Write a new revision file from the difference between the models and the database."""
    with engine.begin() as connection:
        command.revision(_alembic(connection), message, autogenerate=True, rev_id=revision_id)


def current(engine: Engine) -> str | None:
    """The revision the database is at; None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The newest revision that this version of the product has."""
    return str(ScriptDirectory(str(MIGRATIONS)).get_current_head())


def check(engine: Engine) -> None:
    """Raise SchemaOutdated unless the database is at the newest revision."""
    found = current(engine)
    if found != newest():
        raise SchemaOutdated(f"the database is at {found or 'nothing'}, this version needs {newest()}")


def _alembic(connection: Connection) -> Alembic:
    config = Alembic()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(hour).2d%%(minute).2d_%%(rev)s_%%(slug)s"
    )
    config.attributes["connection"] = connection
    return config
