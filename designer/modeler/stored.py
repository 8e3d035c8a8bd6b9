"""Files of a draft as database text: UTF-8 texts as they are, everything else as a data URL (RFC 2397)."""

from __future__ import annotations

from base64 import b64decode, b64encode

_BINARY = "data:application/octet-stream;base64,"


def to_text(content: bytes) -> str:
    """What is stored; `to_bytes` gives exactly the same bytes back."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _BINARY
    # PostgreSQL keeps no NUL in a text.
    if "\x00" in text or text.startswith(_BINARY):
        return _BINARY + b64encode(content).decode("ascii")
    return text


def to_bytes(text: str) -> bytes:
    """The file as it was."""
    if text.startswith(_BINARY):
        return b64decode(text.removeprefix(_BINARY))
    return text.encode()
