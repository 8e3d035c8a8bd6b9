"""Effects on the outside world whose answer was lost, and how they are settled.

An intent without outcome is never blindly repeated: the connector's own check, its idempotency key,
or a person settles it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import execution, history, jobs, values
from engine.errors import InvalidState, NotFound
from engine.jobs import mark_uncertain
from engine.ledger import before_call, record
from engine.spiff.changes import Event
from engine.states import EffectState, IncidentState, JobState
from engine.store import Effect, Incident, Job, table

__all__ = ["before_call", "mark_uncertain", "settle"]


def settle(
    session: Session,
    effect_id: UUID,
    *,
    happened: bool,
    by: str,
    now: datetime,
    result: Mapping[str, Any] | None = None,
) -> None:
    """A person says whether an uncertain effect happened.

    It did: the job completes with `result`. It did not: the job is tried again. Raises NotFound,
    InvalidState when the effect is not uncertain (any more).
    """
    effect = session.get(Effect, effect_id)
    if effect is None:
        raise NotFound("effect", effect_id)
    execution.lock(session, effect.instance_id)
    session.refresh(effect)
    if effect.state != EffectState.UNCERTAIN:
        raise InvalidState(f"effect {effect_id} is {effect.state}")
    instance_id, job_id, element_id = effect.instance_id, effect.job_id, effect.element_id
    data = {"effect": str(effect_id), "happened": happened}
    history.append(session, instance_id, Event("effect_settled", element_id, actor=by, data=data), now=now)
    _resolve_incident(session, effect_id, by, now)
    if happened:
        _complete(session, job_id, dict(result or {}), by, now)
    else:
        record(session, job_id, EffectState.NOT_DONE, outcome={"settled": False}, now=now, by=by)
        again = {"state": JobState.CREATED, "due_at": now, "retries": 3, "token": None}
        session.execute(update(table(Job)).where(table(Job).c.id == job_id).values(again))


def _complete(session: Session, job_id: UUID, result: dict[str, Any], by: str, now: datetime) -> None:
    record(session, job_id, EffectState.DONE, outcome=result, now=now, by=by)
    query = select(table(Job)).where(table(Job).c.id == job_id)
    row = session.execute(query).mappings().one_or_none()
    if row is not None:  # its step may have been cancelled in the meantime
        jobs.finish(session, row, values.from_python(result), now=now)


def _resolve_incident(session: Session, effect_id: UUID, by: str, now: datetime) -> None:
    incident = table(Incident)
    done = {"state": IncidentState.RESOLVED, "resolved_at": now, "resolved_by": by}
    session.execute(update(incident).where(incident.c.effect_id == effect_id).values(done))
