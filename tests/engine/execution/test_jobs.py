"""Jobs, leases, incidents, effects: at least once outside, exactly once inside."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine import effects, incidents, instances, jobs
from engine.diagnostics import Text
from engine.errors import InstanceEnded, InvalidState, JobNotActivated
from engine.sandbox import Failure
from engine.store import Effect, Job
from engine.testing import process, timer
from tests.engine.play import Play

MINUTE = timedelta(minutes=1)
OOPS = Text("raté", "failed")


def one_job(play: Play, retries: int = 3) -> None:
    play.deploy(process().start().service("s", retries=retries).end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id


def claim(play: Play, worker: str = "w") -> Job | None:
    with play.sandbox.session() as session:
        found = jobs.claim(session, worker=worker, now=play.sandbox.now, lease=MINUTE)
        session.expunge_all()
    return found[0] if found else None


def complete(play: Play, job: Job, **result: object) -> None:
    with play.sandbox.session() as session:
        jobs.complete(session, job.id, job.token, result, now=play.sandbox.now)


def test_a_claimed_job_is_not_given_twice_until_its_lease_ends(play: Play) -> None:
    one_job(play)
    first = claim(play)
    assert first is not None
    assert claim(play) is None
    play.sandbox.clock.advance(2 * MINUTE)
    second = claim(play)
    assert second is not None
    assert second.token != first.token
    with pytest.raises(JobNotActivated):
        complete(play, first)
    complete(play, second, ok=True)
    assert (play.state, play.variables) == ("completed", {"ok": True})


def test_a_second_completion_is_refused_and_changes_nothing(play: Play) -> None:
    one_job(play)
    job = claim(play)
    complete(play, job, n=1)
    with pytest.raises(JobNotActivated):
        complete(play, job, n=2)
    assert play.variables == {"n": 1}


def test_a_long_call_keeps_its_lease(play: Play) -> None:
    one_job(play)
    job = claim(play)
    with play.sandbox.session() as session:
        jobs.extend(session, job.id, job.token, now=play.sandbox.now, lease=10 * MINUTE)
    play.sandbox.clock.advance(5 * MINUTE)
    assert claim(play) is None
    with play.sandbox.session() as session, pytest.raises(JobNotActivated):
        jobs.extend(session, job.id, uuid4(), now=play.sandbox.now, lease=MINUTE)


def test_failures_back_off_and_end_as_an_incident(play: Play) -> None:
    play.run(process().start().service("s", retries=3).end(), lambda call: Failure("down", retry=True))
    assert (len(play.sandbox.calls), play.stopped) == (1, [])
    play.advance(lambda call: Failure("down", retry=True), hours=2)
    assert (len(play.sandbox.calls), play.stopped) == (3, [("s", "job_failed")])
    assert [e.data["retries"] for e in play.events("job_failed")] == [2, 1]


def test_back_off_grows_and_has_a_ceiling() -> None:
    lengths = [jobs.back_off(n).total_seconds() for n in (1, 2, 3, 4, 5, 50)]
    assert lengths == sorted(lengths[:5]) + lengths[5:]
    assert lengths[-1] <= 3600 * 1.2


def test_a_corrected_incident_runs_the_job_again_with_the_new_value(play: Play) -> None:
    from engine.testing import mapping

    diagram = process().start().service("s", extra=mapping(inputs={"to": "=email"})).end()
    play.run(diagram, lambda call: Failure("bad address"), email="x")
    play.resolve("s", lambda call: {"sent": call.input["to"]}, email="x@example.org")
    assert (play.state, play.variables["sent"]) == ("completed", "x@example.org")
    with play.sandbox.session() as session:
        assert incidents.open_incidents(session, play.id) == []


def test_an_incident_is_resolved_once(play: Play) -> None:
    play.run(process().start().service("s").end(), lambda call: Failure("no"))
    with play.sandbox.session() as session:
        incident_id = incidents.open_incidents(session, play.id)[0].id
    play.resolve("s", lambda call: {})
    with play.sandbox.session() as session, pytest.raises(InvalidState):
        incidents.resolve(session, incident_id, by="x", now=play.sandbox.now)


def test_an_interrupted_activity_takes_its_job_and_incident_along(play: Play) -> None:
    diagram = (
        process()
        .start()
        .service("s")
        .end()
        .boundary("late", "s", timer("timeDuration", "PT1H"))
        .end("expired")
    )
    play.run(diagram, lambda call: Failure("no"))
    assert play.stopped == [("s", "job_failed")]
    play.advance(hours=1)
    assert (play.end_event, play.jobs, play.stopped) == ("expired", [], [])


def test_cancelling_ends_everything_and_refuses_late_results(play: Play) -> None:
    one_job(play)
    job = claim(play)
    with play.sandbox.session() as session:
        instances.cancel(session, play.id, now=play.sandbox.now, by="olga", reason="doublon")
    assert (play.state, play.jobs, play.open) == ("cancelled", [], [])
    with pytest.raises(JobNotActivated):
        complete(play, job)
    with play.sandbox.session() as session, pytest.raises(InstanceEnded):
        instances.cancel(session, play.id, now=play.sandbox.now)


# ---- the ledger


def intend(play: Play, job: Job, idempotency: str) -> str:
    with play.sandbox.session() as session:
        return effects.before_call(
            session, session.get_one(Job, job.id), idempotency=idempotency, now=play.sandbox.now
        )


def ledger(play: Play) -> list[str]:
    with play.sandbox.session() as session:
        return [e.state for e in session.scalars(select(Effect).order_by(Effect.intended_at, Effect.id))]


@pytest.mark.parametrize(
    ("idempotency", "then"), [("native", "call"), ("check", "check"), ("none", "uncertain")]
)
def test_a_lost_answer_is_never_blindly_repeated(play: Play, idempotency: str, then: str) -> None:
    one_job(play)
    first = claim(play)
    assert intend(play, first, idempotency) == "call"
    play.sandbox.clock.advance(2 * MINUTE)
    assert intend(play, claim(play), idempotency) == then
    assert ledger(play) == ["intended"]


def test_a_failure_known_not_to_have_been_sent_closes_the_intent(play: Play) -> None:
    one_job(play)
    job = claim(play)
    intend(play, job, "none")
    with play.sandbox.session() as session:
        assert jobs.fail(session, job.id, job.token, message=OOPS, sent="no", now=play.sandbox.now) == "retry"
    play.sandbox.clock.advance(MINUTE)
    assert intend(play, claim(play), "none") == "call"
    assert ledger(play) == ["not_done", "intended"]


@pytest.mark.parametrize("happened", [True, False])
def test_a_person_settles_an_uncertain_effect(play: Play, happened: bool) -> None:
    one_job(play)
    job = claim(play)
    intend(play, job, "none")
    with play.sandbox.session() as session:
        effects.mark_uncertain(session, job.id, job.token, message=OOPS, now=play.sandbox.now)
    assert play.stopped == [("s", "uncertain_effect")]
    with play.sandbox.session() as session:
        effect_id = session.scalars(select(Effect.id)).one()
        effects.settle(
            session, effect_id, happened=happened, result={"n": 4}, by="olga", now=play.sandbox.now
        )
    if happened:
        assert (play.state, play.variables, ledger(play)) == ("completed", {"n": 4}, ["done"])
    else:
        assert (play.state, play.jobs, ledger(play)) == ("active", ["connector s"], ["not_done"])
    assert play.stopped == []
    with play.sandbox.session() as session, pytest.raises(InvalidState):
        effects.settle(session, effect_id, happened=True, by="olga", now=play.sandbox.now)


def test_the_last_attempt_with_a_lost_answer_ends_as_uncertain(play: Play) -> None:
    one_job(play, retries=1)
    job = claim(play)
    intend(play, job, "check")
    with play.sandbox.session() as session:
        outcome = jobs.fail(session, job.id, job.token, message=OOPS, sent="maybe", now=play.sandbox.now)
    assert (outcome, play.stopped) == ("uncertain", [("s", "uncertain_effect")])
