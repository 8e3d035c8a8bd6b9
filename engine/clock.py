"""Time as an argument: the engine never reads the wall clock by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What tells the time to whoever calls the engine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told: tests, scenarios, sample cases."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was last set to, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move forward by `by` and return the new instant."""
        self._now += by
        return self._now

    def set(self, to: datetime) -> None:
        """Jump to an aware instant."""
        self._now = to.astimezone(UTC)
