"""Values as people correct them: a text as a text, a number as a number; only the rest is a literal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _

from designer import text
from designer.cases.facts import Question
from designer.operations import literals

PREFIX = "variable-"
TEXT, NUMBER, BOOLEAN, DATE, TIME, FEEL = "text", "number", "boolean", "date", "time", "feel"
KINDS = {
    "string": TEXT,
    "number": NUMBER,
    "boolean": BOOLEAN,
    "date": DATE,
    "time": TIME,
}
LONG = 60


@dataclass(frozen=True, slots=True)
class Input:
    """One value as a form asks for it; `kind` decides the control, `name` is the technical name."""

    id: str
    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    error: str | None = None

    @property
    def is_long(self) -> bool:
        """Whether one line is too short for it."""
        return self.kind in (TEXT, FEEL) and (len(self.value) > LONG or "\n" in self.value)


@dataclass(slots=True)
class Corrections:
    """What was changed, by name, and what cannot be read."""

    changed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def kind_of(value: Any) -> str:
    """The control that fits a value; what has no control of its own is written as a literal."""
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, Decimal | int):
        return NUMBER
    if isinstance(value, str):
        return TEXT
    return DATE if type(value) is date else TIME if type(value) is time else FEEL


def shown(kind: str, value: Any) -> str:
    """The value as its control holds it; empty for nothing."""
    if value is None and kind != FEEL:
        return ""
    if kind == FEEL:
        return literals.written(value)
    if kind == BOOLEAN:
        return "true" if value else "false"
    if kind == NUMBER:
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return value if kind == TEXT else value.isoformat()


def read(kind: str, given: str) -> Any:
    """The value of what a control sent. Raises ValueError with what is wrong and what to do."""
    if kind == TEXT:
        return given
    if kind == FEEL:
        return literals.read(given.strip())
    if kind == BOOLEAN:
        return _boolean(given)
    if kind == NUMBER:
        return _number(given)
    return _moment(kind, given)


def _boolean(given: str) -> bool:
    if given not in ("true", "false"):
        raise ValueError(_("Choisissez oui ou non."))
    return given == "true"


def _number(given: str) -> Decimal:
    plain = given.replace(text.NBSP, "").replace(" ", "").replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(_("Écrivez un nombre, par exemple 12,5."))
    return found


def _moment(kind: str, given: str) -> date | time:
    try:
        return date.fromisoformat(given) if kind == DATE else time.fromisoformat(given)
    except ValueError:
        if kind == DATE:
            raise ValueError(_("Écrivez une date : année, mois, jour. Par exemple 2026-11-23.")) from None
        raise ValueError(_("Écrivez une heure, par exemple 14:30.")) from None


def inputs(
    current: Mapping[str, Any],
    asked: Mapping[str, Question],
    given: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[Input]:
    """A control for each variable, under the words of the form it was entered with."""
    return [_input(n, v, asked.get(n), given or {}, (errors or {}).get(n)) for n, v in current.items()]


def _input(
    name: str, value: Any, question: Question | None, given: Mapping[str, str], error: str | None
) -> Input:
    kind, choices = kind_of(value), question.choices() if question else ()
    if value is not None and shown(kind, value) not in [key for key, _label in choices]:
        choices = ()
    return Input(
        id=PREFIX + name,
        name=name,
        label=question.label if question else name,
        kind=kind,
        value=given.get(PREFIX + name, shown(kind, value)),
        choices=choices,
        error=error,
    )


def corrections(given: Mapping[str, str], current: Mapping[str, Any]) -> Corrections:
    """Compare what a form sent with the values as they are; only what differs is a correction."""
    found = Corrections()
    for name, before in current.items():
        kind, sent = kind_of(before), given.get(PREFIX + name)
        if sent is None or _same(sent, shown(kind, before)):
            continue
        try:
            found.changed[name] = read(kind, sent)
        except ValueError as error:
            found.errors[name] = str(error)
    return found


def _same(sent: str, before: str) -> bool:
    """Browsers send line ends as CR LF."""
    return sent.replace("\r\n", "\n").strip() == before.replace("\r\n", "\n").strip()
