"""An installation as operators run it: pages and workers as processes, outside services as stubs.

The stubs live in the test's own process, so that they survive every kill and can be asked afterwards
what really happened.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

import processes
from connectors import registry
from connectors.sdk import Stub
from designer import create_app, schema
from designer.accounts import people, tokens
from designer.config import Config
from designer.database import make_engine
from designer.extensions import db
from designer.models import Connection
from designer.roles import PERMISSIONS
from designer.wiring import DesignerCatalogue
from engine import deployments, packages

CONNECTIONS = {"geocodage": "http_request", "messagerie": "email", "gestad": "web_robot"}
LEASE_SECONDS = 6


@dataclass
class Installation:
    """A running installation, and the ways to ask it and to hurt it."""

    folder: Path
    environment: dict[str, str]
    stubs: dict[str, Stub]
    token: str
    port: int
    kills: int = 0
    worker: subprocess.Popen[bytes] | None = None

    def api(self) -> httpx.Client:
        """A client of the REST API with the operator's token."""
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1", headers=headers, timeout=30)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A process of the product, the leader of its own group."""
        with (self.folder / "processes.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "designer", *arguments],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start_worker(self) -> None:
        """One worker process."""
        self.worker = self.start("worker", "--concurrency", "2")

    def kill_worker(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        if self.worker is not None and self.worker.poll() is None:
            os.kill(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.kills += 1

    def wait_for_worker(self, stop: threading.Event) -> bool:
        """Until the newest worker has said that it works; False when told to stop."""
        log = self.folder / "processes.log"
        while not stop.wait(0.05):
            if log.read_bytes().count(b"worker.started") > self.kills:
                return True
        return False

    def rows(self) -> list[dict[str, Any]]:
        """Every row the legacy application holds."""
        return list(httpx.get(f"{self.stubs['gestad'].url}/_stub/rows").json())

    def mails(self) -> list[dict[str, Any]]:
        """Every message the mail catcher received."""
        found = httpx.get(f"{self.stubs['messagerie'].url}/api/messages").json()
        return list(found["messages"] if isinstance(found, dict) else found)


@contextmanager
def installation(database_url: str, folder: Path) -> Iterator[Installation]:
    """Everything started, the shipped process published, an operator with a token."""
    with ExitStack() as stack:
        stubs = {name: registry.load(kind).start_stub(data_dir=folder) for name, kind in CONNECTIONS.items()}
        for stub in stubs.values():
            stack.callback(stub.close)
        private = frozenset().union(*(stub.allow_private for stub in stubs.values()))
        config = Config(
            data_dir=folder,
            database_url=database_url,
            env="test",
            secret_key="t" * 40,
            allowed_private_hosts=private,
        )
        token = _prepare(config, stubs)
        environment = os.environ | {
            "RELAIS_DATABASE_URL": database_url,
            "RELAIS_DATA_DIR": str(folder),
            "RELAIS_ENV": "test",
            "RELAIS_SECRET_KEY": "t" * 40,
            "RELAIS_ALLOWED_PRIVATE_HOSTS": ",".join(private),
            "RELAIS_LEASE_SECONDS": str(LEASE_SECONDS),
            "RELAIS_POLL_SECONDS": "0.2",
        }
        made = Installation(folder, environment, stubs, token, _free_port())
        server = made.start("serve", "--no-worker", "--port", str(made.port))
        stack.callback(_end, server)
        _wait_until_ready(made)
        made.start_worker()
        stack.callback(lambda: _end(made.worker))
        yield made


@contextmanager
def killing(made: Installation, seed: int, *, every: tuple[float, float]) -> Iterator[None]:
    """While inside, the worker is killed after some seconds of work, drawn from `every`, and restarted."""
    stop, chance = threading.Event(), random.Random(seed)

    def loop() -> None:
        while made.wait_for_worker(stop) and not stop.wait(chance.uniform(*every)):
            made.kill_worker()
            made.start_worker()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _prepare(config: Config, stubs: dict[str, Stub]) -> str:
    engine = make_engine(config.url)
    schema.upgrade(engine)
    engine.dispose()
    app = create_app(config)
    now = datetime.now(UTC)
    with app.app_context():
        operator = people.add(
            db.session(),
            email="olga@val-de-lorme.example",
            name="Olga Petit",
            password="une phrase pour entrer",
            roles=["administrator"],
            teams=["bureau_sejour"],
            now=now,
        )
        for name, kind in CONNECTIONS.items():
            db.session.add(connection(app, name, kind, stubs[name]))
        db.session.flush()
        package = packages.load_folder(processes.PATH / "changement_adresse")
        catalogue = DesignerCatalogue.of(db.session())
        deployments.deploy(db.session(), package, catalogue, now=now)
        _, secret = tokens.create(db.session(), operator, name="essai", scopes=PERMISSIONS, days=1, now=now)
        db.session.commit()
        db.engine.dispose()
    return secret


def connection(app: Any, name: str, kind: str, stub: Stub) -> Connection:
    """A stored connection to a stub."""
    secret_names = registry.load(kind).secret_fields
    settings = {k: v for k, v in stub.connection.items() if k not in secret_names}
    secrets = {k: v for k, v in stub.connection.items() if k in secret_names}
    sealed = app.extensions["relais_vault"].encrypt(secrets)
    now = datetime.now(UTC)
    return Connection(
        name=name, connector=kind, settings=settings, sealed=sealed, created_at=now, updated_at=now
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(made: Installation, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            httpx.get(f"http://127.0.0.1:{made.port}/sign-in", timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError((made.folder / "processes.log").read_text()[-4000:])


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
