"""Pages that bring in files of other tools, and the report of what became of them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from designer import audit, text
from designer.access import requires
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.modeler import bpmn, drafts, importing, naming, publishing
from designer.modeler.blueprint import bp, frame, may_design, me, opened
from designer.modeler.creating import group_choices, group_problem, key_problem, refusal_status
from designer.modeler.drafts import Work
from designer.modeler.importing import Imported
from designer.wiring import DesignerCatalogue
from engine.diagnostics import has_errors
from engine.errors import DefinitionInvalid, NotFound
from engine.imports import NAMES, Note, NoteKind, by_kind
from engine.packages import kind_of

#: Where a draft remembers the report of its import.
MANIFEST = "import"


@bp.get("/import")
@requires("processes.design")
def import_page() -> str:
    """Choose files to bring in."""
    return _page({"group": "", "key": ""}, {})


@bp.post("/import")
@requires("processes.design")
def import_package() -> ResponseReturnValue:
    """Make a draft of diagrams with their forms and decisions, or of a whole package in a .zip."""
    given = {name: request.form.get(name, "").strip() for name in ("group", "key")}
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        return _page(given, {"file": _("Choisissez un fichier .bpmn ou .zip.")}), 422
    if given["key"] and (problem := key_problem(given["key"])):
        return _page(given | {"key": _proposed(given["key"])}, problem), 422
    try:
        found = importing.package(_read(sent), given["key"], drafts.taken_keys(db.session()))
    except DefinitionInvalid as invalid:
        return _page(given, {"file": _unreadable(sent)}, invalid), refusal_status(invalid)
    return _bring_in(found, given)


def _read(sent: list[FileStorage]) -> list[tuple[str, bytes]]:
    return [(file.filename or "", file.read()) for file in sent]


def _proposed(key: str) -> str:
    """A technical name that is free and looks like the one that was asked for."""
    return naming.free(naming.identifier(key), drafts.taken_keys(db.session()))


def _bring_in(found: Imported, given: dict[str, str]) -> ResponseReturnValue:
    group = given["group"] or found.group
    if problem := group_problem(group):
        return _page(given | {"group": group}, problem), 422
    files = _in_group(found, group)
    draft = drafts.create(db.session(), found.key, found.name, group, files, by=me(), now=clock.now())
    if found.notes or found.renamed_from:
        draft.manifest = draft.manifest | {MANIFEST: found.report()}
    audit.record(db.session(), "draft.imported", "process", found.key, name=found.name, group=draft.group_key)
    db.session.commit()
    page = "modeler.import_report" if found.is_worth_reading else "modeler.edit"
    return redirect(url_for(page, key=found.key), 303)


def _in_group(found: Imported, group: str) -> dict[str, bytes]:
    """The files, with the chosen group written into the main process."""
    if group == found.group:
        return found.files
    files = dict(found.files)
    for name, content in found.files.items():
        if name.endswith(".bpmn"):
            root = bpmn.read(content)
            process = bpmn.process(root, found.key)
            if process is not None:
                bpmn.set_properties(process, {"group": group})
                files[name] = bpmn.write(root)
    return files


def _unreadable(sent: list[FileStorage]) -> str:
    names = ", ".join(text.quoted((file.filename or "")[:100]) for file in sent[:5])
    return _("%(name)s ne peut pas être importé. Rien n’a été créé.", name=names)


def _page(given: dict[str, str], problems: dict[str, str], invalid: DefinitionInvalid | None = None) -> str:
    return render_template(
        "modeler/import.html",
        given=given,
        errors=problems,
        error_items=[(problems[name], f"#{name}") for name in ("file", "group", "key") if name in problems],
        groups=[choice for choice in group_choices() if choice[0]],
        diagnostics=[diagnostic(d) for d in invalid.diagnostics] if invalid else [],
    )


# ---- the report


@bp.get("/processes/<key>/import-report")
@requires("processes.design", "processes.read")
def import_report(key: str) -> str:
    """What the import carried over, what is left to choose, and what has no effect here."""
    work = opened(key)
    kept = work.draft.manifest.get(MANIFEST) if work.draft is not None else None
    if kept is None:
        raise NotFound("import report", key)
    notes = [Note.from_dict(values) for values in kept["notes"]]
    return render_template(
        "modeler/import_report.html",
        **frame(work, "", (_("Rapport d’import"), None)),
        dialect=NAMES.get(kept["dialect"], kept["dialect"]),
        renamed_from=kept["renamed_from"],
        renamed_url=url_for("modeler.edit", key=kept["renamed_from"]) if kept["renamed_from"] else "",
        groups=[_group(work, kind, said) for kind, said in by_kind(notes).items()],
        left=_left(work),
        edit_url=url_for("modeler.edit", key=key),
    )


def _left(work: Work) -> str:
    """What the check still refuses."""
    found = publishing.diagnose(work, DesignerCatalogue.of(db.session()))
    count = sum(d.severity == "error" for d in found)
    if not has_errors(found):
        return _("La vérification ne trouve plus d’erreur\u00a0: essayez le processus, puis publiez-le.")
    return ngettext(
        "Avant de publier, la vérification trouve encore %(num)s erreur. Elle est sous le diagramme.",
        "Avant de publier, la vérification trouve encore %(num)s erreurs. Elles sont sous le diagramme.",
        count,
    )


def _group(work: Work, kind: NoteKind, notes: list[Note]) -> dict[str, Any]:
    title, about, tone, ico = _words()[kind]
    return {
        "title": title,
        "about": about,
        "tone": tone,
        "icon": ico,
        "notes": [_line(work, note) for note in notes],
        "is_open": kind == "to_choose" or len(notes) <= _FEW,
    }


_FEW = 8


def _words() -> dict[NoteKind, tuple[str, str, str, str]]:
    return {
        "to_choose": (
            _("À choisir"),
            _("Le fichier ne le dit pas, ou le demande à un programme d’ailleurs. Décidez, étape par étape."),
            "soon",
            "triangle-alert",
        ),
        "translated": (
            _("Repris"),
            _("Le sens était certain\u00a0: Relais l’exécute. L’original reste dans le fichier."),
            "done",
            "circle-check",
        ),
        "kept_as_drawing": (
            _("Gardé, sans effet ici"),
            _("Rien n’est perdu\u00a0: c’est dans le fichier, et dans ce que vous exportez."),
            "hold",
            "archive",
        ),
    }


def _line(work: Work, note: Note) -> dict[str, Any]:
    here = note.file in (None, work.diagram) and note.element_id
    return {
        "text": note.message.in_(text.locale()),
        "label": note.label,
        "file": note.file if note.file != work.diagram else "",
        "href": url_for("modeler.edit", key=work.key, _anchor=note.element_id) if here else "",
    }


def keep_beside(key: str, found: Imported) -> str | None:
    """Keep the forms and the report of a diagram that replaces that of `key`; where to read the report.

    None when there is nothing to read. Forms that the package has stay as they are.
    """
    session, now = db.session(), clock.now()
    for name, content in found.files.items():
        work = drafts.find(session, key, lock=True)
        if kind_of(name) == "form" and name not in work.files:
            drafts.replace(session, work, name, content, by=me(), now=now)
    if not found.is_worth_reading:
        return None
    draft = drafts.writable(session, drafts.find(session, key, lock=True), by=me(), now=now)
    draft.manifest = draft.manifest | {MANIFEST: found.report()}
    return url_for("modeler.import_report", key=key)


def report_url(work: Work) -> str | None:
    """Where the report of a draft's import is, when it was imported and somebody may still act on it."""
    if work.draft is None or MANIFEST not in work.draft.manifest or not may_design(work):
        return None
    return url_for("modeler.import_report", key=work.key)
