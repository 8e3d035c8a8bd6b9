"""Process instances: the cases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, jsonify, url_for
from flask.views import MethodView
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import UnprocessableEntity

from designer.access import check, requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import (
    CancelBody,
    HistoryListSchema,
    InstanceQuery,
    InstanceSchema,
    OpenElementListSchema,
    ReasonListSchema,
    StartBody,
    VariablesBody,
    VariablesSchema,
    page_of,
)
from designer.api.v1.support import case, commits, me, page, reach, require_revision, with_revision
from designer.cases import rights, standing
from designer.extensions import clock, config, db
from engine import definitions, history, instances
from engine.errors import SubmissionInvalid
from engine.store import ProcessDefinition, ProcessInstance

blp = Blueprint("process-instances", __name__, description="Cases: start, read, correct, cancel.")


@blp.route("/process-instances")
class Instances(MethodView):
    """The cases."""

    @requires("cases.read")
    @blp.arguments(InstanceQuery, location="query")
    @blp.response(200, page_of(InstanceSchema))
    def get(self, asked: dict[str, Any]) -> Any:
        """List cases, newest first"""
        query = reach(select(ProcessInstance), ProcessInstance.definition_key, "cases.read")
        for name in ("definition_key", "state", "reference"):
            if name in asked:
                query = query.where(getattr(ProcessInstance, name) == asked[name])
        if asked["sample"] is not None:
            query = query.where(ProcessInstance.is_sample == asked["sample"])
        return page(query, ProcessInstance.id, asked)

    @requires("cases.start")
    @commits
    @blp.arguments(StartBody)
    @blp.response(201, InstanceSchema)
    def post(self, body: dict[str, Any]) -> Any:
        """Start a case

        `submission` is validated by the process's start form; `variables` are taken as they are. Send an
        `Idempotency-Key` so that a repeated request starts nothing twice.
        """
        definition = _definition(body)
        check("cases.start", rights.group_of(definition))
        started = instances.start_definition(
            db.session(), definition, _start_variables(definition, body), now=clock.now(), by=me()
        )
        found = instances.get(db.session(), started.id)
        location = url_for("process-instances.get_instance", instance_id=started.id)
        return found, 201, {"Location": location}


@blp.route("/process-instances/<uuid:instance_id>")
@requires("cases.read")
@blp.response(200, InstanceSchema)
def get_instance(instance_id: UUID) -> Any:
    """One case; its ETag is its revision"""
    found = case(instance_id, "cases.read")
    return with_revision(jsonify(InstanceSchema().dump(found)), found.revision)


@blp.route("/process-instances/<uuid:instance_id>/cancel", methods=["POST"])
@requires("operations.act")
@commits
@blp.arguments(CancelBody)
@blp.response(200, InstanceSchema)
def cancel(body: dict[str, Any], instance_id: UUID) -> Any:
    """End a case where it stands"""
    found = case(instance_id, "operations.act")
    require_revision(found.revision)
    instances.cancel(db.session(), instance_id, now=clock.now(), by=me(), reason=body["reason"])
    db.session.refresh(found)
    return found


@blp.route("/process-instances/<uuid:instance_id>/variables")
class InstanceVariables(MethodView):
    """Variables of the process scope."""

    @requires("cases.read")
    @blp.response(200, VariablesSchema)
    def get(self, instance_id: UUID) -> Any:
        """Read the variables"""
        found = case(instance_id, "cases.read")
        return with_revision(_variables(instance_id), found.revision)

    @requires("operations.act")
    @commits
    @blp.arguments(VariablesBody)
    @blp.response(200, VariablesSchema)
    def put(self, body: dict[str, Any], instance_id: UUID) -> Any:
        """Write some variables; the others stay. `If-Match` guards against overwriting"""
        found = case(instance_id, "operations.act")
        require_revision(found.revision)
        instances.set_variables(db.session(), instance_id, body["variables"], now=clock.now(), by=me())
        db.session.refresh(found)
        return with_revision(_variables(instance_id), found.revision)


@blp.route("/process-instances/<uuid:instance_id>/history")
@requires("cases.read")
@blp.response(200, HistoryListSchema)
def get_history(instance_id: UUID) -> Any:
    """Everything that happened, oldest first"""
    case(instance_id, "cases.read")
    return {"items": history.of(db.session(), instance_id)}


@blp.route("/process-instances/<uuid:instance_id>/open-elements")
@requires("cases.read")
@blp.response(200, OpenElementListSchema)
def get_open_elements(instance_id: UUID) -> Any:
    """Where the case stands now"""
    case(instance_id, "cases.read")
    return {"items": instances.open_elements(db.session(), instance_id)}


@blp.route("/process-instances/<uuid:instance_id>/why")
@requires("cases.read")
@blp.response(200, ReasonListSchema)
def get_why(instance_id: UUID) -> Any:
    """Why the case does not move, the most important reason first, in both languages"""
    return {"items": standing.reasons(db.session(), case(instance_id, "cases.read"))}


def _definition(body: dict[str, Any]) -> ProcessDefinition:
    if body["version"] is None:
        return definitions.latest(db.session(), body["key"])
    return definitions.version(db.session(), body["key"], body["version"])


def _start_variables(definition: ProcessDefinition, body: dict[str, Any]) -> dict[str, Any]:
    """The variables to start with; raises SubmissionInvalid when the form refuses them."""
    if body["submission"] is None:
        return body["variables"] or {}
    if definition.start_form is None:
        raise UnprocessableEntity(_("Ce processus n’a pas de formulaire de départ. Donnez variables."))
    form = definitions.form(db.session(), definition.id, definition.start_form)
    submission = form.validate(body["submission"], {}, now=clock.now(), zone=config.zone)
    if submission.errors:
        raise SubmissionInvalid(submission.errors)
    return dict(submission.values)


def _variables(instance_id: UUID) -> Response:
    return jsonify(VariablesSchema().dump({"variables": instances.variables(db.session(), instance_id)}))
