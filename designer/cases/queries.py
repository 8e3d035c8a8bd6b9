"""Cases: searching them, and everything one case page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from engine import values
from engine.errors import NotFound
from engine.states import IncidentState, InstanceState
from engine.store import (
    Document,
    Effect,
    HistoryEvent,
    Incident,
    Job,
    MessageSubscription,
    ProcessDefinition,
    ProcessInstance,
    UserTask,
    VariableRow,
)

PAGE = 50
STATES = ("", *InstanceState, "stopped")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was searched; `state` may also be `stopped`: an incident is open."""

    contains: str = ""
    process: str = ""
    state: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One case in a list. `waiting` names its open task nearest to its due date."""

    case: ProcessInstance
    process: str
    stopped: bool
    waiting: UserTask | None


@dataclass(slots=True)
class Page:
    """One page of cases."""

    rows: list[Row]
    found: int


@dataclass(slots=True)
class Bundle:
    """One case with all that hangs on it, sub-processes' instances included."""

    case: ProcessInstance
    definition: ProcessDefinition
    tasks: list[UserTask]
    incidents: list[Incident]
    jobs: list[Job]
    subscriptions: list[MessageSubscription]
    documents: list[Document]
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def open_tasks(self) -> list[UserTask]:
        """Tasks somebody still has to do."""
        return [task for task in self.tasks if task.state in ("created", "claimed")]

    @property
    def open_incidents(self) -> list[Incident]:
        """Stops nobody has resolved yet."""
        return [incident for incident in self.incidents if incident.state == IncidentState.OPEN]

    def open_elements(self) -> list[str]:
        """Ids of the elements of this very instance where something waits."""
        waiting: list[Any] = [*self.open_tasks, *self.jobs, *self.subscriptions, *self.open_incidents]
        return list(dict.fromkeys(item.element_id for item in waiting if item.instance_id == self.case.id))


def search(session: Session, asked: Asked, keys: Iterable[str] | None) -> Page:
    """The page that was asked for, limited to processes `keys` (None: every process)."""
    query = _wanted(asked, keys)
    found = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = query.order_by(ProcessInstance.started_at.desc(), ProcessInstance.id.desc())
    rows = session.execute(order.limit(PAGE).offset((asked.page - 1) * PAGE)).all()
    waiting = _waiting(session, [instance.id for instance, _name, _stopped in rows])
    return Page([Row(case, name, bool(stop), waiting.get(case.id)) for case, name, stop in rows], found)


def _wanted(asked: Asked, keys: Iterable[str] | None) -> Select[ProcessInstance, str, bool]:
    query = select(ProcessInstance, ProcessDefinition.name, _stopped().label("stopped")).join(
        ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
    )
    query = query.where(ProcessInstance.root_instance_id == ProcessInstance.id)
    if keys is not None:
        query = query.where(ProcessInstance.definition_key.in_(list(keys)))
    if asked.process:
        query = query.where(ProcessInstance.definition_key == asked.process)
    if asked.state:
        query = query.where(_stopped() if asked.state == "stopped" else ProcessInstance.state == asked.state)
    return query.where(_containing(asked.contains)) if asked.contains else query


def _stopped() -> ColumnElement[bool]:
    return exists().where(
        Incident.root_instance_id == ProcessInstance.id, Incident.state == IncidentState.OPEN
    )


def _containing(words: str) -> ColumnElement[bool]:
    in_data = exists().where(
        VariableRow.root_instance_id == ProcessInstance.id,
        VariableRow.value.icontains(words, autoescape=True),
    )
    return or_(
        ProcessInstance.reference.icontains(words, autoescape=True),
        ProcessInstance.title.icontains(words, autoescape=True),
        in_data,
    )


def _waiting(session: Session, case_ids: list[UUID]) -> dict[UUID, UserTask]:
    query = (
        select(UserTask)
        .where(UserTask.root_instance_id.in_(case_ids), UserTask.state.in_(("created", "claimed")))
        .order_by(UserTask.due_at.desc().nulls_first(), UserTask.id.desc())
    )
    return {task.root_instance_id: task for task in session.scalars(query)}


def by_id(session: Session, case_id: UUID) -> tuple[ProcessInstance, ProcessDefinition]:
    """A case and its process version; NotFound."""
    query = select(ProcessInstance, ProcessDefinition).join(
        ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id
    )
    row = session.execute(query.where(ProcessInstance.id == case_id)).first()
    if row is None:
        raise NotFound("process instance", case_id)
    return row[0], row[1]


def bundle(session: Session, case: ProcessInstance, definition: ProcessDefinition) -> Bundle:
    """Everything the case page shows, in six queries."""
    return Bundle(
        case=case,
        definition=definition,
        tasks=_of(session, UserTask, case, UserTask.created_at),
        incidents=_of(session, Incident, case, Incident.created_at),
        jobs=_of(session, Job, case, Job.due_at),
        subscriptions=_of(session, MessageSubscription, case, MessageSubscription.created_at),
        documents=_of(session, Document, case, Document.created_at.desc()),
        variables=variables(session, case.id),
    )


def _of(session: Session, table: Any, case: ProcessInstance, order: Any) -> list[Any]:
    query = select(table).where(table.root_instance_id == case.root_instance_id).order_by(order)
    return list(session.scalars(query))


def variables(session: Session, instance_id: UUID, scope: int = 0) -> dict[str, Any]:
    """Variables of one scope of an instance, by name."""
    query = select(VariableRow.name, VariableRow.value).where(
        VariableRow.instance_id == instance_id, VariableRow.scope_key == scope
    )
    return {name: values.loads(text) for name, text in session.execute(query.order_by(VariableRow.name))}


def scopes(session: Session, instance_id: UUID) -> dict[int, dict[str, Any]]:
    """Every variable of an instance by scope; 0 is the process."""
    query = select(VariableRow).where(VariableRow.instance_id == instance_id)
    found: dict[int, dict[str, Any]] = {}
    for row in session.scalars(query.order_by(VariableRow.scope_key, VariableRow.name)):
        found.setdefault(row.scope_key, {})[row.name] = values.loads(row.value)
    return found


def events(session: Session, case: ProcessInstance) -> list[HistoryEvent]:
    """What happened to this very instance, in order."""
    query = select(HistoryEvent).where(HistoryEvent.instance_id == case.id).order_by(HistoryEvent.seq)
    return list(session.scalars(query))


def effects(session: Session, case: ProcessInstance) -> list[Effect]:
    """What the case did outside, newest first."""
    query = select(Effect).where(Effect.root_instance_id == case.root_instance_id)
    return list(session.scalars(query.order_by(Effect.intended_at.desc())))
