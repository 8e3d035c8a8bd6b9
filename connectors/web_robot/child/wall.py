"""The wall around the browser's network: a proxy that lets through the connection's origins and nothing else.

Chromium is told to send everything through it, loopback included, and to resolve no name by itself. So pages,
frames, workers, WebSockets, prefetch and the browser's own services all end here. The addresses behind each
origin were resolved and checked before the browser started; the wall connects to these and looks nothing up.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

HEAD_LIMIT: Final = 64 * 1024
CONNECT_SECONDS: Final = 10.0
_CHUNK: Final = 64 * 1024


class Wall:
    """`doors`: "host:port" → addresses that may be reached; `max_bytes`: what one run may receive in all."""

    def __init__(self, doors: Mapping[str, Sequence[str]], *, max_bytes: int) -> None:
        self._doors = {door.lower(): list(addresses) for door, addresses in doors.items()}
        self._left = max_bytes
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0
        self.blocked: set[str] = set()
        self.unreachable: set[str] = set()
        self.overflowed = False

    def start(self) -> str:
        """Listen on a loopback port; returns the proxy's address."""
        threading.Thread(target=self._run, name="wall", daemon=True).start()
        self._ready.wait()
        return f"http://127.0.0.1:{self.port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        server = self._loop.run_until_complete(listening)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._pass_on(reader, writer)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass  # the browser or the application hung up: the browser notices by itself
        finally:
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        tunnel = method == "CONNECT"
        door, opening = _door_of(target, tunnel), b""
        if door not in self._doors:
            self.blocked.add(door)
            writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        upstream = await self._connect(door)
        if upstream is None:
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n" if tunnel else b"")
            return
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            opening = _rewritten(head, method, target, version)
        await self._join(reader, writer, *upstream, opening)

    async def _connect(self, door: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        port = int(door.rpartition(":")[2])
        for address in self._doors[door]:
            try:
                return await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
            except (OSError, TimeoutError):
                continue
        self.unreachable.add(door)
        return None

    async def _join(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
        opening: bytes,
    ) -> None:
        """Pass bytes both ways until the application closes; what comes back is counted."""
        far_writer.write(opening)
        sending = asyncio.create_task(_copy(reader, far_writer))
        try:
            while self._left > 0 and (data := await far_reader.read(_CHUNK)):
                self._left -= len(data)
                writer.write(data)
                await writer.drain()
            self.overflowed = self.overflowed or self._left <= 0
        finally:
            sending.cancel()
            far_writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        writer.close()


def _door_of(target: str, tunnel: bool) -> str:
    """ "host:port" of a CONNECT target or of an absolute http address; other schemes give a closed door."""
    if tunnel:
        return target.lower()
    parts = urlsplit(target)
    if parts.scheme != "http" or parts.hostname is None:
        return target
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or 80}"


def _rewritten(head: bytes, method: str, target: str, version: str) -> bytes:
    """The request as the application expects it: a path, and one request per connection."""
    parts = urlsplit(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [
        line
        for line in head.split(b"\r\n")[1:-2]
        if not line.lower().startswith((b"proxy-", b"connection:", b"keep-alive:"))
    ]
    first = f"{method} {path} {version}".encode("latin-1")
    return b"\r\n".join([first, *kept, b"Connection: close", b"", b""])
