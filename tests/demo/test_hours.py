"""Office hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from designer.demo import hours

PARIS = ZoneInfo("Europe/Paris")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "work", "expected"),
    [
        (at(23, 9), 0.5, at(23, 9, 30)),
        (at(23, 3), 1, at(23, 10)),
        (at(23, 11, 30), 1, at(23, 14)),
        (at(23, 12, 30), 0, at(23, 13, 30)),
        (at(20, 16, 30), 1, at(23, 9, 30)),
        (at(21, 10), 6.5, at(23, 17)),
        (at(10, 17), 1, at(12, 10)),
        (at(24, 15, month=10), 1, at(26, 10, month=10)),
    ],
)
def test_work_is_done_in_office_hours_only(start: datetime, work: float, expected: datetime) -> None:
    assert hours.after(start, timedelta(hours=work), PARIS) == expected


def test_a_public_holiday_is_no_working_day() -> None:
    assert not hours.is_open(date(2026, 11, 11))
    assert hours.is_open(date(2026, 11, 12))
