"""What happened to an instance, in order; append-only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.spiff.changes import Event
from engine.store import HistoryEvent, ProcessInstance, table

#: kinds after which an element instance is not active any more
ENDS = ("element_completed", "element_terminated", "element_compensated", "repetition_completed")


@dataclass(slots=True)
class Trail:
    """The way a case has gone: flows taken with their count, elements done, elements active now."""

    flows: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    active: dict[str, int] = field(default_factory=dict)


def of(session: Session, instance_id: UUID) -> list[HistoryEvent]:
    """Every event of an instance, oldest first."""
    query = select(HistoryEvent).where(HistoryEvent.instance_id == instance_id)
    return list(session.scalars(query.order_by(HistoryEvent.seq)))


def append(session: Session, instance_id: UUID, event: Event, *, now: datetime) -> int:
    """Note a fact that moves no token; returns its number. Raises NotFound."""
    instance = table(ProcessInstance)
    session.flush()
    grown = {"history_seq": instance.c.history_seq + 1, "revision": instance.c.revision + 1}
    statement = update(instance).where(instance.c.id == instance_id).values(grown)
    known = instance.c.history_seq, instance.c.root_instance_id, instance.c.definition_id
    row = session.execute(statement.returning(*known)).one_or_none()
    if row is None:
        raise NotFound("process instance", instance_id)
    if event.definition_id == row[2]:
        event.definition_id = None
    session.execute(insert(table(HistoryEvent)).values(_columns(instance_id, row[1], row[0], event, now)))
    return int(row[0])


def trail(events: list[HistoryEvent]) -> Trail:
    """Sum up events for the diagram of the instance's own process."""
    summary, open_keys = Trail(), {}
    for event in events:
        if event.element_id is None or event.element_key is None or event.definition_id is not None:
            continue
        if event.kind == "element_activated":
            open_keys[event.element_key] = event.element_id
        elif event.kind in ENDS:
            open_keys.pop(event.element_key, None)
        if event.kind == "element_completed":
            _count(summary.done, event.element_id)
        if event.kind in ("element_completed", "repetition_completed"):
            for flow in (event.data or {}).get("flows", ()):
                _count(summary.flows, flow)
    for element_id in open_keys.values():
        _count(summary.active, element_id)
    return summary


def _count(counts: dict[str, int], key: str) -> None:
    counts[key] = counts.get(key, 0) + 1


def _columns(instance_id: UUID, root_id: UUID, seq: int, event: Event, now: datetime) -> dict[str, object]:
    return {
        "instance_id": instance_id,
        "root_instance_id": root_id,
        "seq": seq,
        "at": now,
        "kind": event.kind,
        "definition_id": event.definition_id,
        "element_id": event.element_id,
        "element_key": event.element_key,
        "ready_at": event.ready_at,
        "claimed_at": event.claimed_at,
        "started_at": event.started_at,
        "actor": event.actor,
        "data": event.data,
    }
