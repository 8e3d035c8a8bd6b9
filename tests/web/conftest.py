"""An application on a real database, and people who use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete

from designer import create_app, schema
from designer.accounts import people
from designer.config import Config
from designer.database import make_engine
from designer.extensions import db
from designer.models import User
from engine.clock import ManualClock
from engine.store import Base

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PASSWORD = "une phrase pour entrer"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Person:
    """Somebody with a browser."""

    def __init__(self, client: FlaskClient, user_id: str, email: str) -> None:
        self.client, self.id, self.email = client, user_id, email

    def sign_in(self, password: str = PASSWORD, **fields: str):
        """Fill in the door's form."""
        data = {"email": self.email, "password": password, "csrf_token": self.token("/sign-in"), **fields}
        return self.client.post("/sign-in", data=data)

    def token(self, path: str) -> str:
        """The CSRF token of a page's first form."""
        found = TOKEN.search(self.client.get(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def post(self, path: str, page: str = "/settings", **fields: str):
        """Send a form that stands on `page`."""
        return self.client.post(path, data=fields | {"csrf_token": self.token(page)})


@pytest.fixture(scope="session")
def schema_engine(database_url: str) -> Iterator[Engine]:
    """An engine on the shared database, with its tables."""
    engine = make_engine(database_url)
    schema.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(
        data_dir=tmp_path,
        database_url=database_url,
        env="test",
        secret_key="k" * 40,
        administration="Val-de-Lorme",
    )


@pytest.fixture
def app(config: Config, schema_engine: Engine, clock: ManualClock) -> Iterator[Flask]:
    app = create_app(config, clock=clock)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with schema_engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def person(app: Flask, clock: ManualClock) -> Callable[..., Person]:
    """Make an account; `person("agent", team="urbanisme")`."""
    made: list[str] = []

    def make(*roles: str, teams: tuple[str, ...] = (), email: str | None = None) -> Person:
        address = email or f"personne{len(made)}@exemple.fr"
        made.append(address)
        with app.app_context():
            user = people.add(
                db.session,
                email=address,
                name="Nadia Benali",
                password=PASSWORD,
                roles=roles,
                teams=teams,
                now=clock.now(),
            )
            db.session.commit()
            return Person(app.test_client(), str(user.id), address)

    return make


@pytest.fixture
def signed_in(person: Callable[..., Person]) -> Callable[..., Person]:
    """An account that has signed in."""

    def make(*roles: str, **options) -> Person:
        someone = person(*roles, **options)
        assert someone.sign_in().status_code == 302
        return someone

    return make


def user(app: Flask, someone: Person) -> User:
    """The stored account, read afresh."""
    found = db.session.get(User, __import__("uuid").UUID(someone.id), populate_existing=True)
    assert found
    return found


DAY = timedelta(days=1)
