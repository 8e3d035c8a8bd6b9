"""Fake services: trying an operation touches nothing outside.

The demo starts them once and registers them with `use`; elsewhere one is started for the length of a try.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app

from connectors.sdk import Connector, Stub

_KEY = "relais_stubs"


def use(app_extensions: dict[str, object], kind: str, stub: Stub) -> None:
    """Say that the fake service of a connector already runs; `app_extensions` is `app.extensions`."""
    running = app_extensions.setdefault(_KEY, {})
    assert isinstance(running, dict)  # noqa: S101 - only this module writes it
    running[kind] = stub


def running(kind: str) -> Stub | None:
    """The fake service that runs beside this application, if any."""
    found = current_app.extensions.get(_KEY, {}).get(kind)
    return found if isinstance(found, Stub) else None


@contextmanager
def started(connector: Connector) -> Iterator[Stub]:
    """The fake service of a connector: the one that runs, or one that stops at the end of the block."""
    if (found := running(connector.kind)) is not None:
        yield found
        return
    with connector.start_stub() as stub:
        yield stub
