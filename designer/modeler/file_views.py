"""Files made and brought in from inside the editor, and the session that an editor outlives."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import UnprocessableEntity

from designer import jsons
from designer.access import requires, signed_in
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.modeler import bpmn, drafts, importing, naming, package_forms
from designer.modeler.blueprint import bp, may_design, me, opened, scripted, to_change
from designer.modeler.creating import blank
from designer.modeler.drafts import Work
from designer.modeler.editing import Unreadable, diagram_file
from designer.modeler.form_views import name_problem
from designer.modeler.import_views import keep_beside
from engine.errors import DefinitionInvalid

#: Where the answer says that there is a report of the import.
REPORT = "X-Relais-Report"


@bp.post("/processes/<key>/files")
@requires("processes.design")
@scripted
def add_file(key: str) -> ResponseReturnValue:
    """Make an empty form, or the diagram of a process to call, without leaving the editor."""
    sent = _sent()
    name, work = sent.get("name", "").strip(), to_change(key)
    if problem := name_problem(name):
        raise UnprocessableEntity(problem)
    made = _new_form(work, name) if sent.get("kind") == "form" else _new_diagram(work, name)
    db.session.commit()
    return jsonify(made), 201


def _sent() -> dict[str, str]:
    try:
        sent = jsons.loads(request.get_data())
    except ValueError:
        sent = None
    if not isinstance(sent, dict) or sent.get("kind") not in ("form", "diagram"):
        raise UnprocessableEntity(_("La demande est incomplète ou mal formée. Rien n’a été fait."))
    return {name: str(value) for name, value in sent.items()}


def _new_form(work: Work, name: str) -> dict[str, str]:
    file, content = package_forms.new_file(work, name)
    drafts.replace(db.session(), work, file, content, by=me(), now=clock.now())
    form_id = str(package_forms.schema_of(content)["id"])
    return {"id": form_id, "name": name, "editUrl": url_for("modeler.edit_form", key=work.key, file=file)}


def _new_diagram(work: Work, name: str) -> dict[str, str]:
    """Of the same group as the process it is made for, so that the same people may change it."""
    taken = drafts.taken_keys(db.session()) | _keys_of(work)
    process_id = naming.free(naming.key_of(name), taken)
    file = naming.free(f"{process_id}.bpmn", work.files.keys())
    content = blank(process_id, name, work.group or "", _("Début"))
    drafts.replace(db.session(), work, file, content, by=me(), now=clock.now())
    return {"id": process_id, "name": name, "editUrl": url_for("modeler.edit", key=work.key, file=file)}


def _keys_of(work: Work) -> set[str]:
    found: set[str] = set()
    for file in work.diagrams:
        try:
            found.update(str(p.get("id")) for p in bpmn.processes(bpmn.read(work.files[file])))
        except DefinitionInvalid:
            continue
    return found


@bp.post("/processes/<key>/arranged")
@requires("processes.design", "processes.read")
@scripted
def arrange(key: str) -> Response:
    """The diagram of a file that was sent, ready for this editor: in our dialect, with its id and places.

    Forms made of its fields join the draft; the header X-Relais-Report says where to read what was done.
    """
    work = opened(key)
    file = diagram_file(work)
    process = bpmn.main_process(bpmn.read(work.files[file]))
    try:
        content, found = importing.diagram(request.get_data(), _id_of(process) or key)
    except DefinitionInvalid as invalid:
        raise Unreadable([diagnostic(d) for d in invalid.diagnostics]) from invalid
    answer = Response(content, mimetype="application/xml")
    if may_design(work) and (report := keep_beside(key, found)):
        answer.headers[REPORT] = report
    db.session.commit()
    return answer


def _id_of(process: bpmn.Element | None) -> str:
    return "" if process is None else process.get("id") or ""


@bp.get("/session")
@signed_in
@scripted
def session() -> Response:
    """Who is signed in now, and the token of that session: an open editor outlives the one it began with."""
    answer = jsonify(csrf=generate_csrf(), user=me())
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/signed-in-again")
@signed_in
def signed_in_again() -> str:
    """Where a person comes back from signing in beside an open editor."""
    return render_template("modeler/signed_in_again.html")
