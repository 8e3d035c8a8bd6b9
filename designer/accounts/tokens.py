"""Personal tokens for the API: shown once, kept as a hash, carrying no more than their owner's rights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Request, g
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from designer.extensions import clock, db
from designer.models import ApiToken, User
from designer.roles import PERMISSIONS
from designer.secrets import fingerprint, new_token

PREFIX = "relais_"
SHOWN_CHARACTERS = 12
MAX_DAYS = 365
USE_NOTED_EVERY = timedelta(minutes=10)


def create(
    session: Session, user: User, *, name: str, scopes: Iterable[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is told only now. `days`: 1 to MAX_DAYS; raises ValueError."""
    if not 1 <= days <= MAX_DAYS:
        raise ValueError(f"a token lives 1 to {MAX_DAYS} days")
    secret = new_token(PREFIX)
    token = ApiToken(
        user_id=user.id,
        name=name,
        prefix=secret[:SHOWN_CHARACTERS],
        token_hash=fingerprint(secret),
        scopes=sorted(set(scopes) & set(PERMISSIONS)),
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    return token, secret


def find(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """The token, if it is valid at `now` and its owner's account is open."""
    if not secret.startswith(PREFIX):
        return None
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == fingerprint(secret)))
    if token is None or token.revoked_at is not None or token.expires_at <= now or not token.user.active:
        return None
    return token


def load_from_request(request: Request) -> User | None:
    """For Flask-Login: the person behind `Authorization: Bearer …`, on API paths only."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not request.path.startswith("/api/"):
        return None
    token = find(db.session(), secret.strip(), clock.now())
    if token is None or not token.user.may("api.use"):
        return None
    g.api_token = token
    return token.user


def is_use_worth_noting(token: ApiToken, now: datetime) -> bool:
    """Whether the last noted use is more than ten minutes ago."""
    return token.last_used_at is None or now - token.last_used_at > USE_NOTED_EVERY


def note_use(session: Session, token_id: UUID, now: datetime) -> None:
    """Remember when a token was last used."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
