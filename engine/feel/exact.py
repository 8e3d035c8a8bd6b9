"""Dates and times that Python's own cannot hold: years beyond 1 to 9999, and fractions below a microsecond.

FEEL has years from -999,999,999 to 999,999,999 (10.3.2.3.4). A value is of Python's class whenever that
holds it exactly, else of one here; `date_of`, `time_of` and `moment_of` decide. The calendar is Gregorian
throughout, with a year 0, and repeats every 400 years, so that a year of Python's range stands in for any
other when a weekday or a zone's offset is asked for.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

MAX_YEAR = 999_999_999
CYCLE_YEARS, CYCLE_DAYS = 400, 146_097
SECOND, DAY = 10**9, 86_400 * 10**9


@dataclass(frozen=True, slots=True)
class ExactDate:
    """A date of any year."""

    year: int
    month: int
    day: int

    def stand_in(self) -> date:
        """The same day of a year of Python's range, at a whole number of cycles from it."""
        return date(_stand_in_year(self.year), self.month, self.day)


@dataclass(frozen=True, slots=True)
class ExactTime:
    """A time of day to the nanosecond; `tzinfo` as in Python's."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class ExactMoment:
    """A date and time of which one part is exact."""

    date_part: Day
    time_part: Clock

    @property
    def tzinfo(self) -> tzinfo | None:
        """The offset or zone."""
        return self.time_part.tzinfo

    def stand_in(self) -> datetime:
        """The moment in a year of Python's range, its fraction of a second left out."""
        clock, day = self.time_part, self.date_part
        plain = time(clock.hour, clock.minute, clock.second, tzinfo=clock.tzinfo)
        return datetime.combine(day.stand_in() if isinstance(day, ExactDate) else day, plain)


Day = date | ExactDate
Clock = time | ExactTime
Moment = datetime | ExactMoment
EXACT = (ExactDate, ExactTime, ExactMoment)


def _stand_in_year(year: int) -> int:
    """A year of the same calendar, of the last cycle for the future (zones have settled then)."""
    return (9600 if year > 0 else CYCLE_YEARS) + year % CYCLE_YEARS


# Making values


def date_of(year: int, month: int, day: int) -> Day:
    """The date with these parts. Raises ValueError when there is none."""
    if 1 <= year <= 9999:
        return date(year, month, day)
    if abs(year) > MAX_YEAR:
        raise ValueError("no such year")
    stand_in = date(_stand_in_year(year), month, day)
    return ExactDate(year, stand_in.month, stand_in.day)


def time_of(hour: int, minute: int, second: int, nanosecond: int, zone: tzinfo | None) -> Clock:
    """The time with these parts. Raises ValueError when there is none."""
    plain = time(hour, minute, second, nanosecond // 1000, zone)
    return ExactTime(hour, minute, second, nanosecond, zone) if nanosecond % 1000 else plain


def moment_of(day: Day, clock: Clock) -> Moment:
    """A date at a time."""
    if isinstance(day, date) and isinstance(clock, time):
        return datetime.combine(day, clock)
    return ExactMoment(day, clock)


def parts_of(moment: Moment) -> tuple[Day, Clock]:
    """The date and the time of a moment."""
    if isinstance(moment, ExactMoment):
        return moment.date_part, moment.time_part
    return moment.date(), moment.timetz()


# Numbers on one line


def day_number(day: Day) -> int:
    """Days since 31 December of the year before the first: `date.toordinal` for any year."""
    if isinstance(day, date):
        return date.toordinal(day)
    stand_in = day.stand_in()
    return stand_in.toordinal() + (day.year - stand_in.year) // CYCLE_YEARS * CYCLE_DAYS


def day_at(number: int) -> Day:
    """The date with that number. Raises ValueError beyond the years of FEEL."""
    if 1 <= number <= date.max.toordinal():
        return date.fromordinal(number)
    cycles, rest = divmod(number - 1, CYCLE_DAYS)
    stand_in = date.fromordinal(rest + 1)
    return date_of(stand_in.year + cycles * CYCLE_YEARS, stand_in.month, stand_in.day)


def nanoseconds(clock: Clock) -> int:
    """Nanoseconds since midnight, where the clock hangs."""
    below = clock.nanosecond if isinstance(clock, ExactTime) else clock.microsecond * 1000
    return (clock.hour * 3600 + clock.minute * 60 + clock.second) * SECOND + below


def clock_at(number: int, zone: tzinfo | None) -> Clock:
    """The time so many nanoseconds after midnight, across midnight when needed."""
    seconds, below = divmod(number % DAY, SECOND)
    minutes, second = divmod(seconds, 60)
    return time_of(minutes // 60, minutes % 60, second, below, zone)


def local(moment: Moment) -> int:
    """Nanoseconds on the line of day numbers, where the clock hangs."""
    day, clock = parts_of(moment)
    return day_number(day) * DAY + nanoseconds(clock)


def offset(moment: Moment) -> int:
    """The offset from UTC in nanoseconds; 0 without one."""
    plain = moment.stand_in() if isinstance(moment, ExactMoment) else moment
    return length(plain.utcoffset() or timedelta(0))


def at(number: int, zone: tzinfo | None) -> Moment:
    """The moment at a place on the line. Raises ValueError beyond the years of FEEL."""
    return moment_of(day_at(number // DAY), clock_at(number, zone))


def length(duration: timedelta) -> int:
    """A duration in nanoseconds."""
    return ((duration.days * 86_400 + duration.seconds) * 1_000_000 + duration.microseconds) * 1000


def duration_of(number: int) -> timedelta:
    """So many nanoseconds as a duration, to the microsecond. Raises OverflowError when it is too long."""
    return timedelta(microseconds=abs(number) // 1000) * (-1 if number < 0 else 1)


def month_later(day: Day, months: int) -> Day:
    """The same day so many months later, or the last of that month. Raises ValueError beyond the years."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date_of(year, month, min(day.day, monthrange(_stand_in_year(year), month)[1]))
