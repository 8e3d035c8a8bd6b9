"""Helpers to test a connector: a context, a real local HTTP server, the connector of a folder."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connectors.sdk.connector import Connector
from connectors.sdk.context import Context
from connectors.sdk.errors import InvalidConnector
from connectors.sdk.local_http import Answer, Request, Respond, serve
from connectors.sdk.manifest import FILE
from connectors.sdk.stub import Stub

__all__ = ["Answer", "LocalServer", "Request", "context", "http_server", "load_connector"]


def context(stub: Stub | None = None, **changes: Any) -> Context:
    """A context for one call; with a stub, its connection and its address allowed."""
    settings: dict[str, Any] = {"idempotency_key": "0192f0c1-test"}
    if stub is not None:
        settings |= {"connection": stub.connection, "allow_private": frozenset(stub.allow_private)}
    return Context(**(settings | changes))


def load_connector(file: str) -> Connector:
    """The connector whose folder holds `file` (a test's `__file__`), wherever that folder lies."""
    folder = next((path for path in Path(file).resolve().parents if (path / FILE).exists()), None)
    if folder is None:
        raise InvalidConnector(f"no {FILE} above {file}")
    return _imported(folder)


def _imported(folder: Path) -> Connector:
    built_in = Path(__file__).resolve().parents[1]
    if folder.parent == built_in:
        module = importlib.import_module(f"connectors.{folder.name}.connector")
    else:
        module = _import_from(folder)
    connector: Connector = module.connector
    return connector


def _import_from(folder: Path) -> Any:
    """A connector outside this package, imported as a package of its folder's name."""
    name = f"{folder.name}.connector"
    if str(folder.parent) not in sys.path:
        sys.path.insert(0, str(folder.parent))
    importlib.invalidate_caches()
    return importlib.import_module(name)


@dataclass
class LocalServer:
    """A real HTTP server on this machine; `received` lists its requests."""

    url: str
    host: str
    received: list[Request] = field(default_factory=list)


@contextmanager
def http_server(respond: Respond) -> Iterator[LocalServer]:
    """Serve until the block ends."""
    local = LocalServer("", "")

    def keep(request: Request) -> Answer:
        local.received.append(request)
        return respond(request)

    with serve(keep) as running:
        local.url, local.host = running.url, running.host
        yield local
