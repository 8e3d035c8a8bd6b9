"""Incidents: a stop that needs an operator, who corrects and lets it go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import execution, values
from engine.errors import InvalidState, NotFound
from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.spiff.scopes import ROOT_SCOPE
from engine.states import IncidentState
from engine.store import Incident, Job, table


def get(session: Session, incident_id: UUID) -> Incident:
    """The incident. Raises NotFound."""
    found = session.get(Incident, incident_id)
    if found is None:
        raise NotFound("incident", incident_id)
    return found


def open_incidents(session: Session, instance_id: UUID | None = None) -> list[Incident]:
    """Open incidents, oldest first; of one instance, or of all."""
    query = select(Incident).where(Incident.state == IncidentState.OPEN)
    if instance_id is not None:
        query = query.where(Incident.instance_id == instance_id)
    return list(session.scalars(query.order_by(Incident.created_at, Incident.id)))


def resolve(
    session: Session,
    incident_id: UUID,
    *,
    by: str,
    now: datetime,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Correct variables of the process, then try again what stopped.

    A failed job is made anew, from the corrected variables. Raises NotFound, InvalidState when the
    incident is resolved already or is an uncertain effect (which is settled, not retried).
    """
    incident = get(session, incident_id)
    instance = execution.lock(session, incident.instance_id)
    session.refresh(incident)
    if incident.state != IncidentState.OPEN:
        raise InvalidState(f"incident {incident_id} is resolved")
    if incident.kind == "uncertain_effect":
        raise InvalidState(f"incident {incident_id} is about an uncertain effect: settle it")
    corrected = values.from_python(dict(variables or {}))
    element_key, job_id = incident.element_key, incident.job_id
    incident.state, incident.resolved_at, incident.resolved_by = IncidentState.RESOLVED, now, by
    event = Event("incident_resolved", incident.element_id, element_key, actor=by)
    event.definition_id = incident.definition_id
    event.data = {"incident": str(incident_id), "corrected": sorted(corrected)}
    if job_id is not None:
        session.execute(delete(table(Job)).where(table(Job).c.id == job_id))
    session.flush()

    def command(run: ProcessRun) -> None:
        for name, value in corrected.items():
            run.scope.set_local(name, value)
        run.changes.events.append(event)
        _retry(run, element_key)

    execution.advance_locked(session, instance, command, now=now)


def _retry(run: ProcessRun, element_key: int) -> None:
    if element_key == ROOT_SCOPE:
        return  # about the whole instance: it is looked at again
    token = run.token(element_key)
    if token is None:
        raise InvalidState(f"element {element_key} has ended")
    run.restart(token)
