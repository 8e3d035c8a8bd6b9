"""Helpers to test a connector: a context, a real local HTTP server, the connector of a folder."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
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


def _import_from(folder: Path) -> ModuleType:
    """A connector that lies outside this package, imported under a name of its own for its very path."""
    name = f"relais_connector_{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        if spec is None or spec.loader is None:
            raise InvalidConnector(f"{folder} cannot be imported")
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{name}.connector")


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
