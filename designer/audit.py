"""Who changed what through the pages: append-only. What happens inside cases is engine history."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from designer.access import user_id
from designer.extensions import clock
from designer.models import AuditEntry


def record(session: Session, action: str, object_kind: str, object_id: object, **details: Any) -> AuditEntry:
    """Write one entry in the caller's transaction; `details` are JSON-able and hold no secret."""
    entry = AuditEntry(
        at=clock.now(),
        actor=user_id(),
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        details=details,
    )
    session.add(entry)
    return entry
