"""The web application: pages, REST API, worker, accounts. The only place that wires the parts together."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import ui
from designer import access, errors, headers, i18n, logs, navigation
from designer.config import Config
from designer.extensions import db, limiter
from designer.jsons import ExactJson
from designer.secrets import open_vault
from engine.clock import Clock, SystemClock

#: Packages with pages; each has a blueprint `bp`.
FEATURES = (
    "accounts",
    "inbox",
    "cases",
    "requests",
    "processes",
    "modeler",
    "operations",
    "connections",
    "guide",
)


def create_app(config: Config | None = None, *, clock: Clock | None = None) -> Flask:
    """The application, wired. `config` defaults to the environment, `clock` to the machine's."""
    from designer import api
    from designer.accounts import gate, signing_in

    config = config or Config.from_env()
    logs.configure(config.env)
    vault = open_vault(config)

    app = Flask("designer", static_folder=None, template_folder=str(ui.TEMPLATES))
    app.extensions |= {"relais_config": config, "relais_clock": clock or SystemClock(), "relais_vault": vault}
    app.config.update(_flask_settings(config, vault.signing_keys))
    if config.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=config.proxies, x_proto=config.proxies, x_host=config.proxies
        )

    db.init_app(app)
    limiter.init_app(app)
    i18n.init_app(app, config)
    headers.init_app(app, https=config.https)
    errors.init_app(app)
    gate.init_app(app)
    signing_in.init_app(app, vault.signing_keys)
    app.json = ExactJson(app)  # after Flask-Security, which sets its own
    navigation.init_app(app)

    api.init_app(app)

    app.register_blueprint(_ui())
    for name in FEATURES:
        app.register_blueprint(import_module(f"designer.{name}").bp)
    return app


def _flask_settings(config: Config, signing_keys: list[str]) -> dict[str, object]:
    return {
        "TESTING": config.env == "test",
        "SECRET_KEY": signing_keys[0],
        "SECRET_KEY_FALLBACKS": signing_keys[1:],
        "SQLALCHEMY_DATABASE_URI": config.url,
        "MAX_CONTENT_LENGTH": config.max_upload_mib * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": config.max_upload_mib * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.https,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "REMEMBER_COOKIE_SAMESITE": "Lax",
        "REMEMBER_COOKIE_SECURE": config.https,
        "WTF_CSRF_TIME_LIMIT": None,
        "RATELIMIT_STORAGE_URI": config.rate_limit_storage,
        "RATELIMIT_ENABLED": config.env != "test",
    }


def _ui() -> Blueprint:
    """Built files of the interface, under names that change with their content."""
    files = Blueprint("ui", __name__, static_folder=str(ui.DIST), static_url_path="/ui")

    @files.record
    def _(state) -> None:  # type: ignore[no-untyped-def]
        state.app.jinja_env.globals.update(icon=ui.icon, asset=ui.asset, breakable=ui.breakable)
        access.declare(state.app, "ui.static", access.PUBLIC)

    return files
