"""Timers: cron, cycles of calendar units, both nights on which the clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from engine import check, packages, timers
from engine.catalogue import NoCatalogue
from engine.cron import CronInvalid, parse
from engine.store import ProcessInstance
from engine.testing import process, timer
from engine.timers import TimerInvalid
from tests.engine.play import Play

PARIS = ZoneInfo("Europe/Paris")


def series(text: str, start: str, count: int, zone: str = "Europe/Paris") -> list[str]:
    """The first due times of a cycle, on the zone's clock."""
    where = ZoneInfo(zone)
    now = datetime.fromisoformat(start).replace(tzinfo=where)
    schedule = timers.schedule("timeCycle", text, now=now, zone=where)
    found = []
    while schedule is not None and len(found) < count:
        found.append(schedule.due.astimezone(where).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00"))
        schedule = timers.from_value(timers.to_value(schedule)).next(where)
    return found


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("0 0 9 ? * MON-FRI", "2026-11-20T10:00", ["2026-11-23 09:00", "2026-11-24 09:00"]),
        ("0 0 9-17 * * MON-FRI", "2026-11-20T16:30", ["2026-11-20 17:00", "2026-11-23 09:00"]),
        ("0 9 * * 1-5", "2026-11-20T10:00", ["2026-11-23 09:00", "2026-11-24 09:00"]),
        ("*/15 * * * *", "2026-11-20T10:01", ["2026-11-20 10:15", "2026-11-20 10:30"]),
        ("*/20 * * * * *", "2026-11-20T10:00", ["2026-11-20 10:00:20", "2026-11-20 10:00:40"]),
        ("0 0 0 L * ?", "2026-01-31T12:00", ["2026-02-28 00:00", "2026-03-31 00:00"]),
        ("0 0 0 L-3 * ?", "2026-02-01T00:00", ["2026-02-25 00:00", "2026-03-28 00:00"]),
        ("0 0 8 1W * ?", "2026-08-01T00:00", ["2026-08-03 08:00", "2026-09-01 08:00"]),
        ("0 0 8 LW * ?", "2026-10-01T00:00", ["2026-10-30 08:00", "2026-11-30 08:00"]),
        ("0 0 8 ? * FRIL", "2026-11-01T00:00", ["2026-11-27 08:00", "2026-12-25 08:00"]),
        ("0 0 8 ? * MON#2", "2026-11-01T00:00", ["2026-11-09 08:00", "2026-12-14 08:00"]),
        ("0 0 8 ? * 5#2", "2026-11-01T00:00", ["2026-11-13 08:00", "2026-12-11 08:00"]),
        ("0 0 8 ? * FRI-MON", "2026-11-19T00:00", ["2026-11-20 08:00", "2026-11-21 08:00"]),
        ("0 0 8 ? * 7", "2026-11-19T00:00", ["2026-11-22 08:00", "2026-11-29 08:00"]),
        ("0 0 8 13 * FRI", "2026-01-01T00:00", ["2026-02-13 08:00", "2026-03-13 08:00"]),
        ("0 8 13 * FRI", "2026-01-01T00:00", ["2026-01-02 08:00", "2026-01-09 08:00"]),
        ("0 0 0 29 FEB ?", "2026-01-01T00:00", ["2028-02-29 00:00", "2032-02-29 00:00"]),
        ("0 0 12 1 1 ? 2027-2028", "2026-01-01T00:00", ["2027-01-01 12:00", "2028-01-01 12:00"]),
        ("0 0 8 1,15 JAN,JUL *", "2026-01-02T00:00", ["2026-01-15 08:00", "2026-07-01 08:00"]),
        ("@daily", "2026-11-19T12:00", ["2026-11-20 00:00", "2026-11-21 00:00"]),
    ],
)
def test_cron(text: str, start: str, due: list[str]) -> None:
    assert series(text, start, 2) == due


def test_a_cron_with_years_ends() -> None:
    assert series("0 0 12 1 1 ? 2027", "2026-01-01T00:00", 5) == ["2027-01-01 12:00"]


@pytest.mark.parametrize(
    "text",
    ["", "* *", "60 * * * *", "0 0 24 * * *", "0 0 9 ? * LUN", "a b c d e", "0 0 9 32 * ?", "*/0 * * * *",
     "0 0 9 5-1 * ?", "0 0 9 30 2 ?", "0 0 9 * * * 1800", "0 0 9 ? * MON#6", "0 0 9 40W * ?"],
)  # fmt: skip
def test_what_is_not_a_cron_expression_is_refused(text: str) -> None:
    with pytest.raises((TimerInvalid, CronInvalid)):
        timers.schedule("timeCycle", text, now=datetime(2026, 1, 1, tzinfo=UTC), zone=PARIS)


def test_the_check_refuses_it_too() -> None:
    diagram = process().start("daily", timer("timeCycle", "0 0 9 ? * LUN")).end()
    found = check.check(packages.single(diagram.xml()), NoCatalogue())
    assert [d.rule for d in found if d.severity == "error"] == ["bpmn.timer"]


# ---- the nights on which the clock changes (Paris: 29 March and 25 October 2026)


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("0 0 9 * * ?", "2026-03-28T10:00", ["2026-03-29 09:00", "2026-03-30 09:00"]),
        ("0 30 2 * * ?", "2026-03-28T10:00", ["2026-03-29 03:30", "2026-03-30 02:30"]),
        ("0 30 2 * * ?", "2026-10-24T10:00", ["2026-10-25 02:30", "2026-10-26 02:30"]),
        ("0 0 * * * ?", "2026-03-29T00:30", ["2026-03-29 01:00", "2026-03-29 03:00", "2026-03-29 04:00"]),
        (
            "0 0 * * * ?",
            "2026-10-25T01:30",
            ["2026-10-25 02:00", "2026-10-25 02:00", "2026-10-25 03:00"],
        ),
        ("R/P1D", "2026-03-28T02:30", ["2026-03-29 03:30", "2026-03-30 02:30", "2026-03-31 02:30"]),
        ("R/P1D", "2026-10-24T02:30", ["2026-10-25 02:30", "2026-10-26 02:30"]),
        ("R/PT24H", "2026-10-24T12:00", ["2026-10-25 11:00", "2026-10-26 11:00"]),
    ],
)
def test_through_the_night(text: str, start: str, due: list[str]) -> None:
    assert series(text, start, len(due)) == due


def test_the_second_time_of_an_hour_that_comes_twice_is_an_hour_later() -> None:
    first = parse("0 0 * * * ?").after(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), PARIS)
    second = parse("0 0 * * * ?").after(first, PARIS)
    assert second - first == timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("R4/P1M", "2026-01-31T12:00", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("R3/2028-02-29T12:00:00+01:00/P1Y", "2026-01-01T00:00", ["2028-02-29", "2029-02-28", "2030-02-28"]),
        ("R2/P1M1D", "2026-01-31T12:00", ["2026-03-01", "2026-04-02"]),
    ],
)
def test_a_cycle_of_calendar_months_keeps_its_day(text: str, start: str, due: list[str]) -> None:
    assert [d[:10] for d in series(text, start, 9)] == due


# ---- in a process


def count(play: Play) -> int:
    with play.sandbox.session() as session:
        return session.scalar(select(func.count()).select_from(ProcessInstance)) or 0


def test_a_cron_start_creates_an_instance_each_time(play: Play) -> None:
    play.deploy(process().start("daily", timer("timeCycle", "0 0 9 ? * MON-FRI")).user("u").end())
    play.sandbox.advance(timedelta(days=7))
    assert count(play) == 5


def test_a_cron_cycle_on_an_activity(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("remind", "u", timer("timeCycle", "0 0 9 ? * MON-FRI"), interrupting=False).task("mail")
    play.run(diagram).advance(days=7)
    assert play.done.count("mail") == 5
    play.complete("u")
    assert (play.state, play.jobs) == ("completed", [])


def test_a_cycle_on_an_intermediate_event_happens_once(play: Play) -> None:
    """A cycle may delay the flow: its first time counts (BPMN 2.0, clause 10.5.4)."""
    diagram = process().start().catch("wait", timer("timeCycle", "R3/PT1H")).user("u").end()
    play.run(diagram).advance(minutes=59)
    assert play.tasks == []
    play.advance(hours=3)
    assert play.tasks == ["u"]
    play.complete("u")
    assert (play.state, play.jobs) == ("completed", [])


def test_the_processs_own_zone_counts(play: Play) -> None:
    diagram = process().start("daily", timer("timeCycle", "0 0 9 * * ?")).user("u").end()
    play.deploy(diagram, {"relais:timeZone": "America/Martinique"})
    play.sandbox.advance(timedelta(hours=4, minutes=59))
    assert count(play) == 0
    play.sandbox.advance(timedelta(minutes=1))
    assert count(play) == 1


def test_a_cycle_can_be_computed(play: Play) -> None:
    diagram = process().start().user("u").end()
    text = '="R" + string(times) + "/" + string(pause)'
    diagram.boundary("remind", "u", timer("timeCycle", text), interrupting=False).task("mail")
    play.run(diagram, times=2, pause=timedelta(hours=1)).advance(days=7)
    assert play.done.count("mail") == 2


def test_a_new_version_takes_the_timer_over(play: Play) -> None:
    play.deploy(process().start("daily", timer("timeCycle", "0 0 9 * * ?")).user("old").end())
    play.deploy(process().start("daily", timer("timeCycle", "0 0 9 * * ?")).user("new").end())
    play.sandbox.advance(timedelta(days=1))
    assert count(play) == 1
    with play.sandbox.session() as session:
        play.id = session.scalars(select(ProcessInstance.id)).one()
    assert play.tasks == ["new"]
