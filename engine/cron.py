"""Cron expressions as Camunda documents them: `0 0 9 ? * MON-FRI`.

Five fields (minute, hour, day of month, month, day of week), six with seconds before, seven with a
year behind. Days: `?`, `L`, `L-3`, `15W`, `LW`, `FRIL`, `MON#2`; 0 and 7 are Sunday. Both kinds of
day given: both must fit, except with five fields, where either is enough (POSIX, crontab).

Times are on the process's own clock. Through a change to summer time, a fixed hour that does not
exist comes by the length of the gap later; through a change to winter time it comes once, the first
time. Hours given by `*` or `*/n` follow real time instead: every ten minutes stays so all night.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
MAX_YEARS = 40  #: how far ahead is looked: 29 February on a given day of the week comes every 28 years
_PART = re.compile(r"(?P<first>\*|\w+)(?:-(?P<last>\w+))?(?:/(?P<step>\d+))?")
Fits = Callable[[date], bool]


class CronInvalid(ValueError):
    """The text is not a cron expression."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A cron expression that was understood."""

    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    real_time: bool  #: the hours follow real time through a change of the clock
    months: frozenset[int]
    day: Fits
    years: frozenset[int] | None

    def after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first instant after `moment`, in UTC; None when there is none any more."""
        local = moment.astimezone(zone).date()
        for day in self._days(local - timedelta(days=1)):
            for instant in self._instants(day, zone):
                if instant > moment:
                    return instant
        return None

    def _days(self, first: date) -> Iterator[date]:
        day, last = first, first.replace(year=first.year + MAX_YEARS, day=1)
        while day < last:
            if day.month not in self.months or (self.years is not None and day.year not in self.years):
                day = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
                continue
            if self.day(day):
                yield day
            day += timedelta(days=1)

    def _instants(self, day: date, zone: tzinfo) -> list[datetime] | Iterator[datetime]:
        minutes = [datetime.combine(day, time(h, m), tzinfo=zone) for h in self.hours for m in self.minutes]
        instants: set[datetime] = set()
        for wall in minutes:
            once, again = wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)
            exists = once.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None)
            if exists or not self.real_time:
                instants.add(once)
            if self.real_time and exists and again != once:
                instants.add(again)
        return (i + timedelta(seconds=s) for i in sorted(instants) for s in self.seconds)


@lru_cache(maxsize=256)
def parse(text: str) -> Cron:
    """Read a cron expression. Raises CronInvalid."""
    fields = MACROS.get(text.strip().lower(), text).upper().split()
    if not 5 <= len(fields) <= 7:
        raise CronInvalid(text)
    either = len(fields) == 5
    if either:
        fields = ["0", *fields]
    second, minute, hour, of_month, month, of_week = fields[:6]
    year = fields[6] if len(fields) == 7 else "*"
    return Cron(
        _numbers(second, 0, 59),
        _numbers(minute, 0, 59),
        _numbers(hour, 0, 23),
        hour.startswith("*"),
        frozenset(_numbers(month, 1, 12, MONTHS, 1)),
        _days(of_month, of_week, either),
        None if year == "*" else frozenset(_numbers(year, 1970, 2200)),
    )


def _days(of_month: str, of_week: str, either: bool) -> Fits:
    if of_month in "*?":
        return _of_week(of_week) if of_week not in "*?" else lambda day: True
    if of_week in "*?":
        return _of_month(of_month)
    first, second = _of_month(of_month), _of_week(of_week)
    if either:
        return lambda day: first(day) or second(day)
    return lambda day: first(day) and second(day)


def _of_month(text: str) -> Fits:
    special = re.fullmatch(r"L(?:-(\d+))?|(\d+|L)W", text)
    if special is None:
        numbers = frozenset(_numbers(text, 1, 31))
        return lambda day: day.day in numbers
    if special[2] is not None:
        return lambda day: day == _nearest_weekday(day, special[2])
    back = int(special[1] or 0)
    if back > 30:
        raise CronInvalid(text)
    return lambda day: day.day == _last(day) - back


def _nearest_weekday(day: date, wanted: str) -> date | None:
    """The working day nearest to that day of the month, within the month."""
    last = _last(day)
    number = last if wanted == "L" else int(wanted)
    if not 1 <= number <= 31:
        raise CronInvalid(f"{wanted}W")
    if number > last:
        return None
    at = day.replace(day=number)
    if at.weekday() == 5:
        return at - timedelta(days=1) if at.day > 1 else at + timedelta(days=2)
    if at.weekday() == 6:
        return at + timedelta(days=1) if at.day < last else at - timedelta(days=2)
    return at


def _of_week(text: str) -> Fits:
    special = re.fullmatch(r"(\w{1,3}?)(?:L|#([1-5]))", text)
    if special is None:
        numbers = {n % 7 for n in _numbers(text, 0, 7, DAYS, 0)}
        return lambda day: day.isoweekday() % 7 in numbers
    wanted = _number(special[1], 0, 7, DAYS, 0) % 7
    if special[2] is None:
        return lambda day: day.isoweekday() % 7 == wanted and day.day > _last(day) - 7
    rank = int(special[2])
    return lambda day: day.isoweekday() % 7 == wanted and (day.day - 1) // 7 + 1 == rank


def _last(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _numbers(
    text: str, low: int, high: int, names: list[str] | None = None, first: int = 0
) -> tuple[int, ...]:
    """The values of a field: lists, ranges (also across the end of the week) and steps."""
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise CronInvalid(text)
        step = int(match["step"] or 1)
        if step == 0:
            raise CronInvalid(text)
        start = low if match["first"] == "*" else _number(match["first"], low, high, names, first)
        end = high if match["first"] == "*" or (match["step"] and not match["last"]) else start
        if match["last"]:
            end = _number(match["last"], low, high, names, first)
        if end < start:
            end += 7 if names is DAYS else _backwards(text)
        found |= {n % 7 if names is DAYS else n for n in range(start, end + 1, step)}
    return tuple(sorted(found))


def _backwards(text: str) -> int:
    raise CronInvalid(text)


def _number(text: str, low: int, high: int, names: list[str] | None, first: int) -> int:
    number = names.index(text) + first if names and text in names else int(text) if text.isdecimal() else -1
    if not low <= number <= high:
        raise CronInvalid(text)
    return number
