"""The wall around the browser's network: a proxy that lets through the connection's origins and nothing else.

Chromium is told to send everything through it, loopback included, and to resolve no name by itself. So pages,
frames, workers, WebSockets, prefetch and the browser's own services all end here. The addresses behind each
origin were resolved and checked before the browser started; the wall connects to these and looks nothing up.

The wall also sees that a request is sent once. A browser sends a form again by itself when the connection
ends without an answer: the file would be entered twice. So the wall carries one request per connection, and
answers in the application's place when the application does not. To see requests, it ends the browser's TLS
with a certificate of its own and speaks TLS with the application, whose certificate it checks against the
machine's authorities.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

HEAD_LIMIT: Final = 64 * 1024
CONNECT_SECONDS: Final = 10.0
VERDICT: Final = "x-relais-wall"
"""Header of an answer that the wall gives: refused, unreachable, untrusted or lost."""
_CHUNK: Final = 64 * 1024
_HEAD_END: Final = b"\r\n\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Wall:
    """Serves one run.

    doors      "host:port" → addresses that may be reached
    origins    tell which doors speak TLS
    max_bytes  what the run may receive in all
    folder     where the certificate lies as long as the run lasts
    """

    def __init__(
        self, doors: Mapping[str, Sequence[str]], origins: Iterable[str], *, max_bytes: int, folder: Path
    ) -> None:
        self._doors = {door.lower(): list(addresses) for door, addresses in doors.items()}
        self._secure = {url.partition("://")[2] for url in origins if url.startswith("https://")}
        self._left = max_bytes
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._port = 0
        self._inside: ssl.SSLContext | None = None
        self._outside: ssl.SSLContext | None = None
        self.pin: str | None = None
        self.overflowed = False
        if self._secure:
            self._prepare_tls(folder)

    def _prepare_tls(self, folder: Path) -> None:
        from connectors.web_robot.child import certificate

        hosts = [door.rpartition(":")[0] for door in self._secure]
        self._inside, self.pin = certificate.make(hosts, folder)
        self._outside = ssl.create_default_context()

    def start(self) -> str:
        """Listen on a loopback port; returns the proxy's address."""
        threading.Thread(target=self._run, name="wall", daemon=True).start()
        self._ready.wait()
        return f"http://127.0.0.1:{self._port}"

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        listening = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_LIMIT)
        server = self._loop.run_until_complete(listening)
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._pass_on(reader, writer)
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError):
            pass  # the browser hung up or spoke no HTTP: there is nobody to answer
        finally:
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one request and its answer."""
        head = await reader.readuntil(_HEAD_END)
        method, target = head.split(b" ", 2)[:2]
        tunnel = method == b"CONNECT"
        door = _door_of(target.decode("latin-1"), tunnel)
        if door not in self._doors:
            writer.write(_answer(403, "refused"))
            return
        if tunnel:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            if door in self._secure and self._inside is not None:
                await writer.start_tls(self._inside)
            head = await reader.readuntil(_HEAD_END)
        upstream = await self._connect(door)
        if isinstance(upstream, str):
            writer.write(_answer(502, upstream))
            return
        await self._exchange((reader, writer), upstream, _rewritten(head))

    async def _connect(self, door: str) -> Streams | str:
        """A connection to the application, or the verdict that none could be made."""
        host, _, port = door.rpartition(":")
        secure = self._outside if door in self._secure else None
        name = host.strip("[]") if secure is not None else None
        for address in self._doors[door]:
            connecting = asyncio.open_connection(
                address, int(port), ssl=secure, server_hostname=name, limit=HEAD_LIMIT
            )
            try:
                return await asyncio.wait_for(connecting, CONNECT_SECONDS)
            except ssl.SSLError:
                return "untrusted"
            except (OSError, TimeoutError):
                continue
        return "unreachable"

    async def _exchange(self, browser: Streams, application: Streams, opening: bytes) -> None:
        """Send the request, pass the answer back, and say so when none comes."""
        (reader, writer), (far_reader, far_writer) = browser, application
        far_writer.write(opening)
        sending = asyncio.create_task(_copy(reader, far_writer))
        try:
            writer.write(await far_reader.readuntil(_HEAD_END))
            await self._stream(far_reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            writer.write(_answer(502, "lost"))
        finally:
            sending.cancel()
            far_writer.close()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass the rest of the answer on; a connection cut in its midst is the browser's to notice."""
        try:
            while self._left > 0 and (data := await reader.read(_CHUNK)):
                self._left -= len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            return
        self.overflowed = self.overflowed or self._left <= 0


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        writer.close()


def _answer(status: int, verdict: str) -> bytes:
    lines = (
        f"HTTP/1.1 {status} Relais",
        f"{VERDICT}: {verdict}",
        "Content-Length: 0",
        "Connection: close",
        "",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


def _door_of(target: str, tunnel: bool) -> str:
    """ "host:port" of a CONNECT target or of an absolute http address; other schemes give a closed door."""
    if tunnel:
        return target.lower()
    parts = urlsplit(target)
    if parts.scheme != "http" or parts.hostname is None:
        return target
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or 80}"


def _rewritten(head: bytes) -> bytes:
    """The request as the application expects it: a path, and no second request on this connection."""
    method, target, version = head.split(b"\r\n", 1)[0].split(b" ", 2)
    if not target.startswith(b"/"):
        parts = urlsplit(target)
        target = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
    lines = head.split(b"\r\n")[1:-2]
    upgrade = any(line.lower().startswith(b"upgrade:") for line in lines)
    dropped = (b"proxy-", b"keep-alive:") if upgrade else (b"proxy-", b"keep-alive:", b"connection:")
    kept = [line for line in lines if not line.lower().startswith(dropped)]
    closing = [] if upgrade else [b"Connection: close"]
    return b"\r\n".join([b" ".join([method, target, version]), *kept, *closing, b"", b""])
