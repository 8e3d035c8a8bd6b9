"""Forms that arrive when the session has ended: kept encrypted, shown again after signing in, sent by hand.

Nothing is done with a held form until its author presses the button. Files cannot be put back into a form
by a page, so their names are shown and they are attached again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import request, session
from sqlalchemy import delete
from werkzeug.exceptions import NotFound

from designer.extensions import clock, db, vault
from designer.models import HeldSubmission
from designer.secrets import fingerprint, new_token

KEPT_FOR = timedelta(hours=1)
NEVER_KEPT = ("csrf_token", "password", "secret")
MAX_CHARACTERS = 500_000


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody sent: where to, the fields in order, and the names of files."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str]


def current() -> Held:
    """What the present request carries, without tokens and passwords."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not any(word in name.lower() for word in NEVER_KEPT)
    ]
    files = [file.filename for file in request.files.values() if file.filename]
    return Held(request.full_path.rstrip("?"), fields, files)


def hold(user_id: str | None) -> str | None:
    """Keep the present form for `user_id` (None: whoever signs in from this browser); the token, or None.

    A form larger than MAX_CHARACTERS is not kept.
    """
    held = current()
    if sum(len(name) + len(value) for name, value in held.fields) > MAX_CHARACTERS:
        return None
    token, now = new_token(), clock.now()
    db.session.execute(delete(HeldSubmission).where(HeldSubmission.expires_at < now))
    db.session.add(
        HeldSubmission(
            token_hash=fingerprint(token),
            user_id=user_id,
            path=held.path,
            sealed=vault.encrypt({"fields": held.fields, "files": held.files}),
            created_at=now,
            expires_at=now + KEPT_FOR,
        )
    )
    db.session.commit()
    session["held"] = token
    return token


def find(token: str, user_id: str) -> Held:
    """The held form, for the person whose it is and from the browser that sent it; raises NotFound."""
    row = db.session.get(HeldSubmission, fingerprint(token))
    if row is None or row.expires_at < clock.now() or session.get("held") != token:
        raise NotFound
    if row.user_id not in (None, user_id):
        raise NotFound
    kept: dict[str, Any] = vault.decrypt(row.sealed)
    return Held(row.path, [(name, value) for name, value in kept["fields"]], list(kept["files"]))


def forget(token: str) -> None:
    """Drop a held form."""
    db.session.execute(delete(HeldSubmission).where(HeldSubmission.token_hash == fingerprint(token)))
    session.pop("held", None)
