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
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token

#: What is waited for by a subscription; the other kinds are found by walking up the scopes.
WAITING_KINDS = frozenset({"timer", "message", "signal", "conditional"})


@dataclass(frozen=True, slots=True)
class EventDefinition:
    """kind: timer, message, signal, conditional, error, escalation, compensate, cancel, terminate, link.

    Which other fields are set depends on it.
    """

    kind: str
    index: int = 0  #: which of the event's definitions, in the order of the file
    timer_kind: str | None = None  #: timeDate, timeDuration, timeCycle
    timer: Expression | None = None
    name: Expression | None = None  #: of a message or signal
    correlation_key: Expression | None = None
    code: str | None = None  #: of a caught error or escalation; None: every one
    thrown_code: Expression | None = None  #: of a thrown error or escalation
    condition: Expression | None = None
    text: str = ""  #: of the condition, as people wrote it
    watched: frozenset[str] = frozenset()  #: variables whose change has the condition evaluated
    link: str | None = None
    activity: str | None = None  #: id of the activity to compensate; None: all of the scope

    def subscribe(self, owner: Token | ScopeInstance, element_id: str) -> None:
        """Let `owner` wait for this event at `element_id`. Raises Stop when it cannot be evaluated."""
        top = owner.top
        subscription = Subscription(top.next_key(), owner.key, element_id, self.kind, self.index)
        subscription.of_scope = owner.is_run
        if self.kind == "timer":
            subscription.schedule = self.schedule(owner)
        elif self.kind in ("message", "signal"):
            subscription.name = self.evaluated_name(owner)
        if self.kind == "message":
            subscription.correlation_key = self._text(self.correlation_key, owner, "correlation")
        top.waits.open(subscription)

    def schedule(self, owner: Token | ScopeInstance) -> Schedule:
        """When the timer is due, armed now."""
        top = owner.top
        value = top.evaluate(self.timer, owner.scope) if self.timer is not None else None
        try:
            return timers.schedule(self.timer_kind or "", value, now=top.now, zone=top.zone)
        except TimerInvalid as error:
            raise Stop("timer", error.message) from error

    def holds(self, owner: Token | ScopeInstance) -> bool:
        """Whether the condition is true now. Null is not yet; anything else than a boolean stops.

        A variable that does not exist yet makes a condition null, and is what one waits for.
        """
        value = owner.top.evaluate(self.condition, owner.scope) if self.condition is not None else None
        if value is None or isinstance(value, bool):
            return value is True
        raise Stop("condition", _not_boolean(self.text, value))

    def evaluated_name(self, owner: Token | ScopeInstance) -> str:
        """Name of the message or signal."""
        return self._text(self.name, owner, self.kind)

    def evaluated_code(self, owner: Token) -> str:
        """Code of the error or escalation to throw."""
        return self._text(self.thrown_code, owner, self.kind)

    def message(self, owner: Token) -> tuple[str, str]:
        """Name and correlation key of a message to throw."""
        return self.evaluated_name(owner), self._text(self.correlation_key, owner, "correlation")

    def _text(self, expression: Expression | None, owner: Token | ScopeInstance, what: str) -> str:
        value = owner.top.evaluate(expression, owner.scope) if expression is not None else ""
        if not isinstance(value, str | Decimal | date | time):
            raise Stop(what, _no_text(what, value))
        return key_text(value)


def key_text(value: Any) -> str:
    """A correlation key as text: 12 and 12.0 are the same key."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)


NAMED = {
    "message": Text("Le nom du message", "The message name"),
    "correlation": Text("La clé qui relie le message au dossier", "The correlation key"),
    "signal": Text("Le nom du signal", "The signal name"),
    "error": Text("Le code de l’erreur", "The error code"),
    "escalation": Text("Le code de l’escalade", "The escalation code"),
}


def _no_text(what: str, value: Any) -> Text:
    shown = "null" if value is None else type(value).__name__
    return Text(
        f"{NAMED[what].fr} vaut « {shown} » : il faut un texte, un nombre ou une date.",
        f"{NAMED[what].en} is {shown}: text, a number or a date is needed.",
    )


def _not_boolean(text: str, value: Any) -> Text:
    return Text(
        f"La condition « {text} » donne {value!r} : elle n’est ni vraie ni fausse.",
        f'The condition "{text}" gives {value!r}: it is neither true nor false.',
    )
