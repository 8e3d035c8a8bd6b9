"""A complete engine per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, text

from engine.sandbox import Sandbox
from engine.store import Base
from tests.engine.play import Play


@pytest.fixture(scope="session")
def shared_engine(database_url: str) -> Iterator[Engine]:
    """One database per kind with every table, shared by this folder's tests."""
    engine = create_engine(database_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON"))
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sandbox(shared_engine: Engine) -> Sandbox:
    """An engine on empty tables."""
    with shared_engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(text(f"DELETE FROM {table.name}"))
    return Sandbox(engine=shared_engine)


@pytest.fixture
def play(sandbox: Sandbox) -> Play:
    """Short words for what tests do with an engine."""
    return Play(sandbox)
