"""Arithmetic and comparison on any values; the compiler takes shortcuts for numbers and strings.

A function here gives a value, or raises NullBecause when the operands do not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from engine.feel import decimals, exact, temporal
from engine.feel.errors import NullBecause
from engine.feel.exact import EXACT
from engine.feel.exact_operators import calculate, clock_place, is_clock, is_day, is_moment, place
from engine.feel.runtime import Run, too_deep
from engine.feel.values import Range, Value, YearsMonths, kind, kind_en, kind_fr, native

MAX_DEPTH = 100
EXACT_OR_PLAIN = (*EXACT, date, time)
_WORDS = {
    "+": ("l’addition", "addition"),
    "-": ("la soustraction", "subtraction"),
    "*": ("la multiplication", "multiplication"),
    "/": ("la division", "division"),
    "**": ("la puissance", "exponentiation"),
}


def arithmetic(run: Run, operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for numbers, strings, dates, times and durations (10.3.2.9, tables 55-57)."""
    left, right = native(left), native(right)
    rule = _ARITHMETIC.get((operator, type(left), type(right)))
    try:
        return rule(run, left, right) if rule is not None else _exactly(operator, left, right)
    except ZeroDivisionError:
        raise NullBecause("le diviseur est zéro", "the divisor is zero") from None
    except (ArithmeticError, ValueError):
        return _beyond(operator, left, right)


def _exactly(operator: str, left: Value, right: Value) -> Value:
    """The result where a date or time is of any year or fraction."""
    if isinstance(left, EXACT) or isinstance(right, EXACT):
        if isinstance(left, EXACT_OR_PLAIN) and isinstance(right, EXACT_OR_PLAIN):
            _same_kind_of_offset(left, right)
        found = calculate(operator, left, right)
        if found is not None:
            return found
    raise _no_rule(operator, left, right)


def _beyond(operator: str, left: Value, right: Value) -> Value:
    """The result that Python's own dates do not reach; NullBecause when FEEL's do not either."""
    try:
        found = calculate(operator, left, right)
    except (ArithmeticError, ValueError):
        raise out_of_range(operator) from None
    if found is None:
        raise out_of_range(operator)
    return found


def _same_kind_of_offset(left: Value, right: Value) -> None:
    if is_day(left) or is_day(right):
        left, right = (_zoned(value) if is_day(value) else value for value in (left, right))
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise NullBecause(
            "l’une des deux valeurs a un fuseau horaire et l’autre non",
            "one value has a time offset and the other has none",
        )


def out_of_range(operator: str) -> NullBecause:
    """The reason when a result cannot be represented."""
    fr, en = _WORDS[operator]
    return NullBecause(f"{fr} n’a pas de résultat représentable", f"{en} has no representable result")


def _no_rule(operator: str, left: Value, right: Value) -> NullBecause:
    fr, en = _WORDS[operator]
    return NullBecause(
        f"{fr} ne s’applique pas à {kind_fr(left)} et {kind_fr(right)}",
        f"{en} does not apply to {kind_en(left)} and {kind_en(right)}",
    )


def negate(value: Value) -> Value:
    """`-value` for a number or a duration."""
    value = native(value)
    try:
        if isinstance(value, Decimal):
            return decimals.CONTEXT.minus(value)
        if isinstance(value, timedelta | YearsMonths):
            return -value
    except ArithmeticError:
        raise out_of_range("-") from None
    raise NullBecause(
        f"« - » ne s’applique pas à {kind_fr(value)}", f"“-” does not apply to {kind_en(value)}"
    )


def _concatenate(run: Run, left: str, right: str) -> str:
    run.check_string(len(left) + len(right))
    return left + right


def _zoned(value: Value) -> Any:
    return temporal.at_midnight(value) if is_day(value) else value


def _elapsed(run: Run, left: date, right: date) -> timedelta:
    late, early = left, right
    if type(left) is not type(right):
        late, early = _zoned(left), _zoned(right)
    if type(late) is date and type(early) is date:
        return late - early
    return _between_moments(_zoned(late), _zoned(early))


def _between_moments(late: datetime, early: datetime) -> timedelta:
    if (late.tzinfo is None) != (early.tzinfo is None):
        raise NullBecause(
            "l’une des deux dates avec heure a un fuseau et l’autre non",
            "one date and time has an offset and the other has none",
        )
    return temporal.instant(late) - temporal.instant(early)


def _between_times(run: Run, late: time, early: time) -> timedelta:
    if (late.tzinfo is None) != (early.tzinfo is None):
        raise NullBecause(
            "l’une des deux heures a un fuseau et l’autre non",
            "one time has an offset and the other has none",
        )
    return temporal.seconds_of_day(late) - temporal.seconds_of_day(early)


def _date_plus(run: Run, day: date, length: timedelta) -> date:
    return (datetime.combine(day, temporal.MIDNIGHT) + length).date()


def _scale_months(run: Run, length: YearsMonths, factor: Decimal) -> YearsMonths:
    return YearsMonths(int(decimals.multiply(Decimal(length.months), factor)))


def _scale_time(run: Run, length: timedelta, factor: Decimal) -> timedelta:
    return temporal.from_seconds(decimals.multiply(temporal.seconds(length), factor))


def _divide(left: Decimal, right: Decimal) -> Decimal:
    if not right:
        raise ZeroDivisionError
    return decimals.divide(left, right)


def _power(run: Run, left: Decimal, right: Decimal) -> Decimal:
    run.spend(5)
    return decimals.power(left, right)


Rule = Callable[[Run, Value, Value], Value]
_NUMBERS: dict[str, Rule] = {
    "+": lambda run, a, b: decimals.add(a, b),
    "-": lambda run, a, b: decimals.subtract(a, b),
    "*": lambda run, a, b: decimals.multiply(a, b),
    "/": lambda run, a, b: _divide(a, b),
    "**": _power,
}
_ARITHMETIC: dict[tuple[str, type, type], Rule] = {
    **{(operator, Decimal, Decimal): rule for operator, rule in _NUMBERS.items()},
    ("+", str, str): _concatenate,
    ("-", date, date): _elapsed,
    ("-", datetime, datetime): _elapsed,
    ("-", date, datetime): _elapsed,
    ("-", datetime, date): _elapsed,
    ("-", time, time): _between_times,
    ("+", date, timedelta): _date_plus,
    ("+", timedelta, date): lambda run, a, b: _date_plus(run, b, a),
    ("-", date, timedelta): lambda run, a, b: _date_plus(run, a, -b),
    ("+", datetime, timedelta): lambda run, a, b: temporal.add_time(a, b),
    ("+", timedelta, datetime): lambda run, a, b: temporal.add_time(b, a),
    ("-", datetime, timedelta): lambda run, a, b: temporal.add_time(a, -b),
    ("+", time, timedelta): lambda run, a, b: temporal.shift_clock(a, b),
    ("+", timedelta, time): lambda run, a, b: temporal.shift_clock(b, a),
    ("-", time, timedelta): lambda run, a, b: temporal.shift_clock(a, -b),
    **{
        ("+", day, YearsMonths): lambda run, a, b: temporal.add_months(a, b.months)
        for day in (date, datetime)
    },
    **{
        ("+", YearsMonths, day): lambda run, a, b: temporal.add_months(b, a.months)
        for day in (date, datetime)
    },
    **{
        ("-", day, YearsMonths): lambda run, a, b: temporal.add_months(a, -b.months)
        for day in (date, datetime)
    },
    ("+", timedelta, timedelta): lambda run, a, b: a + b,
    ("-", timedelta, timedelta): lambda run, a, b: a - b,
    ("*", timedelta, Decimal): _scale_time,
    ("*", Decimal, timedelta): lambda run, a, b: _scale_time(run, b, a),
    ("/", timedelta, Decimal): lambda run, a, b: temporal.from_seconds(_divide(temporal.seconds(a), b)),
    ("/", timedelta, timedelta): lambda run, a, b: _divide(temporal.seconds(a), temporal.seconds(b)),
    ("+", YearsMonths, YearsMonths): lambda run, a, b: YearsMonths(a.months + b.months),
    ("-", YearsMonths, YearsMonths): lambda run, a, b: YearsMonths(a.months - b.months),
    ("*", YearsMonths, Decimal): _scale_months,
    ("*", Decimal, YearsMonths): lambda run, a, b: _scale_months(run, b, a),
    ("/", YearsMonths, Decimal): lambda run, a, b: YearsMonths(int(_divide(Decimal(a.months), b))),
    ("/", YearsMonths, YearsMonths): lambda run, a, b: _divide(Decimal(a.months), Decimal(b.months)),
}


# Equality (10.3.2.9, table 53)


def equal(run: Run, left: Value, right: Value, depth: int = 0) -> bool | None:
    """`left = right`; None when the types differ, so that neither `=` nor `!=` holds."""
    run.spend(1)
    if depth > MAX_DEPTH:
        raise too_deep()
    left, right = native(left), native(right)
    if left is None or right is None:
        return left is right
    one, other = kind(left), kind(right)
    if one != other:
        return _equal_across(run, left, right)
    if one in ("date and time", "time"):
        return same_moment(left, right)
    if one == "list":
        return _equal_lists(run, left, right, depth)
    if one == "context":
        return _equal_contexts(run, left, right, depth)
    if one == "range":
        return _equal_ranges(run, left, right, depth)
    return bool(left == right)


def _equal_across(run: Run, left: Value, right: Value) -> bool | None:
    """A date equals the date and time of its midnight in UTC; other types are not comparable."""
    if _is_dated(left) and _is_dated(right):
        return same_moment(_zoned(left), _zoned(right))
    return None


def _is_dated(value: Value) -> bool:
    return is_day(value) or is_moment(value)


def same_moment(left: Value, right: Value) -> bool:
    """Equality of two times or two dates with time; one with an offset never equals one without.

    Their parts end with the whole second (10.3.2.3.4), so a fraction of a second makes no difference.
    """
    if (left.tzinfo is None) != (right.tzinfo is None):
        return False
    if isinstance(left, EXACT) or isinstance(right, EXACT):
        position = place if is_moment(left) else clock_place
        return position(left) // exact.SECOND == position(right) // exact.SECOND
    left, right = left.replace(microsecond=0), right.replace(microsecond=0)
    if isinstance(left, datetime):
        return temporal.instant(left) == temporal.instant(right)
    return temporal.seconds_of_day(left) == temporal.seconds_of_day(right)


def _equal_lists(run: Run, left: list[Value], right: list[Value], depth: int) -> bool:
    if len(left) != len(right):
        return False
    return all(equal(run, a, b, depth + 1) for a, b in zip(left, right, strict=True))


def _equal_contexts(run: Run, left: dict[str, Value], right: dict[str, Value], depth: int) -> bool:
    if left.keys() != right.keys():
        return False
    return all(equal(run, value, right[key], depth + 1) for key, value in left.items())


def _equal_ranges(run: Run, left: Range, right: Range, depth: int) -> bool:
    if left.operator != right.operator:
        return False
    if (left.start_included, left.end_included) != (right.start_included, right.end_included):
        return False
    ends = ((left.start, right.start), (left.end, right.end))
    return all(bool(equal(run, a, b, depth + 1)) for a, b in ends)


# Order (10.3.2.9, table 54)

_ORDERED = (Decimal, str, date, datetime, time, timedelta, YearsMonths)


def compare(left: Value, right: Value) -> int:
    """-1, 0 or 1; raises NullBecause when the two have no order."""
    left, right = native(left), native(right)
    if type(left) is not type(right) and _is_dated(left) and _is_dated(right):
        left, right = (left, right) if is_day(left) and is_day(right) else (_zoned(left), _zoned(right))
    if isinstance(left, EXACT) or isinstance(right, EXACT):
        left, right = _exact_places(left, right)
    if type(left) is not type(right) or not isinstance(left, _ORDERED):
        raise NullBecause(
            f"{kind_fr(left)} et {kind_fr(right)} ne se comparent pas",
            f"{kind_en(left)} and {kind_en(right)} cannot be compared",
        )
    if isinstance(left, datetime | time):
        left, right = _ordered_moments(left, right)
    return int(left > right) - int(left < right)


def _exact_places(left: Value, right: Value) -> tuple[Value, Value]:
    """Numbers that lie to each other as the dates or times do."""
    if is_clock(left) and is_clock(right):
        _same_kind_of_offset(left, right)
        return Decimal(clock_place(left)), Decimal(clock_place(right))
    if not (_is_dated(left) and _is_dated(right)):
        return left, right
    _same_kind_of_offset(left, right)
    return Decimal(place(left)), Decimal(place(right))


def _ordered_moments(left: Value, right: Value) -> tuple[timedelta, timedelta]:
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise NullBecause(
            "l’une des deux valeurs a un fuseau horaire et l’autre non",
            "one value has a time offset and the other has none",
        )
    position = temporal.instant if isinstance(left, datetime) else temporal.seconds_of_day
    return position(left), position(right)


def order(run: Run, operator: str, left: Value, right: Value) -> bool:
    """`left operator right` for `<`, `<=`, `>` and `>=`."""
    result = compare(left, right)
    if operator[0] == "<":
        return result < 0 or (result == 0 and operator == "<=")
    return result > 0 or (result == 0 and operator == ">=")


def includes(run: Run, interval: Range, point: Value) -> bool:
    """Whether `point` lies in `interval`."""
    if interval.operator == "!=":
        return compare(point, interval.start) != 0
    if interval.start is not None:
        low = compare(point, interval.start)
        if low < 0 or (low == 0 and not interval.start_included):
            return False
    if interval.end is not None:
        high = compare(point, interval.end)
        if high > 0 or (high == 0 and not interval.end_included):
            return False
    return True
