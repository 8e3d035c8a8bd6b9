"""The blueprint that the modules of views register on, and what their pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from designer import navigation
from designer.cases import rights
from designer.extensions import db
from designer.operations import queries

bp = Blueprint("operations", __name__, url_prefix="/operations")


def allowed_keys() -> list[str] | None:
    """Processes whose operations the person may see; None: all."""
    return rights.keys(db.session, "operations.read")


@navigation.counts("operations.list_incidents")
def stopped() -> int:
    """How many causes stop cases now."""
    return queries.count_causes(db.session, allowed_keys())


def tabs(current: str) -> list[dict[str, Any]]:
    """The parts of operations, with what each counts."""
    counts = queries.counts(db.session, allowed_keys())
    parts = [
        ("incidents", _("Incidents"), "operations.list_incidents", counts.causes),
        ("jobs", _("Étapes en attente"), "operations.list_jobs", counts.jobs),
        ("effects", _("Effets incertains"), "operations.list_effects", counts.effects),
        ("instances", _("Tous les dossiers"), "operations.list_instances", None),
    ]
    return [
        {"text": label, "href": url_for(endpoint), "current": name == current, "count": count}
        for name, label, endpoint, count in parts
    ]
