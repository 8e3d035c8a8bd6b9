"""No instance falls silent: lost rows are put back or become incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from engine import jobs, watchdog
from engine.states import JobKind, UserTaskState
from engine.store import (
    Incident,
    Job,
    MessageSubscription,
    ProcessInstance,
    SignalSubscription,
    UserTask,
)
from engine.testing import Diagram, timer
from tests.engine.play import Play


def look(play: Play) -> None:
    """One round of the watchdog, and what it leads to."""
    with play.sandbox.session() as session:
        watchdog.ensure(session, now=play.sandbox.now)
    play.sandbox.run_jobs()


def forget(play: Play, model: type, *conditions: object) -> None:
    with play.sandbox.session() as session:
        session.execute(delete(model).where(*conditions))


def signal(name: str) -> str:
    return f'<bpmn:signalEventDefinition signalRef="signal_{name}"/>'


def mixed() -> Diagram:
    """A user task with a timer and a message beside it."""
    diagram = Diagram("p").start().user("a").end()
    diagram.boundary("t", "a", timer("timeDuration", "PT1H")).end("late")
    return diagram.boundary("m", "a", diagram.message("retrait", '="k"')).end("withdrawn")


def test_a_lost_timer_is_put_back_and_fires_at_its_time(play: Play) -> None:
    play.run(mixed())
    forget(play, Job, Job.kind == JobKind.TIMER)
    look(play)
    assert "timer t" in play.jobs
    play.advance(minutes=59)
    assert play.state == "active"
    play.advance(minutes=2)
    assert play.end_event == "late"


def test_a_lost_message_subscription_is_put_back(play: Play) -> None:
    play.run(mixed())
    forget(play, MessageSubscription)
    play.publish("retrait", "k")
    assert play.state == "active"
    look(play)
    assert play.end_event == "withdrawn"


def test_a_lost_signal_subscription_of_an_event_sub_process_is_put_back(play: Play) -> None:
    inner = Diagram("es").start("alarm", signal("alerte")).end("handled")
    diagram = Diagram("p").start().user("a").end()
    diagram.add("subProcess", "es", inner.content(), 'triggeredByEvent="true"', follow=False)
    diagram.roots.append('<bpmn:signal id="signal_alerte" name="alerte"/>')
    play.run(diagram)
    forget(play, SignalSubscription)
    look(play)
    with play.sandbox.session() as session:
        assert session.scalars(select(SignalSubscription.signal_name)).all() == ["alerte"]


def test_a_lost_task_becomes_an_incident_and_trying_again_makes_it_anew(play: Play) -> None:
    play.run(mixed())
    forget(play, UserTask)
    look(play)
    assert play.stopped == [("a", "lost")]
    play.resolve("a")
    assert play.complete("a").state == "completed"


def test_a_lost_job_becomes_an_incident_and_is_not_repeated_by_itself(play: Play) -> None:
    play.deploy(Diagram("p").start().service("s").end())
    with play.sandbox.session() as session:
        from engine import instances

        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id
    forget(play, Job)
    look(play)
    assert play.stopped == [("s", "lost")]
    assert play.sandbox.calls == []
    play.resolve("s", lambda call: {})
    assert (play.state, len(play.sandbox.calls)) == ("completed", 1)


def test_a_task_that_nothing_waits_for_leaves_the_inbox(play: Play) -> None:
    play.run(mixed())
    with play.sandbox.session() as session:
        session.execute(update(UserTask).values(element_key=999))
    look(play)
    with play.sandbox.session() as session:
        assert session.scalars(select(UserTask.state)).all() == [UserTaskState.CANCELLED]
    assert play.stopped == [("a", "lost")]


def test_a_lost_incident_is_opened_again(play: Play) -> None:
    play.run(Diagram("p").start().exclusive("g").when("=x > 1").end())
    forget(play, Incident)
    look(play)
    assert play.stopped == [("g", "lost")]
    play.resolve("g", x=2)
    assert play.state == "completed"


@pytest.mark.parametrize("state", [b"not json", b'{"v": 99}'])
def test_a_state_that_cannot_be_read_is_one_incident(play: Play, state: bytes) -> None:
    play.run(mixed())
    with play.sandbox.session() as session:
        session.execute(update(ProcessInstance).values(execution_state=state))
    look(play)
    forget(play, Job, Job.kind == JobKind.LOOK_OVER)
    look(play)
    assert play.stopped == [("p", "state_unreadable")]


def test_an_instance_that_agrees_is_left_alone(play: Play) -> None:
    play.run(mixed())
    before = len(play.events())
    look(play)
    assert len(play.events()) == before


def test_the_round_comes_back_and_there_is_only_one(play: Play) -> None:
    play.run(mixed())
    look(play)
    look(play)
    with play.sandbox.session() as session:
        found = session.scalars(select(Job).where(Job.kind == JobKind.LOOK_OVER)).one()
        assert found.due_at == play.sandbox.now + watchdog.EVERY
    forget(play, UserTask)
    play.sandbox.advance(watchdog.EVERY + timedelta(minutes=1))
    assert play.stopped == [("a", "lost")]


def test_every_instance_is_reached_a_few_at_a_time(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "AT_ONCE", 2)
    play.run(mixed())
    for _ in range(4):
        play.start("p")
    forget(play, UserTask)
    look(play)
    play.sandbox.advance(timedelta(minutes=1))
    with play.sandbox.session() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 5


def test_two_workers_begin_one_round(play: Play) -> None:
    with play.sandbox.session() as session:
        watchdog.ensure(session, now=play.sandbox.now)
        watchdog.ensure(session, now=play.sandbox.now)
        assert session.scalar(select(func.count()).select_from(Job)) == 1
        assert len(jobs.claim(session, worker="w", now=play.sandbox.now, lease=timedelta(minutes=1))) == 1


def spoil(change: Callable[[dict], None], play: Play) -> None:
    """Change the stored state by hand."""
    import json

    with play.sandbox.session() as session:
        row = session.get_one(ProcessInstance, play.id)
        state = json.loads(row.execution_state or b"{}")
        change(state)
        row.execution_state = json.dumps(state).encode()


def test_an_instance_without_any_token_is_an_incident_that_says_so(play: Play) -> None:
    play.run(mixed())
    forget(play, UserTask)
    forget(play, Job)
    forget(play, MessageSubscription)

    def empty(state: dict) -> None:
        state["runs"][0][1] = []
        state["subscriptions"] = []

    spoil(empty, play)
    look(play)
    assert play.stopped == [("p", "stalled")]


def test_a_token_that_waits_for_nothing_is_an_incident_at_its_element(play: Play) -> None:
    play.run(Diagram("p").start().catch_timer("wait", "PT1H").task("b").end())
    forget(play, Job)

    def forget_wait(state: dict) -> None:
        state["subscriptions"] = []

    spoil(forget_wait, play)
    look(play)
    assert play.stopped == [("wait", "stalled")]
    play.resolve("wait")
    play.advance(hours=2)
    assert play.state == "completed"
