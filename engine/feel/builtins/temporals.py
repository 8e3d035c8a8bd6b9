"""Date and time functions (10.3.4.7, 10.3.4.11); the clock is the one given to the evaluation."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.feel import exact
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.exact import Day, ExactMoment, Moment
from engine.feel.runtime import Run
from engine.feel.temporal import calendar_day, days_in_month

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin("now() -> date and time")
def now(run: Run) -> datetime:
    """The moment of the evaluation, in the zone of the evaluation."""
    if run.now is None:
        raise NullBecause("l’heure actuelle n’est pas connue ici", "the current time is not known here")
    return run.now if run.zone is None else run.now.astimezone(run.zone)


@builtin("today() -> date")
def today(run: Run) -> date:
    """The date of the evaluation, in the zone of the evaluation."""
    return now(run).date()


@builtin("day of year(date: day) -> number")
def day_of_year(run: Run, day: Day | Moment) -> Decimal:
    """1 to 366."""
    return Decimal(_calendar(day).timetuple().tm_yday)


@builtin("day of week(date: day) -> string")
def day_of_week(run: Run, day: Day | Moment) -> str:
    """The English name of the day: `Monday` … `Sunday`."""
    return _DAYS[_calendar(day).weekday()]


@builtin("month of year(date: day) -> string")
def month_of_year(run: Run, day: Day | Moment) -> str:
    """The English name of the month: `January` … `December`."""
    return _MONTHS[_calendar(day).month - 1]


@builtin("week of year(date: day) -> number")
def week_of_year(run: Run, day: Day | Moment) -> Decimal:
    """The ISO 8601 week, 1 to 53."""
    return Decimal(_calendar(day).isocalendar().week)


@builtin("last day of month(date: day)")
def last_day_of_month(run: Run, day: Day | Moment) -> Day:
    """Camunda: the last date of the month in which the day lies."""
    found = exact.parts_of(day)[0] if isinstance(day, datetime | ExactMoment) else day
    return exact.date_of(found.year, found.month, days_in_month(found.year, found.month))


def _calendar(day: Day | Moment) -> date:
    """The day, in a year of Python's range that has the same calendar."""
    return calendar_day(exact.parts_of(day)[0] if isinstance(day, datetime | ExactMoment) else day)
