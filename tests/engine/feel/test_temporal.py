"""Dates, times and durations: arithmetic, comparison, properties and their text."""

from __future__ import annotations

import pytest

from tests.engine.feel.samples import written

ARITHMETIC = [
    ('@"2024-01-31" + @"P1M"', '@"2024-02-29"'),
    ('@"2024-02-29" + @"P1Y"', '@"2025-02-28"'),
    ('@"2024-03-31" - @"P1M"', '@"2024-02-29"'),
    ('@"2024-01-01" + @"P1D"', '@"2024-01-02"'),
    ('@"2024-01-01" + @"PT25H"', '@"2024-01-02"'),
    ('@"P1D" + @"2024-01-01"', '@"2024-01-02"'),
    ('@"2024-03-01" - @"2024-02-01"', '@"P29D"'),
    ('@"2024-03-01T12:00:00" - @"2024-03-01T00:00:00"', '@"PT12H"'),
    ('@"2024-03-01T12:00:00Z" - @"2024-03-01T12:00:00+02:00"', '@"PT2H"'),
    ('@"2024-03-01T12:00:00Z" - @"2024-03-01T12:00:00"', "null"),
    ('@"2024-03-30T12:00:00@Europe/Paris" + @"P1D"', '@"2024-03-31T13:00:00@Europe/Paris"'),
    ('@"23:30:00" + @"PT1H"', '@"00:30:00"'),
    ('@"10:00:00" - @"08:30:00"', '@"PT1H30M"'),
    ('@"P1D" * 2.5', '@"P2DT12H"'),
    ('@"P1D" / @"PT6H"', "4"),
    ('@"P1Y" / 2', '@"P6M"'),
    ('@"P1Y" + @"P6M"', '@"P1Y6M"'),
    ('@"P1Y" + @"P1D"', "null"),
    ('-@"P1Y2M"', '@"-P1Y2M"'),
    ('@"P1D" / 0', "null"),
    ('@"9999-12-31" + @"P1D"', "null"),
    ('@"0001-01-01" - @"P1M"', "null"),
]
COMPARISON = [
    ('@"2024-01-01" < @"2024-01-02"', "true"),
    ('@"2024-03-01T12:00:00+02:00" = @"2024-03-01T10:00:00Z"', "true"),
    ('@"2024-03-01T12:00:00+01:00" = @"2024-03-01T12:00:00@Europe/Paris"', "true"),
    ('@"2024-03-01T12:00:00" = @"2024-03-01T12:00:00Z"', "false"),
    ('@"2024-03-01T12:00:00" < @"2024-03-01T12:00:00Z"', "null"),
    ('@"12:00:00+02:00" = @"10:00:00Z"', "true"),
    ('@"P12M" = @"P1Y"', "true"),
    ('@"PT24H" = @"P1D"', "true"),
    ('@"P30D" < @"P1M"', "null"),
    ('@"2024-01-01" = @"12:00:00"', "null"),
    ('is(@"12:00:00+02:00", @"10:00:00Z")', "false"),
    ('@"2024-06-15" between @"2024-01-01" and @"2024-12-31"', "true"),
]
PROPERTIES = [
    ('@"2024-02-29".year', "2024"),
    ('@"2024-02-29".month', "2"),
    ('@"2024-02-29".day', "29"),
    ('@"2024-02-29".weekday', "4"),
    ('@"2024-02-29".hour', "null"),
    ('@"2024-02-29T13:14:15+02:00".hour', "13"),
    ('@"2024-02-29T13:14:15+02:00".time offset', '@"PT2H"'),
    ('@"2024-07-01T13:14:15@Europe/Paris".time offset', '@"PT2H"'),
    ('@"2024-07-01T13:14:15@Europe/Paris".timezone', '"Europe/Paris"'),
    ('@"13:14:15".second', "15"),
    ('@"13:14:15".time offset', "null"),
    ('@"P1DT2H3M4S".hours', "2"),
    ('@"-P1DT2H".days', "-1"),
    ('@"P1Y2M".months', "2"),
    ('@"P14M".years', "1"),
]
CONVERSIONS = [
    ('date("2024-02-29")', '@"2024-02-29"'),
    ('date("2023-02-29")', "null"),
    ('date("2024-2-9")', "null"),
    ("date(2024, 2, 29)", '@"2024-02-29"'),
    ("date(2023, 2, 29)", "null"),
    ('date(date and time("2024-02-29T10:00:00"))', '@"2024-02-29"'),
    ('date and time("2024-02-29")', '@"2024-02-29T00:00:00"'),
    ('date and time(date("2024-02-29"), time("10:00:00Z"))', '@"2024-02-29T10:00:00Z"'),
    ('date and time("2024-02-29T24:00:00")', "null"),
    ('date and time("2024-02-29T10:00:00@Nowhere/City")', "null"),
    ('time("10:00:00.5")', '@"10:00:00.5"'),
    ('time(10, 30, 0, duration("-PT5H"))', '@"10:30:00-05:00"'),
    ("time(25, 0, 0)", "null"),
    ('duration("P1Y2M")', '@"P1Y2M"'),
    ('duration("P1Y2D")', "null"),
    ('duration("PT")', "null"),
    ('duration("-PT90M")', '@"-PT1H30M"'),
    ('years and months duration(date("2011-12-22"), date("2013-08-24"))', '@"P1Y8M"'),
    ('years and months duration(date("2013-08-24"), date("2011-12-22"))', '@"-P1Y8M"'),
    ('string(@"2024-02-29T10:00:00+02:00")', '"2024-02-29T10:00:00+02:00"'),
    ('string(@"P1DT2H")', '"P1DT2H"'),
]
CALENDAR = [
    ("today()", '@"2026-11-23"'),
    ("now()", '@"2026-11-23T13:30:00@Europe/Paris"'),
    ('day of year(@"2024-12-31")', "366"),
    ('day of week(@"2024-02-29")', '"Thursday"'),
    ('month of year(@"2024-02-29")', '"February"'),
    ('week of year(@"2021-01-03")', "53"),
    ('last day of month(@"2024-02-10")', '@"2024-02-29"'),
]


@pytest.mark.parametrize(("text", "expected"), ARITHMETIC + COMPARISON + PROPERTIES + CONVERSIONS + CALENDAR)
def test_a_temporal_expression_has_its_value(text: str, expected: str) -> None:
    assert written(text) == expected
