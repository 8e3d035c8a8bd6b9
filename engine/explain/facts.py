"""What sentences are made of: the rows of one instance, names, and the present."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import words
from engine.diagnostics import Text
from engine.spiff.process_run import ProcessRun
from engine.spiff.standing import Wait
from engine.states import OPEN_TASK, IncidentState, JobKind
from engine.store import Incident, Job, MessageSubscription, UserTask

#: What matters first. Each reason has one of these ranks.
SETTLE, PERSON, TRY_AGAIN, MACHINE, OUTSIDE, TIME, ELSEWHERE, BESIDE = range(8)


def _itself(name: str) -> str:
    return name


@dataclass(frozen=True, slots=True)
class Names:
    """What to call people, teams and elements; `reader` is the person who reads.

    `element` gives a name in both languages, None where the diagram's own name is to be used.
    """

    person: Callable[[str], str] = _itself
    team: Callable[[str], str] = _itself
    element: Callable[[str], Text | None] = lambda _element_id: None
    reader: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why an instance stands where it stands; the lower the rank, the more it matters.

    `kind` is a wait's kind, refined where people see a difference: `job.retry`, `job.running`,
    `user_task.mine`, `incident.uncertain`, `ended.completed`. `stuck`: somebody or something has to
    act before it moves on.
    """

    kind: str
    rank: int
    text: Text
    element_id: str | None = None
    element_key: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    note: Text | None = None
    stuck: bool = False


@dataclass(slots=True)
class Facts:
    """The rows of one instance by element or subscription key."""

    run: ProcessRun
    names: Names
    now: datetime
    zone: tzinfo
    jobs: dict[int, Job] = field(default_factory=dict)
    timers: dict[int, Job] = field(default_factory=dict)
    internal: list[Job] = field(default_factory=list)
    tasks: dict[int, UserTask] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    messages: dict[int, MessageSubscription] = field(default_factory=dict)

    def step(self, element_id: str) -> Text:
        """The element's name between quotation marks."""
        return words.quoted(self.names.element(element_id) or self.run.label(element_id))

    def at_wait(self, wait: Wait) -> Text:
        """The name of where it waits; elements of called processes have their own."""
        return words.quoted(wait.place) if wait.is_called else self.step(wait.element_id)

    def since(self, moment: datetime) -> Text:
        """« depuis 6 minutes »."""
        return words.since(moment, self.now, self.zone)

    def at(self, moment: datetime) -> Text:
        """« le jeudi 26 novembre à 9 h 12 »."""
        return words.at(moment, self.now, self.zone)


def read(
    session: Session, run: ProcessRun, instance_id: UUID, names: Names, now: datetime, zone: tzinfo
) -> Facts:
    """Everything that is stored about what the instance waits for."""
    facts = Facts(run, names, now, zone)
    for job in session.scalars(select(Job).where(Job.instance_id == instance_id)):
        if job.kind == JobKind.CONNECTOR:
            facts.jobs[job.element_key] = job
        elif job.kind == JobKind.TIMER:
            facts.timers[job.element_key] = job
        else:
            facts.internal.append(job)
    tasks = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state.in_(OPEN_TASK))
    facts.tasks = {task.element_key: task for task in session.scalars(tasks)}
    open_ones = Incident.state == IncidentState.OPEN
    incidents = select(Incident).where(Incident.instance_id == instance_id, open_ones)
    facts.incidents = {
        i.element_key: i for i in session.scalars(incidents.order_by(Incident.created_at.desc()))
    }
    waiting = select(MessageSubscription).where(MessageSubscription.instance_id == instance_id)
    facts.messages = {row.subscription_key: row for row in session.scalars(waiting)}
    return facts
