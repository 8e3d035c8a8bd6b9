"""Before each request: read or write, session, right, CSRF token. In this order, in one place."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import Unauthorized

from designer import access, database
from designer.accounts import held, held_words, sessions
from designer.errors import wants_json
from designer.extensions import csrf, db

READING = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask) -> None:
    """Register the checks; Flask-WTF's own is switched off because tokens of the API need none."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    csrf.init_app(app)
    app.before_request(check)
    app.teardown_request(lambda _error: database.set_read_only(False))
    app.register_error_handler(CSRFError, refuse_forged)


def check() -> ResponseReturnValue | None:
    """Everything that is decided before a view runs; an answer when the request is refused."""
    database.set_read_only(request.method in READING)
    sessions.end_if_idle()
    refused = access.check_request(refuse_guest)
    if refused is not None:
        return refused
    if request.method not in READING and g.get("api_token") is None:
        csrf.protect()
    return None


def refuse_guest() -> ResponseReturnValue:
    """401 for programs; the door for people, with the way back. A form they sent is kept."""
    if wants_json():
        raise Unauthorized(response=None)
    back = request.full_path.rstrip("?") if request.method in READING else "/"
    if request.method == "POST" and _from_our_pages() and (token := held.hold(g.get("ended_session_of"))):
        back = url_for("accounts.held_submission", token=token)
    door = url_for("security.login", next=back)
    if request.headers.get("Sec-Fetch-Dest") == "empty":  # a script's request cannot follow to the door
        return Response(status=401, headers={"Location": door})
    return redirect(door, 303)


def refuse_forged(_error: CSRFError) -> ResponseReturnValue:
    """400 and nothing done. What one of our own pages sent is shown again, to be sent by hand."""
    from designer.errors import answer

    if wants_json() or not _from_our_pages() or request.endpoint == "security.login":
        return answer(_error)
    sent = held.current()
    shown = held_words.shown(db.session(), sent)
    return render_template("accounts/unverified.html", held=sent, shown=shown), 400


def _from_our_pages() -> bool:
    """Whether the browser says that the form stood on one of our pages."""
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and urlsplit(str(origin)).netloc != request.host:
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
