"""Caught messages, kept in an SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

_TABLE = """
create table if not exists mail (
    id integer primary key, received_at text not null, sender text not null, recipients text not null,
    content blob not null
)
"""


@dataclass(frozen=True)
class Mail:
    """One caught message; `recipients` are the envelope's, hidden copies too."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)  # type: ignore[return-value]  # by the policy

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def text(self) -> str:
        """The plain text, or nothing."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""

    @property
    def html(self) -> str | None:
        """The formatted version's source."""
        part = self.message.get_body(("html",))
        return str(part.get_content()) if part is not None else None

    @property
    def attachments(self) -> list[tuple[str, str, bytes]]:
        """Name, media type and content of each attachment."""
        return [
            (part.get_filename() or "?", part.get_content_type(), _bytes(part))
            for part in self.message.iter_attachments()
        ]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the JSON interface."""
        return {
            "id": self.id,
            "received_at": self.received_at.isoformat(),
            "sender": self.sender,
            "recipients": list(self.recipients),
            "subject": self.subject,
            "message_id": str(self.message["Message-ID"] or ""),
            "headers": [[name, str(value)] for name, value in self.message.items()],
            "text": self.text,
            "html": self.html,
            "attachments": [
                {"name": name, "media_type": kind, "size": len(data)} for name, kind, data in self.attachments
            ],
        }


def _bytes(part: Any) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


class Store:
    """All caught messages. Safe to use from several threads; a file survives a restart."""

    def __init__(self, data_dir: Path | None) -> None:
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
        path = ":memory:" if data_dir is None else str(data_dir / "mail.sqlite3")
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute(_TABLE)

    def add(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep a message before its sender is told that it was taken."""
        row = (datetime.now(UTC).isoformat(), sender, "\n".join(recipients), content)
        with self._lock:
            self._database.execute(
                "insert into mail (received_at, sender, recipients, content) values (?, ?, ?, ?)", row
            )

    def all(self) -> list[Mail]:
        """Every message, the newest first."""
        with self._lock:
            rows = self._database.execute("select * from mail order by id desc").fetchall()
        return [_mail(row) for row in rows]

    def get(self, number: int) -> Mail | None:
        with self._lock:
            row = self._database.execute("select * from mail where id = ?", (number,)).fetchone()
        return _mail(row) if row is not None else None

    def clear(self) -> None:
        """Forget every message."""
        with self._lock:
            self._database.execute("delete from mail")

    def close(self) -> None:
        self._database.close()


def _mail(row: tuple[int, str, str, str, bytes]) -> Mail:
    number, received_at, sender, recipients, content = row
    return Mail(number, datetime.fromisoformat(received_at), sender, tuple(recipients.split("\n")), content)
