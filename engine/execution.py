"""The one way an instance moves: lock, load, apply one command, run, save.

Everything happens in the caller's transaction, so that one commit makes the new state, its
variables, jobs, user tasks, subscriptions and history true together, or none of it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from engine import buffer, definitions, persistence, values
from engine.errors import InstanceEnded, NotFound
from engine.spiff import state
from engine.spiff.changes import Event
from engine.spiff.tokens import ProcessRun
from engine.states import InstanceState
from engine.store import ProcessInstance, VariableRow, table

INSTANCE = table(ProcessInstance)
VARIABLE = table(VariableRow)
Command = Callable[[ProcessRun], None]


def advance(session: Session, instance_id: UUID, command: Command, *, now: datetime) -> ProcessRun:
    """Apply `command` to a running instance and run it to its next wait states.

    Raises NotFound, InstanceEnded; what goes wrong inside the process becomes incidents.
    """
    row = lock(session, instance_id)
    if row["state"] != InstanceState.ACTIVE:
        raise InstanceEnded(f"instance {instance_id} is {row['state']}")
    run = load(session, row, now)
    command(run)
    settle(session, run)
    persistence.save(session, persistence.Saved.of(row), run)
    return run


def lock(session: Session, instance_id: UUID) -> RowMapping:
    """The instance's row, locked until the transaction ends. Raises NotFound."""
    session.flush()
    query = select(INSTANCE).where(INSTANCE.c.id == instance_id).with_for_update()
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("process instance", instance_id)
    return row


def load(session: Session, row: RowMapping, now: datetime) -> ProcessRun:
    """The instance in memory."""
    compiled = definitions.compiled(session, row["definition_id"])
    variables = load_variables(session, row["id"])
    run = state.load(row["execution_state"], compiled, variables, now, compiled.zone)
    run.instance_id = row["id"]
    return run


def load_variables(session: Session, instance_id: UUID) -> dict[int, dict[str, Any]]:
    """Every variable of an instance, by scope key."""
    query = select(VARIABLE.c.scope_key, VARIABLE.c.name, VARIABLE.c.value)
    found: dict[int, dict[str, Any]] = {}
    for scope_key, name, text in session.execute(query.where(VARIABLE.c.instance_id == instance_id)):
        found.setdefault(scope_key, {})[name] = values.loads(text)
    return found


def settle(session: Session, run: ProcessRun) -> None:
    """Run to the wait states; messages that arrived too early are taken as soon as they are waited for."""
    run.run_queue()
    while buffer.take(session, run):
        run.run_queue()
    run.announce_waiting()
    if run.completed:
        run.changes.events.append(Event("instance_completed", run.changes.end_event_id))
