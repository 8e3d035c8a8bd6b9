"""The side navigation and the menu at the right: what a person may reach, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.local import LocalProxy

from designer import guide
from designer.access import can
from designer.extensions import config
from designer.text import locale


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry, for who has the permission (None: everybody); `key` is the letter after G."""

    label: str
    endpoint: str
    icon: str
    permission: str | None
    section: str | None = None
    key: str | None = None


IMPROVE, ADMINISTER, HELP = _l("Améliorer"), _l("Administrer"), _l("Aide")

ITEMS = (
    NavItem(_l("À faire"), "inbox.list_tasks", "inbox", "tasks.work", key="t"),
    NavItem(_l("Dossiers"), "cases.list_cases", "folder", "cases.read", key="d"),
    NavItem(_l("Processus"), "processes.list_processes", "workflow", "processes.read", key="p"),
    NavItem(_l("Incidents"), "operations.list_incidents", "activity", "operations.read", key="i"),
    NavItem(_l("Analyse"), "analysis.overview", "chart-column", "analysis.read", IMPROVE, key="a"),
    NavItem(_l("Connecteurs"), "connections.list_connectors", "plug", "connections.read", IMPROVE),
    NavItem(_l("Comptes"), "accounts.list_users", "users", "users.manage", ADMINISTER),
    NavItem(_l("Journal"), "accounts.journal", "scroll-text", "audit.read", ADMINISTER),
    NavItem(_l("Interface de programmation"), "api_docs.operations", "webhook", "api.use", ADMINISTER),
    NavItem(_l("Guide"), "guide.home", "book-open", None, HELP),
    NavItem(_l("Réglages"), "accounts.settings", "settings", None, HELP),
)


#: endpoint → how many things wait behind its entry; features fill it in
COUNTS: dict[str, Callable[[], int]] = {}


def init_app(app: Flask) -> None:
    """Give every page its navigation."""
    app.context_processor(context)


def counts(endpoint: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Decorate the function that counts what waits behind an entry of the navigation."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        COUNTS[endpoint] = count
        return count

    return register


def context() -> dict[str, Any]:
    """What layout.html expects around the page."""
    found: dict[str, Any] = {
        "can": can,
        "administration_name": config.administration,
        "home_url": "/",
        "theme": request.cookies.get("theme", ""),
        "footer_links": [],
        "nav": [],
    }
    if current_user.is_authenticated:
        found |= _of_person()
    return found


def home_endpoint() -> str:
    """The first page the person may open, her account when there is none."""
    return next((item.endpoint for item in _open_items() if item.permission), "accounts.settings")


def _of_person() -> dict[str, Any]:
    roles = current_user.roles
    return {
        "nav": LocalProxy(_nav),  # counts ask the database: only pages that show the navigation pay for them
        "help_url": guide.about(request.blueprint),
        "search_url": url_for("cases.list_cases") if _has("cases.list_cases", "cases.read") else None,
        "role_label": roles[0].label.in_(locale()) if roles else "",
        "user_menu": [{"label": str(_l("Réglages")), "href": url_for("accounts.settings"), "current": False}],
        "sign_out_url": url_for("security.logout"),
    }


def _nav() -> list[dict[str, Any]]:
    if "navigation" not in g:
        g.navigation = [_entry(item) for item in _open_items()]
    found: list[dict[str, Any]] = g.navigation
    return found


def _has(endpoint: str, permission: str | None) -> bool:
    return endpoint in current_app.view_functions and (permission is None or can(permission))


def _open_items() -> list[NavItem]:
    return [item for item in ITEMS if _has(item.endpoint, item.permission)]


def _entry(item: NavItem) -> dict[str, Any]:
    blueprint = item.endpoint.rpartition(".")[0]
    others = [other.endpoint for other in ITEMS if other.endpoint.startswith(f"{blueprint}.")]
    current = request.endpoint == item.endpoint or (request.blueprint == blueprint and len(others) == 1)
    return {
        "label": str(item.label),
        "href": url_for(item.endpoint),
        "icon": item.icon,
        "current": current,
        "count": COUNTS[item.endpoint]() if item.endpoint in COUNTS else None,
        "section": str(item.section) if item.section else None,
        "key": item.key,
    }
