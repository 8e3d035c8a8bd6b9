"""Helpers to test a connector: a context, a real local HTTP server, the connector of a folder."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeAlias

from connectors.sdk.connector import Connector
from connectors.sdk.context import Context
from connectors.sdk.errors import InvalidConnector
from connectors.sdk.manifest import FILE
from connectors.sdk.stub import Stub


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
class Received:
    """A request as the local server got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    """What the local server sends back; `drop` closes the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False


Respond: TypeAlias = Callable[[Received], Answer]


@dataclass
class LocalServer:
    """A real HTTP server on this machine; `received` lists its requests."""

    url: str
    host: str
    received: list[Received] = field(default_factory=list)


@contextmanager
def http_server(respond: Respond) -> Iterator[LocalServer]:
    """Serve until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    host = f"127.0.0.1:{server.server_address[1]}"
    local = LocalServer(f"http://{host}", host)
    server.RequestHandlerClass = _handler(respond, local)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield local
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(respond: Respond, local: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Received(self.command, self.path, headers, self.rfile.read(length))
            local.received.append(request)
            answer = respond(request)
            if answer.drop:
                self.close_connection = True
                return
            self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815  # names of http.server

        def log_message(self, format: str, *args: object) -> None:
            """Requests are kept in `received`."""

    return Handler
