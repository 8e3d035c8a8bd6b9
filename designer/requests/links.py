"""Follow-up links: whoever holds one sees where the request stands. Only the hash of a link is stored.

The link follows from the form's own key and the installation's secret, so sending the same form twice
leads to the same request.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from uuid import UUID

from sqlalchemy.orm import Session

from designer.extensions import clock, vault
from designer.models import RequestLink
from designer.secrets import fingerprint, new_token
from engine.errors import NotFound

_KEY = re.compile(r"[A-Za-z0-9_-]{43}")


def new_form_key() -> str:
    """A key for one form that is about to be filled in: 256 random bits."""
    return new_token()


def is_form_key(given: str) -> bool:
    """Whether a text looks like a key this module made."""
    return _KEY.fullmatch(given) is not None


def token_of(form_key: str) -> str:
    """The follow-up token of the request that this form makes; nobody can compute it without the secret."""
    digest = hmac.new(vault.signing_keys[0].encode(), b"follow-up:" + form_key.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()


def find(session: Session, token: str) -> RequestLink | None:
    """The link of a token, if it exists and has not expired."""
    link = session.get(RequestLink, fingerprint(token))
    if link is None or (link.expires_at is not None and link.expires_at <= clock.now()):
        return None
    return link


def case_of(session: Session, token: str) -> UUID:
    """The case a token gives sight of. Raises NotFound."""
    link = find(session, token)
    if link is None:
        raise NotFound("request", "link")
    return link.instance_id


def make(session: Session, token: str, instance_id: UUID) -> RequestLink:
    """Store the link of a new case."""
    link = RequestLink(token_hash=fingerprint(token), instance_id=instance_id, created_at=clock.now())
    session.add(link)
    return link
