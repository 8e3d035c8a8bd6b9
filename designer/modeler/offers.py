"""What the modeler offers to choose from: connectors, variables, processes to call, people and teams."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Response, jsonify
from sqlalchemy import select

from connectors import registry
from connectors.sdk import Connector, InvalidConnector
from connectors.sdk.element_template import element_template
from designer import text
from designer.access import requires
from designer.extensions import db
from designer.modeler import package_files
from designer.modeler.blueprint import bp, opened, scripted
from designer.models import Connection, Team, User
from engine import forms
from engine.errors import DefinitionInvalid
from engine.store import ProcessDefinition

log = structlog.get_logger("relais.modeler")


@bp.get("/templates")
@requires("processes.design", "processes.read")
@scripted
def templates() -> Response:
    """Element templates of every connector installed, in the person's language."""
    names = _connection_names()
    return jsonify([template for c in _connectors() for template in _templates(c, names.get(c.kind, []))])


def _connection_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(Connection.connector, Connection.name).order_by(Connection.name)
    for kind, name in db.session.execute(query):
        found.setdefault(kind, []).append(name)
    return found


def _connectors() -> list[Connector]:
    """A connector whose code does not load is left out, and the log says so."""
    found = []
    for info in registry.catalogue():
        try:
            found.append(registry.load(info.kind))
        except (InvalidConnector, ImportError) as broken:
            log.warning("connector.unusable", connector=info.kind, reason=str(broken))
    return found


def _templates(connector: Connector, connections: list[str]) -> list[dict[str, Any]]:
    return [
        element_template(operation, text.locale(), connections) for operation in connector.operations.values()
    ]


@bp.get("/processes/<key>/variables")
@requires("processes.design", "processes.read")
@scripted
def variables(key: str) -> Response:
    """Variables that the forms fill, to complete FEEL expressions."""
    work = opened(key)
    found: dict[str, dict[str, str]] = {}
    for name in work.forms:
        try:
            form = forms.load(work.files[name])
        except DefinitionInvalid:
            continue
        for variable, kind in form.variables_written.items():
            found.setdefault(variable, {"name": variable, "type": kind.capitalize(), "detail": form.id})
    return jsonify(list(found.values()))


@bp.get("/processes/<key>/process-choices")
@requires("processes.design", "processes.read")
@scripted
def process_choices(key: str) -> Response:
    """Processes that a step may call: those of this package, which open here, then those in service."""
    here = package_files.called_choices(opened(key))
    known = {choice["id"] for choice in here} | {key}
    query = select(ProcessDefinition.key, ProcessDefinition.name).where(ProcessDefinition.is_latest)
    found = db.session.execute(query.order_by(ProcessDefinition.name))
    others = [{"id": k, "name": name, "editUrl": None} for k, name in found if k not in known]
    return jsonify([*here, *others])


@bp.get("/directory")
@requires("processes.design")
@scripted
def directory() -> Response:
    """Teams and people whom a task may be given to: the key that diagrams hold, the name that people read."""
    teams = db.session.execute(select(Team.key, Team.name).order_by(Team.name))
    people = db.session.execute(
        select(User.id, User.display_name).where(User.active).order_by(User.display_name)
    )
    return jsonify(
        teams=[{"id": key, "name": name} for key, name in teams],
        people=[{"id": str(key), "name": name} for key, name in people],
    )
