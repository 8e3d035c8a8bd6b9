"""Flask-Security wired to our tables, templates and words: argon2, lock-out, no registration, no e-mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_security import LoginForm, Security, SQLAlchemyUserDatastore, user_authenticated, user_failed_authn

from designer import access
from designer.accounts import lockout, tokens
from designer.extensions import clock, db, limiter
from designer.models import User
from designer.roles import Role

SETTINGS = {
    "SECURITY_LOGIN_URL": "/sign-in",
    "SECURITY_LOGOUT_URL": "/sign-out",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/",
    "SECURITY_POST_LOGOUT_VIEW": "/sign-in",
    "SECURITY_LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
    "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
    "SECURITY_PASSWORD_LENGTH_MIN": 12,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_REGISTERABLE": False,
    "SECURITY_FLASH_MESSAGES": False,
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_FRESHNESS": timedelta(seconds=-1),
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_CSRF_PROTECT_MECHANISMS": None,
    "SECURITY_CACHE_CONTROL": None,
}
#: Tests hash hundreds of passwords that protect nothing.
QUICK_HASH = {"argon2__time_cost": 1, "argon2__memory_cost": 64, "argon2__parallelism": 1}
TRIES_PER_MINUTE = "20 per minute"


class SignInForm(LoginForm):
    """Says only what helps the right person: never whether an address has an account."""

    refusal = ""  #: why the last try was refused, in the person's language

    def validate(self, **kwargs: Any) -> bool:
        """Whether the pair is right and the account open; one sentence otherwise, on the password field."""
        if super().validate(**kwargs) and not lockout.is_locked(self.user, clock.now()):
            return True
        self.refusal = self._reason()
        return False

    def _reason(self) -> str:
        if self.user is not None and self.user_authenticated:
            if lockout.is_locked(self.user, clock.now()):
                return _("Trop d’essais. Ce compte s’ouvre de nouveau dans 15 minutes.")
            return _("Ce compte est fermé. Adressez-vous à l’administration de Relais.")
        return _("L’adresse ou le mot de passe ne convient pas. Vérifiez les deux, puis recommencez.")


def init_app(app: Flask, signing_keys: list[str]) -> None:
    """Bind Flask-Security; its views are declared public."""
    app.config.update(SETTINGS)
    app.config["SECURITY_PASSWORD_SALT"] = signing_keys[0]
    if app.testing:
        app.config["SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS"] = QUICK_HASH
    security = Security(app, SQLAlchemyUserDatastore(db, User, Role), login_form=SignInForm)
    security.login_manager.session_protection = "basic"  # an address that changes on the way is no theft
    security.login_manager.request_loader(tokens.load_from_request)
    for endpoint in ("security.login", "security.logout"):
        access.declare(app, endpoint, access.PUBLIC)
    view: Any = limiter.limit(TRIES_PER_MINUTE, methods=["POST"])(app.view_functions["security.login"])
    app.view_functions["security.login"] = view
    user_authenticated.connect(_note_sign_in, app)
    user_failed_authn.connect(_note_failure, app)


def _note_sign_in(_app: Flask, user: User, **_details: Any) -> None:
    user.last_sign_in_at = clock.now()
    lockout.clear(user)


def _note_failure(_app: Flask, user: User, **_details: Any) -> None:
    lockout.note_failure(user, clock.now())
    db.session.commit()
