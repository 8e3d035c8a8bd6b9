"""What operations show. Causes are groups of incidents: the same element stopped for the same reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, func, select, type_coerce
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.states import EffectState, IncidentState
from engine.store import Effect, Incident, Job, ProcessDefinition, ProcessInstance, UserTask

PAGE = 50
Keys = Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many causes, waiting jobs and uncertain effects there are."""

    causes: int
    jobs: int
    effects: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something stopped, how often and since when; `signature` is the code, else the message."""

    definition_key: str
    element_id: str
    kind: str
    signature: str
    cases: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Stopped:
    """One open incident with its case and process version."""

    incident: Incident
    case: ProcessInstance
    definition: ProcessDefinition


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job with its case; timers that start processes have none."""

    job: Job
    case: ProcessInstance | None
    definition: ProcessDefinition


def _within(column: Any, keys: Keys) -> Sequence[ColumnElement[bool]]:
    return () if keys is None else (column.in_(list(keys)),)


def _signature() -> ColumnElement[str]:
    """An incident's code; its stored message, both languages, when it has none."""
    return func.coalesce(Incident.code, type_coerce(Incident.message, String))


def _open(keys: Keys) -> Sequence[ColumnElement[bool]]:
    return (Incident.state == IncidentState.OPEN, *_within(Incident.definition_key, keys))


def causes(session: Session, keys: Keys) -> list[Cause]:
    """Causes of what is stopped now, the one with most cases first."""
    group = (Incident.definition_key, Incident.element_id, Incident.kind, _signature())
    query = (
        select(*group, func.count(Incident.root_instance_id.distinct()), func.min(Incident.created_at))
        .where(*_open(keys))
        .group_by(*group)
    )
    found = [Cause(*row) for row in session.execute(query)]
    return sorted(found, key=lambda cause: (-cause.cases, cause.since))


def same_cause(session: Session, incident: Incident) -> list[Stopped]:
    """Every open incident of the same cause, the oldest first."""
    alike = (
        Incident.definition_key == incident.definition_key,
        Incident.element_id == incident.element_id,
        Incident.kind == incident.kind,
        Incident.code == incident.code if incident.code else Incident.message == incident.message,
    )
    return _stopped(session, (Incident.state == IncidentState.OPEN, *alike))


def examples(session: Session, keys: Keys, found: Sequence[Cause]) -> dict[Cause, Stopped]:
    """The oldest open incident of each cause, in one query."""
    oldest = {(c.definition_key, c.element_id, c.kind, c.since): c for c in found}
    query = _joined().where(*_open(keys), Incident.created_at.in_({cause.since for cause in found}))
    chosen: dict[Cause, Stopped] = {}
    for incident, case, definition in session.execute(query.order_by(Incident.id)):
        cause = oldest.get((incident.definition_key, incident.element_id, incident.kind, incident.created_at))
        if cause is not None:
            chosen.setdefault(cause, Stopped(incident, case, definition))
    return chosen


def _joined() -> Select[Incident, ProcessInstance, ProcessDefinition]:
    return (
        select(Incident, ProcessInstance, ProcessDefinition)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
    )


def _stopped(session: Session, conditions: Iterable[ColumnElement[bool]]) -> list[Stopped]:
    query = _joined().where(*conditions).order_by(Incident.created_at, Incident.id)
    return [Stopped(*row) for row in session.execute(query)]


def incident(session: Session, incident_id: UUID) -> Stopped:
    """One incident, open or resolved; NotFound."""
    found = _stopped(session, (Incident.id == incident_id,))
    if not found:
        raise NotFound("incident", incident_id)
    return found[0]


def counts(session: Session, keys: Keys) -> Counts:
    """The figures beside the tabs."""
    jobs_query = _jobs(keys).with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    effects_query = _effects(keys).with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return Counts(
        count_causes(session, keys),
        session.scalar(jobs_query) or 0,
        session.scalar(effects_query) or 0,
    )


def count_causes(session: Session, keys: Keys) -> int:
    """How many causes stop cases now."""
    group = (Incident.definition_key, Incident.element_id, Incident.kind, _signature())
    grouped = select(*group).where(*_open(keys)).group_by(*group).subquery()
    return session.scalar(select(func.count()).select_from(grouped)) or 0


def jobs(session: Session, keys: Keys, page: int) -> list[JobRow]:
    """Automatic steps that wait, the next one first."""
    query = _jobs(keys).limit(PAGE).offset((page - 1) * PAGE)
    return [JobRow(*row) for row in session.execute(query)]


def _jobs(keys: Keys) -> Select[Job, ProcessInstance, ProcessDefinition]:
    return (
        select(Job, ProcessInstance, ProcessDefinition)
        .join(ProcessDefinition, ProcessDefinition.id == Job.definition_id)
        .outerjoin(ProcessInstance, ProcessInstance.id == Job.instance_id)
        .where(*_within(ProcessDefinition.key, keys))
        .order_by(Job.due_at, Job.id)
    )


def effects(session: Session, keys: Keys) -> list[tuple[Effect, ProcessInstance, ProcessDefinition]]:
    """Effects nobody knows for sure, the oldest first."""
    return [(row[0], row[1], row[2]) for row in session.execute(_effects(keys))]


def _effects(keys: Keys) -> Select[Effect, ProcessInstance, ProcessDefinition]:
    return (
        select(Effect, ProcessInstance, ProcessDefinition)
        .join(ProcessInstance, ProcessInstance.id == Effect.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(Effect.state == EffectState.UNCERTAIN, *_within(ProcessInstance.definition_key, keys))
        .order_by(Effect.intended_at, Effect.id)
    )


def effect(session: Session, effect_id: UUID) -> tuple[Effect, ProcessInstance, ProcessDefinition]:
    """One effect with its case; NotFound."""
    query = (
        select(Effect, ProcessInstance, ProcessDefinition)
        .join(ProcessInstance, ProcessInstance.id == Effect.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(Effect.id == effect_id)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound("effect", effect_id)
    return row[0], row[1], row[2]


def first_due(session: Session, instance_ids: Iterable[UUID]) -> UserTask | None:
    """The open task of these cases whose due date comes first."""
    query = select(UserTask).where(
        UserTask.root_instance_id.in_(list(instance_ids)),
        UserTask.state.in_(("created", "claimed")),
        UserTask.due_at.is_not(None),
    )
    return session.scalars(query.order_by(UserTask.due_at).limit(1)).first()
