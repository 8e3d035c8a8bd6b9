"""The one way an instance moves: lock, load, apply one command, run, save.

Everything happens in the caller's transaction, so that one commit makes the new state, its
variables, jobs, user tasks, subscriptions and history true together, or none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, bindparam, select
from sqlalchemy.orm import Session

from engine import buffer, decisions, definitions, persistence, silence, values
from engine.errors import InstanceEnded, NotFound
from engine.library import library
from engine.spiff import state
from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.spiff.scopes import case_scope
from engine.states import InstanceState
from engine.store import ProcessInstance, VariableRow, table

INSTANCE = table(ProcessInstance)
VARIABLE = table(VariableRow)
#: `key_share`: rows that refer to the instance can still be added (a job that wakes it), so whoever
#: broadcasts or publishes waits for no instance. Its id never changes.
LOCK = select(INSTANCE).where(INSTANCE.c.id == bindparam("this")).with_for_update(key_share=True)
VARIABLES = select(VARIABLE.c.scope_key, VARIABLE.c.name, VARIABLE.c.value).where(
    VARIABLE.c.instance_id == bindparam("this")
)
Command = Callable[[ProcessRun], None]


def advance(session: Session, instance_id: UUID, command: Command, *, now: datetime) -> ProcessRun:
    """Apply `command` to a running instance and run it to its next wait states.

    Raises NotFound, InstanceEnded; what goes wrong inside the process becomes incidents.
    """
    return advance_locked(session, lock(session, instance_id), command, now=now)


def advance_locked(session: Session, row: RowMapping, command: Command, *, now: datetime) -> ProcessRun:
    """The same for an instance whose row the caller has locked."""
    if row["state"] != InstanceState.ACTIVE:
        raise InstanceEnded(f"instance {row['id']} is {row['state']}")
    run = load(session, row, now)
    command(run)
    settle(session, run)
    persistence.save(session, persistence.Saved.of(row), run)
    return run


def lock(session: Session, instance_id: UUID) -> RowMapping:
    """The instance's row, locked until the transaction ends. Raises NotFound."""
    return _locked(session, LOCK, {"this": instance_id}, "process instance", instance_id)


def lock_by(session: Session, ids: Select[tuple[UUID]], key: object) -> RowMapping:
    """The row of the instance whose id `ids` selects, locked. Raises NotFound."""
    query = (
        select(INSTANCE)
        .where(INSTANCE.c.id == ids.scalar_subquery())
        .with_for_update(of=INSTANCE, key_share=True)
    )
    return _locked(session, query, {}, "user task or job", key)


def _locked(
    session: Session, query: Select[Any], parameters: dict[str, Any], kind: str, key: object
) -> RowMapping:
    session.flush()
    row = session.execute(query, parameters).mappings().one_or_none()
    if row is None:
        raise NotFound(kind, key)
    return row


def forget_loaded(session: Session) -> None:
    """Objects the caller has loaded are read again: rows changed behind their back."""
    if len(session.identity_map):
        session.expire_all()


def load(session: Session, row: RowMapping, now: datetime) -> ProcessRun:
    """The instance in memory."""
    compiled = definitions.compiled(session, row["definition_id"])
    variables = load_variables(session, row["id"])
    case = case_scope(row["reference"], row["started_at"], compiled.zone)
    called = library(session, row["definition_id"])
    run = state.load(row["execution_state"], compiled, variables, now, case, called)
    run.instance_id = row["id"]
    run.decisions = decisions.source(session, row["definition_id"])
    return run


def load_variables(session: Session, instance_id: UUID) -> dict[int, dict[str, Any]]:
    """Every variable of an instance, by scope key."""
    found: dict[int, dict[str, Any]] = {}
    for scope_key, name, text in session.execute(VARIABLES, {"this": instance_id}):
        found.setdefault(scope_key, {})[name] = values.loads(text)
    return found


def settle(session: Session, run: ProcessRun) -> None:
    """Run to the wait states; messages that arrived too early are taken as soon as they are waited for."""
    run.run_queue()
    while buffer.take(session, run):
        run.run_queue()
    silence.watch(run)
    run.announce_waiting()
    if run.completed:
        run.changes.events.append(Event("instance_completed", run.changes.end_event_id))
