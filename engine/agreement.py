"""Do an instance's state and its rows agree? What differs, and what mends it.

The state says what is waited for; jobs, user tasks, message subscriptions and incidents are the rows
through which it comes. A subscription can be put back exactly as it was. A job or a task that has
gone cannot: nobody knows what became of it, so a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.diagnostics import Text
from engine.spiff import standing
from engine.spiff.changes import NewIncident, Stop
from engine.spiff.process_run import ProcessRun
from engine.spiff.standing import Wait
from engine.states import OPEN_TASK, IncidentState, JobKind, JobState
from engine.store import Incident, Job, MessageSubscription, SignalSubscription, UserTask, table

JOB, TASK = table(Job), table(UserTask)
WAITING = {"message": table(MessageSubscription), "signal": table(SignalSubscription)}
INCIDENT = table(Incident)
LOST, UNREADABLE = "lost", "state_unreadable"
#: Kinds of wait that come through a row of their own, which the state describes in full.
EXACT = ("timer", "message", "signal")


@dataclass(slots=True)
class Rows:
    """Element and subscription keys for which an instance has a row."""

    jobs: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    tasks: set[int] = field(default_factory=set)
    incidents: set[int] = field(default_factory=set)
    waits: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in EXACT})
    unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement in words, and what sets it right."""

    words: Text
    mend: Callable[[ProcessRun], None]


def rows_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, Rows]:
    """What these instances have rows for."""
    found = {instance_id: Rows() for instance_id in ids}
    jobs = select(JOB.c.instance_id, JOB.c.kind, JOB.c.element_key, JOB.c.state)
    for instance_id, kind, key, state in session.execute(jobs.where(JOB.c.instance_id.in_(ids))):
        if kind == JobKind.CONNECTOR:
            (found[instance_id].failed if state == JobState.FAILED else found[instance_id].jobs).add(key)
        elif kind == JobKind.TIMER:
            found[instance_id].waits["timer"].add(key)
    tasks = select(TASK.c.instance_id, TASK.c.element_key).where(TASK.c.state.in_(OPEN_TASK))
    for instance_id, key in session.execute(tasks.where(TASK.c.instance_id.in_(ids))):
        found[instance_id].tasks.add(key)
    for kind, table_of in WAITING.items():
        waiting = select(table_of.c.instance_id, table_of.c.subscription_key)
        for instance_id, key in session.execute(waiting.where(table_of.c.instance_id.in_(ids))):
            found[instance_id].waits[kind].add(key)
    stops = select(INCIDENT.c.instance_id, INCIDENT.c.element_key, INCIDENT.c.kind)
    stops = stops.where(INCIDENT.c.state == IncidentState.OPEN, INCIDENT.c.instance_id.in_(ids))
    for instance_id, key, kind in session.execute(stops):
        found[instance_id].incidents.add(key)
        found[instance_id].unreadable = found[instance_id].unreadable or kind == UNREADABLE
    return found


def differences(run: ProcessRun, rows: Rows) -> list[Difference]:
    """What the state waits for without a row that could bring it, and rows that nothing waits for."""
    found = [d for wait in standing.of(run) for d in _missing(run, wait, rows)]
    orphans = sorted((rows.tasks | rows.jobs | rows.failed) - {t.key for t in run.open_tokens()})
    return found + [_orphan(key) for key in orphans]


def _missing(run: ProcessRun, wait: Wait, rows: Rows) -> Iterator[Difference]:
    if wait.kind in EXACT and wait.subscription is not None:
        if wait.subscription.key not in rows.waits[wait.kind]:
            yield _put_back(wait, wait.place)
    elif wait.key in rows.incidents or wait.token is None:
        return
    elif wait.kind == "incident":
        yield _no_incident(wait, wait.token.task_spec.label)
    elif (wait.kind == "job" and wait.key not in rows.jobs) or (
        wait.kind == "user_task" and wait.key not in rows.tasks
    ):
        yield _lost(wait, wait.token.task_spec.label)


def _put_back(wait: Wait, label: str) -> Difference:
    subscription = wait.subscription
    words = Text(f"L’attente de « {label} » a été remise.", f'The wait at "{label}" was put back.')
    return Difference(words, lambda run: run.changes.opened.append(subscription))


def _lost(wait: Wait, label: str) -> Difference:
    words = Text(
        f"Le travail de « {label} » a disparu. Regardez s’il a eu lieu. Réessayer le recommence.",
        f'The work of "{label}" has disappeared. See whether it took place. Retrying does it again.',
    )

    def mend(run: ProcessRun) -> None:
        token = run.token(wait.key)
        if token is not None:
            run.stop(token, Stop(LOST, words))

    return Difference(words, mend)


def _no_incident(wait: Wait, label: str) -> Difference:
    words = Text(
        f"« {label} » est à l’arrêt et l’incident qui disait pourquoi a disparu. Réessayez cette étape.",
        f'"{label}" has stopped and the incident that said why has disappeared. Try this step again.',
    )
    new = NewIncident(wait.key, wait.element_id, LOST, words, None)
    return Difference(words, lambda run: run.changes.incidents.append(new))


def _orphan(key: int) -> Difference:
    words = Text(
        "Une tâche ou un travail que le dossier n’attendait plus a été retiré.",
        "A task or job that the case no longer waited for was removed.",
    )
    return Difference(words, lambda run: run.changes.ended_elements.append(key))
