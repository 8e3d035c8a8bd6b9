"""Security headers of every answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import Flask, Response, g, request

P = ParamSpec("P")
R = TypeVar("R")

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; font-src 'self' data:; "
    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ONE_YEAR = 31536000


def editor_page(view: Callable[P, R]) -> Callable[P, R]:
    """Allow inline styles on a page that holds a drawing editor; stands directly above the function."""

    @wraps(view)
    def with_styles(*args: P.args, **kwargs: P.kwargs) -> R:
        g.editor_page = True
        return view(*args, **kwargs)

    return with_styles


def init_app(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer."""

    @app.after_request
    def secure(response: Response) -> Response:
        styles = " 'unsafe-inline'" if g.get("editor_page") else ""
        response.headers.setdefault("Content-Security-Policy", POLICY.format(styles=styles))
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", f"max-age={ONE_YEAR}")
        _cache(response)
        return response


def _cache(response: Response) -> None:
    """Built files carry a hash and never change; pages belong to one person and go when she leaves."""
    if request.endpoint == "security.logout":
        response.headers["Clear-Site-Data"] = '"cache"'
    if request.path.startswith("/ui/assets/") and response.status_code == 200:
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    elif "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
