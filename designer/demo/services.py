"""The fake services beside the demonstration, and the connections that point at them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from connectors import registry
from connectors.sdk import Stub
from designer.models import Connection
from designer.secrets import Vault
from designer.wiring import save_settings
from engine.ids import new_id

HOST = "127.0.0.1"
#: How far above the pages' port the first service answers.
ABOVE = 101
#: Ports tried before giving up.
TRIES = 100


@dataclass(frozen=True, slots=True)
class Service:
    """A connection, the connector whose fake service it reaches, and where that answers above the first."""

    name: str
    label: str
    kind: str
    above: int


SERVICES = (
    Service("geocodage", "Géocodage (démonstration)", "http_request", 0),
    Service("messagerie", "Messagerie (démonstration)", "email", 1),  # and its SMTP server on the next one
    Service("gestad", "GESTAD (démonstration)", "web_robot", 3),
)
PORTS = 4


class NoFreePort(Exception):
    """All ports that were tried are taken."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the pages answer, and the first of the services."""

    pages: int
    services: int


def choose(wanted: int) -> Ports:
    """The wanted port for the pages and a fixed distance for the services, or the next free ones."""
    pages = _first_free(wanted, 1)
    return Ports(pages, _first_free(pages + ABOVE, PORTS))


def _first_free(start: int, length: int) -> int:
    for first in range(start, min(start + TRIES, 65536 - length)):
        if all(is_free(port) for port in range(first, first + length)):
            return first
    raise NoFreePort(f"no {length} free ports from {start}")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextmanager
def running(first_port: int, data_dir: Path) -> Iterator[dict[str, Stub]]:
    """Every fake service, by the name of its connection; stopped at the end of the block.

    `first_port` 0: each on any free port.
    """
    with ExitStack() as stack:
        yield {
            service.name: stack.enter_context(
                registry.load(service.kind).start_stub(
                    port=first_port + service.above if first_port else 0, data_dir=data_dir
                )
            )
            for service in SERVICES
        }


def connect(
    session: Session, stubs: dict[str, Stub], vault: Vault, *, now: datetime, owner: str | None = None
) -> None:
    """Make each connection point at its running service; the rest of it stays as people left it."""
    for service in SERVICES:
        connection = session.scalar(select(Connection).where(Connection.name == service.name))
        if connection is None:
            connection = _new(service, now, owner)
            session.add(connection)
        settings = stubs[service.name].connection
        if any(connection.settings.get(name) != value for name, value in _open_part(service, settings)):
            save_settings(connection, settings, vault)
            connection.updated_at = now


def _open_part(service: Service, settings: dict[str, object]) -> list[tuple[str, object]]:
    secret = registry.load(service.kind).secret_fields
    return [(name, value) for name, value in settings.items() if name not in secret]


def _new(service: Service, now: datetime, owner: str | None) -> Connection:
    return Connection(
        id=new_id(),
        name=service.name,
        label=service.label,
        connector=service.kind,
        settings={},
        owner=owner,
        created_at=now,
        updated_at=now,
    )
