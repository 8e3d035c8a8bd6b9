"""The page of one task: take it, answer, put it back, finish it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import access, audit, text
from designer.access import requires
from designer.cases.views import may_work
from designer.extensions import clock, db
from designer.forms import Answers, parse
from designer.inbox import task_page
from designer.inbox.blueprint import bp
from designer.inbox.queries import next_held
from designer.inbox.views import claim_one, reader, release_one
from designer.requests import uploads
from engine import documents, user_tasks
from engine.errors import InvalidState, NotFound, SubmissionInvalid, TaskClaimedByOther, TaskNotOpen
from engine.forms import Form
from engine.states import UserTaskState
from engine.store import UserTask


def _task(task_id: UUID) -> UserTask:
    """The task, if it concerns the person. Raises NotFound, MissingPermission."""
    task = db.session.get(UserTask, task_id)
    if task is None:
        raise NotFound("user task", task_id)
    if not may_work(task) and task.completed_by != access.user_id():
        raise access.MissingPermission("tasks.work")
    return task


@bp.get("/<uuid:task_id>")
@requires("tasks.work")
def show(task_id: UUID) -> str:
    """The task with its form, and its case beside it."""
    return task_page.render(_task(task_id))


def _conflict(task_id: UUID, error: InvalidState) -> ResponseReturnValue:
    """Somebody was quicker: the page as it is now says who and when, and nothing was changed."""
    db.session.rollback()
    if request.headers.get("X-CSRFToken"):
        raise error
    return task_page.render(_task(task_id)), 409


@bp.post("/<uuid:task_id>/claim")
@requires("tasks.work")
def claim(task_id: UUID) -> ResponseReturnValue:
    """Take the task."""
    try:
        claim_one(task_id)
    except (TaskClaimedByOther, TaskNotOpen) as error:
        return _conflict(task_id, error)
    db.session.commit()
    return redirect(url_for("inbox.show", task_id=task_id), 303)


@bp.post("/<uuid:task_id>/release")
@requires("tasks.work")
def release(task_id: UUID) -> ResponseReturnValue:
    """Put the task back: its team sees it again, the draft stays with it."""
    try:
        release_one(task_id)
    except (TaskClaimedByOther, TaskNotOpen) as error:
        return _conflict(task_id, error)
    db.session.commit()
    flash(_("La tâche est rendue à l’équipe. Le brouillon reste avec elle."), "success")
    return redirect(url_for("inbox.list_tasks"), 303)


@bp.post("/<uuid:task_id>/draft")
@requires("tasks.work")
def save_draft(task_id: UUID) -> ResponseReturnValue:
    """Keep the answers given so far: 204 for the script that saves by itself, the page for the button."""
    task = _task(task_id)
    form = user_tasks.form_of(db.session, task)
    answers = _answers(task, form).values if form else {}
    try:
        user_tasks.save_draft(db.session, task_id, answers, user=access.user_ref(), now=clock.now())
    except (TaskClaimedByOther, TaskNotOpen) as error:
        return _conflict(task_id, error)
    db.session.commit()
    if request.headers.get("X-CSRFToken"):
        return Response(status=204)
    flash(_("Le brouillon est enregistré."), "success")
    return redirect(url_for("inbox.show", task_id=task_id), 303)


def _answers(task: UserTask, form: Form) -> Answers:
    """What the page sent; its files already belong to the case."""
    holder = f"task:{task.id}"
    files = uploads.keep(
        db.session, request.files, holder=holder, instance_id=task.instance_id, element_id=task.element_id
    )
    return parse(form, request.form, files, kept=uploads.kept_for(db.session, holder))


@bp.post("/<uuid:task_id>/complete")
@requires("tasks.work")
def complete(task_id: UUID) -> ResponseReturnValue:
    """Finish the task with the answers given; a second sending of the same page shows that it is done."""
    task = _task(task_id)
    if task.state == UserTaskState.COMPLETED and task.completed_by == access.user_id():
        return _after(task)
    form = user_tasks.form_of(db.session, task)
    answers = _answers(task, form) if form else Answers({})
    if answers.action is not None:
        db.session.commit()
        return task_page.render(task, answers)
    try:
        _submit(task, answers)
    except SubmissionInvalid as error:
        db.session.commit()  # the files that came along stay; the task itself is untouched
        return task_page.render(task, answers, error.errors), 422
    except (TaskClaimedByOther, TaskNotOpen) as error:
        return _conflict(task_id, error)
    return _after(task)


def _submit(task: UserTask, answers: Answers) -> None:
    now, me = clock.now(), access.user_ref()
    user_tasks.submit_form(db.session, task.id, answers.values, user=me, now=now, zone=text.zone())
    _give_files(answers.values)
    audit.record(db.session, "task.completed", "user_task", task.id)
    db.session.commit()


def _give_files(values: Mapping[str, Any]) -> None:
    """Files uploaded with the task bear the name of who sent them."""
    for document_id in uploads.ids_in(dict(values)):
        documents.get(db.session, document_id).created_by = access.user_id()


def _after(task: UserTask) -> ResponseReturnValue:
    """Say that it is done, and open the next task the person holds, else the list."""
    flash(_("%(task)s : c’est fait.", task=text.quoted(task.name)), "success")
    following = next_held(db.session, reader())
    if following is None:
        return redirect(url_for("inbox.list_tasks", done=task.id), 303)
    return redirect(url_for("inbox.show", task_id=following, done=task.id), 303)
