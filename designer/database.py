"""One way to open the database, for pages, workers, commands and tests.

SQLite: WAL, synchronous=FULL, foreign keys. A transaction begins with BEGIN IMMEDIATE and holds one
in-process lock, so that writers queue up fairly instead of failing; inside `read_only()` it begins with
BEGIN DEFERRED and reads beside a writer. PostgreSQL: psycopg 3, connections checked before use.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

BUSY_SECONDS = 15.0
POOL_SIZE = 20

_reading: ContextVar[bool] = ContextVar("relais_read_only", default=False)
_locks: dict[str, threading.Lock] = {}
_locks_guard = threading.Lock()


def make_engine(url: str) -> Engine:
    """An engine for `url` as the product needs it; connecting creates the folder of a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=POOL_SIZE, max_overflow=POOL_SIZE)
    return _sqlite(url, parsed.database)


@contextmanager
def read_only() -> Iterator[None]:
    """Transactions begun inside only read: on SQLite they wait for no writer."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def set_read_only(value: bool) -> None:
    """Whether the transactions this request begins only read (GET) or write."""
    _reading.set(value)


class _LockingConnection(sqlite3.Connection):
    """A connection that holds the file's in-process write lock for the length of a write transaction."""

    write_lock: threading.Lock | None = None
    holds_lock = False

    def begin(self) -> None:
        """Begin a transaction: reading, or writing under the lock."""
        if _reading.get():
            self.execute("BEGIN DEFERRED")
            return
        self._take_lock()
        try:
            self.execute("BEGIN IMMEDIATE")
        except sqlite3.Error:
            self._give_lock_back()
            raise

    def commit(self) -> None:
        super().commit()
        self._give_lock_back()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._give_lock_back()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._give_lock_back()

    def _take_lock(self) -> None:
        if self.write_lock is None or self.holds_lock:
            return
        if not self.write_lock.acquire(timeout=BUSY_SECONDS):
            raise sqlite3.OperationalError("database is locked")
        self.holds_lock = True

    def _give_lock_back(self) -> None:
        if self.holds_lock and self.write_lock is not None:
            self.holds_lock = False
            self.write_lock.release()


def _sqlite(url: str, file: str | None) -> Engine:
    in_memory = file in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool} if in_memory else {"pool_size": POOL_SIZE}
    arguments = {"factory": _LockingConnection, "timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, **options)
    lock = threading.Lock() if in_memory else _lock_of(Path(str(file)).absolute())
    if not in_memory:
        event.listen(engine, "do_connect", lambda *_: _make_folder(Path(str(file))))
    event.listen(engine, "connect", lambda raw, record: _prepare(raw, lock))
    event.listen(engine, "begin", _begin)
    return engine


def _make_folder(file: Path) -> None:
    file.absolute().parent.mkdir(parents=True, exist_ok=True)


def _lock_of(file: Path) -> threading.Lock:
    with _locks_guard:
        return _locks.setdefault(str(file), threading.Lock())


def _prepare(raw: _LockingConnection, lock: threading.Lock) -> None:
    raw.isolation_level = None
    raw.write_lock = lock
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        raw.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    assert isinstance(raw, _LockingConnection)  # noqa: S101 - what `connect_args` above makes
    try:
        raw.begin()
    except sqlite3.OperationalError as error:  # what SQLAlchemy does for statements, not for listeners
        raise OperationalError("BEGIN", None, error) from error
