"""The guide inside the product: one short page for each kind of user, in the language of the page."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, send_from_directory, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

import ui
from designer.access import signed_in
from designer.text import locale

bp = Blueprint("guide", __name__, url_prefix="/aide")

#: page → its title and what it is for; the order in which the guide shows them
PAGES = {
    "agent": (_l("Traiter les tâches"), _l("Pour l’agent : prendre, répondre, attribuer.")),
    "concevoir": (_l("Dessiner un processus"), _l("Pour qui dessine, essaie et publie.")),
    "suivre": (_l("Suivre et réparer"), _l("Pour l’analyste et le responsable des connecteurs.")),
    "administrer": (_l("Administrer"), _l("Pour l’administrateur : comptes, équipes, droits.")),
}
#: blueprint of a page → the page of the guide that explains it
ABOUT = {
    "inbox": "agent",
    "cases": "agent",
    "requests": "agent",
    "processes": "concevoir",
    "modeler": "concevoir",
    "operations": "suivre",
    "connections": "suivre",
    "api_docs": "suivre",
    "accounts": "administrer",
}
PICTURES = ui.ROOT / "pictures" / "guide"


def about(blueprint: str | None) -> str:
    """Where the guide speaks of the pages of a blueprint."""
    page = ABOUT.get(blueprint or "")
    return url_for("guide.page", topic=page) if page else url_for("guide.home")


@bp.get("")
@signed_in
def home() -> str:
    """The pages of the guide."""
    return render_template("guide/home.html", pages=PAGES)


@bp.get("/<topic>")
@signed_in
def page(topic: str) -> str:
    """One page of the guide."""
    if topic not in PAGES:
        raise NotFound
    title, text = PAGES[topic]
    template = f"guide/{locale()}/{topic}.html"
    return render_template(
        "guide/page.html", name=topic, title=title, text=text, content=template, pages=PAGES
    )


@bp.get("/images/<language>/<picture>.webp")
@signed_in
def show_picture(language: str, picture: str) -> Response:
    """A picture of the guide."""
    return send_from_directory(PICTURES, f"{language}/{picture}.webp", max_age=86_400)
