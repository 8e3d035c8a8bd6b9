"""Incidents: what stopped, and trying again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import page_of
from designer.api.v1.support import case, commits, me, page, reach
from designer.api.v1.work_schemas import IncidentQuery, IncidentSchema, ResolutionBody
from designer.extensions import clock, db
from engine import incidents
from engine.store import Incident

blp = Blueprint("incidents", __name__, description="Cases that stopped and need somebody.")


@blp.route("/incidents")
@requires("operations.read")
@blp.arguments(IncidentQuery, location="query")
@blp.response(200, page_of(IncidentSchema))
def list_incidents(asked: dict[str, Any]) -> Any:
    """List incidents, newest first; open ones unless told otherwise"""
    query = reach(select(Incident), Incident.definition_key, "operations.read")
    for name in ("state", "definition_key", "instance_id"):
        if name in asked:
            query = query.where(getattr(Incident, name) == asked[name])
    return page(query, Incident.id, asked)


@blp.route("/incidents/<uuid:incident_id>/resolve", methods=["POST"])
@requires("operations.act")
@commits
@blp.arguments(ResolutionBody)
@blp.response(200, IncidentSchema)
def resolve(body: dict[str, Any], incident_id: UUID) -> Any:
    """Correct variables and try again what stopped"""
    found = incidents.get(db.session(), incident_id)
    case(found.instance_id, "operations.act")
    incidents.resolve(db.session(), incident_id, by=me(), now=clock.now(), variables=body["variables"])
    db.session.refresh(found)
    return found
