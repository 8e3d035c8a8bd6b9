"""Jobs: the unit of work the engine hands to a worker, and the lease that protects it.

A worker claims (lease, fresh fencing token), works outside any transaction, and reports. A job
whose lease ends may be claimed again, so work happens *at least once* and its result exactly once.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from engine import execution, history, ledger, persistence, values
from engine.diagnostics import Text
from engine.errors import InstanceEnded, JobNotActivated, NotFound
from engine.spiff import propagation
from engine.spiff.changes import Event, NewIncident, Stop
from engine.spiff.process_run import ProcessRun
from engine.spiff.specs.throws import uncaught
from engine.spiff.token import Token
from engine.states import EffectState, JobKind, JobState
from engine.store import Effect, Incident, Job, table

JOB = table(Job)
FIND = select(JOB).where(JOB.c.id == bindparam("this"))
BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 3600))
JITTER = 0.2


def claim(
    session: Session,
    *,
    worker: str,
    now: datetime,
    lease: timedelta,
    limit: int = 1,
    types: Collection[str] | None = None,
    connectors_only: bool = False,
) -> list[Job]:
    """Take up to `limit` jobs that are due, for `lease`; the caller commits before working.

    `types` restricts connector jobs to these types; `connectors_only` leaves timers and the
    engine's own jobs out. After `now + lease` another worker may take the same job.
    """
    query = select(Job).where(Job.state != JobState.FAILED, Job.due_at <= now)
    if types is not None:
        query = query.where(or_(Job.kind != JobKind.CONNECTOR, Job.type.in_(types)))
    if connectors_only:
        query = query.where(Job.kind == JobKind.CONNECTOR)
    query = query.order_by(Job.due_at, Job.id).limit(limit).with_for_update(skip_locked=True)
    found = list(session.scalars(query))
    for job in found:
        job.state, job.worker, job.token = JobState.ACTIVATED, worker, uuid4()
        job.due_at, job.attempt = now + lease, job.attempt + 1
    session.flush()
    return found


def extend(session: Session, job_id: UUID, token: UUID, *, now: datetime, lease: timedelta) -> None:
    """Keep a long call's job. Raises JobNotActivated when it was already given away."""
    held = (JOB.c.id == job_id) & (JOB.c.token == token) & (JOB.c.state == JobState.ACTIVATED)
    result = session.execute(update(JOB).where(held).values(due_at=now + lease))
    if result.rowcount != 1:  # type: ignore[attr-defined]
        raise JobNotActivated(f"job {job_id} is not held by this worker")


def complete(
    session: Session, job_id: UUID, token: UUID, result: Mapping[str, Any], *, now: datetime
) -> None:
    """Bring a connector job's result into its instance, once. Raises JobNotActivated, InvalidValue."""
    job = held(session, job_id, token)
    finish(session, job, values.from_python(dict(result)), now=now)


def finish(session: Session, job: Mapping[Any, Any], result: dict[str, Any], *, now: datetime) -> None:
    """The job is done, whoever says so: settle its effect, delete it, move its token on."""
    ledger.record(session, job["id"], EffectState.DONE, outcome=result, now=now)
    session.execute(delete(JOB).where(JOB.c.id == job["id"]))
    instance = job.get("instance") or execution.lock(session, job["instance_id"])
    execution.advance_locked(session, instance, lambda run: _finish(run, job, result), now=now)


def _finish(run: ProcessRun, job: Mapping[Any, Any], result: dict[str, Any]) -> None:
    token = _token(run, job)
    token.actor = None
    token.started_at = min(run.now, job["created_at"])
    run.finish(token, result)


def throw_bpmn_error(
    session: Session,
    job_id: UUID,
    token: UUID,
    code: str,
    message: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """A business outcome of the job: caught on the diagram, or an incident with its code."""
    job = held(session, job_id, token)
    ledger.record(session, job_id, EffectState.NOT_DONE, outcome={"error": code}, now=now)
    session.execute(delete(JOB).where(JOB.c.id == job_id))
    payload = values.from_python(dict(variables))

    def command(run: ProcessRun) -> None:
        element = _token(run, job)
        if not propagation.throw_error(element, code, message, payload):
            text = uncaught(code, element.task_spec.label)
            run.stop(element, Stop("uncaught_error", text, code))

    execution.advance_locked(session, job["instance"], command, now=now)


def fail(
    session: Session,
    job_id: UUID,
    token: UUID,
    *,
    message: Text,
    now: datetime,
    code: str | None = None,
    retry: bool = True,
    after: timedelta | None = None,
    sent: str = "no",
    document_ids: Sequence[UUID] = (),
) -> str:
    """A call failed: try again later, or stop. Returns `retry`, `caught`, `incident` or `uncertain`.

    `sent="maybe"` leaves the intent open: the next attempt has to find out first, and when no
    attempt is left a person settles it. A final failure whose `code` is caught by an error boundary
    event with exactly that code goes there; any other is an incident.
    """
    job = held(session, job_id, token)
    if sent == "no":
        ledger.record(session, job_id, EffectState.NOT_DONE, outcome={"error": message.fr}, now=now)
    left = job["retries"] - 1 if retry else 0
    if left > 0:
        _try_again(session, job, left, message, after, now)
        return "retry"
    if sent == "maybe" and ledger.open_intent(session, job_id) is not None:
        mark_uncertain(session, job_id, token, message=message, document_ids=document_ids, now=now)
        return "uncertain"
    if code is not None and _caught(session, job, code, message, document_ids, now):
        return "caught"
    _stop(session, job, message, code, document_ids, now)
    return "incident"


def _try_again(
    session: Session, job: Mapping[Any, Any], left: int, message: Text, after: timedelta | None, now: datetime
) -> None:
    wait = after if after is not None else back_off(job["attempt"])
    changed = {"state": JobState.CREATED, "due_at": now + wait, "retries": left, "token": None}
    changed |= {"last_error": message.fr, "worker": None}
    session.execute(update(JOB).where(JOB.c.id == job["id"]).values(changed))
    data = {"attempt": job["attempt"], "message": {"fr": message.fr, "en": message.en}, "retries": left}
    event = _event("job_failed", job, data)
    history.append(session, job["instance_id"], event, now=now)


def _event(kind: str, job: Mapping[Any, Any], data: Any) -> Event:
    key, place = job["element_key"], job["definition_id"]
    return Event(kind, job["element_id"], key, data=data, definition_id=place)


def back_off(attempt: int) -> timedelta:
    """How long to wait after this many attempts, with some jitter so that failures spread out."""
    base = BACK_OFF[min(max(attempt, 1), len(BACK_OFF)) - 1]
    return base * (1 + random.uniform(-JITTER, JITTER))  # noqa: S311 - spreading load, not secrets


def _caught(
    session: Session,
    job: Mapping[Any, Any],
    code: str,
    message: Text,
    document_ids: Sequence[UUID],
    now: datetime,
) -> bool:
    done: list[bool] = []

    def command(run: ProcessRun) -> None:
        element = _token(run, job)
        found = propagation.find_catcher(element, code)
        if found is None or not found.exact:
            return
        session.execute(delete(JOB).where(JOB.c.id == job["id"]))
        data = {"code": code, "message": {"fr": message.fr, "en": message.en}}
        data["documents"] = [str(d) for d in document_ids]
        run.changes.events.append(Event("job_failed", job["element_id"], job["element_key"], data=data))
        done.append(propagation.throw_error(element, code, message.fr, {}))

    execution.advance_locked(session, job["instance"], command, now=now)
    return bool(done)


def _stop(
    session: Session,
    job: Mapping[Any, Any],
    message: Text,
    code: str | None,
    document_ids: Sequence[UUID],
    now: datetime,
) -> None:
    stopped = {"state": JobState.FAILED, "retries": 0, "token": None, "last_error": message.fr}
    session.execute(update(JOB).where(JOB.c.id == job["id"]).values(stopped))
    open_incident(session, job, message, code, document_ids, now, kind="job_failed")


def open_incident(
    session: Session,
    job: Mapping[Any, Any],
    message: Text,
    code: str | None,
    document_ids: Sequence[UUID],
    now: datetime,
    *,
    kind: str,
    effect_id: UUID | None = None,
) -> None:
    """An incident about a job that stays, stopped."""
    row = execution.lock(session, job["instance_id"])
    new = NewIncident(job["element_key"], job["element_id"], kind, message, code)
    documents = [str(d) for d in document_ids]
    columns = {"job_id": job["id"], "effect_id": effect_id, "document_ids": documents}
    if job["definition_id"] != row["definition_id"]:
        columns["definition_id"] = job["definition_id"]
    incident = persistence.incident_row(persistence.Saved.of(row), new, now, **columns)
    session.execute(insert(table(Incident)).values(incident))
    data = {"incident": str(incident["id"]), "kind": kind, "code": code}
    event = _event("incident_raised", job, data)
    history.append(session, job["instance_id"], event, now=now)


def mark_uncertain(
    session: Session,
    job_id: UUID,
    token: UUID,
    *,
    message: Text,
    now: datetime,
    document_ids: Sequence[UUID] = (),
) -> None:
    """Nobody can say whether the effect happened: stop the job until a person does."""
    job = held(session, job_id, token)
    effect, effect_id = table(Effect), ledger.open_intent(session, job_id)
    if effect_id is None:
        raise NotFound("effect of job", job_id)
    session.execute(update(effect).where(effect.c.id == effect_id).values(state=EffectState.UNCERTAIN))
    stopped = {"state": JobState.FAILED, "token": None, "last_error": message.fr}
    session.execute(update(JOB).where(JOB.c.id == job_id).values(stopped))
    open_incident(
        session, job, message, None, document_ids, now, kind="uncertain_effect", effect_id=effect_id
    )


def held(session: Session, job_id: UUID, token: UUID) -> Mapping[Any, Any]:
    """The job's row if this token holds it, its instance locked. Raises JobNotActivated."""
    query = select(JOB.c.instance_id).where(JOB.c.id == job_id)
    try:
        instance = execution.lock_by(session, query, job_id)
    except NotFound:
        raise JobNotActivated(f"job {job_id} is not held by this worker") from None
    row = session.execute(FIND, {"this": job_id}).mappings().one_or_none()
    if row is None or row["token"] != token or row["state"] != JobState.ACTIVATED:
        raise JobNotActivated(f"job {job_id} is not held by this worker")
    return {**row, "instance": instance}


def _token(run: ProcessRun, job: Mapping[Any, Any]) -> Token:
    token = run.token(job["element_key"])
    if token is None:
        raise InstanceEnded(f"element {job['element_id']} of job {job['id']} has ended")
    return token
