"""FEEL values and their types.

None, bool, `Decimal`, str, date, time, datetime, `timedelta` (days-and-time duration),
`YearsMonths`, list, dict (context), `Range`, `Function`; the classes of `exact` where Python's dates and
times do not reach. All are treated as immutable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel.exact import ExactDate, ExactMoment, ExactTime

Value = Any
_YEARS_MONTHS = re.compile(r"(-?)P(?:(\d{1,10})Y)?(?:(\d{1,12})M)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A years-and-months duration, as its signed number of months."""

    months: int

    @classmethod
    def from_text(cls, text: str) -> YearsMonths:
        """Read ISO 8601 such as `P1Y2M` or `-P3M`; ValueError when the text is not one."""
        match = _YEARS_MONTHS.fullmatch(text)
        if match is None or (match[2] is None and match[3] is None):
            raise ValueError(f"{text!r} is not a years-and-months duration")
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return cls(-months if match[1] else months)

    def __neg__(self) -> YearsMonths:
        return YearsMonths(-self.months)

    def __abs__(self) -> YearsMonths:
        return YearsMonths(abs(self.months))

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{'-' if self.months < 0 else ''}P{body or '0M'}"


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is unbounded.

    `operator` is set for the form `(< 10)`, which equals only its like (10.3.2.9); `(!= 10)` is all but
    its two ends, which are the same.
    """

    start: Value
    end: Value
    start_included: bool = True
    end_included: bool = True
    operator: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function value: parameter names, and `call(run, arguments)` in their order.

    `types` are those of its parameters and, last, of its result, None where they are not known.
    """

    name: str | None
    parameters: tuple[str, ...]
    call: Callable[[Any, Sequence[Value]], Value] = field(repr=False)
    variadic: bool = False
    optional: int = 0
    types: tuple[Any, ...] | None = field(default=None, repr=False)

    def accepts(self, count: int) -> bool:
        """Whether it may be called with `count` positional arguments."""
        if self.variadic:
            return True
        return len(self.parameters) - self.optional <= count <= len(self.parameters)


_KINDS: dict[type, str] = {
    type(None): "Null",
    bool: "boolean",
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    ExactDate: "date",
    ExactTime: "time",
    ExactMoment: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    tuple: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
FRENCH_KINDS = {
    "Null": "null",
    "boolean": "un booléen",
    "number": "un nombre",
    "string": "un texte",
    "date": "une date",
    "time": "une heure",
    "date and time": "une date avec heure",
    "days and time duration": "une durée en jours et heures",
    "years and months duration": "une durée en années et mois",
    "list": "une liste",
    "context": "un contexte",
    "range": "un intervalle",
    "function": "une fonction",
    "unknown": "une valeur inconnue",
}


def kind(value: Value) -> str:
    """The FEEL type name of `value` (DMN 10.3.2.2), "unknown" for what FEEL does not know."""
    return _KINDS.get(type(value)) or _kind_of_subclass(value)


def _kind_of_subclass(value: Value) -> str:
    for base in type(value).__mro__:
        if base in _KINDS:
            return _KINDS[base]
    return "unknown"


def kind_fr(value: Value) -> str:
    """The type of `value` with its French article, for a reason."""
    return FRENCH_KINDS[kind(value)]


def kind_en(value: Value) -> str:
    """The type of `value` with its English article, for a reason."""
    name = kind(value)
    return "null" if name == "Null" else f"a {name}"


NATIVE = frozenset(_KINDS) - {int, float, tuple}


def native(value: Value) -> Value:
    """`value` as FEEL keeps it: int and float become Decimal, tuples lists; the rest is itself."""
    if type(value) in NATIVE:
        return value
    if isinstance(value, bool | Decimal | str):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return list(value) if isinstance(value, tuple) else value
