"""Process instances: start, cancel, correct, look at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import decisions, definitions, execution, persistence, values
from engine.definitions import DefinitionRef
from engine.errors import InstanceEnded, InvalidState, NotFound
from engine.ids import new_id
from engine.library import library
from engine.spiff import standing
from engine.spiff.changes import Event
from engine.spiff.compiled import CompiledProcess
from engine.spiff.process_run import ProcessRun
from engine.spiff.scopes import ROOT_SCOPE, case_scope
from engine.spiff.standing import Wait
from engine.states import InstanceState
from engine.store import Base, ProcessDefinition, ProcessInstance, ReferenceCounter, table


def _count_up(dialect: Any) -> Any:
    counter = table(ReferenceCounter)
    counted = dialect.insert(counter).on_conflict_do_update(
        index_elements=["prefix", "year"], set_={"last": counter.c.last + 1}
    )
    return counted.returning(counter.c.last)


COUNT_UP = {"postgresql": _count_up(postgresql), "sqlite": _count_up(sqlite)}


@dataclass(frozen=True, slots=True)
class Started:
    """A new instance, already at its first wait states (or ended)."""

    id: UUID
    reference: str
    title: str | None
    state: str
    definition_id: UUID
    definition_key: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenElement:
    """Where an instance stands: one token, and what it waits for.

    `waiting_for` is one of `engine.spiff.standing.KINDS`.
    """

    element_id: str
    key: int
    kind: str
    since: datetime | None
    waiting_for: str
    incident: bool


def start(
    session: Session,
    key: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    by: str | None = None,
    start_event: str | None = None,
    version: int | None = None,
    sample: bool = False,
) -> Started:
    """Start an instance of the newest (or a given) version at its none start event, or at `start_event`.

    Raises NotFound, InvalidValue, InvalidState when people cannot start this process.
    """
    definition: DefinitionRef | ProcessDefinition = (
        definitions.latest_ref(session, key)
        if version is None
        else definitions.version(session, key, version)
    )
    return start_definition(
        session, definition, variables, now=now, by=by, start_event=start_event, sample=sample
    )


def start_definition(
    session: Session,
    definition: DefinitionRef | ProcessDefinition,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    by: str | None = None,
    start_event: str | None = None,
    sample: bool = False,
    message_key: str | None = None,
) -> Started:
    """Start an instance of exactly this version.

    `message_key`: correlation key of the message that starts it; no other starts while it runs.
    """
    compiled = definitions.compiled(session, definition.id)
    entries = [start_event] if start_event else _entries(compiled)
    reference = next_reference(session, compiled, now)
    run = ProcessRun(compiled, {}, now, case_scope(reference, now, compiled.zone))
    run.library = library(session, definition.id)
    run.instance_id = instance_id = new_id()
    run.decisions = decisions.source(session, definition.id)
    run.changes.events.append(Event("instance_started", entries[0], actor=by))
    run.start(entries, values.from_python(dict(variables)))
    execution.settle(session, run)
    saved = persistence.Saved(instance_id, instance_id, definition.id, definition.key, 0, 0, None)
    columns = {"reference": reference, "started_by": by, "is_sample": sample}
    columns["message_key"] = saved.message_key = message_key
    persistence.create(session, saved, run, columns)
    return Started(instance_id, reference, saved.title, saved.state, definition.id, definition.key, 1)


def _entries(compiled: CompiledProcess) -> list[str]:
    found = compiled.entries()
    if not found:
        raise InvalidState(f"process {compiled.key} has no none start event: a message or timer starts it")
    return found


def next_reference(session: Session, compiled: CompiledProcess, now: datetime) -> str:
    """The next case number of a process: prefix, year, count."""
    prefix = compiled.properties.get("prefix") or _initials(compiled.key)
    year = now.astimezone(compiled.zone).year
    counted = COUNT_UP[session.get_bind().dialect.name]
    number = session.execute(counted, {"prefix": prefix, "year": year, "last": 1}).scalar_one()
    return f"{prefix}-{year}-{number:04d}"


def _initials(key: str) -> str:
    words = [w for w in re.split(r"[^0-9A-Za-z]+|(?<=[a-z])(?=[A-Z])", key) if w]
    return "".join(w[0] for w in words).upper()[:6] if len(words) > 1 else key[:3].upper()


def get(session: Session, instance_id: UUID) -> ProcessInstance:
    """The instance. Raises NotFound."""
    found = session.get(ProcessInstance, instance_id)
    if found is None:
        raise NotFound("process instance", instance_id)
    return found


def by_reference(session: Session, reference: str) -> ProcessInstance:
    """The instance with this case number. Raises NotFound."""
    query = select(ProcessInstance).where(ProcessInstance.reference == reference)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("process instance", reference)
    return found


def variables(session: Session, instance_id: UUID, scope: int = ROOT_SCOPE) -> dict[str, Any]:
    """The variables of one scope; the process scope unless said otherwise."""
    return execution.load_variables(session, instance_id).get(scope, {})


def set_variables(
    session: Session,
    instance_id: UUID,
    changed: Mapping[str, Any],
    *,
    now: datetime,
    by: str | None = None,
) -> None:
    """Write variables of the process scope by hand. Raises NotFound, InstanceEnded, InvalidValue."""
    new = values.from_python(dict(changed))

    def command(run: ProcessRun) -> None:
        for name, value in new.items():
            run.scope.set_local(name, value)
        run.changes.events.append(Event("variables_set", actor=by, data={"names": sorted(new)}))

    execution.advance(session, instance_id, command, now=now)


def cancel(
    session: Session, instance_id: UUID, *, now: datetime, by: str | None = None, reason: str = ""
) -> None:
    """End an instance where it stands. Raises NotFound, InstanceEnded."""
    row = execution.lock(session, instance_id)
    if row["state"] != InstanceState.ACTIVE:
        raise InstanceEnded(f"instance {instance_id} is {row['state']}")
    run = execution.load(session, row, now)
    run.kill_all(run)
    run.completed = True
    run.changes.events.append(
        Event("instance_cancelled", actor=by, data={"reason": reason} if reason else None)
    )
    saved = persistence.Saved.of(row)
    saved.state = InstanceState.CANCELLED
    persistence.save(session, saved, run)


def open_elements(session: Session, instance_id: UUID) -> list[OpenElement]:
    """Where the instance stands now; empty when it has ended. Raises NotFound."""
    query = select(execution.INSTANCE).where(execution.INSTANCE.c.id == instance_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("process instance", instance_id)
    if row["state"] != InstanceState.ACTIVE:
        return []
    run = execution.load(session, row, row["started_at"])
    return [_open_element(wait) for wait in standing.of(run) if not wait.beside]


def _open_element(wait: Wait) -> OpenElement:
    token, kind = wait.token, wait.node.kind
    if token is None:
        return OpenElement(wait.element_id, wait.key, kind, None, wait.kind, False)
    return OpenElement(wait.element_id, token.key, kind, token.ready_at, wait.kind, token.is_stopped)


def remove_samples(session: Session) -> int:
    """Delete every instance marked as a sample, with all its rows; returns how many."""
    ids = select(ProcessInstance.id).where(ProcessInstance.is_sample)
    count = len(session.scalars(ids).all())
    for rows in reversed(Base.metadata.sorted_tables):
        if "instance_id" in rows.c and rows.name != "process_instance":
            session.execute(rows.delete().where(rows.c.instance_id.in_(ids)))
    session.execute(execution.INSTANCE.delete().where(execution.INSTANCE.c.is_sample))
    return count
