"""Sending a stored document so that it can do no harm in the browser."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from engine.store import Document

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


def answer(document: Document, *, inline: bool = False) -> Response:
    """The document as a download; only pictures are ever shown in place, and nothing in them can run."""
    shown = inline and document.media_type in PICTURES
    response = Response(
        document.content, mimetype=document.media_type if shown else "application/octet-stream"
    )
    response.headers["Content-Disposition"] = disposition(document.name, inline=shown)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def disposition(name: str, *, inline: bool = False) -> str:
    """Content-Disposition (RFC 6266): a plain name for old clients, the true one in UTF-8."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name) or "document"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
