"""What the inbox shows, in a constant number of queries whatever its length."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from designer import text
from engine.states import OPEN_TASK, UserTaskState
from engine.store import ProcessDefinition, ProcessInstance, UserTask, UserTaskCandidate

PAGE = 50
TEAM, MINE, DONE = "team", "mine", "done"
VIEWS = (TEAM, MINE, DONE)
URGENT, OLDEST = "urgent", "oldest"
ORDERS = (URGENT, OLDEST)
Tasks: TypeAlias = Select[UserTask, ProcessInstance, str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader of the inbox asked for; every field has a harmless default."""

    view: str = TEAM
    contains: str = ""
    process: str = ""
    team: str = ""
    order: str = URGENT
    page: int = 1


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose inbox it is: a person's id and the keys of the person's teams."""

    id: str
    teams: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the task, its case and its process."""

    task: UserTask
    case: ProcessInstance
    process: str


@dataclass(slots=True)
class Page:
    """One page of the inbox. `team` and `mine` count everything that matches no filter at all."""

    rows: list[Row]
    found: int
    team: int
    mine: int
    processes: list[tuple[str, str]] = field(default_factory=list)


def visible(reader: Reader) -> ColumnElement[bool]:
    """Open tasks that the reader holds or may take."""
    offered = or_(
        and_(UserTaskCandidate.kind == "group", UserTaskCandidate.name.in_(reader.teams)),
        and_(UserTaskCandidate.kind == "user", UserTaskCandidate.name == reader.id),
    )
    to_reader = exists().where(UserTaskCandidate.user_task_id == UserTask.id, offered)
    to_everybody = ~exists().where(UserTaskCandidate.user_task_id == UserTask.id)
    may_take = and_(UserTask.assignee.is_(None), or_(to_reader, to_everybody))
    return and_(UserTask.state.in_(OPEN_TASK), or_(UserTask.assignee == reader.id, may_take))


def load(session: Session, reader: Reader, asked: Asked) -> Page:
    """The page that was asked for: four queries and one for the candidates."""
    wanted = _wanted(reader, asked)
    found = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    rows = session.execute(_ordered(wanted, asked).limit(PAGE).offset((asked.page - 1) * PAGE)).all()
    team, mine = counts(session, reader)
    return Page(
        rows=[Row(task, instance, process) for task, instance, process in rows],
        found=found,
        team=team,
        mine=mine,
        processes=_processes(session, reader),
    )


def counts(session: Session, reader: Reader) -> tuple[int, int]:
    """How many open tasks the reader sees, and how many of them the reader holds."""
    mine = func.count(case((UserTask.assignee == reader.id, 1)))
    row = session.execute(select(func.count(), mine).where(visible(reader))).one()
    return int(row[0]), int(row[1])


def etag(session: Session, reader: Reader, now: datetime) -> str:
    """Changes whenever the inbox of the reader may look different, and once an hour for the stamps."""
    facts = select(
        func.count(), func.coalesce(func.sum(UserTask.revision), 0), func.max(UserTask.created_at)
    ).where(visible(reader))
    count, revisions, newest = session.execute(facts).one()
    return f"{count}-{revisions}-{newest:%Y%m%d%H%M%S%f}-{now:%Y%m%d%H}" if newest else f"0-{now:%Y%m%d%H}"


def next_free(session: Session, reader: Reader) -> UUID | None:
    """The most urgent open task that nobody holds and the reader may take."""
    query = select(UserTask.id).where(visible(reader), UserTask.assignee.is_(None))
    return session.scalars(query.order_by(*_urgent_first()).limit(1)).first()


def next_held(session: Session, reader: Reader) -> UUID | None:
    """The most urgent task that the reader holds."""
    query = select(UserTask.id).where(UserTask.state == UserTaskState.CLAIMED, UserTask.assignee == reader.id)
    return session.scalars(query.order_by(*_urgent_first()).limit(1)).first()


def _wanted(reader: Reader, asked: Asked) -> Tasks:
    query = (
        select(UserTask, ProcessInstance, ProcessDefinition.name)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .where(_view(reader, asked.view))
    )
    if asked.process:
        query = query.where(UserTask.definition_key == asked.process)
    if asked.team:
        query = query.where(_offered_to(asked.team))
    if asked.contains:
        query = query.where(_containing(asked.contains))
    return query


def _view(reader: Reader, view: str) -> ColumnElement[bool]:
    if view == DONE:
        return and_(UserTask.state == UserTaskState.COMPLETED, UserTask.completed_by == reader.id)
    if view == MINE:
        return and_(UserTask.state.in_(OPEN_TASK), UserTask.assignee == reader.id)
    return visible(reader)


def _offered_to(team: str) -> ColumnElement[bool]:
    return exists().where(
        UserTaskCandidate.user_task_id == UserTask.id,
        UserTaskCandidate.kind == "group",
        UserTaskCandidate.name == team,
    )


def _containing(words: str) -> ColumnElement[bool]:
    return or_(
        UserTask.name.icontains(words, autoescape=True),
        ProcessInstance.title.icontains(words, autoescape=True),
        ProcessInstance.reference.icontains(words, autoescape=True),
    )


def _ordered(query: Tasks, asked: Asked) -> Tasks:
    if asked.view == DONE:
        return query.order_by(UserTask.completed_at.desc(), UserTask.id.desc())
    if asked.order == OLDEST:
        return query.order_by(UserTask.created_at, UserTask.id)
    return query.order_by(*_urgent_first())


def _urgent_first() -> Sequence[ColumnElement[Any]]:
    return (
        UserTask.due_at.asc().nulls_last(),
        UserTask.priority.desc(),
        UserTask.created_at.asc(),
        UserTask.id.asc(),
    )


def _processes(session: Session, reader: Reader) -> list[tuple[str, str]]:
    keys = select(UserTask.definition_key).where(visible(reader)).distinct()
    names = select(ProcessDefinition.key, ProcessDefinition.name).where(
        ProcessDefinition.is_latest, ProcessDefinition.key.in_(keys)
    )
    return [(key, name) for key, name in session.execute(names.order_by(ProcessDefinition.name))]


def groups(rows: Iterable[Row], now: datetime) -> list[tuple[str, list[Row]]]:
    """Rows by urgency, empty groups left out: late, now (today and tomorrow), later, none (no due date)."""
    found: dict[str, list[Row]] = {"late": [], "now": [], "later": [], "none": []}
    for row in rows:
        found[urgency(row.task.due_at, now)].append(row)
    return [(name, group) for name, group in found.items() if group]


def urgency(due: datetime | None, now: datetime) -> str:
    """Which group a due date falls in."""
    if due is None:
        return "none"
    if due < now:
        return "late"
    tomorrow = text.local(now).date() + timedelta(days=1)
    return "now" if text.local(due).date() <= tomorrow else "later"
