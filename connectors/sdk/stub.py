"""A fake service that a connector ships, so that it can be tried and tested without credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass
class Stub:
    """A running fake service.

    url            a page or base address to show to people
    connection     settings with which the connector reaches the service
    allow_private  hosts (`host:port`) to allow, because fake services listen on this machine
    details        anything else that a test or a demonstration wants to know
    """

    url: str
    connection: dict[str, Any]
    stop: Callable[[], None]
    allow_private: tuple[str, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)

    def close(self) -> None:
        """Stop the service and free its port. May be called twice."""
        stop, self.stop = self.stop, _already_stopped
        stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _already_stopped() -> None:
    """Closing twice is harmless."""
