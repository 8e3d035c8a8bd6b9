"""The modeler's page and what its island asks: diagram, check, publishing (protocol: ui/README.md)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import BadRequest, HTTPException, UnprocessableEntity

from designer import access, jsons, text
from designer.access import requires
from designer.cases import people
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.headers import editor_page
from designer.modeler import bpmn, drafts, package_files, places, publishing
from designer.modeler.blueprint import bp, frame, may_design, may_publish, me, opened, scripted, to_change
from designer.modeler.drafts import Conflict, Work
from designer.modeler.menus import executed
from designer.wiring import DesignerCatalogue
from engine.errors import DefinitionInvalid, NotFound

#: Somebody who changed the draft this long ago may still be at it.
AT_WORK = timedelta(minutes=10)


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
    file = diagram_file(work)
    if work.is_overtaken:
        flash(_overtaken(work), "warning")
    shown = frame(work, "diagram") | {"files": package_files.shown(work, file)}
    return render_template("modeler/diagram.html", **shown, modeler=_props(work, file))


def diagram_file(work: Work) -> str:
    """The diagram that the address names; that of the process when it names none. Raises NotFound."""
    file = request.args.get("file") or work.diagram
    if file not in work.diagrams:
        raise NotFound("diagram", file)
    return file


def _overtaken(work: Work) -> str:
    return _(
        "La version %(newest)s a été publiée hors de ce brouillon, qui part de la version %(base)s. "
        "Publier le brouillon la remplace.",
        newest=work.newest,
        base=work.base,
    )


def _props(work: Work, file: str) -> dict[str, Any]:
    here: dict[str, Any] = {"key": work.key, "file": file}
    urls = {
        "draftUrl": "modeler.read_diagram",
        "checkUrl": "modeler.check_diagram",
        "publishUrl": "modeler.publish",
        "arrangeUrl": "modeler.arrange",
        "formsUrl": "modeler.form_choices",
        "processesUrl": "modeler.process_choices",
        "variablesUrl": "modeler.variables",
        "newFileUrl": "modeler.add_file",
    }
    process = bpmn.main_process(bpmn.read(work.files[file]))
    addresses = {name: url_for(endpoint, **here) for name, endpoint in urls.items()}
    return (
        shared_props(work)
        | {
            "file": file,
            "files": package_files.shown(work, file),
            "processName": work.name,
            "processId": work.key if process is None else process.get("id"),
            "revision": work.revisions[file],
            "executed": executed(),
            "templatesUrl": url_for("modeler.templates"),
            "directoryUrl": url_for("modeler.directory"),
        }
        | addresses
    )


def shared_props(work: Work) -> dict[str, Any]:
    """What both editors need to know of the package, the person and her session."""
    here: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "read": "1"}
    return {
        "locale": text.locale(),
        "csrf": generate_csrf(),
        "user": me(),
        "sessionUrl": url_for("modeler.session"),
        "signInUrl": url_for("modeler.signed_in_again"),
        "readOnly": not may_design(work) or "read" in request.args,
        "readUrl": url_for(str(request.endpoint), **here),
        "nextVersion": work.newest + 1,
        "savedAt": work.changed_at.isoformat(),
        "other": _other(work),
    }


def _other(work: Work) -> str | None:
    """Who else changed the draft a moment ago, and may be changing it still."""
    author = work.draft.updated_by if work.draft is not None else None
    if author in (None, me()) or clock.now() - work.changed_at > AT_WORK:
        return None
    return people.names(db.session(), [author]).get(str(author))


@bp.get("/processes/<key>/diagram")
@requires("processes.design", "processes.read")
@scripted
def read_diagram(key: str) -> Response:
    """The diagram, with places if its file has none, and its revision."""
    work = opened(key)
    file = diagram_file(work)
    answer = Response(places.with_places(work.files[file]), mimetype="application/xml")
    answer.headers["ETag"] = f'"{work.revisions[file]}"'
    return answer


@bp.put("/processes/<key>/diagram")
@requires("processes.design")
@scripted
def save_diagram(key: str) -> ResponseReturnValue:
    """Keep the diagram as drawn, problems included; 412 when somebody saved another revision."""
    expected, content = expected_revision(), request.get_data()
    root = readable(content)
    work = to_change(key)
    file = diagram_file(work)
    revision = save_or_keep(work, file, content, expected)
    if file == work.diagram:
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
    file = diagram_file(work)
    db.session.commit()  # the check takes its time: nobody has to wait for it
    found = publishing.diagnose(work, catalogue, {file: request.get_data()})
    return jsonify(diagnostics=[diagnostic(d) for d in found], revision=work.revisions[file])


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
        file=diagram_file(work),
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
