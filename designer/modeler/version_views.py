"""Versions published, copies kept, and the package as files to take away."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import text
from designer.access import requires
from designer.cases import people
from designer.cases.downloads import disposition
from designer.extensions import clock, db
from designer.modeler import archives, copies, drafts
from designer.modeler.blueprint import bp, frame, me, opened, to_change
from designer.modeler.copies import Copy
from designer.modeler.drafts import Work
from designer.modeler.import_views import report_url
from designer.models import Draft
from engine import definitions
from engine.errors import NotFound
from engine.store import Deployment, ProcessDefinition

BPMN_TYPE = "application/bpmn+xml"


@bp.get("/processes/<key>/versions")
@requires("processes.design", "processes.read")
def show_versions(key: str) -> str:
    """Versions of the process, newest first; below, copies kept beside the draft."""
    work = opened(key)
    return render_template(
        "modeler/versions.html",
        **frame(work, "versions"),
        state=_state(work),
        versions=_versions(key),
        copies=_copies(work),
        diagram_url=url_for("modeler.export_diagram", key=key),
        package_url=url_for("modeler.export_package", key=key),
        report_url=report_url(work),
    )


def _state(work: Work) -> str:
    if work.draft is None or not work.has_changes:
        return _("Le brouillon ne diffère pas de la version %(number)s.", number=work.newest)
    name = people.names(db.session(), [work.draft.updated_by]).get(work.draft.updated_by or "", "")
    when = text.moment(work.draft.updated_at, clock.now()).relative
    return _("Dernier changement du brouillon\u00a0: %(when)s, %(name)s.", when=when.lower(), name=name)


def _versions(key: str) -> list[dict[str, Any]]:
    found = definitions.versions(db.session(), key)
    made = {d.id: db.session.get_one(Deployment, d.deployment_id) for d in found}
    names = people.names(db.session(), {m.created_by for m in made.values()})
    return [_version(d, made[d.id], names) for d in found]


def _version(definition: ProcessDefinition, made: Deployment, names: dict[str, str]) -> dict[str, Any]:
    return {
        "number": definition.version,
        "href": url_for("processes.show", key=definition.key, version=definition.version),
        "when": text.moment(definition.created_at, clock.now()),
        "by": names.get(made.created_by or "", ""),
        "note": made.note or "",
    }


def _copies(work: Work) -> list[dict[str, Any]]:
    if work.draft is None:
        return []
    found = copies.listed(work.draft)
    names = people.names(db.session(), {copy.by for copy in found})
    return [_copy(work, copy, names) for copy in found]


def _copy(work: Work, copy: Copy, names: dict[str, str]) -> dict[str, Any]:
    why = {
        "refused": _("N’a pas été enregistré\u00a0: une autre version existait déjà."),
        "replaced": _("A été remplacé."),
    }
    urls = ("export_copy", "restore_copy", "forget_copy")
    return {
        "file": copy.file,
        "why": why[copy.kind],
        "by": names.get(copy.by, ""),
        "when": text.moment(copy.at, clock.now()),
    } | {f"{name}_url": url_for(f"modeler.{name}", key=work.key, copy_id=copy.id) for name in urls}


@bp.get("/processes/<key>/diagram.bpmn")
@requires("processes.design", "processes.read")
def export_diagram(key: str) -> Response:
    """The diagram of the draft as a file."""
    work = opened(key)
    return _download(f"{key}.bpmn", work.files[work.diagram], BPMN_TYPE)


@bp.get("/processes/<key>/package.zip")
@requires("processes.design", "processes.read")
def export_package(key: str) -> Response:
    """The whole package as a zip file."""
    return _download(f"{key}.zip", archives.pack(opened(key).files), "application/zip")


@bp.get("/processes/<key>/copies/<copy_id>")
@requires("processes.design", "processes.read")
def export_copy(key: str, copy_id: str) -> Response:
    """A kept copy as a file."""
    copy, content = copies.read(_draft(opened(key)), copy_id)
    return _download(
        copy.file.rpartition("/")[2],
        content,
        BPMN_TYPE if copy.file.endswith(".bpmn") else "application/json",
    )


@bp.post("/processes/<key>/copies/<copy_id>/restore")
@requires("processes.design")
def restore_copy(key: str, copy_id: str) -> ResponseReturnValue:
    """Put a copy in place of the present file, which becomes a copy itself."""
    work = to_change(key)
    draft = _draft(work)
    copy, content = copies.read(draft, copy_id)
    copies.forget(draft, copy_id)
    drafts.replace(db.session(), work, copy.file, content, by=me(), now=clock.now(), keep=True)
    db.session.commit()
    flash(_("La copie est reprise. Ce qu’elle remplace est gardé ici."), "success")
    return redirect(url_for("modeler.show_versions", key=key), 303)


@bp.post("/processes/<key>/copies/<copy_id>/forget")
@requires("processes.design")
def forget_copy(key: str, copy_id: str) -> ResponseReturnValue:
    """Drop a copy."""
    copies.forget(_draft(to_change(key)), copy_id)
    db.session.commit()
    flash(_("La copie est supprimée."), "success")
    return redirect(url_for("modeler.show_versions", key=key), 303)


def _draft(work: Work) -> Draft:
    if work.draft is None:
        raise NotFound("draft", work.key)
    return work.draft


def _download(name: str, content: bytes, media_type: str) -> Response:
    answer = Response(content, mimetype=media_type)
    answer.headers["Content-Disposition"] = disposition(name)
    return answer
