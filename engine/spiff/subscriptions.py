"""Who waits for what: one mechanism for boundary events, catch events, gateways, event sub-processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine import values
from engine.timers import Schedule, Step

#: An event of a parallel multiple that has happened while the others have not.
SEEN = "seen"


@dataclass(slots=True)
class Subscription:
    """An open wait of one owner for one event definition.

    The owner is a token, or a running scope for its event sub-processes (`of_scope`). `element_id`
    is what fires: a boundary event of the token's activity, the catching element itself, a target of
    the event-based gateway, or the event sub-process. Which further fields are set depends on `kind`.
    """

    key: int
    owner_key: int
    element_id: str
    kind: str
    index: int = 0  #: which definition of the event
    of_scope: bool = False
    schedule: Schedule | None = None
    name: str | None = None  #: of the message or signal
    correlation_key: str | None = None
    held: bool | None = None  #: whether the condition was true when last looked at; None: never looked at
    payload: dict[str, Any] | None = None  #: what an event brought that was seen already

    def to_state(self) -> list[Any]:
        """JSON-able form, kept in the instance's state: what every kind has, then what this one has."""
        extra: dict[str, Any] = {
            "i": self.index or None,
            "s": 1 if self.of_scope else None,
            "t": _schedule_state(self.schedule),
            "n": self.name,
            "c": self.correlation_key,
            "h": self.held,
            "p": values.dumps(self.payload) if self.payload else None,
        }
        kept = {k: v for k, v in extra.items() if v is not None}
        return [self.key, self.owner_key, self.element_id, self.kind, kept]

    @classmethod
    def from_state(cls, state: list[Any]) -> Subscription:
        """The subscription that `to_state` described."""
        key, owner, element_id, kind, kept = state
        return cls(
            key,
            owner,
            element_id,
            kind,
            kept.get("i", 0),
            "s" in kept,
            _schedule(kept.get("t")),
            kept.get("n"),
            kept.get("c"),
            kept.get("h"),
            values.loads(kept["p"]) if "p" in kept else None,
        )


def _schedule_state(timer: Schedule | None) -> list[Any] | None:
    if timer is None:
        return None
    step = timer.step
    parts = None if step is None else [step.months, step.days, step.exact.total_seconds()]
    if timer.cron is None and timer.anchor is None:
        return [timer.due.isoformat(), timer.left, parts]
    anchor = None if timer.anchor is None else timer.anchor.isoformat()
    return [timer.due.isoformat(), timer.left, parts, timer.cron, anchor, timer.index]


def _schedule(state: list[Any] | None) -> Schedule | None:
    if state is None:
        return None
    due, left, parts, *more = state
    cron, anchor, index = more or (None, None, 0)
    step = None if parts is None else Step(parts[0], parts[1], timedelta(seconds=parts[2]))
    start = None if anchor is None else datetime.fromisoformat(anchor)
    return Schedule(datetime.fromisoformat(due), left, step, cron, start, index)
