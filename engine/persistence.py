"""Writes what an advance produced: one batch per table, Core statements only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import signals, values
from engine.ids import new_id
from engine.spiff import state
from engine.spiff.calls import Definition
from engine.spiff.changes import Changes, Event, NewIncident, NewJob, NewMessage, NewUserTask
from engine.spiff.process_run import ProcessRun
from engine.states import OPEN_TASK, IncidentState, InstanceState, JobKind, JobState, UserTaskState
from engine.store import (
    HistoryEvent,
    Incident,
    Job,
    MessageSubscription,
    ProcessInstance,
    SignalSubscription,
    UserTask,
    UserTaskCandidate,
    VariableRow,
    table,
)
from engine.store.prepared import Prepared

INSTANCE = table(ProcessInstance)
VARIABLE = table(VariableRow)
JOB = table(Job)
#: Subscriptions that something outside wakes have rows; a timer's row is its job.
ROWS = {"message": table(MessageSubscription), "signal": table(SignalSubscription)}
INSERTS: dict[Any, Prepared] = {
    model: Prepared(insert(table(model)))
    for model in (
        HistoryEvent,
        Incident,
        Job,
        MessageSubscription,
        ProcessInstance,
        SignalSubscription,
        UserTask,
        UserTaskCandidate,
    )
}


def _upsert_into(dialect: Any) -> Prepared:
    statement = dialect.insert(VARIABLE)
    return Prepared(
        statement.on_conflict_do_update(
            index_elements=["instance_id", "scope_key", "name"], set_={"value": statement.excluded.value}
        )
    )


UPSERTS = {"postgresql": _upsert_into(postgresql), "sqlite": _upsert_into(sqlite)}
UPDATE_INSTANCE = Prepared(update(INSTANCE).where(INSTANCE.c.id == bindparam("this")))
TIMER_RETRIES = 5
TITLE_LENGTH = 500


@dataclass(slots=True)
class Saved:
    """What is known of the stored instance while it is being written again."""

    id: UUID
    root_id: UUID
    definition_id: UUID
    definition_key: str
    history_seq: int
    revision: int
    title: str | None
    state: str = InstanceState.ACTIVE
    message_key: str | None = None

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Saved:
        """From the instance's row."""
        return cls(
            row["id"],
            row["root_instance_id"],
            row["definition_id"],
            row["definition_key"],
            row["history_seq"],
            row["revision"],
            row["title"],
            message_key=row["message_key"],
        )


def save(session: Session, saved: Saved, run: ProcessRun) -> None:
    """Write the instance's new state and everything that came out of the advance."""
    saved.title = _title(run, saved.title)
    if run.completed and saved.state == InstanceState.ACTIVE:
        saved.state = InstanceState.COMPLETED
    write_parts(session, saved, run)
    UPDATE_INSTANCE.run(session, {"this": saved.id, **instance_values(saved, run)})
    if len(session.identity_map):
        session.expire_all()


def create(session: Session, saved: Saved, run: ProcessRun, columns: dict[str, Any]) -> None:
    """Write a new instance, already at its first wait states."""
    saved.title = _title(run, None)
    if run.completed:
        saved.state = InstanceState.COMPLETED
    row: dict[str, Any] = {
        "id": saved.id,
        "root_instance_id": saved.root_id,
        "definition_id": saved.definition_id,
    }
    row |= {"definition_key": saved.definition_key, "started_at": run.now, **columns}
    row |= instance_values(saved, run)
    row["history_seq"] = len(run.changes.events) + len(run.changes.incidents)
    INSERTS[ProcessInstance].insert(session, [row])
    write_parts(session, saved, run)


def instance_values(saved: Saved, run: ProcessRun) -> dict[str, Any]:
    """The columns of the instance's row that change with an advance."""
    ended = saved.state != InstanceState.ACTIVE
    row: dict[str, Any] = {
        "state": saved.state,
        "title": saved.title,
        "revision": saved.revision + 1,
        "history_seq": saved.history_seq,
        "execution_state": None if ended else state.dump(run),
    }
    if ended:
        row |= {"ended_at": run.now, "end_event_id": run.changes.end_event_id}
    return row


def write_parts(session: Session, saved: Saved, run: ProcessRun) -> None:
    """Everything but the instance's own row."""
    changes = run.changes
    _write_variables(session, saved, run)
    _end_elements(session, saved, changes, run.now)
    _write_subscriptions(session, saved, run)
    _insert(session, Job, [_job(saved, job, run) for job in changes.jobs])
    _insert(session, Job, [_publication(saved, m, run) for m in changes.messages])
    if saved.message_key and saved.state != InstanceState.ACTIVE:
        _insert(session, Job, [_next_start(saved, run.now)])
    for signal in changes.signals:
        signals.spread(session, signal.name, signal.payload, now=run.now, thrower=saved.id)
    _write_user_tasks(session, saved, run)
    _write_incidents(session, saved, run)
    _write_history(session, saved, run)


def _insert(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        INSERTS[model].insert(session, rows)


# ---- variables


def _write_variables(session: Session, saved: Saved, run: ProcessRun) -> None:
    rows = [
        {
            "instance_id": saved.id,
            "root_instance_id": saved.root_id,
            "scope_key": scope.key,
            "name": name,
            "value": values.dumps(scope.values_here[name]),
        }
        for scope in run.scopes.values()
        for name in sorted(scope.changed)
    ]
    if rows:
        UPSERTS[session.get_bind().dialect.name].insert(session, rows)
    dropped = run.changes.dropped_scopes
    if dropped and saved.revision:
        here = (VARIABLE.c.instance_id == saved.id) & VARIABLE.c.scope_key.in_(dropped)
        session.execute(delete(VARIABLE).where(here))


def _title(run: ProcessRun, before: str | None) -> str | None:
    expression = run.compiled.title
    if expression is None or not (run.scope.changed & expression.variables or before is None):
        return before
    value = run.evaluate(expression, run.scope)
    return value.strip()[:TITLE_LENGTH] or before if isinstance(value, str) else before


# ---- what waits


def _write_subscriptions(session: Session, saved: Saved, run: ProcessRun) -> None:
    changes = run.changes
    closed = [s.key for s in changes.closed if s.kind == "timer"]
    if closed and saved.revision:
        _delete_jobs(session, saved.id, closed, JobKind.TIMER)
    for kind, subscriptions in ROWS.items():
        closed = [s.key for s in changes.closed if s.kind == kind]
        if closed and saved.revision:
            here = subscriptions.c.instance_id == saved.id
            gone = here & subscriptions.c.subscription_key.in_(closed)
            session.execute(delete(subscriptions).where(gone))
    opened = {s.key: s for s in changes.opened if s.key in run.waits}.values()
    _insert(session, Job, [_timer(saved, s, run) for s in opened if s.kind == "timer"])
    waiting = [s for s in opened if s.kind == "message"]
    _insert(session, MessageSubscription, [_message_row(saved, s, run.now) for s in waiting])
    waiting = [s for s in opened if s.kind == "signal"]
    _insert(session, SignalSubscription, [_signal_row(saved, s, run.now) for s in waiting])


def _delete_jobs(session: Session, instance_id: UUID, keys: list[int], kind: JobKind) -> None:
    here = (JOB.c.instance_id == instance_id) & JOB.c.element_key.in_(keys) & (JOB.c.kind == kind)
    session.execute(delete(JOB).where(here))


def _place(saved: Saved, run: ProcessRun, key: int) -> Definition:
    """The process version that an element is in: a called one, or the instance's own."""
    return run.called.get(key) or Definition(saved.definition_id, saved.definition_key)


def _job_row(saved: Saved, now: datetime, **columns: Any) -> dict[str, Any]:
    job_id = new_id()
    return {
        "id": job_id,
        "instance_id": saved.id,
        "root_instance_id": saved.root_id,
        "definition_id": saved.definition_id,
        "state": JobState.CREATED,
        "priority": 50,
        "created_at": now,
        "due_at": now,
        "attempt": 0,
        "idempotency_key": str(job_id),
        "input": None,
        "variables": None,
        "headers": None,
        **columns,
    }


def _job(saved: Saved, job: NewJob, run: ProcessRun) -> dict[str, Any]:
    return _job_row(
        saved,
        run.now,
        definition_id=_place(saved, run, job.element_key).id,
        kind=JobKind.CONNECTOR,
        type=job.type,
        element_id=job.element_id,
        element_key=job.element_key,
        retries=job.retries,
        input=job.input,
        variables=job.variables,
        headers=job.headers,
    )


def _publication(saved: Saved, message: NewMessage, run: ProcessRun) -> dict[str, Any]:
    content = {"name": message.name, "key": message.correlation_key, "payload": message.payload}
    return _job_row(
        saved,
        run.now,
        definition_id=_place(saved, run, message.element_key).id,
        kind=JobKind.PUBLISH,
        type=message.name[:255],
        element_id=message.element_id,
        element_key=message.element_key,
        retries=TIMER_RETRIES,
        input=content,
    )


def _next_start(saved: Saved, now: datetime) -> dict[str, Any]:
    """The next message with this key can start an instance now."""
    row = _job_row(
        saved,
        now,
        kind=JobKind.NEXT_START,
        type=saved.definition_key[:255],
        element_id="",
        element_key=0,
        retries=TIMER_RETRIES,
        input={"definition_key": saved.definition_key, "key": saved.message_key},
    )
    return {**row, "instance_id": None, "root_instance_id": None}


def _timer(saved: Saved, subscription: Any, run: ProcessRun) -> dict[str, Any]:
    return _job_row(
        saved,
        run.now,
        definition_id=_place(saved, run, subscription.owner_key).id,
        kind=JobKind.TIMER,
        type=subscription.element_id,
        element_id=subscription.element_id,
        element_key=subscription.key,
        due_at=subscription.schedule.due,
        retries=TIMER_RETRIES,
    )


def _signal_row(saved: Saved, subscription: Any, now: datetime) -> dict[str, Any]:
    return {**_row(saved, subscription, now), "signal_name": subscription.name}


def _message_row(saved: Saved, subscription: Any, now: datetime) -> dict[str, Any]:
    key = subscription.correlation_key
    return {
        **_row(saved, subscription, now),
        "message_name": subscription.name,
        "correlation_key": key,
    }


def _row(saved: Saved, subscription: Any, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "instance_id": saved.id,
        "root_instance_id": saved.root_id,
        "element_id": subscription.element_id,
        "subscription_key": subscription.key,
        "created_at": now,
    }


def _write_user_tasks(session: Session, saved: Saved, run: ProcessRun) -> None:
    rows, candidates = [], []
    for task in run.changes.user_tasks:
        task_id = new_id()
        rows.append(_user_task(saved, task, task_id, run))
        for kind, names in (("group", task.candidate_groups), ("user", task.candidate_users)):
            candidates += [{"user_task_id": task_id, "kind": kind, "name": n} for n in dict.fromkeys(names)]
    _insert(session, UserTask, rows)
    _insert(session, UserTaskCandidate, candidates)


def _user_task(saved: Saved, task: NewUserTask, task_id: UUID, run: ProcessRun) -> dict[str, Any]:
    now, place = run.now, _place(saved, run, task.element_key)
    return {
        "id": task_id,
        "instance_id": saved.id,
        "root_instance_id": saved.root_id,
        "definition_id": place.id,
        "definition_key": place.key,
        "element_id": task.element_id,
        "element_key": task.element_key,
        "name": task.name[:500],
        "form_key": task.form_key,
        "state": UserTaskState.CLAIMED if task.assignee else UserTaskState.CREATED,
        "assignee": task.assignee,
        "priority": task.priority,
        "due_at": task.due_at,
        "follow_up_at": task.follow_up_at,
        "created_at": now,
        "claimed_at": now if task.assignee else None,
        "revision": 0,
    }


def _end_elements(session: Session, saved: Saved, changes: Changes, now: datetime) -> None:
    keys = set(changes.ended_elements)
    changes.jobs = [j for j in changes.jobs if j.element_key not in keys]
    changes.user_tasks = [t for t in changes.user_tasks if t.element_key not in keys]
    if not keys or not saved.revision:
        return
    ended = sorted(keys)
    _delete_jobs(session, saved.id, ended, JobKind.CONNECTOR)
    task = table(UserTask)
    here = (task.c.instance_id == saved.id) & task.c.element_key.in_(ended) & task.c.state.in_(OPEN_TASK)
    gone = {"state": UserTaskState.CANCELLED, "completed_at": now, "revision": task.c.revision + 1}
    session.execute(update(task).where(here).values(gone))
    incident = table(Incident)
    here = (incident.c.instance_id == saved.id) & incident.c.element_key.in_(ended)
    done = {"state": IncidentState.RESOLVED, "resolved_at": now}
    session.execute(update(incident).where(here, incident.c.state == IncidentState.OPEN).values(done))


# ---- what happened


def _write_incidents(session: Session, saved: Saved, run: ProcessRun) -> None:
    rows = []
    for incident in run.changes.incidents:
        place = run.called.get(incident.element_key)
        rows.append(incident_row(saved, incident, run.now, definition_id=place.id if place else None))
    for row in rows:
        run.changes.events.append(_raised(row))
    _insert(session, Incident, rows)


def incident_row(saved: Saved, incident: NewIncident, now: datetime, **columns: Any) -> dict[str, Any]:
    """A new open incident's columns."""
    return {
        "id": new_id(),
        "instance_id": saved.id,
        "root_instance_id": saved.root_id,
        "definition_key": saved.definition_key,
        "definition_id": None,
        "element_id": incident.element_id,
        "element_key": incident.element_key,
        "job_id": None,
        "effect_id": None,
        "kind": incident.kind,
        "code": incident.code,
        "message": {"fr": incident.message.fr, "en": incident.message.en},
        "document_ids": [],
        "state": IncidentState.OPEN,
        "created_at": now,
        **columns,
    }


def _raised(row: Mapping[str, Any]) -> Event:
    data = {"incident": str(row["id"]), "kind": row["kind"], "code": row["code"]}
    return Event(
        "incident_raised",
        row["element_id"],
        row["element_key"],
        data=data,
        definition_id=row["definition_id"],
    )


def _write_history(session: Session, saved: Saved, run: ProcessRun) -> None:
    rows = []
    for event in run.changes.events:
        saved.history_seq += 1
        called = run.called.get(event.element_key or 0)
        rows.append(
            {
                "instance_id": saved.id,
                "root_instance_id": saved.root_id,
                "seq": saved.history_seq,
                "at": run.now,
                "kind": event.kind,
                "definition_id": called.id if called else event.definition_id,
                "element_id": event.element_id,
                "element_key": event.element_key,
                "ready_at": event.ready_at,
                "claimed_at": event.claimed_at,
                "started_at": event.started_at,
                "actor": event.actor,
                "data": event.data,
            }
        )
    _insert(session, HistoryEvent, rows)
