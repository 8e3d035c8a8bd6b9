"""The mail catcher: an SMTP server, a page, and a JSON interface.

Paths: / · /messages/7 · /messages/7/source · /messages/7/attachments/0 · /api/messages (GET, DELETE) ·
/api/messages/7.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from connectors.email.stub import pages
from connectors.email.stub.smtp import SmtpServer
from connectors.email.stub.store import Mail, Store
from connectors.sdk import Stub
from connectors.sdk.local_http import Answer, Request, serve, whole_number


class Catcher:
    """aiosmtpd handler: every message is taken and kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        """Keep the message, then say that it was taken."""
        self._store.add(envelope.mail_from or "", list(envelope.rcpt_tos), envelope.original_content)
        return "250 OK"


class Pages:
    """The web side."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        locale = pages.locale_of(request.query, request.headers.get("accept-language", ""))
        parts = [part for part in request.path.split("/") if part]
        if parts == ["api", "messages"] and request.method == "DELETE":
            self._store.clear()
            return Answer(204)
        if request.method not in {"GET", "HEAD"}:
            return Answer.json({"message": "Method Not Allowed"}, 405, {"Allow": "GET"})
        if not parts:
            return Answer.html(pages.list_page(self._store.all(), locale))
        if parts == ["api", "messages"]:
            return Answer.json([mail.as_dict() for mail in self._store.all()])
        return self._one(parts, locale)

    def _one(self, parts: list[str], locale: str) -> Answer:
        """What belongs to one message."""
        api = parts[0] == "api"
        _, number, *rest = [*parts[int(api) :], "", ""][:5]
        wanted = whole_number(number)
        mail = self._store.get(wanted) if wanted is not None else None
        if mail is None:
            return Answer.json({"message": "Not Found"}, 404) if api else _missing(locale)
        if api:
            return Answer.json(mail.as_dict())
        return _part(mail, [part for part in rest if part], locale)


def _part(mail: Mail, rest: list[str], locale: str) -> Answer:
    """The page of a message, its source or one of its attachments."""
    if not rest:
        return Answer.html(pages.mail_page(mail, locale))
    if rest == ["source"]:
        return Answer(200, mail.content, {"Content-Type": "text/plain; charset=utf-8"})
    position = whole_number(rest[-1])
    if rest[0] != "attachments" or position is None:
        return _missing(locale)
    found = mail.attachments[position : position + 1]
    return _download(*found[0]) if found else _missing(locale)


def _download(name: str, media_type: str, data: bytes) -> Answer:
    """An attachment, always saved and never shown: it may be anything."""
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "._- ") else "_" for char in name)
    headers = {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{safe}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(200, data, headers)


def _missing(locale: str) -> Answer:
    return Answer.html(pages.missing_page(locale), 404)


def start(*, port: int = 0, data_dir: Path | None = None, smtp_port: int | None = None) -> Stub:
    """Start the mail catcher.

    port       the page's
    smtp_port  where mail arrives; by default the next one, or a free one when `port` is 0
    data_dir   where messages are kept; in memory when None
    """
    store = Store(data_dir)
    mail_port = smtp_port if smtp_port is not None else (port + 1 if port else 0)
    smtp = SmtpServer(Catcher(store), mail_port)
    web = serve(Pages(store).respond, port)

    def stop() -> None:
        smtp.close()
        web.close()
        store.close()

    connection = {
        "host": "127.0.0.1",
        "port": smtp.port,
        "security": "none",
        "sender": "Préfecture du Val-de-Lorme <ne-pas-repondre@val-de-lorme.example>",
    }
    return Stub(
        web.url, connection, stop, (web.host,), {"smtp_port": smtp.port, "api": f"{web.url}/api/messages"}
    )
