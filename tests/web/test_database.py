"""How transactions behave on the embedded database, where one process serves everybody."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from designer import database
from designer.database import make_engine, read_only
from designer.secrets import SecretUnreadable, Vault


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    made = make_engine(f"sqlite:///{tmp_path / 'x' / 'r.sqlite3'}")
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    return made


def test_the_file_is_durable_and_keeps_foreign_keys(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


def test_many_writers_lose_nothing_and_none_fails(engine: Engine) -> None:
    def add() -> None:
        for _ in range(25):
            with engine.begin() as connection:
                n = connection.execute(text("SELECT n FROM counter")).scalar_one()
                connection.execute(text("UPDATE counter SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM counter")).scalar() == 100


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with engine.begin() as writer:
        writer.execute(text("UPDATE counter SET n = 7"))
        with read_only(), engine.connect() as reader:
            assert reader.execute(text("SELECT n FROM counter")).scalar() == 0


def test_a_rolled_back_writer_gives_the_lock_back(engine: Engine) -> None:
    for _ in range(3):
        with pytest.raises(OperationalError), engine.begin() as connection:
            connection.execute(text("SELECT nothing FROM nowhere"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE counter SET n = 1"))


def test_a_writer_that_waits_too_long_is_told_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    with engine.begin(), pytest.raises(OperationalError) as caught, engine.begin():
        pass
    assert isinstance(caught.value.orig, sqlite3.OperationalError)


def test_secrets_are_sealed_under_the_newest_key_and_old_keys_still_open() -> None:
    old, both, new = Vault(["a" * 40]), Vault(["b" * 40, "a" * 40]), Vault(["b" * 40])
    sealed = old.encrypt({"password": "très secret"})
    assert b"secret" not in sealed
    assert both.decrypt(sealed) == {"password": "très secret"}
    assert new.decrypt(both.rotate(sealed)) == {"password": "très secret"}
    with pytest.raises(SecretUnreadable):
        new.decrypt(sealed)
    assert "a" * 40 not in repr(old)
