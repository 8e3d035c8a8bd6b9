"""What an operation knows about the call it serves."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from connectors.sdk.files import FileStore, MemoryFiles
from connectors.sdk.secrets import RedactingLogger, Secret, secrets_in
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.http import HttpClient


def _silent(progress: Text) -> None:
    """Nobody listens to the progress of this call."""


@dataclass(frozen=True)
class Context:
    """One call of one operation.

    idempotency_key  stable across retries of the same job
    attempt          1 for the first call
    timeout_seconds  time allowed for the whole call; None: what the operation declares
    connection       settings of the connection, secrets as `Secret`
    variables        the process variables that the operation said it reads, nothing more
    allow_private    hosts that an administrator allowed: `host`, `host:port` or a network `10.1.0.0/16`
    on_progress      called with a Text each time the operation says where it stands
    """

    idempotency_key: str
    attempt: int = 1
    timeout_seconds: float | None = None
    connection: Mapping[str, Any] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)
    files: FileStore = field(default_factory=MemoryFiles)
    locale: str = "fr"
    allow_private: frozenset[str] = frozenset()
    on_progress: Callable[[Text], None] = _silent
    base_logger: logging.Logger = field(default_factory=lambda: logging.getLogger("relais.connectors"))
    deadline: float | None = None

    @property
    def secrets(self) -> list[Secret]:
        """Every secret of the connection."""
        return secrets_in(self.connection)

    @property
    def logger(self) -> RedactingLogger:
        """A logger that masks the connection's secrets."""
        return RedactingLogger(self.base_logger, self.secrets)

    def progress(self, text: Text | Mapping[str, str] | str) -> None:
        """Say where the operation stands, for whoever watches."""
        self.on_progress(Text.of(text))

    def remaining_seconds(self) -> float:
        """Seconds left before the call's deadline, never below 0.05; 30 when there is no deadline."""
        if self.deadline is None:
            return self.timeout_seconds or 30.0
        return max(self.deadline - time.monotonic(), 0.05)

    def starting_now(self, timeout_seconds: float) -> Context:
        """This context with the clock started."""
        deadline = time.monotonic() + timeout_seconds
        return replace(self, timeout_seconds=timeout_seconds, deadline=deadline)

    def http(self, **options: Any) -> HttpClient:
        """An HTTP client that refuses private addresses, bounds time and size, and masks secrets in logs.

        Options: see `connectors.sdk.http.HttpClient`. Close it, best with `with ctx.http() as client`.
        """
        from connectors.sdk.http import HttpClient

        return HttpClient(self, **options)
