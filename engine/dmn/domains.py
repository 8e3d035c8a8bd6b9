"""The values an input can have, as few that stand for all: what the cells of a column mention, and between.

A rule's cell holds for some of them, which makes the rules of a table comparable by sets of bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.dmn.tables import Column
from engine.feel import UnaryTests, to_text
from engine.feel.compiling.constants import NotConstant, fold
from engine.feel.decimals import CONTEXT
from engine.feel.errors import FeelError
from engine.feel.runtime import Run
from engine.feel.values import Range, Value, YearsMonths, kind

Cells = Sequence[UnaryTests | None]
OTHER_TEXT = "\ue000"


@dataclass(frozen=True, slots=True)
class Domain:
    """Values that stand for all of an input, each with the words that describe what it stands for.

    `cells` are, per rule, the values for which its cell holds, as bits; None where that is not known.
    `rules` are, per value, the rules whose cell holds or may hold.
    """

    values: tuple[Value, ...]
    words: tuple[str, ...]
    cells: tuple[int | None, ...]
    rules: tuple[int, ...]


def domain_of(column: Column, cells: Cells) -> Domain | None:
    """The domain of a column; None when its values cannot be told from its type and cells."""
    known = [constants_in(cell) for cell in cells if cell is not None]
    mentioned = [value for found in known if found is not None for value in found]
    listed = _listed(column)
    if listed is not None:
        pairs = [(value, to_text(value)) for value in listed]
    else:
        made = _standing_for(column, mentioned)
        if made is None:
            return None
        pairs = [(v, words) for v, words in made if column.permits is None or column.permits(v)]
    values = tuple(value for value, _ in pairs)
    masks = tuple(_mask(cell, values) for cell in cells)
    rules = tuple(_rules_at(place, masks) for place in range(len(values)))
    return Domain(values, tuple(words for _, words in pairs), masks, rules)


def _rules_at(place: int, masks: tuple[int | None, ...]) -> int:
    held = (1 << rule for rule, mask in enumerate(masks) if mask is None or mask >> place & 1)
    return sum(held)


def _mask(cell: UnaryTests | None, values: tuple[Value, ...]) -> int | None:
    if cell is None:
        return (1 << len(values)) - 1
    if constants_in(cell) is None:
        return None
    held = (1 << place for place, value in enumerate(values) if holds(cell, value))
    return sum(held)


def holds(cell: UnaryTests, value: Value) -> bool:
    """Whether a cell without variables holds for a value."""
    return cell.holds_in(value, {}, Run(None, None, None)) is True


def constants_in(cell: UnaryTests) -> list[Value] | None:
    """The single values that a cell compares with, ends of ranges too; None when it computes."""
    found: list[Value] = []
    for test in cell.node.tests or []:
        try:
            constant = fold(test.operand, cell.names)
        except (NotConstant, FeelError):
            return None
        for item in constant if isinstance(constant, list) else [constant]:
            found += [item.start, item.end] if isinstance(item, Range) else [item]
    return [value for value in found if value is not None]


def _listed(column: Column) -> list[Value] | None:
    """The allowed values of the input or of its type when they are listed one by one."""
    for permits in (column.permits, None if column.type is None else column.type.allowed):
        tests = getattr(permits, "tests", None)
        if tests is None or tests.node.negated or any(t.operator for t in tests.node.tests or []):
            continue
        try:
            values = [fold(test.operand, tests.names) for test in tests.node.tests or []]
        except NotConstant:
            continue
        if values and not any(isinstance(value, Range | list) for value in values):
            return values
    return None


def _standing_for(column: Column, mentioned: list[Value]) -> list[tuple[Value, str]] | None:
    kinds = {kind(value) for value in mentioned}
    declared = column.type.name if column.type is not None else None
    if declared is None and len(kinds) == 1:
        declared = next(iter(kinds))
    own = [value for value in mentioned if kind(value) == declared]
    if declared == "boolean":
        return [(True, "true"), (False, "false")]
    if declared == "string":
        texts = sorted(set(own))
        return [(text, to_text(text)) for text in texts] + [(OTHER_TEXT, "…")]
    line = _LINES.get(declared or "")
    return None if line is None else _along(line, sorted(set(own)))


@dataclass(frozen=True, slots=True)
class _Line:
    """An ordered type: a value before, after, and between two others (None: nothing lies between)."""

    before: Callable[[Any], Any]
    after: Callable[[Any], Any]
    between: Callable[[Any, Any], Any]
    some: Value


def _along(line: _Line, points: list[Any]) -> list[tuple[Value, str]] | None:
    """Before the first point, each point, between neighbours, after the last one."""
    if not points:
        return [(line.some, "…")]
    try:
        found = [(line.before(points[0]), f"< {to_text(points[0])}")]
        for point, following in zip(points, [*points[1:], None], strict=True):
            found.append((point, to_text(point)))
            if following is None:
                found.append((line.after(point), f"> {to_text(point)}"))
                continue
            middle = line.between(point, following)
            if middle is not None:
                found.append((middle, f"({to_text(point)}..{to_text(following)})"))
    except (TypeError, ArithmeticError, ValueError):
        return None
    return found


def _stepped(step: Any, some: Value) -> _Line:
    def between(low: Any, high: Any) -> Any:
        middle = low + step
        return middle if middle < high else None

    return _Line(lambda value: value - step, lambda value: value + step, between, some)


def _middle(low: Decimal, high: Decimal) -> Decimal:
    return CONTEXT.divide(CONTEXT.add(low, high), Decimal(2))


def _months(value: YearsMonths, by: int) -> YearsMonths:
    return YearsMonths(value.months + by)


_MONTHS = _Line(
    lambda value: _months(value, -1),
    lambda value: _months(value, 1),
    lambda low, high: _months(low, 1) if high.months - low.months > 1 else None,
    YearsMonths(0),
)
_LINES: dict[str, _Line] = {
    "number": _Line(
        lambda value: CONTEXT.subtract(value, max(Decimal(1), abs(value))),
        lambda value: CONTEXT.add(value, max(Decimal(1), abs(value))),
        _middle,
        Decimal(0),
    ),
    "date": _stepped(timedelta(days=1), date(2000, 1, 1)),
    "date and time": _stepped(timedelta(seconds=1), datetime.combine(date(2000, 1, 1), time())),
    "days and time duration": _stepped(timedelta(seconds=1), timedelta(0)),
    "years and months duration": _MONTHS,
    "time": _Line(
        lambda value: time(0, 0, tzinfo=value.tzinfo),
        lambda value: time(23, 59, 59, tzinfo=value.tzinfo),
        lambda low, high: None,
        time(0, 0),
    ),
}
