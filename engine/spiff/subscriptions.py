"""Who waits for what: one mechanism for boundary events, catch events and event sub-processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.timers import Schedule, Step


@dataclass(slots=True)
class Subscription:
    """An open wait of one token for one event definition.

    `element_id` is the event that fires: the boundary event of the token's activity, or the
    catching element itself. A timer carries its schedule, a message its name and correlation key.
    """

    key: int
    owner_key: int
    element_id: str
    kind: str
    schedule: Schedule | None = None
    message_name: str | None = None
    correlation_key: str | None = None

    def to_state(self) -> list[Any]:
        """JSON-able form, kept in the instance's state."""
        return [
            self.key,
            self.owner_key,
            self.element_id,
            self.kind,
            _schedule_state(self.schedule),
            self.message_name,
            self.correlation_key,
        ]

    @classmethod
    def from_state(cls, state: list[Any]) -> Subscription:
        """The subscription that `to_state` described."""
        key, owner, element_id, kind, timer, name, correlation = state
        return cls(key, owner, element_id, kind, _schedule(timer), name, correlation)


def _schedule_state(timer: Schedule | None) -> list[Any] | None:
    if timer is None:
        return None
    step = timer.step
    parts = None if step is None else [step.months, step.days, step.exact.total_seconds()]
    return [timer.due.isoformat(), timer.left, parts]


def _schedule(state: list[Any] | None) -> Schedule | None:
    if state is None:
        return None
    due, left, parts = state
    step = None if parts is None else Step(parts[0], parts[1], timedelta(seconds=parts[2]))
    return Schedule(datetime.fromisoformat(due), left, step)
