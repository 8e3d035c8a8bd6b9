"""What an evaluation tells about itself: inputs and their sources, rules that fired, results, reasons.

Values are FEEL values; `to_dict` gives JSON with values as FEEL text, so that nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.diagnostics import Text
from engine.feel import to_text
from engine.feel.errors import FeelLimitExceeded
from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class InputValue:
    """An input column of a table: its label, its expression and the value it had."""

    label: str
    text: str
    value: Value

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {"label": self.label, "text": self.text, "value": written(self.value)}


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired: its number from 1, its cells as they are written, what it gave, its remarks."""

    number: int
    id: str | None
    tests: tuple[str, ...]
    outputs: dict[str, Value]
    remarks: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {
            "number": self.number,
            "id": self.id,
            "tests": list(self.tests),
            "outputs": {name: written(value) for name, value in self.outputs.items()},
            "remarks": list(self.remarks),
        }


@dataclass(frozen=True, slots=True)
class TableRun:
    """One evaluation of a decision table; `default` says that no rule fired and the defaults were given."""

    id: str | None
    hit_policy: str
    inputs: tuple[InputValue, ...]
    fired: tuple[Fired, ...]
    default: bool = False

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {
            "id": self.id,
            "hit_policy": self.hit_policy,
            "inputs": [item.to_dict() for item in self.inputs],
            "fired": [rule.to_dict() for rule in self.fired],
            "default": self.default,
        }


@dataclass(frozen=True, slots=True)
class Source:
    """A value that a decision read: its name, what it is (input, decision, knowledge, service)."""

    name: str
    kind: str
    id: str
    value: Value

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {"name": self.name, "kind": self.kind, "id": self.id, "value": written(self.value)}


@dataclass(slots=True)
class Step:
    """One decision that was evaluated, in the order in which they were."""

    id: str
    name: str
    model: str
    question: str | None = None
    sources: list[Source] = field(default_factory=list)
    tables: list[TableRun] = field(default_factory=list)
    reasons: list[Text] = field(default_factory=list)
    value: Value = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {
            "id": self.id,
            "name": self.name,
            "model": self.model,
            "question": self.question,
            "sources": [source.to_dict() for source in self.sources],
            "tables": [table.to_dict() for table in self.tables],
            "reasons": [{"fr": reason.fr, "en": reason.en} for reason in self.reasons],
            "value": written(self.value),
        }


class Trace:
    """Collects the steps of one evaluation; tables are noted in the decision that is being evaluated."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.current: Step | None = None

    def table(self, run: TableRun) -> None:
        """Note that a table was evaluated."""
        if self.current is not None:
            self.current.tables.append(run)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of a decision, and how it came about: one step per decision, required ones first."""

    value: Value
    steps: list[Step]
    reasons: list[Text]

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form."""
        return {"value": written(self.value), "steps": [step.to_dict() for step in self.steps]}


def written(value: Value) -> str:
    """The value as FEEL text; what is too large to be written is said to be so."""
    try:
        return to_text(value)
    except FeelLimitExceeded:
        return "…"
