"""The door, a person's own settings, and forms that came back after the session had ended."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password, verify_password
from werkzeug.exceptions import NotFound

from designer import audit
from designer.access import public, signed_in
from designer.accounts import bp, held, held_words
from designer.extensions import db
from designer.i18n import COOKIE, LOCALES, ONE_YEAR_SECONDS
from designer.navigation import home_endpoint
from designer.text import locale

MIN_PASSWORD = 12


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """To the first page this person works with."""
    return redirect(url_for(home_endpoint()))


@bp.get("/health")
@public
def health() -> ResponseReturnValue:
    """Whether this process answers; for load balancers."""
    return {"status": "ok"}


@bp.get("/settings")
@signed_in
def settings() -> ResponseReturnValue:
    """Language, password, roles and teams of the signed-in person."""
    return _settings_page({})


@bp.post("/settings/language")
@signed_in
def choose_language() -> ResponseReturnValue:
    """Keep the language for this account and this browser."""
    chosen = request.form.get("locale", "")
    if chosen not in LOCALES:
        raise NotFound
    current_user.locale = chosen
    db.session.commit()
    response = redirect(url_for("accounts.settings"), 303)
    response.set_cookie(COOKIE, chosen, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


@bp.post("/settings/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """A new password; every other session of the account ends."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    errors = _password_errors(old, new)
    if errors:
        return _settings_page(errors), 422
    current_user.password = hash_password(new)
    audit.record(db.session, "password.changed", "user", current_user.id)
    db.session.commit()
    flash(_("Votre mot de passe est changé."))
    return redirect(url_for("accounts.settings"), 303)


def _settings_page(errors: dict[str, str]) -> str:
    role_names = [role.label.in_(locale()) for role in current_user.roles]
    return render_template("accounts/settings.html", errors=errors, role_names=role_names)


def _password_errors(old: str, new: str) -> dict[str, str]:
    errors = {}
    if not current_user.password or not verify_password(old, current_user.password):
        errors["old"] = _("Ce n’est pas votre mot de passe actuel. Écrivez celui qui vous sert à entrer.")
    if len(new) < MIN_PASSWORD:
        errors["new"] = _("Ce mot de passe est trop court. Écrivez au moins %(n)s signes.", n=MIN_PASSWORD)
    return errors


@bp.get("/held/<token>")
@signed_in
def held_submission(token: str) -> ResponseReturnValue:
    """What was sent after the session had ended, to send again or drop."""
    found = held.find(token, str(current_user.id))
    return render_template(
        "accounts/held.html", held=found, token=token, shown=held_words.shown(db.session(), found)
    )


@bp.post("/held/<token>/drop")
@signed_in
def drop_held(token: str) -> ResponseReturnValue:
    """Forget a held form."""
    held.find(token, str(current_user.id))
    held.forget(token)
    db.session.commit()
    return redirect(url_for("accounts.home"), 303)
