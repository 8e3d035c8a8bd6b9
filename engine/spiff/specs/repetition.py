"""What loops and multi-instance activities have in common (BPMN 2.0, clauses 10.3.8, 13.3.6 and 13.3.7).

The activity's own token stays open as the *body*: boundary events are on it, and it leaves by the
flows at the end. Each instance is a token of its own at the same element, with a scope of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff.changes import Stop
from engine.spiff.scopes import VIEW_SCOPE, Scope

if TYPE_CHECKING:
    from engine.spiff.specs.activity import Activity
    from engine.spiff.token import Token

COUNTER = "loopCounter"


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition and its text, for messages."""

    expression: Expression
    text: str

    def holds(self, token: Token, scope: Scope, seen: dict[str, Any]) -> bool:
        """Its value, with some more variables in sight. Raises Stop when it is neither true nor false."""
        value = token.workflow.top.evaluate(self.expression, Scope(VIEW_SCOPE, scope, seen))
        if value is True or value is False:
            return bool(value)
        raise Stop("condition", _neither(token.task_spec.label, self.text))


class Repetition(ABC):
    """Begins instances, and says after each whether there are more."""

    def __init__(self, activity: Activity) -> None:
        self.activity = activity

    @abstractmethod
    def begin(self, body: Token) -> bool:
        """Start the first instance or all; True when there is none."""

    @abstractmethod
    def judge(self, instance: Token, body: Token) -> Verdict:
        """What an instance's end means; nothing changes yet. Raises Stop."""

    @abstractmethod
    def apply(self, verdict: Verdict, body: Token) -> None:
        """The instance is gone: note it, start the next one if they come one after another."""

    def result(self, body: Token) -> dict[str, Any]:
        """What the whole gives, as variables."""
        return {}

    def open(self, body: Token) -> None:
        """The body has a scope, between the activity's and those of the instances."""
        body.scope = body.workflow.top.new_scope(body.key, body.outer_scope)
        body.announced = True

    def start_instance(self, body: Token, index: int, variables: dict[str, Any]) -> None:
        """One more instance with its own variables; `index` counts from 0."""
        top = body.workflow.top
        instance = self.activity.enter(body.workflow)
        scope = top.new_scope(top.next_key(), body.scope)
        instance.scope = instance.outer_scope = scope
        instance.memo = {"body": Decimal(body.key), "index": Decimal(index)}
        scope.set_local(COUNTER, Decimal(index + 1))
        for name, value in variables.items():
            scope.set_local(name, value)


@dataclass(slots=True)
class Verdict:
    """After one instance: is the whole done, what did the instance give, which boundary events see it."""

    done: bool
    index: int
    output: Any = None
    events: tuple[str, ...] = ()
    cancels: bool = False  #: the instances still open end with it


def body_of(instance: Token) -> Token:
    """The token that the instance belongs to."""
    return instance.workflow.open[int(instance.memo["body"])]


def instances_of(body: Token) -> list[Token]:
    """The open tokens of the body's instances."""
    return [t for t in body.workflow.open.values() if t.memo.get("body") == body.key]


def _neither(label: str, text: str) -> Text:
    return Text(
        f"La condition « {text} » de l’étape « {label} » n’est ni vraie ni fausse.",
        f'The condition "{text}" of the step "{label}" is neither true nor false.',
    )
