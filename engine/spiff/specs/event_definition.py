"""What an event waits for or throws, as read from the diagram."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine import timers
from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff.changes import Stop
from engine.spiff.subscriptions import Subscription
from engine.timers import Schedule, TimerInvalid

if TYPE_CHECKING:
    from engine.spiff.token import Token


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """kind: none, timer, message, error or terminate. Which other fields are set depends on it."""

    kind: str
    timer_kind: str | None = None  #: timeDate, timeDuration, timeCycle
    timer: Expression | None = None
    message_name: Expression | None = None
    correlation_key: Expression | None = None
    code: str | None = None  #: of an error; None on a catching event: every error

    def subscribe(self, owner: Token, element_id: str) -> None:
        """Let `owner` wait for this event at `element_id`. Raises Stop when it cannot be evaluated."""
        top = owner.workflow.top
        subscription = Subscription(top.next_key(), owner.key, element_id, self.kind)
        if self.kind == "timer":
            subscription.schedule = self.schedule(owner)
        elif self.kind == "message":
            subscription.message_name = self._text(self.message_name, owner, "message")
            subscription.correlation_key = self._text(self.correlation_key, owner, "correlation")
        top.waits.open(subscription)

    def schedule(self, owner: Token) -> Schedule:
        """When the timer is due, armed now."""
        top = owner.workflow.top
        value = top.evaluate(self.timer, owner.scope) if self.timer is not None else None
        try:
            return timers.schedule(self.timer_kind or "", value, now=top.now, zone=top.zone)
        except TimerInvalid as error:
            raise Stop("timer", error.message) from error

    def _text(self, expression: Expression | None, owner: Token, what: str) -> str:
        value = owner.workflow.top.evaluate(expression, owner.scope) if expression is not None else ""
        if not isinstance(value, str | Decimal | date | time):
            raise Stop(what, _no_text(what, value))
        return key_text(value)

    def message(self, owner: Token) -> tuple[str, str]:
        """Name and correlation key of a message to throw."""
        name = self._text(self.message_name, owner, "message")
        return name, self._text(self.correlation_key, owner, "correlation")


def key_text(value: Any) -> str:
    """A correlation key as text: 12 and 12.0 are the same key."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


def _no_text(what: str, value: Any) -> Text:
    fr = {"message": "Le nom du message", "correlation": "La clé qui relie le message au dossier"}[what]
    en = {"message": "The message name", "correlation": "The correlation key"}[what]
    shown = "null" if value is None else type(value).__name__
    return Text(
        f"{fr} vaut « {shown} » : il faut un texte, un nombre ou une date.",
        f"{en} is {shown}: text, a number or a date is needed.",
    )
