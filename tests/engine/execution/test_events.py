"""Timers, messages, errors, boundary events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import instances, messages
from engine.sandbox import Failure
from engine.testing import mapping, process, sub_process, timer
from tests.engine.play import Play


def test_an_intermediate_timer_waits_its_time(play: Play) -> None:
    play.run(process().start().catch_timer("wait", "P3D").end())
    assert (play.open, play.jobs) == (["wait"], ["timer wait"])
    play.advance(days=2, hours=23)
    assert play.state == "active"
    play.advance(hours=1)
    assert (play.state, play.jobs) == ("completed", [])


def test_a_timer_can_be_a_feel_value(play: Play) -> None:
    diagram = process().start()
    diagram.add("intermediateCatchEvent", "wait", timer("timeDate", "=due")).end()
    play.run(diagram, due=datetime(2026, 11, 24, 8, tzinfo=UTC))
    play.advance(hours=23)
    assert play.state == "active"
    play.advance(hours=1)
    assert play.state == "completed"


@pytest.mark.parametrize("expression", ["=missing", '="soon"', "=true"])
def test_a_timer_that_cannot_be_understood_is_an_incident(play: Play, expression: str) -> None:
    play.run(process().start().catch_timer("wait", expression).end())
    assert play.stopped == [("wait", "timer")]


def test_an_interrupting_boundary_timer_ends_its_task(play: Play) -> None:
    diagram = (
        process().start().user("u").end().boundary("late", "u", timer("timeDuration", "PT1H")).end("expired")
    )
    play.run(diagram).advance(hours=1)
    assert (play.state, play.end_event, play.tasks, play.jobs) == ("completed", "expired", [], [])


def test_completing_the_task_disarms_its_boundary_timer(play: Play) -> None:
    diagram = process().start().user("u").user("after").end()
    diagram.boundary("late", "u", timer("timeDuration", "PT1H")).end("expired")
    play.run(diagram).complete("u").advance(hours=2)
    assert play.tasks == ["after"]


def test_a_non_interrupting_cycle_fires_as_often_as_it_says(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("remind", "u", timer("timeCycle", "R3/PT1H"), interrupting=False).task("mail").end(
        "sent"
    )
    play.run(diagram).advance(hours=10)
    assert (play.done.count("mail"), play.tasks) == (3, ["u"])
    play.complete("u")
    assert play.state == "completed"


def test_a_late_poll_catches_up_each_cycle_at_its_own_time(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("remind", "u", timer("timeCycle", "R/P1D"), interrupting=False).script(
        "s", "=now()", "at"
    )
    play.run(diagram).advance(days=3)
    assert play.done.count("s") == 3


@pytest.mark.parametrize(
    ("start", "step", "due"),
    [
        ("2026-03-28T09:00:00+01:00", "P1D", "2026-03-29T09:00:00+02:00"),
        ("2026-03-28T09:00:00+01:00", "PT24H", "2026-03-29T10:00:00+02:00"),
        ("2026-01-31T12:00:00+01:00", "P1M", "2026-02-28T12:00:00+01:00"),
        ("2028-01-31T12:00:00+01:00", "P1M", "2028-02-29T12:00:00+01:00"),
        ("2026-11-23T12:00:00+01:00", "P1Y2M", "2028-01-23T12:00:00+01:00"),
    ],
)
def test_calendar_units_follow_the_processs_own_clock(start: str, step: str, due: str) -> None:
    from zoneinfo import ZoneInfo

    from engine import timers

    schedule = timers.schedule(
        "timeDuration", step, now=datetime.fromisoformat(start), zone=ZoneInfo("Europe/Paris")
    )
    assert schedule.due == datetime.fromisoformat(due)


# ---- messages


def waiting() -> object:
    return process().start().catch_message("wait", "piece", "=number").end()


def test_a_message_with_the_right_key_wakes_the_instance(play: Play) -> None:
    play.run(waiting(), number=12)
    assert play.publish("piece", "13").buffered
    assert play.state == "active"
    play.publish("piece", "12", file="a.pdf")
    assert (play.state, play.variables) == ("completed", {"number": 12, "file": "a.pdf"})


def test_a_message_that_comes_too_early_is_kept(play: Play) -> None:
    diagram = process().start().user("u").catch_message("wait", "piece", "=number").end()
    play.run(diagram, number=12)
    play.publish("piece", "12", file="early")
    play.complete("u")
    assert (play.state, play.variables["file"]) == ("completed", "early")


def test_a_message_is_forgotten_after_its_time_to_live(play: Play) -> None:
    diagram = process().start().user("u").catch_message("wait", "piece", "=number").end()
    play.run(diagram, number=12)
    play.publish("piece", "12")
    play.advance(hours=2).complete("u")
    assert play.open == ["wait"]
    with play.sandbox.session() as session:
        assert messages.remove_expired(session, now=play.sandbox.now) == 0, "already swept"


def test_the_same_publication_twice_changes_nothing(play: Play) -> None:
    play.run(waiting(), number=12)
    with play.sandbox.session() as session:
        first = messages.publish(session, "piece", "12", {}, now=play.sandbox.now, dedup_key="k")
        again = messages.publish(session, "piece", "12", {}, now=play.sandbox.now, dedup_key="k")
    assert (first.duplicate, again.duplicate, again.message_id) == (False, True, first.message_id)


def test_one_instance_per_process_takes_a_message(play: Play) -> None:
    play.run(waiting(), number=1)
    first = play.id
    play.start("p", number=1)
    second = play.id
    play.publish("piece", "1")
    with play.sandbox.session() as session:
        assert instances.get(session, first).state == "completed"
        assert instances.get(session, second).state == "active"


def test_a_message_start_event_creates_an_instance(play: Play) -> None:
    diagram = process()
    diagram.start("on_request", diagram.message("request")).user("u").end()
    play.deploy(diagram)
    published = play.publish("request", "", name="Ada")
    play.id = published.started[0]
    assert (play.tasks, play.variables) == (["u"], {"name": "Ada"})


def test_a_message_boundary_interrupts(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("withdrawn", "u", diagram.message("withdraw", "=number")).end("gone")
    play.run(diagram, number=7)
    play.publish("withdraw", "7", reason="moved")
    assert (play.end_event, play.variables["reason"], play.tasks) == ("gone", "moved", [])


def test_a_non_interrupting_message_boundary_repeats(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("note", "u", diagram.message("note", "=number"), interrupting=False).task("read")
    play.run(diagram, number=7)
    play.publish("note", "7")
    play.publish("note", "7")
    assert (play.done.count("read"), play.tasks) == (2, ["u"])


def test_a_throw_event_reaches_another_process(play: Play) -> None:
    receiver = process("receiver")
    receiver.start("on", receiver.message("order")).user("u").end()
    play.deploy(receiver)
    sender = process("sender").start()
    extra = f"<bpmn:extensionElements>{mapping(inputs={'item': '=thing'})}</bpmn:extensionElements>"
    sender.add("intermediateThrowEvent", "tell", extra + sender.message("order")).end()
    play.run(sender, thing="pen")
    assert play.state == "completed"
    with play.sandbox.session() as session:
        from sqlalchemy import select

        from engine.store import ProcessInstance

        other = session.scalars(
            select(ProcessInstance).where(ProcessInstance.definition_key == "receiver")
        ).one()
        assert instances.variables(session, other.id) == {"item": "pen"}


def test_a_correlation_key_that_is_null_is_an_incident(play: Play) -> None:
    play.run(waiting())
    assert play.stopped == [("wait", "correlation")]
    play.resolve("wait", number=3)
    play.publish("piece", "3")
    assert play.state == "completed"


# ---- timer start


def test_a_timer_start_creates_instances_and_repeats(play: Play) -> None:
    diagram = process().start("daily", timer("timeCycle", "R3/P1D")).user("u").end()
    play.deploy(diagram)
    play.sandbox.advance(timedelta(days=10))
    with play.sandbox.session() as session:
        from sqlalchemy import func, select

        from engine.store import ProcessInstance

        assert session.scalar(select(func.count()).select_from(ProcessInstance)) == 3


# ---- errors


def test_an_error_end_is_caught_on_the_boundary_of_its_sub_process(play: Play) -> None:
    inner = sub_process("sub").start("s1").parallel("f").user("a")
    inner.at("f").end("boom", inner.error("REFUSED"))
    diagram = process().start().sub(inner).end()
    diagram.boundary("caught", "sub", diagram.error("REFUSED")).end("handled")
    play.run(diagram)
    assert (play.state, play.end_event, play.tasks) == ("completed", "handled", [])
    assert "boom" in play.done


@pytest.mark.parametrize(("code", "end"), [("A", "exact"), ("B", "any")])
def test_an_exact_code_goes_before_one_that_catches_all(play: Play, code: str, end: str) -> None:
    diagram = process().start().service("s").end()
    diagram.boundary("all", "s", diagram.error(None)).end("any")
    diagram.boundary("one", "s", diagram.error("A")).end("exact")
    play.run(diagram, lambda call: Failure("no", code, bpmn_error=True, variables={"why": "x"}))
    assert (play.end_event, play.variables) == (end, {"why": "x"})


def test_an_error_goes_to_its_own_activity_not_to_a_sibling(play: Play) -> None:
    first = sub_process("p1").start("s1").user("wait").end("e1")
    second = sub_process("p2").start("s2").end("boom", process().error("E"))
    diagram = process().start().parallel("f").sub(first).end("n1").at("f").sub(second).end("n2")
    diagram.roots.append('<bpmn:error id="error_E" name="E" errorCode="E"/>')
    diagram.boundary("c1", "p1", diagram.error("E")).end("h1")
    diagram.boundary("c2", "p2", diagram.error("E")).end("h2")
    play.run(diagram)
    assert play.tasks == ["wait"]
    assert "h2" in play.done
    assert "h1" not in play.done


def test_an_uncaught_error_is_an_incident_with_its_code(play: Play) -> None:
    diagram = process().start()
    diagram.end("boom", diagram.error("LOST"))
    play.run(diagram)
    assert play.stopped == [("boom", "uncaught_error")]
    assert play.state == "active"


def test_a_failed_job_with_a_caught_code_follows_the_diagram(play: Play) -> None:
    diagram = process().start().service("robot").end()
    diagram.boundary("odd", "robot", diagram.error("UNKNOWN_SCREEN")).user("by_hand").end("done_by_hand")
    play.run(diagram, lambda call: Failure("unknown screen", "UNKNOWN_SCREEN"))
    assert (play.tasks, play.stopped, play.jobs) == (["by_hand"], [], [])


def test_a_failed_job_is_not_caught_by_an_event_for_every_error(play: Play) -> None:
    diagram = process().start().service("robot").end()
    diagram.boundary("any", "robot", diagram.error(None)).end("handled")
    play.run(diagram, lambda call: Failure("network down", "TIMEOUT"))
    assert play.stopped == [("robot", "job_failed")]
