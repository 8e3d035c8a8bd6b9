"""Names of people and teams, for pages."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer.models import Team, User


def names(session: Session, ids: Iterable[str | None]) -> dict[str, str]:
    """Name of each person by id; ids that are nobody's (a process may name anyone) are left out."""
    wanted = [found for found in map(_uuid, set(ids)) if found is not None]
    if not wanted:
        return {}
    query = select(User.id, User.display_name).where(User.id.in_(wanted))
    return {str(user_id): name for user_id, name in session.execute(query)}


def teams(session: Session) -> dict[str, str]:
    """Name of each team by key."""
    rows = session.execute(select(Team.key, Team.name))
    return {str(key): str(name) for key, name in rows}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
