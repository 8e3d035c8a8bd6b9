"""The documents of a case as its pages show them: papers in a list, the robot's pictures in one gallery."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for

from designer import text
from designer.cases.downloads import PICTURES
from engine.store import Document


def shown(documents: Iterable[Document], now: datetime) -> dict[str, Any]:
    """`documents`: lines of papers, newest first; `pictures`: what the robot saw, oldest first."""
    found = list(documents)
    return {
        "documents": [line(d, now) for d in found if not _is_seen(d)],
        "pictures": [_picture(d) for d in reversed(found) if _is_seen(d)],
    }


def _is_seen(document: Document) -> bool:
    return document.kind == "screenshot" and document.media_type in PICTURES


def line(document: Document, now: datetime) -> dict[str, str]:
    """A document as lists show it."""
    return {
        "name": document.name,
        "href": url_for("cases.document", document_id=document.id),
        "size": text.size(document.size),
        "when": text.moment(document.created_at, now).relative,
    }


def _picture(document: Document) -> dict[str, str]:
    return {
        "href": url_for("cases.document", document_id=document.id, inline=1),
        "name": document.name,
        "when": text.capital(text.instant(document.created_at)),
    }
