"""What starts instances by itself: messages, signals, time, conditions. It belongs to the newest version.

A start event with several definitions starts with each of them; a parallel multiple one waits until
all have happened, and what they brought is kept meanwhile (BPMN 2.0, clause 10.5.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import definitions, instances, timers, values
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.feel import FeelError
from engine.ids import new_id
from engine.instances import Started
from engine.spiff.changes import feel_text
from engine.spiff.compiled import CompiledProcess, StartTrigger
from engine.states import JobKind, JobState
from engine.store import Job, ProcessDefinition, StartSubscription, table
from engine.timers import Schedule, TimerInvalid

START = table(StartSubscription)


def replace(
    session: Session, definition: ProcessDefinition, compiled: CompiledProcess, now: datetime
) -> None:
    """Let this version be started by its events, and no older one any more. Raises DefinitionInvalid."""
    older = select(ProcessDefinition.id).where(ProcessDefinition.key == definition.key)
    session.execute(delete(StartSubscription).where(StartSubscription.definition_key == definition.key))
    session.execute(delete(Job).where(Job.kind == JobKind.TIMER_START, Job.definition_id.in_(older)))
    for trigger in compiled.start_triggers():
        try:
            _add(session, definition, compiled, trigger, now)
        except TimerInvalid as error:
            raise _not_known_yet(trigger, error.message) from error
        except FeelError as error:
            raise _not_known_yet(trigger, feel_text(error)) from error


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
        schedule(session, definition.id, trigger.element_id, due, now=now, position=event.index)
    if event.kind == "timer" and not trigger.together:
        return
    session.add(
        StartSubscription(
            id=new_id(),
            definition_id=definition.id,
            definition_key=definition.key,
            kind=event.kind,
            name=_name(trigger, compiled, now)[:255],
            element_id=trigger.element_id,
            position=event.index,
            together=trigger.together,
        )
    )
    session.flush()


def _name(trigger: StartTrigger, compiled: CompiledProcess, now: datetime) -> str:
    event = trigger.definition
    if event.name is None:
        return event.text
    name = event.name.evaluate({}, now=now, zone=compiled.zone)
    if not isinstance(name, str):
        shown = "null" if name is None else str(name)
        raise _not_known_yet(
            trigger,
            Text(f"Le nom donne « {shown} » : il faut un texte.", f"The name gives {shown}: text is needed."),
        )
    return name


def _not_known_yet(trigger: StartTrigger, reason: Text) -> DefinitionInvalid:
    """No instance exists, so no variable does: everything must be known when it is published."""
    message = Text(
        f"Le début « {trigger.element_id} » ne peut pas être attendu. {reason.fr}",
        f'The start "{trigger.element_id}" cannot be waited for. {reason.en}',
    )
    return DefinitionInvalid([Diagnostic("bpmn.start-not-known", "error", message, trigger.element_id)])


def schedule(
    session: Session,
    definition_id: UUID,
    element_id: str,
    due: Schedule,
    *,
    now: datetime,
    position: int = 0,
) -> None:
    """Let a timer start event create an instance when it is due."""
    job_id = new_id()
    session.add(
        Job(
            id=job_id,
            definition_id=definition_id,
            kind=JobKind.TIMER_START,
            type=element_id,
            element_id=element_id,
            element_key=position,
            state=JobState.CREATED,
            due_at=due.due,
            created_at=now,
            retries=5,
            idempotency_key=str(job_id),
            input=timers.to_value(due),
        )
    )
    session.flush()


def happened(
    session: Session,
    definition_id: UUID,
    element_id: str,
    position: int,
    payload: dict[str, Any],
    *,
    now: datetime,
    message_key: str | None = None,
) -> Started | None:
    """An event that starts instances has happened; None while others must happen as well."""
    here = (START.c.definition_id == definition_id) & (START.c.element_id == element_id) & START.c.together
    rows = session.execute(select(START).where(here).with_for_update()).mappings().all()
    if rows:
        merged = _gathered(session, rows, position, payload)
        if merged is None:
            return None
        payload = merged
    definition = definitions.get(session, definition_id)
    return instances.start_definition(
        session, definition, payload, now=now, start_event=element_id, message_key=message_key
    )


def _gathered(session: Session, rows: Any, position: int, payload: dict[str, Any]) -> dict[str, Any] | None:
    """One of several: note it; when each has happened once, what they brought together."""
    seen = {row["id"]: list(row["seen"] or ()) for row in rows}
    for row in rows:
        if row["position"] == position:
            seen[row["id"]].append(payload)
    merged: dict[str, Any] | None = None
    if all(seen.values()):
        merged = {}
        for row in rows:
            merged |= seen[row["id"]].pop(0)
    for row_id, kept in seen.items():
        session.execute(START.update().where(START.c.id == row_id).values(seen=kept))
    return merged


def evaluate_conditions(
    session: Session, variables: Mapping[str, Any], *, now: datetime, by: str | None = None
) -> list[Started]:
    """Start an instance wherever a conditional start event's condition holds for these variables.

    They become the variables of the instances. Raises InvalidValue.
    """
    given = values.from_python(dict(variables))
    rows = session.execute(select(START).where(START.c.kind == "conditional").order_by(START.c.id))
    started = []
    for row in rows.mappings().all():
        if _holds(session, row, given, now):
            found = happened(
                session, row["definition_id"], row["element_id"], row["position"], given, now=now
            )
            started += [] if found is None else [found]
    return started


def _holds(session: Session, row: Any, given: dict[str, Any], now: datetime) -> bool:
    compiled = definitions.compiled(session, row["definition_id"])
    for trigger in compiled.start_triggers():
        event = trigger.definition
        if (trigger.element_id, event.index) == (row["element_id"], row["position"]) and event.condition:
            return event.condition.evaluate(given, now=now, zone=compiled.zone) is True
    return False
