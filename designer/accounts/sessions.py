"""How long a session lasts without activity, and whose it was."""

from __future__ import annotations

import time

from flask import g, request, session
from flask_login import current_user, logout_user

from designer.extensions import config

SEEN = "seen_at"
RESOLUTION_SECONDS = 60


def end_if_idle() -> None:
    """Before each request: end a session that was idle too long, and remember in `g` whose it was.

    What a page asks by itself (live parts) is no activity.
    """
    if "_user_id" not in session:
        return
    now = int(time.time())
    seen = session.get(SEEN, now)
    if now - seen > config.idle_minutes * 60:
        g.ended_session_of = str(current_user.id) if current_user.is_authenticated else None
        logout_user()
        session.pop(SEEN, None)
        return
    if SEEN not in session or (now - seen >= RESOLUTION_SECONDS and _is_activity()):
        session[SEEN] = now


def _is_activity() -> bool:
    """Opening a page or sending a form; `Sec-Fetch-Dest: empty` marks a script's own request."""
    return request.method != "GET" or request.headers.get("Sec-Fetch-Dest", "document") != "empty"
