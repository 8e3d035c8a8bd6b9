"""Files that a connector receives or makes: variables carry a reference, the content stays outside."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from connectors.sdk.errors import ConnectorError


class FileStore(Protocol):
    """Where files are kept.

    A reference is a plain dict with at least `id`, `name`, `media_type` and `size` (bytes).
    """

    def save(self, name: str, media_type: str, data: bytes) -> dict[str, Any]: ...

    def read(self, ref: Mapping[str, Any]) -> bytes:
        """The content; raises ConnectorError when the file is unknown or may not be read."""
        ...


class MemoryFiles:
    """Keeps files in memory: for tests and for trying an operation."""

    def __init__(self) -> None:
        self._contents: dict[str, bytes] = {}

    def save(self, name: str, media_type: str, data: bytes) -> dict[str, Any]:
        identifier = hashlib.sha256(name.encode() + b"\0" + data).hexdigest()[:32]
        self._contents[identifier] = data
        return {"id": identifier, "name": name, "media_type": media_type, "size": len(data)}

    def read(self, ref: Mapping[str, Any]) -> bytes:
        try:
            return self._contents[ref["id"]]
        except KeyError as missing:
            name = ref.get("name", "?")
            message = {
                "fr": f"Le fichier «\u00a0{name}\u00a0» n’existe pas.",
                "en": f"The file “{name}” does not exist.",
            }
            raise ConnectorError(message, "FILE_NOT_FOUND") from missing
