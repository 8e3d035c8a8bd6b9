"""User tasks: claim, release, keep a draft, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
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
from engine.spiff.process_run import ProcessRun
from engine.states import OPEN_TASK, UserTaskState
from engine.store import UserTask, UserTaskCandidate, table
from engine.store.prepared import Prepared

Row = Mapping[str, Any]
TASK, CANDIDATE = table(UserTask), table(UserTaskCandidate)
#: One row for each person or group the task is offered to; one row when it is offered to nobody.
FIND = (
    select(TASK, CANDIDATE.c.kind.label("offered_kind"), CANDIDATE.c.name.label("offered_name"))
    .outerjoin(CANDIDATE, CANDIDATE.c.user_task_id == TASK.c.id)
    .where(TASK.c.id == bindparam("this"))
)
CHANGE = Prepared(update(TASK).where(TASK.c.id == bindparam("this")))


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
    offered = {(c.kind, c.name) for c in task.candidates}
    return _may_work_on(task.assignee, offered, user)


def _may_work_on(assignee: str | None, offered: set[tuple[str, str]], user: User) -> bool:
    if user.may_see_all or assignee == user.id:
        return True
    if not offered:
        return assignee is None
    return ("user", user.id) in offered or any(("group", g) in offered for g in user.groups)


def claim(session: Session, task_id: UUID, *, user: User, now: datetime) -> None:
    """Take the task; claiming one's own task again changes nothing."""
    task = _open_for(session, task_id, user)
    if task["assignee"] == user.id:
        return
    if task["assignee"] is not None:
        raise TaskClaimedByOther(task["assignee"])
    _assign(session, task, user.id, now)
    _note(session, task, "user_task_claimed", user, now)


def release(session: Session, task_id: UUID, *, user: User, now: datetime) -> None:
    """Give the task back to its group; the draft stays with it."""
    task = _open_for(session, task_id, user)
    _refuse_other_holder(task, user)
    _change(session, task, assignee=None, claimed_at=None, state=UserTaskState.CREATED)
    _note(session, task, "user_task_released", user, now)


def assign(
    session: Session,
    task_id: UUID,
    assignee: str,
    *,
    user: User,
    now: datetime,
    note: str = "",
    revision: int | None = None,
) -> None:
    """Hand the task to somebody, with a word for that person.

    `revision` is what the caller saw when deciding: somebody may have taken the task since.
    Raises StaleRevision.
    """
    task = _open_for(session, task_id, user)
    _refuse_stale(task, revision)
    _assign(session, task, assignee, now)
    _note(
        session,
        task,
        "user_task_assigned",
        user,
        now,
        {"assignee": assignee} | ({"note": note} if note else {}),
    )


def save_draft(
    session: Session,
    task_id: UUID,
    draft: Mapping[str, Any],
    *,
    user: User,
    now: datetime,
    revision: int | None = None,
) -> int:
    """Keep a half-filled form, as it was typed; returns the task's new revision."""
    task = _open_for(session, task_id, user)
    _refuse_other_holder(task, user)
    _refuse_stale(task, revision)
    _change(session, task, draft=values.from_python(dict(draft)))
    return int(task["revision"]) + 1


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
    result: Mapping[str, Any] = {}
    if task["form_key"] is not None:
        form = definitions.form(session, task["definition_id"], task["form_key"])
        known = instances.variables(session, task["instance_id"])
        submission = form.validate(submitted, known, now=now, zone=zone)
        if submission.errors:
            raise SubmissionInvalid(submission.errors)
        result = submission.values
    _complete(session, task, result, user, now, revision)


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
    _complete(session, task, variables, user, now, revision)


def _complete(
    session: Session,
    task: Row,
    variables: Mapping[str, Any],
    user: User,
    now: datetime,
    revision: int | None,
) -> None:
    _refuse_other_holder(task, user)
    _refuse_stale(task, revision)
    result = values.from_python(dict(variables))
    claimed_at = task["claimed_at"] or now
    done = {"state": UserTaskState.COMPLETED, "completed_at": now, "completed_by": user.id, "draft": None}
    _change(session, task, assignee=user.id, claimed_at=claimed_at, **done)

    def command(run: ProcessRun) -> None:
        token = run.token(task["element_key"])
        if token is None:
            raise TaskNotOpen(f"user task {task['id']} is no longer part of its case")
        token.actor, token.claimed_at, token.started_at = user.id, claimed_at, claimed_at
        run.finish(token, result)

    execution.advance_locked(session, task["instance"], command, now=now)


def _open_for(session: Session, task_id: UUID, user: User) -> Row:
    """The open task, its instance locked first: every writer locks in that order."""
    instance = execution.lock_by(session, select(TASK.c.instance_id).where(TASK.c.id == task_id), task_id)
    rows = session.execute(FIND, {"this": task_id}).mappings().all()
    task = rows[0]
    if task["state"] not in OPEN_TASK:
        raise TaskNotOpen(f"user task {task_id} is {task['state']}")
    offered = {(row["offered_kind"], row["offered_name"]) for row in rows if row["offered_kind"]}
    if not _may_work_on(task["assignee"], offered, user):
        raise NotAllowed(f"user task {task_id} is not offered to {user.id}")
    return {**task, "instance": instance}


def _refuse_other_holder(task: Row, user: User) -> None:
    if task["assignee"] is not None and task["assignee"] != user.id:
        raise TaskClaimedByOther(task["assignee"])


def _refuse_stale(task: Row, revision: int | None) -> None:
    if revision is not None and revision != task["revision"]:
        raise StaleRevision(f"user task {task['id']} is at revision {task['revision']}, not {revision}")


def _assign(session: Session, task: Row, assignee: str, now: datetime) -> None:
    _change(session, task, assignee=assignee, claimed_at=now, state=UserTaskState.CLAIMED)


def _change(session: Session, task: Row, **columns: Any) -> None:
    CHANGE.run(session, {"this": task["id"], "revision": task["revision"] + 1, **columns})
    execution.forget_loaded(session)


def _note(session: Session, task: Row, kind: str, user: User, now: datetime, data: Any = None) -> None:
    event = Event(kind, task["element_id"], task["element_key"], actor=user.id, data=data)
    event.definition_id = task["definition_id"]
    history.append(session, task["instance_id"], event, now=now)
