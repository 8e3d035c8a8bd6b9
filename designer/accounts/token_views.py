"""A person's tokens for the API."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from designer import audit, text
from designer.access import can, requires
from designer.accounts import bp, tokens
from designer.extensions import clock, db
from designer.models import ApiToken
from designer.roles import PERMISSIONS
from designer.text import locale

LIFETIMES = (30, 90, 365)


@bp.get("/settings/tokens")
@requires("api.use")
def list_tokens() -> ResponseReturnValue:
    """The person's tokens, newest first."""
    return _page({})


@bp.post("/settings/tokens")
@requires("api.use")
def create_token() -> ResponseReturnValue:
    """Make a token and show it, once."""
    name, days = request.form.get("name", "").strip(), request.form.get("days", type=int)
    scopes = [scope for scope in request.form.getlist("scopes") if scope in PERMISSIONS and can(scope)]
    errors = _errors(name, days, scopes)
    if errors or days is None:
        return _page(errors), 422
    token, secret = tokens.create(
        db.session(), current_user, name=name, scopes=["api.use", *scopes], days=days, now=clock.now()
    )
    audit.record(db.session(), "token.created", "token", token.id, name=name, scopes=token.scopes)
    db.session.commit()
    return _page({}, secret=secret)


@bp.post("/settings/tokens/<uuid:token_id>/revoke")
@requires("api.use")
def revoke_token(token_id: UUID) -> ResponseReturnValue:
    """End a token now."""
    token = db.session.get(ApiToken, token_id)
    if token is None or token.user_id != current_user.id:
        raise NotFound
    token.revoked_at = clock.now()
    audit.record(db.session(), "token.revoked", "token", token.id, name=token.name)
    db.session.commit()
    flash(_("Le jeton «\u00a0%(name)s\u00a0» ne sert plus.", name=token.name))
    return redirect(url_for("accounts.list_tokens"), 303)


def _errors(name: str, days: int | None, scopes: list[str]) -> dict[str, str]:
    errors = {}
    if not name:
        errors["name"] = _("Nommez ce jeton d’après le programme qui s’en servira.")
    if not scopes:
        errors["scopes"] = _("Choisissez au moins un droit.")
    if days not in LIFETIMES:
        errors["days"] = _("Choisissez une durée.")
    return errors


def _page(errors: dict[str, str], secret: str | None = None) -> str:
    query = select(ApiToken).where(ApiToken.user_id == current_user.id).order_by(ApiToken.created_at.desc())
    words = {name: text.capital(label.in_(locale())) for name, label in PERMISSIONS.items()}
    offered = [(name, label) for name, label in words.items() if name != "api.use" and can(name)]
    return render_template(
        "accounts/tokens.html",
        tokens=list(db.session.scalars(query)),
        offered=offered,
        words=words,
        lifetimes=LIFETIMES,
        errors=errors,
        given=request.form,
        secret=secret,
        now=clock.now(),
    )
