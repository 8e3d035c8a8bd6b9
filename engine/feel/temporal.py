"""Dates, times and durations: reading their text, offsets and zones, and their properties.

Fractions of a second have nine digits; further ones are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.feel import decimals, exact
from engine.feel.exact import Clock, Day, ExactDate, ExactMoment, ExactTime, Moment
from engine.feel.values import Value, YearsMonths

_DATE = re.compile(r"(-?(?:\d{4}|[1-9]\d{4,8}))-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,20}))?(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z][\w+/-]{0,60})?", re.ASCII
)
_DURATION = re.compile(
    r"(-?)P(?:(\d{1,12})D)?(?:(T)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})(?:\.(\d{0,20}))?S)?)?",
    re.ASCII,
)
_MAX_OFFSET = timedelta(hours=18)
_ANCHOR = datetime(2000, 1, 1)
MIDNIGHT = time()


@lru_cache(maxsize=512)
def zone_of(name: str) -> tzinfo | None:
    """The zone with this IANA name, None when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_date(text: str) -> Day | None:
    """`2024-02-29`; None when the text is no date."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        return exact.date_of(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def parse_time(text: str) -> Clock | None:
    """`13:20:00`, with `.5`, `Z`, `+02:00` or `@Europe/Paris`; None when the text is no time."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    zone = _zone(match[5])
    if zone is None and match[5]:
        return None
    nanoseconds = int((match[4] or "0").ljust(9, "0")[:9])
    try:
        return exact.time_of(int(match[1]), int(match[2]), int(match[3]), nanoseconds, zone)
    except ValueError:
        return None


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    if text[0] == "@":
        return zone_of(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if minutes > 59 or (seconds and seconds[0] > 59):
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    if offset > _MAX_OFFSET:
        return None
    return timezone(-offset if text[0] == "-" else offset) if offset else UTC


def parse_date_time(text: str) -> Moment | None:
    """A date, `T`, and a time; a date alone is its midnight. None when the text is neither."""
    day, separator, clock = text.partition("T")
    found = parse_date(day)
    if found is None:
        return None
    moment = parse_time(clock) if separator else MIDNIGHT
    return None if moment is None else exact.moment_of(found, moment)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """`P1DT2H3M4.5S` or `P1Y2M`, perhaps with a sign; None when the text is neither."""
    match = _DURATION.fullmatch(text)
    if match is None:
        try:
            return YearsMonths.from_text(text)
        except ValueError:
            return None
    if all(match[n] is None for n in (2, 4, 5, 6)) or (match[3] and all(match[n] is None for n in (4, 5, 6))):
        return None
    return _days_time(match)


def _days_time(match: re.Match[str]) -> timedelta | None:
    micros = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        value = timedelta(
            days=int(match[2] or 0),
            hours=int(match[4] or 0),
            minutes=int(match[5] or 0),
            seconds=int(match[6] or 0),
            microseconds=micros,
        )
    except OverflowError:
        return None
    return -value if match[1] else value


def parse_any(text: str) -> Value:
    """The value of `@"text"`: a date, time, date and time, or duration; None when it is none."""
    if "P" in text[:2]:
        return parse_duration(text)
    if "T" in text:
        return parse_date_time(text)
    return parse_date(text) or parse_time(text)


# Offsets and order


def offset_of(value: Moment | Clock) -> timedelta | None:
    """The offset from UTC; of a time with a zone, the one of 1 January 2000; None without zone."""
    zone = value.tzinfo
    if zone is None:
        return None
    if isinstance(value, ExactMoment):
        return value.stand_in().utcoffset()
    return zone.utcoffset(value if isinstance(value, datetime) else _ANCHOR)


def seconds_of_day(value: time) -> timedelta:
    """The time since midnight, shifted to UTC when the time has an offset or a zone."""
    local = timedelta(
        hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
    )
    return local - (offset_of(value) or timedelta(0))


def instant(value: datetime) -> timedelta:
    """The time since 1 January of year 1, shifted to UTC when the value has an offset or a zone."""
    return value.replace(tzinfo=None) - datetime.min - (offset_of(value) or timedelta(0))


def at_midnight(value: Day) -> Moment:
    """The date as a date and time at 00:00:00 UTC (DMN 10.3.2.9.4, implicit conversion)."""
    return exact.moment_of(value, MIDNIGHT.replace(tzinfo=UTC))


# Arithmetic; OverflowError and ValueError mean: outside the years kept


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month. Also for date and time."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, days_in_month(year, month)))


def days_in_month(year: int, month: int) -> int:
    """The number of days of a month."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def add_time(moment: datetime, length: timedelta) -> datetime:
    """The moment so much later, by the clock of the world: zones keep their changes of offset."""
    if moment.tzinfo is None:
        return moment + length
    return (moment.astimezone(UTC) + length).astimezone(moment.tzinfo)


def shift_clock(clock: time, length: timedelta) -> time:
    """The time of day so much later, across midnight when needed."""
    shifted = datetime.combine(_ANCHOR, clock.replace(tzinfo=None)) + length % timedelta(days=1)
    return shifted.time().replace(tzinfo=clock.tzinfo)


def months_between(start: Day, end: Day) -> YearsMonths:
    """Whole months from `start` to `end`, negative when `end` is earlier (10.3.4.3)."""
    if exact.day_number(end) < exact.day_number(start):
        return -months_between(end, start)
    months = (end.year - start.year) * 12 + end.month - start.month
    return YearsMonths(months - (end.day < start.day and months > 0))


def micros(length: timedelta) -> int:
    """The duration in microseconds."""
    return (length.days * 86400 + length.seconds) * 1_000_000 + length.microseconds


def seconds(length: timedelta) -> Decimal:
    """The duration in seconds, exact."""
    return decimals.CONTEXT.divide(Decimal(micros(length)), Decimal(1_000_000))


def from_seconds(amount: Decimal) -> timedelta:
    """The duration of so many seconds, to the microsecond."""
    exact = decimals.multiply(amount, Decimal(1_000_000))
    return timedelta(microseconds=int(exact.to_integral_value(context=decimals.CONTEXT)))


# Properties (DMN 10.3.2.6, table 65)


def _zone_name(value: Moment | Clock) -> str | None:
    key = getattr(value.tzinfo, "key", None)
    return key if isinstance(key, str) else None


def _second(value: datetime | time) -> Decimal:
    return Decimal(value.second)


def _duration_part(size: int, modulus: int | None) -> Callable[[timedelta], Decimal]:
    def part(length: timedelta) -> Decimal:
        whole = abs(micros(length)) // 1_000_000 // size
        whole = whole if modulus is None else whole % modulus
        return Decimal(-whole if length < timedelta(0) else whole)

    return part


def _months_part(value: YearsMonths, years: bool) -> Decimal:
    parts = divmod(abs(value.months), 12)
    amount = parts[0] if years else parts[1]
    return Decimal(-amount if value.months < 0 else amount)


_DATE_PROPERTIES: dict[str, Callable[[Any], Value]] = {
    "year": lambda v: Decimal(v.year),
    "month": lambda v: Decimal(v.month),
    "day": lambda v: Decimal(v.day),
    "weekday": lambda v: Decimal(v.isoweekday()),
}
_EXACT_DATE_PROPERTIES = _DATE_PROPERTIES | {"weekday": lambda v: Decimal(calendar_day(v).isoweekday())}
_TIME_PROPERTIES: dict[str, Callable[[Any], Value]] = {
    "hour": lambda v: Decimal(v.hour),
    "minute": lambda v: Decimal(v.minute),
    "second": _second,
    "time offset": offset_of,
    "timezone": _zone_name,
}


def calendar_day(day: Day) -> date:
    """The day in a year of Python's range that has the same calendar."""
    return day.stand_in() if isinstance(day, ExactDate) else day


def _of_part(part: str, read: Callable[[Any], Value]) -> Callable[[Any], Value]:
    return lambda moment: read(getattr(moment, part))


PROPERTIES: dict[type, dict[str, Callable[[Any], Value]]] = {
    date: _DATE_PROPERTIES,
    time: _TIME_PROPERTIES,
    datetime: _DATE_PROPERTIES | _TIME_PROPERTIES,
    ExactDate: _EXACT_DATE_PROPERTIES,
    ExactTime: _TIME_PROPERTIES,
    ExactMoment: {
        **{name: _of_part("date_part", read) for name, read in _EXACT_DATE_PROPERTIES.items()},
        **{name: _of_part("time_part", read) for name, read in _TIME_PROPERTIES.items()},
        "time offset": offset_of,
    },
    timedelta: {
        "days": _duration_part(86400, None),
        "hours": _duration_part(3600, 24),
        "minutes": _duration_part(60, 60),
        "seconds": _duration_part(1, 60),
    },
    YearsMonths: {
        "years": lambda v: _months_part(v, True),
        "months": lambda v: _months_part(v, False),
    },
}
