"""The inbox for messages that arrive before anybody waits for them.

Publishing and beginning to wait take the same lock (per name and key), so that one of the two
always sees the other. A publisher never holds it while it waits for an instance.
"""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.spiff.subscriptions import Subscription
from engine.store import Message, table

MESSAGE = table(Message)


def lock_key(session: Session, name: str, correlation_key: str) -> None:
    """Hold the name and key until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        text = f"{name}\x1f{correlation_key}"
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(text, 0))))


def take(session: Session, run: ProcessRun) -> bool:
    """Give one buffered message to a subscription opened in this advance; whether there was one."""
    for subscription in [s for s in run.changes.opened if s.kind == "message"]:
        if subscription.key in run.waits and subscription.key not in run.looked_up:
            run.looked_up.add(subscription.key)
            if _take_for(session, run, subscription):
                return True
    return False


def _take_for(session: Session, run: ProcessRun, subscription: Subscription) -> bool:
    name, key = subscription.name or "", subscription.correlation_key or ""
    lock_key(session, name, key)
    waiting = (
        select(MESSAGE.c.id, MESSAGE.c.payload)
        .where(MESSAGE.c.name == name, MESSAGE.c.correlation_key == key)
        .where(MESSAGE.c.correlated_at.is_(None), MESSAGE.c.expires_at > run.now)
        .order_by(MESSAGE.c.published_at, MESSAGE.c.id)
        .limit(1)
    )
    row = session.execute(waiting).one_or_none()
    if row is None:
        return False
    taken = {"correlated_at": run.now, "correlated_instance_id": run.instance_id}
    session.execute(update(MESSAGE).where(MESSAGE.c.id == row.id).values(taken))
    event = Event("message_correlated", subscription.element_id, data={"message": name})
    called = run.called.get(subscription.owner_key)
    event.definition_id = called.id if called else None
    run.changes.events.append(event)
    return run.waits.trigger(subscription.key, row.payload or {})
