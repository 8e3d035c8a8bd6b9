"""Pages of processes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from designer import access, text
from designer.access import requires
from designer.cases import elements, people, rights
from designer.cases.downloads import disposition
from designer.diagram import render, table
from designer.extensions import clock, db
from designer.models import Draft
from designer.processes import queries
from designer.processes.queries import Figures
from engine import definitions
from engine.errors import NotFound
from engine.store import Deployment, ProcessDefinition

bp = Blueprint("processes", __name__, url_prefix="/processes")


@bp.get("")
@requires("processes.read", "cases.start")
def list_processes() -> str:
    """Processes by group: what runs, what waits, what one can do."""
    wanted = request.args.get("q", "").strip().lower()
    shown = [d for d in queries.latest(db.session) if _may_see(d) and wanted in d.name.lower()]
    figures = queries.figures(db.session)
    names = queries.group_names(db.session)
    groups: dict[str, list[dict[str, Any]]] = {}
    for definition in shown:
        group = rights.group_of(definition)
        groups.setdefault(names.get(group or "", group or _("Sans groupe")), []).append(
            _card(definition, figures)
        )
    return render_template(
        "processes/list.html",
        heading=ngettext("%(num)s processus en service.", "%(num)s processus en service.", len(shown)),
        groups=sorted(groups.items()),
        drafts=_drafts({d.key for d in shown}) if access.can("processes.design") else [],
        new_url=modeler_url("modeler.create"),
        contains=request.args.get("q", ""),
    )


def _may_see(definition: ProcessDefinition) -> bool:
    group = rights.group_of(definition)
    return rights.can("processes.read", group) or rights.can("cases.start", group)


def modeler_url(endpoint: str, **values: Any) -> str | None:
    """The address of a page of the modeler, when this installation has it and the person may open it."""
    if endpoint not in current_app.view_functions or not access.can("processes.design"):
        return None
    return url_for(endpoint, **values)


def _card(definition: ProcessDefinition, figures: Figures) -> dict[str, Any]:
    key, properties = definition.key, definition.properties or {}
    stopped = figures.incidents.get(key, 0)
    running = figures.running.get(key, 0)
    return {
        "name": definition.name,
        "href": url_for("processes.show", key=key),
        "text": properties.get("description") or "",
        "version": _("version %(number)s", number=definition.version),
        "running": ngettext("%(num)s dossier en cours", "%(num)s dossiers en cours", running),
        "tasks": ngettext("%(num)s tâche ouverte", "%(num)s tâches ouvertes", figures.tasks.get(key, 0)),
        "stopped": ngettext("%(num)s arrêté", "%(num)s arrêtés", stopped) if stopped else "",
    }


def _drafts(published: set[str]) -> list[dict[str, Any]]:
    return [_draft(draft) for draft in queries.drafts(db.session) if draft.key not in published]


def _draft(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "href": modeler_url("modeler.edit", key=draft.key),
        "when": text.moment(draft.updated_at, clock.now()).relative,
    }


@bp.get("/<key>")
@requires("processes.read", "cases.start")
def show(key: str) -> str:
    """One process: its drawing, its versions, and what one can do with it."""
    versions = queries.versions(db.session, key)
    if not versions:
        raise NotFound("process definition", key)
    if not _may_see(versions[0]):
        raise access.MissingPermission("processes.read")
    chosen = _chosen(versions, request.args.get("version", ""))
    return render_template("processes/process.html", **_context(versions, chosen))


def _chosen(versions: list[ProcessDefinition], asked: str) -> ProcessDefinition:
    if not asked:
        return versions[0]
    found = next((d for d in versions if str(d.version) == asked), None)
    if found is None:
        raise NotFound("process definition", asked)
    return found


def _context(versions: list[ProcessDefinition], chosen: ProcessDefinition) -> dict[str, Any]:
    newest, group = versions[0], rights.group_of(versions[0])
    pm = elements.of(db.session, chosen.id)
    described = (newest.properties or {}).get("description") or ""
    return {
        "key": newest.key,
        "name": newest.name,
        "description": described,
        "version": chosen.version,
        "is_newest": chosen is newest,
        "diagram": render(
            pm.diagram,
            title=_("%(name)s, version %(version)s", name=chosen.name, version=chosen.version),
            description=described or _("Le dessin du processus. Le tableau qui suit dit la même chose."),
            locale=text.locale(),
        ),
        "steps": table(pm.diagram, locale=text.locale()),
        "versions": _versions(versions, chosen),
        "summary_rows": _summary(newest, group),
        "edit_url": modeler_url("modeler.edit", key=newest.key),
        "start_url": _start_url(newest, group),
        "cases_url": url_for("cases.list_cases", process=newest.key) if access.can("cases.read") else None,
        "export_url": url_for("processes.export", key=newest.key, version=chosen.version),
    }


def _start_url(definition: ProcessDefinition, group: str | None) -> str | None:
    if not rights.can("cases.start", group) or "requests.form" not in current_app.view_functions:
        return None
    return url_for("requests.form", key=definition.key)


def _versions(versions: list[ProcessDefinition], chosen: ProcessDefinition) -> list[dict[str, Any]]:
    running = queries.running_by_version(db.session, [d.id for d in versions])
    made = {d.deployment_id: db.session.get(Deployment, d.deployment_id) for d in versions}
    known = people.names(db.session, {m.created_by for m in made.values() if m})
    return [_version(d, chosen, running.get(d.id, 0), made[d.deployment_id], known) for d in versions]


def _version(
    definition: ProcessDefinition,
    chosen: ProcessDefinition,
    running: int,
    deployment: Deployment | None,
    known: dict[str, str],
) -> dict[str, Any]:
    by = deployment.created_by if deployment else None
    return {
        "number": definition.version,
        "href": url_for("processes.show", key=definition.key, version=definition.version),
        "current": definition is chosen,
        "when": text.capital(text.day(text.local(definition.created_at).date())),
        "by": known.get(by or "", by or ""),
        "note": deployment.note if deployment and deployment.note else "",
        "running": text.number(running),
    }


def _summary(definition: ProcessDefinition, group: str | None) -> list[tuple[str, str]]:
    properties, names = definition.properties or {}, queries.group_names(db.session)
    rows = [(_("Groupe"), names.get(group or "", group or _("Sans groupe")))]
    if owner := properties.get("owner"):
        rows.append((_("Responsable"), owner))
    opened = _("Public, en ligne") if properties.get("public") == "true" else _("Agents du groupe")
    rows.append((_("Qui peut demander"), opened))
    rows.append((_("Nom technique"), definition.key))
    return rows


@bp.get("/<key>/<int:version>.bpmn")
@requires("processes.read")
def export(key: str, version: int) -> Response:
    """The BPMN file of a version, as it was published."""
    definition = _chosen(queries.versions(db.session, key), str(version))
    if not rights.can("processes.read", rights.group_of(definition)):
        raise access.MissingPermission("processes.read")
    response = Response(definitions.xml(db.session, definition.id), mimetype="application/bpmn+xml")
    response.headers["Content-Disposition"] = disposition(f"{key}-v{version}.bpmn")
    return response
