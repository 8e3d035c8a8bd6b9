"""A complete engine per test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, event, text

from engine.sandbox import Sandbox
from engine.store import Base
from tests.databases import fresh_database
from tests.engine.play import Play


@pytest.fixture(scope="session")
def shared_engine(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """One database per kind with the engine's tables, shared by this folder's tests and nobody else's."""
    with fresh_database(database_kind, request, tmp_path_factory.mktemp("engine")) as url:
        yield from _with_tables(url)


def _with_tables(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda c, _: c.execute("PRAGMA foreign_keys=ON"))
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
