"""A small SMTP server on this machine, on aiosmtpd."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from typing import Any, Self

from aiosmtpd.smtp import SMTP

MAX_MESSAGE_BYTES = 30 * 1024 * 1024


class SmtpServer:
    """Runs in a thread until closed. `handler` is an aiosmtpd handler; options go to aiosmtpd's SMTP.

    tls: encrypt from the start with this context. Raises OSError when the port is taken.
    """

    def __init__(
        self, handler: Any, port: int = 0, tls: ssl.SSLContext | None = None, **options: Any
    ) -> None:
        self._handler = handler
        self._tls = tls
        self._options = {"data_size_limit": MAX_MESSAGE_BYTES, "enable_SMTPUTF8": True} | options
        # Bound here, so that a free port is known and taken in one step.
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail catcher", daemon=True)
        self._thread.start()
        self._ready.wait(10)

    def _protocol(self) -> SMTP:
        return SMTP(self._handler, hostname="localhost", loop=self._loop, **self._options)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        create = self._loop.create_server(self._protocol, sock=self._socket, ssl=self._tls)
        server = self._loop.run_until_complete(create)
        self._loop.call_soon(self._ready.set)
        try:
            self._loop.run_forever()
        finally:
            server.close()
            self._end_sessions()
            self._loop.close()

    def _end_sessions(self) -> None:
        """Cancel the sessions that are still open, and let them finish."""
        sessions = asyncio.all_tasks(self._loop)
        for session in sessions:
            session.cancel()
        if sessions:
            self._loop.run_until_complete(asyncio.gather(*sessions, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())

    def close(self) -> None:
        """Stop and free the port. May be called twice."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
