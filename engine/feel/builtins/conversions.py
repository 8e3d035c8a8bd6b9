"""Conversion functions (10.3.4.1)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal

from engine.feel import decimals, exact, temporal
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.exact import Clock, Day, ExactDate, ExactMoment, ExactTime, Moment
from engine.feel.exact_operators import is_day, is_moment
from engine.feel.runtime import Run
from engine.feel.text import string as string_of
from engine.feel.values import Range, Value, YearsMonths, kind_en, kind_fr

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII)
_RANGE = re.compile(r"([\[(\]])(.*?)\.\.(.*)([\])\[])", re.DOTALL)
_CALL = re.compile(r'(?:date|time|date and time|duration)\(\s*"([^"\\]*)"\s*\)')
_SEPARATORS = ("", " ", ",", ".", "\u00a0", "\u202f", None)


def _unreadable(text: str, fr: str, en: str) -> NullBecause:
    return NullBecause(f"« {text[:60]} » n’est pas {fr}", f"“{text[:60]}” is not {en}")


def _wrong_type(value: Value) -> NullBecause:
    return NullBecause(
        f"{kind_fr(value)} ne se convertit pas ainsi", f"{kind_en(value)} cannot be converted this way"
    )


@builtin("string(from: any) -> string")
def string(run: Run, value: Value) -> str | None:
    """The value as text; null stays null."""
    return None if value is None else string_of(value, run)


@builtin("number(from: string, grouping separator?: string?, decimal separator?: string?) -> number")
def number(run: Run, text: str, grouping: str | None = None, point: str | None = None) -> Decimal:
    """The number written in the text with these separators."""
    if grouping not in _SEPARATORS or point not in (None, ".", ",") or (grouping == point and point):
        raise NullBecause("ces séparateurs ne conviennent pas", "these separators do not fit")
    plain = text.replace(grouping, "") if grouping else text
    if point and point != ".":
        plain = plain.replace(".", "?").replace(point, ".")
    if _NUMBER.fullmatch(plain) is None:
        raise _unreadable(text, "un nombre", "a number")
    return decimals.read(plain)


@builtin("date(from: any) -> date")
def date_from(run: Run, value: Value) -> Day:
    """The date written in a text, or the date of a date and time."""
    if is_moment(value):
        return exact.parts_of(value)[0]
    if isinstance(value, date | ExactDate):
        return value
    if not isinstance(value, str):
        raise _wrong_type(value)
    found = temporal.parse_date(value)
    if found is None:
        raise _unreadable(value, "une date", "a date")
    return found


def _part(number: Decimal, fr: str, en: str) -> int:
    found = decimals.whole(number)
    if found is None:
        raise NullBecause(f"{fr} n’est pas un nombre entier", f"{en} is not a whole number")
    return found


def _no_such(what_fr: str, what_en: str) -> NullBecause:
    return NullBecause(f"{what_fr} n’existe pas", f"{what_en} does not exist")


@builtin("date(year: number, month: number, day: number) -> date")
def date_of(run: Run, year: Decimal, month: Decimal, day: Decimal) -> Day:
    """The date with these parts."""
    parts = (
        _part(year, "l’année", "the year"),
        _part(month, "le mois", "the month"),
        _part(day, "le jour", "the day"),
    )
    try:
        return exact.date_of(*parts)
    except (ValueError, OverflowError):
        raise _no_such("cette date", "this date") from None


@builtin("time(from: any) -> time")
def time_from(run: Run, value: Value) -> Clock:
    """The time written in a text, or the time of a date and time; a date is midnight UTC."""
    if is_day(value):
        value = temporal.at_midnight(value)
    if is_moment(value):
        return exact.parts_of(value)[1]
    if isinstance(value, time | ExactTime):
        return value
    if not isinstance(value, str):
        raise _wrong_type(value)
    found = temporal.parse_time(value)
    if found is None:
        raise _unreadable(value, "une heure", "a time")
    return found


@builtin("time(hour: number, minute: number, second: number, offset?: days and time duration?) -> time")
def time_of(
    run: Run, hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None
) -> Clock:
    """The time with these parts; the second may have decimals."""
    whole = decimals.floor(second)
    nanoseconds = int(decimals.multiply(decimals.subtract(second, Decimal(whole)), Decimal(exact.SECOND)))
    parts = _part(hour, "l’heure", "the hour"), _part(minute, "la minute", "the minute")
    try:
        return exact.time_of(*parts, whole, nanoseconds, _fixed(offset))
    except (ValueError, OverflowError):
        raise _no_such("cette heure", "this time") from None


def _fixed(offset: timedelta | None) -> tzinfo | None:
    return None if offset is None else timezone(offset)


@builtin("date and time(from: any) -> date and time")
def date_time_from(run: Run, value: Value) -> Moment:
    """The date and time written in a text; a date is its midnight."""
    if isinstance(value, datetime | ExactMoment):
        return value
    if isinstance(value, date | ExactDate):
        return temporal.at_midnight(value)
    if not isinstance(value, str):
        raise _wrong_type(value)
    found = temporal.parse_date_time(value)
    if found is None:
        raise _unreadable(value, "une date avec heure", "a date and time")
    return found


@builtin("date and time(date: day, time: any) -> date and time")
def date_time_of(run: Run, day: Day | Moment, clock: Value) -> Moment:
    """The day (of a date, or of a date and time) at that time; Camunda: or in the zone of that name."""
    if isinstance(day, datetime | ExactMoment):
        if isinstance(clock, str):
            return _in_zone(day, clock)
        day = exact.parts_of(day)[0]
    if not isinstance(clock, time | ExactTime):
        raise _wrong_type(clock)
    return exact.moment_of(day, clock)


def _in_zone(moment: Moment, name: str) -> Moment:
    zone = temporal.zone_of(name)
    if zone is None:
        raise _unreadable(name, "un fuseau horaire", "a time zone")
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    there = exact.at(exact.local(moment), zone)
    drift = exact.offset(there) - exact.offset(moment) if moment.tzinfo is not None else 0
    return exact.at(exact.local(there) + drift, zone)


@builtin("duration(from: any)")
def duration(run: Run, value: Value) -> Value:
    """The duration written in a text."""
    if isinstance(value, timedelta | YearsMonths):
        return value
    if not isinstance(value, str):
        raise _wrong_type(value)
    found = temporal.parse_duration(value)
    if found is None:
        raise _unreadable(value, "une durée", "a duration")
    return found


@builtin("years and months duration(from: day, to: day) -> years and months duration")
def years_and_months_duration(run: Run, start: Day | Moment, end: Day | Moment) -> YearsMonths:
    """The whole months between two dates."""
    return temporal.months_between(_day_of(start), _day_of(end))


def _day_of(value: Day | Moment) -> Day:
    return exact.parts_of(value)[0] if isinstance(value, datetime | ExactMoment) else value


@builtin("range(from: string) -> range")
def range_from(run: Run, text: str) -> Range:
    """The range written in a text, with literal ends: `[1..3]`, `("a".."b"]`."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        raise _unreadable(text, "un intervalle", "a range")
    from engine.feel.compiling.collections import interval

    low, high = _end(match[2], text), _end(match[3], text)
    if (low is None and match[1] == "[") or (high is None and match[4] == "]"):
        raise _unreadable(text, "un intervalle", "a range")
    return interval(low, high, (match[1] == "[", match[4] == "]"))


def _end(written: str, text: str) -> Value:
    written = written.strip()
    if not written or written == "null":
        return None
    if _NUMBER.fullmatch(written):
        return decimals.read(written)
    if len(written) >= 2 and written[0] == written[-1] == '"' and not set('"\\') & set(written[1:-1]):
        return written[1:-1]
    call = _CALL.fullmatch(written)
    literal = call[1] if call else written[2:-1] if written[:2] == '@"' else ""
    found = temporal.parse_any(literal)
    if found is None:
        raise _unreadable(text, "un intervalle", "a range")
    return found
