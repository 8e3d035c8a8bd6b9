"""Range functions: how points and ranges lie to each other (10.3.4.10, table 78)."""

from __future__ import annotations

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.operators import compare, equal
from engine.feel.operators import includes as holds
from engine.feel.runtime import Run
from engine.feel.values import Range, Value

_EDGES = {"start": -1, "end": 1}


def _edge(interval: Range, side: str) -> tuple[int, Value]:
    """An end of a range as something to order: an open start is below everything, an open end above."""
    value = interval.start if side == "start" else interval.end
    return (_EDGES[side] if value is None else 0, value)


def _order(left: Range, left_side: str, right: Range, right_side: str) -> int:
    one, other = _edge(left, left_side), _edge(right, right_side)
    if one[0] or other[0]:
        return (one[0] > other[0]) - (one[0] < other[0])
    return compare(one[1], other[1])


def _range(value: Value) -> Range:
    """A point as the range that holds it alone. Raises NullBecause for null."""
    if value is None:
        raise NullBecause("l’un des deux vaut null", "one of the two is null")
    return value if isinstance(value, Range) else Range(value, value)


def _starts_no_earlier(inner: Range, outer: Range) -> bool:
    order = _order(inner, "start", outer, "start")
    return order > 0 or (order == 0 and (not inner.start_included or outer.start_included))


def _ends_no_later(inner: Range, outer: Range) -> bool:
    order = _order(inner, "end", outer, "end")
    return order < 0 or (order == 0 and (not inner.end_included or outer.end_included))


@builtin(
    "before(point1: any, point2: any) -> boolean",
    "before(point: any, range: any) -> boolean",
    "before(range: any, point: any) -> boolean",
    "before(range1: any, range2: any) -> boolean",
)
def before(run: Run, one: Value, other: Value) -> bool:
    """Whether the first ends before the second starts."""
    left, right = _range(one), _range(other)
    order = _order(left, "end", right, "start")
    return order < 0 or (order == 0 and not (left.end_included and right.start_included))


@builtin(
    "after(point1: any, point2: any) -> boolean",
    "after(point: any, range: any) -> boolean",
    "after(range: any, point: any) -> boolean",
    "after(range1: any, range2: any) -> boolean",
)
def after(run: Run, one: Value, other: Value) -> bool:
    """Whether the first starts after the second ends."""
    return before(run, other, one)


@builtin("meets(range1: range, range2: range) -> boolean")
def meets(run: Run, one: Range, other: Range) -> bool:
    """Whether the end of the first, included, is the start of the second, included."""
    return one.end_included and other.start_included and _order(one, "end", other, "start") == 0


@builtin("met by(range1: range, range2: range) -> boolean")
def met_by(run: Run, one: Range, other: Range) -> bool:
    """`meets` seen from the second."""
    return meets(run, other, one)


def _reaches(one: Range, other: Range) -> bool:
    """Whether `one` ends at or after the start of `other`."""
    order = _order(one, "end", other, "start")
    return order > 0 or (order == 0 and one.end_included and other.start_included)


@builtin("overlaps(range1: range, range2: range) -> boolean")
def overlaps(run: Run, one: Range, other: Range) -> bool:
    """Whether the two have a point in common."""
    return _reaches(one, other) and _reaches(other, one)


@builtin("overlaps before(range1: range, range2: range) -> boolean")
def overlaps_before(run: Run, one: Range, other: Range) -> bool:
    """Whether the first starts earlier and ends within the second."""
    return not _starts_no_earlier(one, other) and _reaches(one, other) and _ends_no_later(one, other)


@builtin("overlaps after(range1: range, range2: range) -> boolean")
def overlaps_after(run: Run, one: Range, other: Range) -> bool:
    """Whether the second starts earlier and ends within the first."""
    return overlaps_before(run, other, one)


@builtin("finishes(point: any, range: range) -> boolean", "finishes(range1: any, range2: range) -> boolean")
def finishes(run: Run, one: Value, other: Range) -> bool:
    """Whether the first ends where the second does, and lies in it."""
    left = _range(one)
    same = _order(left, "end", other, "end") == 0 and left.end_included == other.end_included
    return same and (not isinstance(one, Range) or _starts_no_earlier(left, other))


@builtin(
    "finished by(range: range, point: any) -> boolean", "finished by(range1: range, range2: any) -> boolean"
)
def finished_by(run: Run, one: Range, other: Value) -> bool:
    """`finishes` seen from the second."""
    return finishes(run, other, one)


@builtin("includes(range: range, point: any) -> boolean", "includes(range1: range, range2: any) -> boolean")
def includes(run: Run, one: Range, other: Value) -> bool:
    """Whether all of the second lies in the first."""
    if not isinstance(other, Range):
        return holds(run, one, _range(other).start)
    return _starts_no_earlier(other, one) and _ends_no_later(other, one)


@builtin("during(point: any, range: range) -> boolean", "during(range1: any, range2: range) -> boolean")
def during(run: Run, one: Value, other: Range) -> bool:
    """`includes` seen from the second."""
    return includes(run, other, one)


@builtin("starts(point: any, range: range) -> boolean", "starts(range1: any, range2: range) -> boolean")
def starts(run: Run, one: Value, other: Range) -> bool:
    """Whether the first starts where the second does, and lies in it."""
    left = _range(one)
    same = _order(left, "start", other, "start") == 0 and left.start_included == other.start_included
    return same and (not isinstance(one, Range) or _ends_no_later(left, other))


@builtin(
    "started by(range: range, point: any) -> boolean", "started by(range1: range, range2: any) -> boolean"
)
def started_by(run: Run, one: Range, other: Value) -> bool:
    """`starts` seen from the second."""
    return starts(run, other, one)


@builtin("coincides(point1: any, point2: any) -> boolean", "coincides(range1: any, range2: any) -> boolean")
def coincides(run: Run, one: Value, other: Value) -> bool:
    """Whether the two are the same."""
    if isinstance(one, Range) != isinstance(other, Range):
        raise NullBecause(
            "un point et un intervalle ne se comparent pas", "a point and a range cannot be compared"
        )
    result = equal(run, _range(one) if one is None else one, other)
    if result is None or other is None:
        raise NullBecause("les deux ne se comparent pas", "the two cannot be compared")
    return result
