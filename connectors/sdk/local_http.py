"""A small HTTP server on this machine, for fake services and for tests."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qs, urlsplit

from connectors.sdk import exact_json

MAX_BODY_BYTES = 20 * 1024 * 1024


@dataclass
class Request:
    """A request as the server got it. Header names are in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters; of a repeated one, the last value."""
        parsed = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {name: values[-1] for name, values in parsed.items()}


@dataclass
class Answer:
    """What the server sends back; `drop` closes the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    drop: bool = False

    @classmethod
    def json(cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
        kind = {"Content-Type": "application/json; charset=utf-8"}
        return cls(status, exact_json.encode(value), kind | dict(headers or {}))

    @classmethod
    def html(cls, page: str, status: int = 200) -> Answer:
        """A page without scripts, that loads nothing from elsewhere."""
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
            "X-Content-Type-Options": "nosniff",
        }
        return cls(status, page.encode(), headers)


def whole_number(text: str) -> int | None:
    """A number of at most nine ASCII digits, as it may stand in an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


Respond: TypeAlias = Callable[[Request], Answer]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A visitor that hangs up in the middle is no fault of the service; anything else is reported."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Running:
    """A server that runs in a thread until closed."""

    def __init__(self, respond: Respond, port: int) -> None:
        self._server = _Server(("127.0.0.1", port), _handler(respond))
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(respond: Respond, port: int = 0) -> Running:
    """Start a server on 127.0.0.1; port 0 takes a free one. Raises OSError when the port is taken."""
    return Running(respond, port)


def _handler(respond: Respond) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 30

        def _any(self) -> None:
            length = whole_number(self.headers.get("Content-Length") or "0")
            if length is None or length > MAX_BODY_BYTES:
                self.send_error(400 if length is None else 413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = respond(Request(self.command, self.path, headers, self.rfile.read(length)))
            if not answer.drop:
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

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _any  # noqa: N815  # http.server's names

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent: the answers speak."""

    return Handler
