"""Effects on the outside world, and settling those whose answer was lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from designer import audit
from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import page_of
from designer.api.v1.support import case, commits, me, page, reach
from designer.api.v1.work_schemas import EffectQuery, EffectSchema, SettlementBody
from designer.extensions import clock, db
from engine import effects
from engine.errors import NotFound
from engine.store import Effect, ProcessInstance

blp = Blueprint("effects", __name__, description="What connectors did, or may have done.")


@blp.route("/effects")
@requires("operations.read")
@blp.arguments(EffectQuery, location="query")
@blp.response(200, page_of(EffectSchema))
def list_effects(asked: dict[str, Any]) -> Any:
    """List effects, newest first; uncertain ones unless told otherwise"""
    query = select(Effect).join(ProcessInstance, ProcessInstance.id == Effect.instance_id)
    query = reach(query, ProcessInstance.definition_key, "operations.read")
    for name in ("state", "instance_id"):
        if name in asked:
            query = query.where(getattr(Effect, name) == asked[name])
    return page(query, Effect.id, asked)


@blp.route("/effects/<uuid:effect_id>/settle", methods=["POST"])
@requires("operations.act")
@commits
@blp.arguments(SettlementBody)
@blp.response(200, EffectSchema)
def settle(body: dict[str, Any], effect_id: UUID) -> Any:
    """Say whether an uncertain effect happened

    It did: the job completes with `result`. It did not: the job is tried again.
    """
    found = db.session.get(Effect, effect_id)
    if found is None:
        raise NotFound("effect", effect_id)
    case(found.instance_id, "operations.act")
    happened = body["happened"]
    effects.settle(
        db.session(), effect_id, happened=happened, result=body["result"], by=me(), now=clock.now()
    )
    audit.record(db.session(), "effect.settled", "effect", effect_id, happened=happened)
    db.session.refresh(found)
    return found
