"""The blueprint that both modules of views register on, and their tabs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from connectors import registry
from designer.extensions import db
from designer.models import Connection

bp = Blueprint("connections", __name__, url_prefix="/connectors")


def tabs(current: str) -> list[dict[str, Any]]:
    """Catalogue and connections, with their counts."""
    made = db.session.scalar(select(func.count()).select_from(Connection))
    parts = [
        ("catalogue", _("Catalogue"), "connections.list_connectors", len(registry.catalogue())),
        ("connections", _("Nos connexions"), "connections.list_connections", made),
    ]
    return [
        {"text": label, "href": url_for(endpoint), "current": name == current, "count": count}
        for name, label, endpoint, count in parts
    ]
