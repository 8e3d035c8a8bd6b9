"""What starts instances by itself: messages, signals, time. It belongs to the newest version only."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import timers
from engine.ids import new_id
from engine.spiff.compiled import CompiledProcess, StartTrigger
from engine.states import JobKind, JobState
from engine.store import Job, ProcessDefinition, StartSubscription
from engine.timers import Schedule


def replace(
    session: Session, definition: ProcessDefinition, compiled: CompiledProcess, now: datetime
) -> None:
    """Let this version be started by its events, and no older one any more."""
    older = select(ProcessDefinition.id).where(ProcessDefinition.key == definition.key)
    session.execute(delete(StartSubscription).where(StartSubscription.definition_key == definition.key))
    session.execute(delete(Job).where(Job.kind == JobKind.TIMER_START, Job.definition_id.in_(older)))
    for trigger in compiled.start_triggers():
        _add(session, definition, compiled, trigger, now)


def _add(
    session: Session,
    definition: ProcessDefinition,
    compiled: CompiledProcess,
    trigger: StartTrigger,
    now: datetime,
) -> None:
    event = trigger.definition
    if event.kind == "timer" and event.timer is not None:
        value = event.timer.evaluate({}, now=now, zone=compiled.zone)
        due = timers.schedule(event.timer_kind or "", value, now=now, zone=compiled.zone)
        schedule(session, definition.id, trigger.element_id, due, now=now)
        return
    name = event.name.evaluate({}, now=now, zone=compiled.zone) if event.name is not None else event.text
    session.add(
        StartSubscription(
            id=new_id(),
            definition_id=definition.id,
            definition_key=definition.key,
            kind=event.kind,
            name=str(name)[:255],
            element_id=trigger.element_id,
        )
    )
    session.flush()


def schedule(session: Session, definition_id: UUID, element_id: str, due: Schedule, *, now: datetime) -> None:
    """Let a timer start event create an instance when it is due."""
    job_id = new_id()
    session.add(
        Job(
            id=job_id,
            definition_id=definition_id,
            kind=JobKind.TIMER_START,
            type=element_id,
            element_id=element_id,
            element_key=0,
            state=JobState.CREATED,
            due_at=due.due,
            created_at=now,
            retries=5,
            idempotency_key=str(job_id),
            input=timers.to_value(due),
        )
    )
    session.flush()
