"""Messages: from another program to the case that waits for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.support import commits
from designer.api.v1.work_schemas import MessageBody, PublicationSchema
from designer.extensions import clock, db
from engine import messages

blp = Blueprint("messages", __name__, description="Messages for waiting cases.")


@blp.route("/messages", methods=["POST"])
@requires("messages.publish")
@commits
@blp.arguments(MessageBody)
@blp.response(202, PublicationSchema)
def publish(body: dict[str, Any]) -> Any:
    """Publish a message; kept for `ttl_seconds` when nobody waits for it yet"""
    return messages.publish(
        db.session(),
        body["name"],
        body["correlation_key"],
        body["variables"],
        now=clock.now(),
        ttl=timedelta(seconds=body["ttl_seconds"]),
        dedup_key=body["dedup_key"],
    )
