"""The engine's own jobs: timers that are due, messages to deliver or forget, unused uploads, the watchdog."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from engine import definitions, documents, execution, messages, migration, starts, timers, watchdog
from engine.errors import InstanceEnded, JobNotActivated, NotFound
from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.states import JobKind
from engine.store import Job, table

JOB = table(Job)


def run(session: Session, job_id: UUID, token: UUID | None, *, now: datetime) -> None:
    """Do one claimed job that is not a connector's, in the caller's transaction, and delete it.

    Raises JobNotActivated when the token no longer holds it: another worker has it, or what it was
    for has ended.
    """
    job = _held(session, job_id, token)
    following = WORK[JobKind(job.kind)](session, job, now)
    if following is None:
        session.execute(delete(JOB).where(JOB.c.id == job_id))
    else:
        session.execute(update(JOB).where(JOB.c.id == job_id).values(following))


def _held(session: Session, job_id: UUID, token: UUID | None) -> Job:
    """The job, its instance locked first as every writer does."""
    instance_id = session.execute(select(JOB.c.instance_id).where(JOB.c.id == job_id)).scalar_one_or_none()
    if instance_id is not None:
        execution.lock(session, instance_id)
    job = session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or token is None or job.token != token:
        raise JobNotActivated(f"job {job_id} is not held by this worker")
    return job


def _trigger(
    session: Session,
    instance_id: UUID | None,
    subscription_key: int,
    payload: dict[str, Any],
    now: datetime,
    event: Event | None = None,
) -> bool:
    """Fire a subscription; False when the instance has ended or no longer waits."""
    fired: list[bool] = []

    def command(process: ProcessRun) -> None:
        if event is not None and subscription_key in process.waits:
            process.changes.events.append(event)
        fired.append(process.waits.trigger(subscription_key, payload))

    if instance_id is None:
        raise NotFound("process instance", instance_id)
    try:
        execution.advance(session, instance_id, command, now=now)
    except InstanceEnded:
        return False
    return fired[0]


def _correlate(session: Session, job: Job, now: datetime) -> None:
    content = job.input
    event = Event("message_correlated", job.element_id, data={"message": content["name"]})
    taken = _trigger(session, job.instance_id, job.element_key, content["payload"] or {}, now, event)
    if not taken and content["until"] > now:
        left = content["until"] - now
        messages.publish(
            session, content["name"], content["key"], content["payload"] or {}, now=now, ttl=left
        )


def _start_by_event(session: Session, job: Job, now: datetime) -> None:
    payload = job.input["payload"] or {}
    starts.happened(session, _definition(job), job.element_id, job.element_key, payload, now=now)


def _next_start(session: Session, job: Job, now: datetime) -> None:
    messages.start_next(session, job.input["definition_key"], job.input["key"], now=now)


def _definition(job: Job) -> UUID:
    if job.definition_id is None:
        raise NotFound("process definition", None)
    return job.definition_id


def _start(session: Session, job: Job, now: datetime) -> None:
    definition_id, position = _definition(job), job.element_key
    compiled = definitions.compiled(session, definition_id)
    following = timers.from_value(job.input).next(compiled.zone)
    if following is not None:
        starts.schedule(session, definition_id, job.element_id, following, now=now, position=position)
    starts.happened(session, definition_id, job.element_id, position, {}, now=now)


def _timer(session: Session, job: Job, now: datetime) -> None:
    _trigger(session, job.instance_id, job.element_key, {}, now)


def _signal(session: Session, job: Job, now: datetime) -> None:
    _trigger(session, job.instance_id, job.element_key, job.input["payload"] or {}, now)


def _publish(session: Session, job: Job, now: datetime) -> None:
    content = job.input
    messages.publish(session, content["name"], content["key"], content["payload"] or {}, now=now)


def _forget_messages(session: Session, job: Job, now: datetime) -> None:
    messages.remove_expired(session, now=now)


def _forget_uploads(session: Session, job: Job, now: datetime) -> None:
    documents.remove_abandoned(session, now=now)


def _look_over(session: Session, job: Job, now: datetime) -> dict[str, Any]:
    return watchdog.look_over(session, job.input, now=now)


def _look_into(session: Session, job: Job, now: datetime) -> None:
    if job.instance_id is not None:
        watchdog.look_into(session, job.instance_id, now=now)


def _migrate(session: Session, job: Job, now: datetime) -> None:
    if job.instance_id is not None:
        migration.run_job(session, job.instance_id, job.input, now=now)


#: What each kind does; columns it gives back are the job's for the next time, otherwise it is over.
WORK: dict[JobKind, Callable[[Session, Job, datetime], dict[str, Any] | None]] = {
    JobKind.TIMER: _timer,
    JobKind.TIMER_START: _start,
    JobKind.SIGNAL: _signal,
    JobKind.EVENT_START: _start_by_event,
    JobKind.NEXT_START: _next_start,
    JobKind.PUBLISH: _publish,
    JobKind.CORRELATE: _correlate,
    JobKind.MESSAGE_EXPIRY: _forget_messages,
    JobKind.UPLOAD_EXPIRY: _forget_uploads,
    JobKind.LOOK_OVER: _look_over,
    JobKind.LOOK_INTO: _look_into,
    JobKind.MIGRATE: _migrate,
}
