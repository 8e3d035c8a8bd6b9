"""The product in a folder of its own, as an administration runs it: one process with pages and robot, outside
services as stubs, people with accounts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from connectors import registry
from connectors.sdk import Stub
from designer import create_app, schema
from designer.accounts import people
from designer.config import Config
from designer.database import make_engine
from designer.extensions import db
from designer.models import Connection, ProcessGroup, Team

CONNECTIONS = {"geocodage": "http_request", "messagerie": "email", "gestad": "web_robot"}
PASSWORD = "une phrase pour entrer"
SECRET_KEY = "t" * 40
ADMINISTRATION = "Préfecture du Val-de-Lorme"
#: email: name, role, teams
PEOPLE: dict[str, tuple[str, str, list[str]]] = {
    "nadia@val-de-lorme.example": ("Nadia Benali", "citizen_developer", []),
    "karim@val-de-lorme.example": ("Karim Haddad", "agent", ["bureau_sejour"]),
}
DESIGNER, AGENT = PEOPLE


@dataclass(frozen=True)
class House:
    """A running installation: where it answers, and what its outside services saw."""

    url: str
    stubs: dict[str, Stub]
    folder: Path

    def rows(self) -> list[dict[str, Any]]:
        """Every row the legacy application holds."""
        return list(httpx.get(f"{self.stubs['gestad'].url}/_stub/rows").json())

    def mails(self) -> list[dict[str, Any]]:
        """Every message the mail catcher received."""
        return list(httpx.get(f"{self.stubs['messagerie'].url}/api/messages").json())

    def until(self, probe: Callable[[], list[dict[str, Any]]], seconds: float = 120) -> list[dict[str, Any]]:
        """What `probe` finds once it finds something. Raises TimeoutError with the server's last words."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := probe():
                return found
            time.sleep(0.2)
        raise TimeoutError(self.log()[-4000:])

    def log(self) -> str:
        """What the server wrote, for the message of a failure."""
        return (self.folder / "serve.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def house(folder: Path) -> Iterator[House]:
    """Stubs, database, accounts and connections made; `serve` with its worker answers."""
    with ExitStack() as stack:
        stubs = {name: registry.load(kind).start_stub(data_dir=folder) for name, kind in CONNECTIONS.items()}
        for stub in stubs.values():
            stack.callback(stub.close)
        private = frozenset().union(*(stub.allow_private for stub in stubs.values()))
        _prepare(folder, stubs, private)
        port = _free_port()
        with (folder / "serve.log").open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "designer", "serve", "--port", str(port)],
                env=os.environ | _environment(folder, private),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        stack.callback(_end, server)
        made = House(f"http://127.0.0.1:{port}", stubs, folder)
        _wait_until_ready(made, server)
        yield made


def _environment(folder: Path, private: frozenset[str]) -> dict[str, str]:
    return {
        "RELAIS_DATA_DIR": str(folder),
        "RELAIS_DATABASE_URL": "",
        "RELAIS_ENV": "test",
        "RELAIS_SECRET_KEY": SECRET_KEY,
        "RELAIS_ADMINISTRATION": ADMINISTRATION,
        "RELAIS_ALLOWED_PRIVATE_HOSTS": ",".join(sorted(private)),
        "RELAIS_POLL_SECONDS": "0.2",
    }


def _prepare(folder: Path, stubs: dict[str, Stub], private: frozenset[str]) -> None:
    config = Config(data_dir=folder, env="test", secret_key=SECRET_KEY, allowed_private_hosts=private)
    engine = make_engine(config.url)
    schema.upgrade(engine)
    engine.dispose()
    app, now = create_app(config), datetime.now(UTC)
    with app.app_context():
        db.session.add(ProcessGroup(key="sejour", name="Séjour"))
        db.session.add(Team(key="bureau_sejour", name="Bureau du séjour"))
        for email, (name, role, teams) in PEOPLE.items():
            people.add(
                db.session(), email=email, name=name, password=PASSWORD, roles=[role], teams=teams, now=now
            )
        db.session.add_all(_connection(app, name, stubs[name], now) for name in CONNECTIONS)
        db.session.commit()
        db.engine.dispose()


def _connection(app: Flask, name: str, stub: Stub, now: datetime) -> Connection:
    kind = CONNECTIONS[name]
    secret = registry.load(kind).secret_fields
    sealed = app.extensions["relais_vault"].encrypt({k: v for k, v in stub.connection.items() if k in secret})
    settings = {k: v for k, v in stub.connection.items() if k not in secret}
    return Connection(
        name=name, connector=kind, settings=settings, sealed=sealed, created_at=now, updated_at=now
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(made: House, server: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(f"{made.url}/sign-in", timeout=10)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(made.log()[-4000:])


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    server.terminate()
    try:
        server.wait(30)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
