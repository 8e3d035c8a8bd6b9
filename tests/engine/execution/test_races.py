"""Two writers at once, on PostgreSQL: one wins, the other finds the work done; nobody deadlocks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import instances, jobs, messages, user_tasks
from engine.errors import EngineError
from engine.sandbox import Failure
from engine.store import ProcessInstance, UserTask
from engine.testing import process, timer
from tests.engine.play import USER, Play

pytestmark = pytest.mark.parametrize(
    "database_kind",
    [pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
    scope="session",
)
ROUNDS = 12


def race(*acts: Callable[[], object]) -> list[object]:
    """Do all at once; what each returned, or the engine error it met."""
    ready, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[index] = act()
        except EngineError as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(i, a)) for i, a in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(t.is_alive() for t in threads), "deadlock"
    return results


def test_two_completions_of_one_task(play: Play) -> None:
    play.deploy(process().start().user("u").end())
    for _ in range(ROUNDS):
        play.start("p")
        with play.sandbox.session() as session:
            task_id = session.scalars(select(UserTask.id).where(UserTask.instance_id == play.id)).one()

        def complete(value: int, task_id=task_id) -> str:
            with play.sandbox.session() as session:
                user_tasks.complete(session, task_id, {"by": value}, user=USER, now=play.sandbox.now)
            return "done"

        results = race(lambda: complete(1), lambda: complete(2), lambda: complete(3))
        assert results.count("done") == 1
        assert play.state == "completed"


def test_a_completion_against_a_timer(play: Play) -> None:
    diagram = process().start().user("u").end("done")
    diagram.boundary("late", "u", timer("timeDuration", "PT1H")).end("expired")
    play.deploy(diagram)
    for _ in range(ROUNDS):
        play.start("p")
        with play.sandbox.session() as session:
            task_id = session.scalars(select(UserTask.id).where(UserTask.instance_id == play.id)).one()
        play.sandbox.clock.advance(timedelta(hours=1))

        def complete(task_id=task_id) -> None:
            with play.sandbox.session() as session:
                user_tasks.complete(session, task_id, {}, user=USER, now=play.sandbox.now)

        race(complete, play.sandbox.run_jobs)
        assert play.state == "completed"
        assert play.end_event in ("done", "expired")


def test_many_workers_share_a_queue_without_taking_a_job_twice(play: Play) -> None:
    play.deploy(process().start().service("s").end())
    for _ in range(20):
        with play.sandbox.session() as session:
            instances.start(session, "p", {}, now=play.sandbox.now)
    taken: list[object] = []

    def work() -> None:
        while True:
            with play.sandbox.session() as session:
                now = play.sandbox.now
                claimed = jobs.claim(session, worker="w", now=now, lease=timedelta(minutes=5), limit=3)
                held = [(j.id, j.token) for j in claimed]
            if not held:
                return
            for job_id, token in held:
                with play.sandbox.session() as session:
                    jobs.complete(session, job_id, token, {}, now=play.sandbox.now)
                taken.append(job_id)

    race(work, work, work, work)
    assert len(taken) == len(set(taken)) == 20
    with play.sandbox.session() as session:
        assert set(session.scalars(select(ProcessInstance.state))) == {"completed"}


def test_resolving_an_incident_against_a_timer_that_ends_it(play: Play) -> None:
    diagram = process().start().service("s").end("done")
    diagram.boundary("late", "s", timer("timeDuration", "PT1H")).end("expired")
    play.deploy(diagram)
    for _ in range(ROUNDS):
        play.start("p", lambda call: Failure("no"))
        play.sandbox.clock.advance(timedelta(hours=1))
        race(lambda: play.resolve("s", lambda call: {}), lambda: play.sandbox.run_jobs(lambda call: {}))
        play.sandbox.run_jobs(lambda call: {})
        assert play.state == "completed"


def test_a_message_against_the_moment_it_begins_to_be_waited_for(play: Play) -> None:
    play.deploy(process().start().user("u").catch_message("wait", "piece", "=number").end())
    for number in range(ROUNDS):
        play.start("p", number=number)
        race(lambda: play.complete("u"), lambda number=number: play.publish("piece", str(number)))
        play.sandbox.run_jobs()
        assert play.state == "completed", "the message was lost"


def test_signals_thrown_at_each_other(play: Play) -> None:
    """Each instance waits for the signal and throws it: both hear the other, nobody deadlocks."""
    diagram = process().start().parallel("f").user("u").throw("tell", process().signal("news")).end("e1")
    diagram.at("f").user("v").end("e2").boundary("heard", "v", diagram.signal("news")).end("e3")
    play.deploy(diagram)
    for _ in range(ROUNDS):
        play.start("p")
        first = play.id
        second = play.start("p").id

        def throw(instance_id) -> None:
            with play.sandbox.session() as session:
                query = select(UserTask.id).where(
                    UserTask.instance_id == instance_id, UserTask.element_id == "u"
                )
                task_id = session.scalars(query).one()
                user_tasks.complete(session, task_id, {}, user=USER, now=play.sandbox.now)

        race(lambda first=first: throw(first), lambda second=second: throw(second), play.sandbox.run_jobs)
        play.sandbox.run_jobs()
        with play.sandbox.session() as session:
            assert set(session.scalars(select(ProcessInstance.state))) == {"completed"}


def test_a_broadcast_against_an_instance_that_goes_on(play: Play) -> None:
    diagram = process().start().user("u").end("done")
    diagram.boundary("stop", "u", diagram.signal("news")).end("stopped")
    play.deploy(diagram)
    for _ in range(ROUNDS):
        play.start("p")
        race(lambda: play.complete("u"), lambda: play.signal("news"), play.sandbox.run_jobs)
        play.sandbox.run_jobs()
        assert play.state == "completed"
        assert play.end_event in ("done", "stopped")


def test_the_same_message_published_twice_at_once_starts_one_instance(play: Play) -> None:
    diagram = process()
    play.deploy(diagram.start("on", diagram.message("order")).user("u").end())
    for number in range(ROUNDS):

        def publish(number=number) -> None:
            with play.sandbox.session() as session:
                messages.publish(session, "order", "", {}, now=play.sandbox.now, dedup_key=f"d{number}")

        race(publish, publish, publish)
    assert len(play.all) == ROUNDS


def test_one_instance_per_correlation_key_whoever_publishes(play: Play) -> None:
    diagram = process()
    play.deploy(diagram.start("on", diagram.message("order")).user("u").end())
    for number in range(ROUNDS):
        race(*[lambda number=number: play.publish("order", str(number))] * 3)
    assert len(play.all) == ROUNDS
