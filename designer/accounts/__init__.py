"""Accounts: signing in, own settings and tokens; for administrators people, rights and the journal."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)

from designer.accounts import administration, token_views, views  # noqa: E402, F401 - register the routes
