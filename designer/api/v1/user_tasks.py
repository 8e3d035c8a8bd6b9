"""User tasks: the inbox, for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import jsonify
from flask.views import MethodView
from flask_babel import gettext as _
from sqlalchemy import Select, and_, exists, or_, select
from werkzeug.exceptions import UnprocessableEntity

from designer.access import requires, user_ref
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import page_of
from designer.api.v1.support import commits, page, require_revision, with_revision
from designer.api.v1.work_schemas import (
    AssignmentBody,
    CompletionBody,
    DraftBody,
    FormSchema,
    TaskQuery,
    TaskSchema,
)
from designer.extensions import clock, config, db
from designer.inbox import handover
from engine import instances, user_tasks
from engine.errors import NotAllowed, NotFound
from engine.states import OPEN_TASK
from engine.store import UserTask, UserTaskCandidate
from engine.user_tasks import User

blp = Blueprint("user-tasks", __name__, description="Work that waits for a person.")


@blp.route("/user-tasks")
@requires("tasks.work")
@blp.arguments(TaskQuery, location="query")
@blp.response(200, page_of(TaskSchema))
def list_tasks(asked: dict[str, Any]) -> Any:
    """List the tasks I may work on, newest first"""
    query = _mine_or_offered(select(UserTask), user_ref())
    query = query.where(
        UserTask.state == asked["state"] if "state" in asked else UserTask.state.in_(OPEN_TASK)
    )
    if asked["mine"]:
        query = query.where(UserTask.assignee == user_ref().id)
    for name in ("instance_id", "definition_key"):
        if name in asked:
            query = query.where(getattr(UserTask, name) == asked[name])
    return page(query, UserTask.id, asked)


@blp.route("/user-tasks/<uuid:task_id>")
@requires("tasks.work")
@blp.response(200, TaskSchema)
def get_task(task_id: UUID) -> Any:
    """One task; its ETag is its revision"""
    return _answer(_task(task_id))


@blp.route("/user-tasks/<uuid:task_id>/form")
@requires("tasks.work")
@blp.response(200, FormSchema)
def get_form(task_id: UUID) -> Any:
    """The task's form and the values to begin with; 404 when it has none"""
    task = _task(task_id)
    form = user_tasks.form_of(db.session(), task)
    if form is None:
        raise NotFound("form of user task", task_id)
    known = instances.variables(db.session(), task.instance_id)
    return {"form_schema": form.schema, "values": form.initial(known, now=clock.now(), zone=config.zone)}


@blp.route("/user-tasks/<uuid:task_id>/claim", methods=["POST"])
@requires("tasks.work")
@commits
@blp.response(200, TaskSchema)
def claim(task_id: UUID) -> Any:
    """Take the task"""
    user_tasks.claim(db.session(), task_id, user=user_ref(), now=clock.now())
    return _answer(_task(task_id))


@blp.route("/user-tasks/<uuid:task_id>/release", methods=["POST"])
@requires("tasks.work")
@commits
@blp.response(200, TaskSchema)
def release(task_id: UUID) -> Any:
    """Give the task back to its team"""
    user_tasks.release(db.session(), task_id, user=user_ref(), now=clock.now())
    return _answer(_task(task_id))


@blp.route("/user-tasks/<uuid:task_id>/assign", methods=["POST"])
@requires("tasks.work")
@commits
@blp.arguments(AssignmentBody)
@blp.response(200, TaskSchema)
def assign(body: dict[str, Any], task_id: UUID) -> Any:
    """Hand the task over to somebody who may do it"""
    task, _case, definition = handover.checked(task_id)
    require_revision(task.revision)
    people = {user.id: user for user in handover.others(task, definition)}
    if body["assignee"] not in people:
        raise UnprocessableEntity(_("Cette personne ne peut pas faire cette tâche, ou la tient déjà."))
    handover.give(task, people[body["assignee"]], body["note"])
    return _answer(_task(task_id))


@blp.route("/user-tasks/<uuid:task_id>/draft")
class TaskDraft(MethodView):
    """A half-filled form."""

    @requires("tasks.work")
    @commits
    @blp.arguments(DraftBody)
    @blp.response(200, TaskSchema)
    def put(self, body: dict[str, Any], task_id: UUID) -> Any:
        """Keep a half-filled form"""
        require_revision(_task(task_id).revision)
        user_tasks.save_draft(db.session(), task_id, body["draft"], user=user_ref(), now=clock.now())
        return _answer(_task(task_id))


@blp.route("/user-tasks/<uuid:task_id>/complete", methods=["POST"])
@requires("tasks.work")
@commits
@blp.arguments(CompletionBody)
@blp.response(200, TaskSchema)
def complete(body: dict[str, Any], task_id: UUID) -> Any:
    """Finish the task; its case goes on"""
    task = _task(task_id)
    require_revision(task.revision)
    session, person, now = db.session(), user_ref(), clock.now()
    if task.form_key is not None:
        if body["submission"] is None:
            raise UnprocessableEntity(_("Cette tâche a un formulaire. Donnez submission."))
        user_tasks.submit_form(session, task_id, body["submission"], user=person, now=now, zone=config.zone)
    else:
        variables = body["variables"] or body["submission"] or {}
        user_tasks.complete(session, task_id, variables, user=person, now=now)
    return _answer(_task(task_id))


def _task(task_id: UUID) -> UserTask:
    """The task, if the person may see it. Raises NotFound, NotAllowed."""
    task, person = user_tasks.get(db.session(), task_id), user_ref()
    db.session.refresh(task)
    if task.completed_by != person.id and not user_tasks.may_work_on(task, person):
        raise NotAllowed(f"user task {task_id}")
    return task


def _answer(task: UserTask) -> Any:
    return with_revision(jsonify(TaskSchema().dump(task)), task.revision)


def _mine_or_offered(query: Select[Any], person: User) -> Select[Any]:
    """Tasks that are the person's, offered to her or her teams, or offered to everybody."""
    if person.may_see_all:
        return query
    candidate = UserTaskCandidate
    own = or_(
        and_(candidate.kind == "user", candidate.name == person.id),
        and_(candidate.kind == "group", candidate.name.in_(person.groups)),
    )
    offered = exists().where(candidate.user_task_id == UserTask.id)
    to_everybody = and_(~offered, UserTask.assignee.is_(None))
    mine = or_(UserTask.assignee == person.id, UserTask.completed_by == person.id)
    return query.where(or_(mine, offered.where(own), to_everybody))
