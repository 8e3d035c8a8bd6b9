"""The blueprint of the workshop, what its pages share, and how its scripts are answered when refused."""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Blueprint, Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from designer import access, errors, navigation
from designer.cases import rights
from designer.extensions import db
from designer.modeler import drafts
from designer.modeler.drafts import Conflict, Work
from engine.errors import EngineError

bp = Blueprint("modeler", __name__, url_prefix="/modeler")

#: Views that a script of the page calls: they answer JSON whatever happens.
_SCRIPTED: set[str] = set()
View = TypeVar("View")


def scripted(view: View) -> View:
    """Mark a view that the islands call."""
    _SCRIPTED.add(f"modeler.{view.__name__}")  # type: ignore[attr-defined]
    return view


@bp.errorhandler(CSRFError)
@bp.errorhandler(HTTPException)
@bp.errorhandler(EngineError)
def refuse(error: Exception) -> ResponseReturnValue:
    """The answer to a refusal: JSON with `message` for a script, the usual page otherwise."""
    if request.endpoint not in _SCRIPTED:
        if isinstance(error, CSRFError):
            from designer.accounts.gate import refuse_forged

            return refuse_forged(error)
        return errors.answer(error)
    if isinstance(error, Conflict):
        return jsonify(error.to_dict()), 412
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response  # type: ignore[return-value]
    problem = errors.problem_of(error)
    body: dict[str, Any] = {"message": problem.text, **problem.extra}
    if isinstance(error, CSRFError):
        body["reason"] = "csrf"  # the script asks for the token of the present session and tries again
    return Response(errors.jsons.dumps(body), problem.status, problem.headers, mimetype="application/json")


@bp.context_processor
def _navigation() -> dict[str, Any]:
    """The workshop belongs to the entry of processes."""
    entries = navigation.context()["nav"]
    here = url_for("processes.list_processes")
    return {"nav": [entry | {"current": entry["href"] == here} for entry in entries]}


def opened(key: str) -> Work:
    """The package of a process, for somebody who may at least read it; raises MissingPermission."""
    work = drafts.find(db.session(), key)
    if not (rights.can("processes.read", work.group) or may_design(work)):
        raise access.MissingPermission("processes.read")
    return work


def to_change(key: str) -> Work:
    """The package of a process, kept for the length of this request for somebody who may change it."""
    work = drafts.find(db.session(), key, lock=True)
    if not may_design(work):
        raise access.MissingPermission("processes.design")
    return work


def may_design(work: Work) -> bool:
    """Whether the person may change this package."""
    return rights.can("processes.design", work.group)


def may_publish(work: Work) -> bool:
    """Whether the person may publish it."""
    return rights.can("processes.publish", work.group)


def me() -> str:
    """Id of the person at work."""
    return str(access.user_id())


def frame(work: Work, current: str, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page of one process shows around its content; `more` are crumbs below the process."""
    here = url_for("modeler.edit", key=work.key)
    crumbs: list[tuple[str, str | None]] = [(_("Processus"), url_for("processes.list_processes"))]
    crumbs += [(work.name, here if more else None), *more]
    return {
        "key": work.key,
        "process_name": work.name,
        "crumbs_items": crumbs,
        "tabs_items": _tabs(work, current),
        "version_label": version_label(work),
        "may_design": may_design(work),
        "may_publish": may_publish(work),
        "has_draft": work.draft is not None,
        "newest": work.newest,
    }


def version_label(work: Work) -> str:
    """« Brouillon de la version 13 », or the version itself while nothing has changed."""
    if work.draft is None or (work.newest and not work.has_changes):
        return _("Version %(number)s", number=work.newest)
    return _("Brouillon de la version %(number)s", number=work.newest + 1)


def _tabs(work: Work, current: str) -> list[dict[str, Any]]:
    parts = [
        ("diagram", _("Diagramme"), "modeler.edit", None),
        ("forms", _("Formulaires"), "modeler.list_forms", len(work.forms)),
        ("versions", _("Versions"), "modeler.show_versions", work.newest or None),
        ("settings", _("Réglages"), "modeler.settings", None),
    ]
    return [
        {"text": text, "href": url_for(endpoint, key=work.key), "current": name == current, "count": count}
        for name, text, endpoint, count in parts
        if name != "settings" or may_design(work)
    ]
