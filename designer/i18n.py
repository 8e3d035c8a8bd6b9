"""Which language and time zone a request speaks. Message ids are French; English is in ui/translations."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request, url_for
from flask_login import current_user

import ui
from designer import text
from designer.config import Config
from designer.extensions import babel
from designer.text import locale

LOCALES = ("fr", "en")
COOKIE = "lang"
#: Functions of `designer.text` that templates use as filters.
FILTERS = ("day", "hour", "instant", "moment", "since", "duration", "number", "size")
ONE_YEAR_SECONDS = 365 * 24 * 3600


def init_app(app: Flask, config: Config) -> None:
    """Bind Flask-Babel and keep the language that a person chose by `?lang=`."""
    babel.init_app(
        app,
        default_locale="fr",
        default_timezone=config.timezone,
        default_translation_directories=str(ui.TRANSLATIONS),
        locale_selector=select_locale,
    )
    for name in FILTERS:
        app.add_template_filter(getattr(text, name), name)
    app.context_processor(lambda: {"locale": locale(), "locale_url": locale_url})

    @app.after_request
    def remember(response: Response) -> Response:
        chosen = request.args.get("lang")
        if chosen in LOCALES:
            response.set_cookie(
                COOKIE, chosen, max_age=ONE_YEAR_SECONDS, samesite="Lax", httponly=True, secure=config.https
            )
        return response


def select_locale() -> str:
    """`?lang=`, then the cookie, then the person's setting, then the browser; French otherwise."""
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE), _own()):
        if chosen in LOCALES:
            return str(chosen)
    return request.accept_languages.best_match(LOCALES) or "fr"


def locale_url(code: str) -> str:
    """This page in another language."""
    arguments: dict[str, Any] = request.args.to_dict(flat=False) | (request.view_args or {})
    arguments["lang"] = code
    if request.endpoint is None or request.method not in {"GET", "HEAD"}:
        return f"/?lang={code}"
    return url_for(request.endpoint, **arguments)


def _own() -> str | None:
    return current_user.locale if current_user.is_authenticated else None
