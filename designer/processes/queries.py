"""Processes with the figures their list shows, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from designer.models import Draft, ProcessGroup
from engine.states import OPEN_TASK, IncidentState, InstanceState
from engine.store import Incident, ProcessDefinition, ProcessInstance, UserTask


@dataclass(frozen=True, slots=True)
class Figures:
    """Per process key: running cases, open tasks, open incidents."""

    running: dict[str, int]
    tasks: dict[str, int]
    incidents: dict[str, int]


def latest(session: Session) -> list[ProcessDefinition]:
    """The newest version of every process, by name."""
    query = select(ProcessDefinition).where(ProcessDefinition.is_latest)
    return list(session.scalars(query.order_by(ProcessDefinition.name)))


def figures(session: Session) -> Figures:
    """Counts for every process at once."""
    return Figures(
        _count(session, ProcessInstance.definition_key, ProcessInstance.state == InstanceState.ACTIVE),
        _count(session, UserTask.definition_key, UserTask.state.in_(OPEN_TASK)),
        _count(session, Incident.definition_key, Incident.state == IncidentState.OPEN),
    )


def _count(session: Session, key: object, condition: object) -> dict[str, int]:
    rows = session.execute(select(key, func.count()).where(condition).group_by(key))  # type: ignore[call-overload]
    return {str(name): int(count) for name, count in rows}


def group_names(session: Session) -> dict[str, str]:
    """Name of each process group by key."""
    rows = session.execute(select(ProcessGroup.key, ProcessGroup.name))
    return {str(key): str(name) for key, name in rows}


def drafts(session: Session) -> list[Draft]:
    """Drafts by name."""
    return list(session.scalars(select(Draft).order_by(Draft.name)))


def versions(session: Session, key: str) -> list[ProcessDefinition]:
    """Every version of a process, newest first."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == key)
    return list(session.scalars(query.order_by(ProcessDefinition.version.desc())))


def running_by_version(session: Session, definition_ids: Iterable[object]) -> dict[object, int]:
    """Running cases of each version."""
    query = (
        select(ProcessInstance.definition_id, func.count())
        .where(ProcessInstance.definition_id.in_(list(definition_ids)), ProcessInstance.state == "active")
        .group_by(ProcessInstance.definition_id)
    )
    return {definition_id: int(count) for definition_id, count in session.execute(query)}
