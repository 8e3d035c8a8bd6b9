"""Signals: broadcast to every instance that waits, and to every process that one starts.

Nobody is addressed and nothing is kept: who does not wait at that moment does not hear it (BPMN 2.0,
clause 10.5.1). Broadcasting locks no instance; each that waits is woken by a job of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from engine import values
from engine.ids import new_id
from engine.states import JobKind, JobState
from engine.store import Job, SignalSubscription, StartSubscription, table

SUBSCRIPTION = table(SignalSubscription)
START = table(StartSubscription)
SIGNAL_RETRIES = 5


@dataclass(frozen=True, slots=True)
class Broadcast:
    """Whom a signal reached: instances that waited for it, processes of which it starts an instance."""

    woken: list[UUID]
    started: list[str]  #: keys


def broadcast(session: Session, name: str, payload: Mapping[str, Any], *, now: datetime) -> Broadcast:
    """Send a signal to everybody who waits for it now. Raises InvalidValue."""
    return spread(session, name, values.from_python(dict(payload)), now=now)


def spread(
    session: Session, name: str, payload: dict[str, Any], *, now: datetime, thrower: UUID | None = None
) -> Broadcast:
    """The same for values of the engine; the instance that threw it has heard it already."""
    waiting = select(SUBSCRIPTION).where(SUBSCRIPTION.c.signal_name == name)
    if thrower is not None:
        waiting = waiting.where(SUBSCRIPTION.c.instance_id != thrower)
    rows = session.execute(waiting.order_by(SUBSCRIPTION.c.id)).mappings().all()
    starting = select(START).where(START.c.kind == "signal", START.c.name == name)
    starts = session.execute(starting.order_by(START.c.id)).mappings().all()
    jobs = [_delivery(row, name, payload, now) for row in rows]
    jobs += [_start(row, name, payload, now) for row in starts]
    if jobs:
        session.execute(insert(table(Job)), jobs)
    woken = list(dict.fromkeys(row["instance_id"] for row in rows))
    return Broadcast(woken, [row["definition_key"] for row in starts])


def _delivery(row: Mapping[Any, Any], name: str, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return _job(
        now,
        instance_id=row["instance_id"],
        root_instance_id=row["root_instance_id"],
        kind=JobKind.SIGNAL,
        type=name[:255],
        element_id=row["element_id"],
        element_key=row["subscription_key"],
        input={"payload": payload},
    )


def _start(row: Mapping[Any, Any], name: str, payload: dict[str, Any], now: datetime) -> dict[str, Any]:
    return _job(
        now,
        definition_id=row["definition_id"],
        kind=JobKind.EVENT_START,
        type=name[:255],
        element_id=row["element_id"],
        element_key=row["position"],
        input={"payload": payload},
    )


def _job(now: datetime, **columns: Any) -> dict[str, Any]:
    job_id = new_id()
    blank = {"instance_id": None, "root_instance_id": None, "definition_id": None}
    return {
        **blank,
        "id": job_id,
        "state": JobState.CREATED,
        "priority": 50,
        "due_at": now,
        "created_at": now,
        "attempt": 0,
        "retries": SIGNAL_RETRIES,
        "idempotency_key": str(job_id),
        **columns,
    }
