"""Process definitions: what can be started."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import DefinitionQuery, DefinitionSchema, page_of
from designer.api.v1.support import page
from designer.api.v1.work_schemas import FormSchema
from designer.cases import rights
from designer.extensions import clock, config, db
from engine import definitions
from engine.errors import NotFound
from engine.store import ProcessDefinition

blp = Blueprint("process-definitions", __name__, description="Deployed versions of processes.")


@blp.route("/process-definitions")
@requires("processes.read", "cases.start")
@blp.arguments(DefinitionQuery, location="query")
@blp.response(200, page_of(DefinitionSchema))
def list_definitions(asked: dict[str, Any]) -> Any:
    """List versions, newest deployments first"""
    query = select(ProcessDefinition)
    if asked["latest"]:
        query = query.where(ProcessDefinition.is_latest)
    if "key" in asked:
        query = query.where(ProcessDefinition.key == asked["key"])
    keys = _reachable_keys()
    if keys is not None:
        query = query.where(ProcessDefinition.key.in_(keys))
    return page(query, ProcessDefinition.id, asked)


@blp.route("/process-definitions/<uuid:definition_id>")
@requires("processes.read", "cases.start")
@blp.response(200, DefinitionSchema)
def get_definition(definition_id: UUID) -> Any:
    """One version"""
    return _readable(definition_id)


@blp.route("/process-definitions/<uuid:definition_id>/xml")
@requires("processes.read")
@blp.response(200, {"type": "string"}, content_type="application/xml")
def get_xml(definition_id: UUID) -> Any:
    """The BPMN file as it was deployed"""
    _readable(definition_id)
    return Response(definitions.xml(db.session(), definition_id), content_type="application/xml")


@blp.route("/process-definitions/<uuid:definition_id>/start-form")
@requires("cases.start", "processes.read")
@blp.response(200, FormSchema)
def get_start_form(definition_id: UUID) -> Any:
    """The form that starts a case; 404 when there is none"""
    definition = _readable(definition_id)
    if definition.start_form is None:
        raise NotFound("start form", definition_id)
    form = definitions.form(db.session(), definition_id, definition.start_form)
    initial = form.initial({}, now=clock.now(), zone=config.zone)
    return {"form_schema": form.schema, "values": initial}


def _readable(definition_id: UUID) -> ProcessDefinition:
    found = definitions.get(db.session(), definition_id)
    rights.check_process(db.session(), found.key, "processes.read", "cases.start")
    return found


def _reachable_keys() -> list[str] | None:
    lists = [rights.keys(db.session(), name) for name in ("processes.read", "cases.start")]
    found: list[str] = []
    for keys in lists:
        if keys is None:
            return None
        found += keys
    return found
