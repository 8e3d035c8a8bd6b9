"""Office hours: when a bureau is open, and when a given length of work has passed there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: When the bureau works, from Monday to Friday.
SHIFTS = ((time(9), time(12)), (time(13, 30), time(17)))
#: Public holidays with a fixed date, as (month, day).
HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
DAY = timedelta(days=1)


def is_open(day: date) -> bool:
    """Whether the bureau works on that day."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def after(start: datetime, work: timedelta, zone: ZoneInfo) -> datetime:
    """The instant at which `work` of office hours has passed since `start`."""
    moment, left = start.astimezone(zone), work
    while True:
        for opening, closing in SHIFTS if is_open(moment.date()) else ():
            begins = max(moment, datetime.combine(moment.date(), opening, zone))
            ends = datetime.combine(moment.date(), closing, zone)
            if begins >= ends:
                continue
            if begins + left <= ends:
                return begins + left
            left -= ends - begins
        moment = datetime.combine(moment.date() + DAY, time(0), zone)
