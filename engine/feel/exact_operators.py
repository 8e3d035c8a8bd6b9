"""Arithmetic and order of dates and times of any year and fraction, beside Python's own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast

from engine.feel import exact
from engine.feel.exact import Clock, Day, ExactDate, ExactMoment, ExactTime, Moment
from engine.feel.values import Value, YearsMonths

DAYS, CLOCKS, MOMENTS = (ExactDate, date), (ExactTime, time), (ExactMoment, datetime)


def is_moment(value: Value) -> bool:
    """Whether the value is a date and time."""
    return isinstance(value, MOMENTS)


def is_day(value: Value) -> bool:
    """Whether the value is a date without time."""
    return isinstance(value, DAYS) and not isinstance(value, datetime)


def is_clock(value: Value) -> bool:
    """Whether the value is a time of day."""
    return isinstance(value, CLOCKS)


def calculate(operator: str, left: Value, right: Value) -> Value:
    """`left + right` or `left - right` where one is a date or time; None when there is no rule.

    Raises ValueError or OverflowError when the result cannot be represented.
    """
    if operator == "+" and isinstance(left, timedelta | YearsMonths):
        left, right = right, left
    if isinstance(right, timedelta | YearsMonths):
        return _shifted(left, right, 1 if operator == "+" else -1)
    if operator == "-" and is_clock(left) and is_clock(right):
        return exact.duration_of(clock_place(left) - clock_place(right))
    if operator == "-" and _is_dated(left) and _is_dated(right):
        return exact.duration_of(place(left) - place(right))
    return None


def _is_dated(value: Value) -> bool:
    return is_moment(value) or is_day(value)


def _shifted(value: Value, amount: timedelta | YearsMonths, sign: int) -> Value:
    if isinstance(amount, YearsMonths):
        return _months_later(value, amount.months * sign)
    nanoseconds = exact.length(amount) * sign
    if is_clock(value):
        return exact.clock_at(exact.nanoseconds(value) + nanoseconds, value.tzinfo)
    if is_moment(value):
        return _later(value, nanoseconds)
    if is_day(value):
        return exact.day_at((exact.day_number(value) * exact.DAY + nanoseconds) // exact.DAY)
    return None


def _later(moment: Moment, nanoseconds: int) -> Moment:
    """So much later; in a zone, the offset of then applies."""
    there = exact.at(exact.local(moment) + nanoseconds, moment.tzinfo)
    drift = exact.offset(there) - exact.offset(moment)
    return exact.at(exact.local(there) + drift, moment.tzinfo) if drift else there


def _months_later(value: Value, months: int) -> Value:
    if is_moment(value):
        day, clock = exact.parts_of(value)
        return exact.moment_of(exact.month_later(day, months), clock)
    return exact.month_later(cast(Day, value), months) if is_day(value) else None


def place(value: Value) -> int:
    """Nanoseconds on one line for dates and moments; a date is its midnight."""
    if is_moment(value):
        return exact.local(value) - exact.offset(value)
    return exact.day_number(value) * exact.DAY


def clock_place(clock: Clock) -> int:
    """Nanoseconds since midnight in UTC when the time has an offset; that of a zone is of 1 January 2000."""
    anchor = exact.moment_of(date(2000, 1, 1), clock)
    return exact.nanoseconds(clock) - exact.offset(anchor)
