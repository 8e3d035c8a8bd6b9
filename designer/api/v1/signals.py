"""Signals and conditions: from another program to every case and process that they concern."""

from __future__ import annotations

from typing import Any

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.support import commits
from designer.api.v1.work_schemas import BroadcastSchema, ConditionsBody, SignalBody, StartedByConditionSchema
from designer.extensions import clock, db
from engine import signals, starts

blp = Blueprint("signals", __name__, description="Signals to all, and conditions that start cases.")


@blp.route("/signals", methods=["POST"])
@requires("messages.publish")
@commits
@blp.arguments(SignalBody)
@blp.response(202, BroadcastSchema)
def broadcast(body: dict[str, Any]) -> Any:
    """Send a signal to every case that waits for it now; nothing is kept for later"""
    return signals.broadcast(db.session(), body["name"], body["variables"], now=clock.now())


@blp.route("/conditions/evaluation", methods=["POST"])
@requires("messages.publish")
@commits
@blp.arguments(ConditionsBody)
@blp.response(200, StartedByConditionSchema)
def evaluate(body: dict[str, Any]) -> Any:
    """Start a case of every process whose conditional start event holds for these variables"""
    started = starts.evaluate_conditions(db.session(), body["variables"], now=clock.now())
    return {"started": [case.id for case in started]}
