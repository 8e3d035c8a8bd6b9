"""Messages: publish once, start or wake up the instances that wait for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from engine import buffer, starts, values
from engine.ids import new_id
from engine.states import InstanceState, JobKind, JobState
from engine.store import Job, Message, MessageSubscription, ProcessInstance, StartSubscription, table

DEFAULT_TTL = timedelta(hours=1)
CORRELATE_RETRIES = 5
SUBSCRIPTION = table(MessageSubscription)
MESSAGE = table(Message)
START = table(StartSubscription)


@dataclass(slots=True)
class Publication:
    """What became of a message: instances it started, instances it wakes up, or kept for later."""

    message_id: UUID
    started: list[UUID] = field(default_factory=list)
    woken: list[UUID] = field(default_factory=list)
    taken_by: set[str] = field(default_factory=set)  #: keys of the processes that take it
    buffered: bool = False
    duplicate: bool = False


def publish(
    session: Session,
    name: str,
    correlation_key: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    ttl: timedelta = DEFAULT_TTL,
    dedup_key: str | None = None,
) -> Publication:
    """Publish a message; at most one waiting instance per process takes it, the longest-waiting one.

    A process that it starts gets a new instance only when none of its instances takes it, and with a
    correlation key only while no instance runs that a message with this key has started; then the
    message waits its turn. Nobody waits: it is kept for `ttl`. A `dedup_key` seen before (until its
    ttl ends) changes nothing. Waiting instances are woken by a job, so publishing waits for no
    instance.
    """
    buffer.lock_key(session, name, correlation_key)
    known = _duplicate(session, dedup_key, now)
    if known is not None:
        return Publication(known, duplicate=True)
    content = values.from_python(dict(payload))
    publication = Publication(new_id())
    expires_at = now + ttl
    _wake_waiting(session, publication, name, correlation_key, content, now, expires_at)
    _start_new(session, publication, name, correlation_key, content, now)
    publication.buffered = not publication.taken_by and ttl > timedelta(0)
    if publication.buffered or dedup_key is not None:
        _keep(session, publication, name, correlation_key, content, now, expires_at, dedup_key=dedup_key)
    return publication


def _duplicate(session: Session, dedup_key: str | None, now: datetime) -> UUID | None:
    if dedup_key is None:
        return None
    session.execute(delete(MESSAGE).where(MESSAGE.c.dedup_key == dedup_key, MESSAGE.c.expires_at <= now))
    return session.execute(select(MESSAGE.c.id).where(MESSAGE.c.dedup_key == dedup_key)).scalar_one_or_none()


def _wake_waiting(
    session: Session,
    publication: Publication,
    name: str,
    correlation_key: str,
    content: dict[str, Any],
    now: datetime,
    expires_at: datetime,
) -> None:
    query = (
        select(SUBSCRIPTION, ProcessInstance.definition_key, ProcessInstance.definition_id)
        .join(ProcessInstance, ProcessInstance.id == SUBSCRIPTION.c.instance_id)
        .where(SUBSCRIPTION.c.message_name == name, SUBSCRIPTION.c.correlation_key == correlation_key)
        .order_by(SUBSCRIPTION.c.created_at, SUBSCRIPTION.c.id)
    )
    for row in session.execute(query).mappings():
        if row["definition_key"] not in publication.taken_by:
            publication.taken_by.add(row["definition_key"])
            publication.woken.append(row["instance_id"])
            delivery = {"name": name, "key": correlation_key, "payload": content, "until": expires_at}
            session.execute(insert(table(Job)).values(_correlation_job(row, delivery, now)))


def _correlation_job(row: Mapping[Any, Any], delivery: dict[str, Any], now: datetime) -> dict[str, Any]:
    job_id = new_id()
    return {
        "id": job_id,
        "instance_id": row["instance_id"],
        "root_instance_id": row["root_instance_id"],
        "definition_id": row["definition_id"],
        "kind": JobKind.CORRELATE,
        "type": delivery["name"][:255],
        "element_id": row["element_id"],
        "element_key": row["subscription_key"],
        "state": JobState.CREATED,
        "priority": 50,
        "due_at": now,
        "created_at": now,
        "attempt": 0,
        "retries": CORRELATE_RETRIES,
        "idempotency_key": str(job_id),
        "input": delivery,
    }


def _start_new(
    session: Session,
    publication: Publication,
    name: str,
    correlation_key: str,
    content: dict[str, Any],
    now: datetime,
) -> None:
    rows = session.execute(select(START).where(START.c.kind == "message", START.c.name == name))
    for row in rows.mappings().all():
        if row["definition_key"] in publication.taken_by or _is_running(session, row, correlation_key):
            continue
        publication.taken_by.add(row["definition_key"])
        started = _start(session, row, correlation_key, content, now)
        publication.started += [] if started is None else [started]


def _is_running(session: Session, start: Mapping[Any, Any], correlation_key: str) -> bool:
    """Whether a message with this key has started an instance that has not ended: it is the only one."""
    if not correlation_key:
        return False
    instance = table(ProcessInstance)
    here = (instance.c.message_key == correlation_key) & (instance.c.state == InstanceState.ACTIVE)
    query = select(instance.c.id).where(here, instance.c.definition_key == start["definition_key"])
    return session.execute(query.limit(1)).first() is not None


def _start(
    session: Session, start: Mapping[Any, Any], key: str, content: dict[str, Any], now: datetime
) -> UUID | None:
    started = starts.happened(
        session,
        start["definition_id"],
        start["element_id"],
        start["position"],
        content,
        now=now,
        message_key=key or None,
    )
    return None if started is None else started.id


def start_next(session: Session, definition_key: str, correlation_key: str, *, now: datetime) -> None:
    """An instance that a message with this key started has ended: the next such message starts one."""
    for row in _message_starts(session, definition_key):
        buffer.lock_key(session, row["name"], correlation_key)
        here = (MESSAGE.c.name == row["name"]) & (MESSAGE.c.correlation_key == correlation_key)
        for message in _kept(session, here, now)[:1]:
            if not _is_running(session, row, correlation_key):
                _start_by(session, row, message, now)


def start_early(session: Session, definition_key: str, *, now: datetime) -> None:
    """Messages that came before the process was published start it now, oldest first."""
    for row in _message_starts(session, definition_key):
        for message in _kept(session, MESSAGE.c.name == row["name"], now):
            if not _is_running(session, row, message["correlation_key"]):
                _start_by(session, row, message, now)


def _message_starts(session: Session, definition_key: str) -> Sequence[Mapping[Any, Any]]:
    query = select(START).where(START.c.kind == "message", START.c.definition_key == definition_key)
    return session.execute(query.order_by(START.c.id)).mappings().all()


def _kept(session: Session, here: ColumnElement[bool], now: datetime) -> Sequence[Mapping[Any, Any]]:
    waiting = select(MESSAGE).where(here, MESSAGE.c.correlated_at.is_(None), MESSAGE.c.expires_at > now)
    oldest_first = waiting.order_by(MESSAGE.c.published_at, MESSAGE.c.id)
    return session.execute(oldest_first.with_for_update()).mappings().all()


def _start_by(session: Session, start: Mapping[Any, Any], message: Mapping[Any, Any], now: datetime) -> None:
    started = _start(session, start, message["correlation_key"], message["payload"] or {}, now)
    taken = {"correlated_at": now, "correlated_instance_id": started}
    session.execute(update(MESSAGE).where(MESSAGE.c.id == message["id"]).values(taken))


def _keep(
    session: Session,
    publication: Publication,
    name: str,
    correlation_key: str,
    content: dict[str, Any],
    now: datetime,
    expires_at: datetime,
    *,
    dedup_key: str | None,
) -> None:
    row = {
        "id": publication.message_id,
        "name": name,
        "correlation_key": correlation_key,
        "dedup_key": dedup_key,
        "payload": content,
        "published_at": now,
        "expires_at": expires_at,
        "correlated_at": None if publication.buffered else now,
        "correlated_instance_id": next(iter(publication.woken + publication.started), None),
    }
    session.execute(insert(MESSAGE).values(row))
    session.execute(insert(table(Job)).values(_expiry_job(name, now, expires_at)))


def _expiry_job(name: str, now: datetime, expires_at: datetime) -> dict[str, Any]:
    job_id = new_id()
    return {
        "id": job_id,
        "kind": JobKind.MESSAGE_EXPIRY,
        "type": name[:255],
        "element_id": "",
        "element_key": 0,
        "state": JobState.CREATED,
        "priority": 0,
        "due_at": expires_at,
        "created_at": now,
        "attempt": 0,
        "retries": CORRELATE_RETRIES,
        "idempotency_key": str(job_id),
    }


def remove_expired(session: Session, *, now: datetime) -> int:
    """Forget messages whose time to live is over; returns how many."""
    ids = session.execute(select(MESSAGE.c.id).where(MESSAGE.c.expires_at <= now)).scalars().all()
    session.execute(delete(MESSAGE).where(MESSAGE.c.id.in_(ids)))
    return len(ids)
