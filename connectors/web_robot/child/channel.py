"""What the child says to its parent: one line of JSON per event, never a secret."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterable
from typing import Any

MASK = "•••"


class Channel:
    """Writes events to a file descriptor; secrets of four characters or more are masked in every text."""

    def __init__(self, descriptor: int, secrets: Iterable[str]) -> None:
        self._out = os.fdopen(descriptor, "w", encoding="utf-8")
        self._secrets = sorted({value for value in secrets if len(value) >= 4}, key=len, reverse=True)
        self._lock = threading.Lock()

    def say(self, event: str, **content: Any) -> None:
        """Send one event at once, so that the parent knows it even if the next instruction kills us."""
        line = json.dumps({"event": event} | self.masked(content), ensure_ascii=False)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()

    def say_data(self, event: str, data: bytes, key: str, **content: Any) -> None:
        """Send an event that carries bytes (base64, not masked: it is no text)."""
        encoded = base64.b64encode(data).decode("ascii")
        line = json.dumps({"event": event} | self.masked(content) | {key: encoded}, ensure_ascii=False)
        with self._lock:
            self._out.write(line + "\n")
            self._out.flush()

    def masked(self, value: Any) -> Any:
        """The value with every secret replaced, in keys and texts at any depth."""
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, MASK)
            return value
        if isinstance(value, dict):
            return {self.masked(key): self.masked(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.masked(item) for item in value]
        return value
