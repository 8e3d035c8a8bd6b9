"""The modeler's page and what its island asks: diagram, check, publishing (protocol: ui/README.md)."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.exceptions import BadRequest, HTTPException, UnprocessableEntity

from connectors import registry
from connectors.sdk import Connector, InvalidConnector
from connectors.sdk.element_template import element_template
from designer import access, jsons, text
from designer.access import requires
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.headers import editor_page
from designer.modeler import bpmn, drafts, places, publishing
from designer.modeler.blueprint import bp, frame, may_design, may_publish, me, opened, scripted, to_change
from designer.modeler.drafts import Conflict, Work
from designer.models import Connection
from designer.wiring import DesignerCatalogue
from engine import forms
from engine.errors import DefinitionInvalid

log = structlog.get_logger("relais.modeler")


class RevisionMissing(HTTPException):
    """RFC 6585, 3: a write must say which revision it started from."""

    code = 428


@bp.get("/processes/<key>")
@requires("processes.design", "processes.read")
@editor_page
def edit(key: str) -> ResponseReturnValue:
    """The diagram of a process, to draw or (without the right to design) to look at."""
    home = drafts.home_of(db.session(), key)
    if home != key:
        return redirect(url_for("modeler.edit", key=home))
    work = opened(key)
    if work.is_overtaken:
        flash(_overtaken(work), "warning")
    return render_template("modeler/diagram.html", **frame(work, "diagram"), modeler=_props(work))


def _overtaken(work: Work) -> str:
    return _(
        "La version %(newest)s a été publiée hors de ce brouillon, qui part de la version %(base)s. "
        "Publier le brouillon la remplace.",
        newest=work.newest,
        base=work.base,
    )


def _props(work: Work) -> dict[str, Any]:
    urls = {
        "draftUrl": "modeler.read_diagram",
        "checkUrl": "modeler.check_diagram",
        "publishUrl": "modeler.publish",
        "formsUrl": "modeler.form_choices",
        "variablesUrl": "modeler.variables",
    }
    return {
        "locale": text.locale(),
        "csrf": generate_csrf(),
        "readOnly": not may_design(work),
        "processName": work.name,
        "processId": work.key,
        "revision": work.revisions[work.diagram],
        "nextVersion": work.newest + 1,
        "templatesUrl": url_for("modeler.templates"),
    } | {name: url_for(endpoint, key=work.key) for name, endpoint in urls.items()}


@bp.get("/processes/<key>/diagram")
@requires("processes.design", "processes.read")
@scripted
def read_diagram(key: str) -> Response:
    """The diagram, with places if its file has none, and its revision."""
    work = opened(key)
    answer = Response(places.with_places(work.files[work.diagram]), mimetype="application/xml")
    answer.headers["ETag"] = f'"{work.revisions[work.diagram]}"'
    return answer


@bp.put("/processes/<key>/diagram")
@requires("processes.design")
@scripted
def save_diagram(key: str) -> ResponseReturnValue:
    """Keep the diagram as drawn, problems included; 412 when somebody saved another revision."""
    expected, content = expected_revision(), request.get_data()
    root = readable(content)
    work = to_change(key)
    revision = save_or_keep(work, work.diagram, content, expected)
    _take_name(key, root)
    db.session.commit()
    return jsonify(saved(revision))


def expected_revision() -> str | None:
    """The revision the page started from; None: it made the file. Raises RevisionMissing."""
    given = request.headers.get("If-Match")
    if given is None and request.headers.get("If-None-Match") != "*":
        raise RevisionMissing(_("Il manque la version que vous avez lue. Rien n’a été écrasé."))
    return given.strip().removeprefix("W/").strip('"') if given else None


def readable(content: bytes) -> bpmn.Element:
    """The root of a diagram that can be kept; UnprocessableEntity with the check's words otherwise."""
    try:
        root = bpmn.read(content)
    except DefinitionInvalid as invalid:
        found = [diagnostic(d) for d in invalid.diagnostics]
        raise Unreadable(found) from invalid
    if not bpmn.is_diagram(root):
        raise Unreadable([{"message": _("Ce fichier n’est pas un diagramme BPMN.")}])
    return root


class Unreadable(UnprocessableEntity):
    """What was sent cannot be kept; `diagnostics` in the person's language. 413 when it is too large."""

    def __init__(self, diagnostics: list[dict[str, Any]]) -> None:
        super().__init__(" ".join(d["message"] for d in diagnostics))
        self.diagnostics = diagnostics
        if any(d.get("rule") == "xml.too-large" for d in diagnostics):
            self.code = 413


def save_or_keep(work: Work, name: str, content: bytes, expected: str | None) -> str:
    """Save; when somebody was faster, the copy of what was refused stays."""
    try:
        return drafts.save(db.session(), work, name, content, expected=expected, by=me(), now=clock.now())
    except Conflict:
        db.session.commit()
        raise


def saved(revision: str) -> dict[str, str]:
    """What the island is told after a save."""
    return {"revision": revision, "saved_at": clock.now().isoformat()}


def _take_name(key: str, root: bpmn.Element) -> None:
    """The draft is called like its process."""
    draft = drafts.find(db.session(), key).draft
    process = bpmn.process(root, key)
    name = " ".join((process.get("name") or "").split()) if process is not None else ""
    if draft is not None and name and draft.name != name:
        draft.name = name[:500]


@bp.post("/processes/<key>/check")
@requires("processes.design", "processes.read")
@scripted
def check_diagram(key: str) -> Response:
    """Findings about the package with the diagram that was sent, in the person's language."""
    work, catalogue = opened(key), DesignerCatalogue.of(db.session())
    db.session.commit()  # the check takes its time: nobody has to wait for it
    found = publishing.diagnose(work, catalogue, request.get_data())
    return jsonify(diagnostics=[diagnostic(d) for d in found], revision=work.revisions[work.diagram])


@bp.post("/processes/<key>/publish")
@requires("processes.publish")
@scripted
def publish(key: str) -> Response:
    """Publish the package: a new version that new cases follow."""
    sent = _publication()
    work = drafts.find(db.session(), key, lock=True)
    if not may_publish(work):
        raise access.MissingPermission("processes.publish")
    definition = publishing.publish(
        db.session(),
        work,
        DesignerCatalogue.of(db.session()),
        expected=sent["revision"],
        note=sent["note"][:500] or None,
        by=me(),
        now=clock.now(),
    )
    db.session.commit()
    url = url_for("processes.show", key=definition.key, version=definition.version)
    return jsonify(version=definition.version, url=url)


def _publication() -> dict[str, str]:
    try:
        sent = jsons.loads(request.get_data())
    except ValueError as error:
        raise BadRequest(_("La demande est incomplète ou mal formée. Rien n’a été fait.")) from error
    if not isinstance(sent, dict) or not isinstance(sent.get("revision"), str):
        raise RevisionMissing(_("Il manque la version que vous avez lue. Rien n’a été écrasé."))
    return {"revision": sent["revision"], "note": str(sent.get("note") or "").strip()}


@bp.get("/templates")
@requires("processes.design", "processes.read")
@scripted
def templates() -> Response:
    """Element templates of every connector installed, in the person's language."""
    names = _connection_names()
    return jsonify([template for c in _connectors() for template in _templates(c, names.get(c.kind, []))])


def _connection_names() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    query = select(Connection.connector, Connection.name).order_by(Connection.name)
    for kind, name in db.session.execute(query):
        found.setdefault(kind, []).append(name)
    return found


def _connectors() -> list[Connector]:
    """A connector whose code does not load is left out, and the log says so."""
    found = []
    for info in registry.catalogue():
        try:
            found.append(registry.load(info.kind))
        except (InvalidConnector, ImportError) as broken:
            log.warning("connector.unusable", connector=info.kind, reason=str(broken))
    return found


def _templates(connector: Connector, connections: list[str]) -> list[dict[str, Any]]:
    return [
        element_template(operation, text.locale(), connections) for operation in connector.operations.values()
    ]


@bp.get("/processes/<key>/variables")
@requires("processes.design", "processes.read")
@scripted
def variables(key: str) -> Response:
    """Variables that the forms fill, to complete FEEL expressions."""
    work = opened(key)
    found: dict[str, dict[str, str]] = {}
    for name in work.forms:
        try:
            form = forms.load(work.files[name])
        except DefinitionInvalid:
            continue
        for variable, kind in form.variables_written.items():
            found.setdefault(variable, {"name": variable, "type": kind.capitalize(), "detail": form.id})
    return jsonify(list(found.values()))
