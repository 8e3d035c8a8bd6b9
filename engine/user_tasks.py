"""User tasks: claim, release, keep a draft, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from engine import definitions, execution, forms, history, instances, values
from engine.errors import (
    NotAllowed,
    NotFound,
    StaleRevision,
    SubmissionInvalid,
    TaskClaimedByOther,
    TaskNotOpen,
)
from engine.spiff.changes import Event
from engine.spiff.tokens import ProcessRun
from engine.states import OPEN_TASK, UserTaskState
from engine.store import UserTask


@dataclass(frozen=True, slots=True)
class User:
    """Who acts: an id, the groups they belong to, and whether they may act on everybody's tasks."""

    id: str
    groups: frozenset[str] = frozenset()
    may_see_all: bool = False


def get(session: Session, task_id: UUID) -> UserTask:
    """The user task. Raises NotFound."""
    found = session.get(UserTask, task_id)
    if found is None:
        raise NotFound("user task", task_id)
    return found


def may_work_on(task: UserTask, user: User) -> bool:
    """Whether this person may see and claim the task: it is theirs, offered to them, or to everybody."""
    if user.may_see_all or task.assignee == user.id:
        return True
    offered = {(c.kind, c.name) for c in task.candidates}
    if not offered:
        return task.assignee is None
    return ("user", user.id) in offered or any(("group", g) in offered for g in user.groups)


def claim(session: Session, task_id: UUID, *, user: User, now: datetime) -> UserTask:
    """Take the task; claiming one's own task again changes nothing."""
    task = _open_for(session, task_id, user)
    if task.assignee == user.id:
        return task
    if task.assignee is not None:
        raise TaskClaimedByOther(task.assignee)
    _assign(task, user.id, now)
    _note(session, task, "user_task_claimed", user, now)
    return task


def release(session: Session, task_id: UUID, *, user: User, now: datetime) -> UserTask:
    """Give the task back to its group; the draft stays with it."""
    task = _open_for(session, task_id, user)
    _refuse_other_holder(task, user)
    task.assignee, task.claimed_at, task.state = None, None, UserTaskState.CREATED
    task.revision += 1
    _note(session, task, "user_task_released", user, now)
    return task


def assign(session: Session, task_id: UUID, assignee: str, *, user: User, now: datetime) -> UserTask:
    """Hand the task to somebody."""
    task = _open_for(session, task_id, user)
    _assign(task, assignee, now)
    _note(session, task, "user_task_assigned", user, now, {"assignee": assignee})
    return task


def save_draft(
    session: Session,
    task_id: UUID,
    draft: Mapping[str, Any],
    *,
    user: User,
    now: datetime,
    revision: int | None = None,
) -> UserTask:
    """Keep a half-filled form, as it was typed."""
    task = _open_for(session, task_id, user)
    _refuse_other_holder(task, user)
    _refuse_stale(task, revision)
    task.draft = values.from_python(dict(draft))
    task.revision += 1
    session.flush()
    return task


def form_of(session: Session, task: UserTask) -> forms.Form | None:
    """The form to fill in; None when the task has none. Raises NotFound when it names a missing one."""
    if task.form_key is None:
        return None
    return definitions.form(session, task.definition_id, task.form_key)


def submit_form(
    session: Session,
    task_id: UUID,
    submitted: Any,
    *,
    user: User,
    now: datetime,
    zone: tzinfo,
    revision: int | None = None,
) -> None:
    """Validate what was filled in with the task's form, then complete it. Raises SubmissionInvalid."""
    task = _open_for(session, task_id, user)
    form = form_of(session, task)
    if form is None:
        complete(session, task_id, {}, user=user, now=now, revision=revision)
        return
    known = instances.variables(session, task.instance_id)
    submission = form.validate(submitted, known, now=now, zone=zone)
    if submission.errors:
        raise SubmissionInvalid(submission.errors)
    complete(session, task_id, submission.values, user=user, now=now, revision=revision)


def complete(
    session: Session,
    task_id: UUID,
    variables: Mapping[str, Any],
    *,
    user: User,
    now: datetime,
    revision: int | None = None,
) -> None:
    """Finish the task with these variables; its case goes on.

    A task nobody holds is taken in passing. Raises TaskNotOpen (also for the second of two
    submissions), TaskClaimedByOther, NotAllowed, StaleRevision, InvalidValue.
    """
    task = _open_for(session, task_id, user)
    _refuse_other_holder(task, user)
    _refuse_stale(task, revision)
    result = values.from_python(dict(variables))
    if task.assignee is None:
        task.assignee, task.claimed_at = user.id, now
    task.state, task.completed_at, task.completed_by = UserTaskState.COMPLETED, now, user.id
    task.draft, task.revision = None, task.revision + 1
    claimed_at, element_key, instance_id = task.claimed_at, task.element_key, task.instance_id
    session.flush()

    def command(run: ProcessRun) -> None:
        token = run.token(element_key)
        if token is None:
            raise TaskNotOpen(f"user task {task_id} is no longer part of its case")
        token.actor, token.claimed_at = user.id, claimed_at
        token.started_at = claimed_at or now
        run.finish(token, result)

    execution.advance(session, instance_id, command, now=now)


def _open_for(session: Session, task_id: UUID, user: User) -> UserTask:
    """The open task, its instance locked first: every writer locks in that order."""
    task = get(session, task_id)
    execution.lock(session, task.instance_id)
    session.refresh(task)
    if task.state not in OPEN_TASK:
        raise TaskNotOpen(f"user task {task_id} is {task.state}")
    if not may_work_on(task, user):
        raise NotAllowed(f"user task {task_id} is not offered to {user.id}")
    return task


def _refuse_other_holder(task: UserTask, user: User) -> None:
    if task.assignee is not None and task.assignee != user.id:
        raise TaskClaimedByOther(task.assignee)


def _refuse_stale(task: UserTask, revision: int | None) -> None:
    if revision is not None and revision != task.revision:
        raise StaleRevision(f"user task {task.id} is at revision {task.revision}, not {revision}")


def _assign(task: UserTask, assignee: str, now: datetime) -> None:
    task.assignee, task.claimed_at, task.state = assignee, now, UserTaskState.CLAIMED
    task.revision += 1


def _note(session: Session, task: UserTask, kind: str, user: User, now: datetime, data: Any = None) -> None:
    event = Event(kind, task.element_id, task.element_key, actor=user.id, data=data)
    session.flush()
    history.append(session, task.instance_id, event, now=now)
