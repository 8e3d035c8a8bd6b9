"""Handing a task over to somebody who may do it, with a word for that person."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import access, audit, text
from designer.access import requires
from designer.cases import queries, rights
from designer.cases.views import may_work
from designer.extensions import clock, db
from designer.inbox.blueprint import bp
from designer.models import User
from engine import user_tasks
from engine.errors import NotAllowed
from engine.states import OPEN_TASK
from engine.store import ProcessDefinition, ProcessInstance, UserTask

LONGEST_NOTE = 500


def may_hand_over(task: UserTask, group: str | None) -> bool:
    """Whoever holds it, who may take it while it is free, and who distributes the work of its group."""
    if task.state not in OPEN_TASK:
        return False
    mine = task.assignee == access.user_id() or (task.assignee is None and may_work(task))
    return mine or (may_work(task) and rights.can("tasks.assign", group))


def give(task: UserTask, to: User, note: str) -> None:
    """Hand over the task as it was just read; raises StaleRevision when somebody has taken it since."""
    me, revision = access.user_ref(), task.revision
    user_tasks.assign(db.session, task.id, str(to.id), user=me, now=clock.now(), note=note, revision=revision)
    audit.record(db.session, "task.assigned", "user_task", task.id, to=str(to.id))


def people_for(session: Session, task: UserTask, group: str | None) -> list[User]:
    """Who may do the task, by name: whom it is offered to, among those who work on tasks of its group."""
    everybody = session.scalars(select(User).where(User.active).order_by(User.display_name, User.email))
    return [user for user in everybody if user.may("tasks.work", group) and _is_offered(task, user)]


def _is_offered(task: UserTask, user: User) -> bool:
    if not task.candidates:
        return True
    return user_tasks.may_work_on(_unheld(task), user_tasks.User(str(user.id), user.team_keys))


def _unheld(task: UserTask) -> UserTask:
    """The task as it is offered, whoever holds it now."""
    return UserTask(candidates=[*task.candidates])


@bp.get("/<uuid:task_id>/assign")
@requires("tasks.work")
def choose_person(task_id: UUID) -> str:
    """Choose who does the task."""
    return _page(*checked(task_id), {})


@bp.post("/<uuid:task_id>/assign")
@requires("tasks.work")
def hand_over(task_id: UUID) -> ResponseReturnValue:
    """Give the task to the person chosen; its draft goes with it."""
    task, case, definition = checked(task_id)
    chosen = {str(user.id): user for user in others(task, definition)}.get(request.form.get("person", ""))
    note = request.form.get("note", "").strip()
    errors = _errors(chosen, note)
    if errors or chosen is None:
        return _page(task, case, definition, errors), 422
    give(task, chosen, note)
    db.session.commit()
    flash(
        _("%(task)s est à %(who)s.", task=text.quoted(task.name), who=chosen.display_name),
        "success",
    )
    return redirect(url_for("inbox.list_tasks"), 303)


def _errors(chosen: User | None, note: str) -> dict[str, str]:
    errors = {}
    if chosen is None:
        errors["person"] = _("Choisissez une personne de la liste.")
    if len(note) > LONGEST_NOTE:
        errors["note"] = _("Ce mot est trop long : %(most)s signes au plus.", most=LONGEST_NOTE)
    return errors


Found = tuple[UserTask, ProcessInstance, ProcessDefinition]


def checked(task_id: UUID) -> Found:
    """The open task that the person may hand over. Raises NotFound, MissingPermission, NotAllowed."""
    task = user_tasks.get(db.session, task_id)
    case, definition = queries.by_id(db.session, task.instance_id)
    if not may_work(task):
        raise access.MissingPermission("tasks.work")
    if not may_hand_over(task, rights.group_of(definition)):
        raise NotAllowed(f"user task {task_id} is held by somebody else or closed")
    return task, case, definition


def others(task: UserTask, definition: ProcessDefinition) -> list[User]:
    group = rights.group_of(definition)
    return [u for u in people_for(db.session, task, group) if str(u.id) != task.assignee]


def _page(
    task: UserTask, case: ProcessInstance, definition: ProcessDefinition, errors: dict[str, str]
) -> str:
    return render_template(
        "inbox/assign.html",
        task=task,
        case=case,
        process_name=definition.name,
        people=[(str(user.id), _named(user)) for user in others(task, definition)],
        given=request.form,
        errors=errors,
        error_items=[(words, f"#{name}") for name, words in errors.items()],
    )


def _named(user: User) -> str:
    teams = ", ".join(team.name for team in user.teams)
    name = _("%(name)s (vous)", name=user.display_name) if str(user.id) == access.user_id() else ""
    return f"{name or user.display_name}{f' · {teams}' if teams else ''}"
