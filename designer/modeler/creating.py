"""Pages that make a process, bring one in, or drop its draft."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from designer import access, audit, text
from designer.access import requires
from designer.cases import rights
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.modeler import bpmn, drafts, importing, naming
from designer.modeler.blueprint import bp, frame, me, to_change
from designer.modeler.importing import Imported
from designer.models import ProcessGroup
from engine.errors import DefinitionInvalid

LONGEST_NAME = 200


@bp.get("/new")
@requires("processes.design")
def create() -> str:
    """An empty form for a new process."""
    return _new_page({"name": "", "group": "", "key": ""}, {})


@bp.post("/new")
@requires("processes.design")
def add() -> ResponseReturnValue:
    """Make the process and open its blank page."""
    given = {name: request.form.get(name, "").strip() for name in ("name", "group", "key")}
    key = given["key"] or naming.free(naming.key_of(given["name"]), drafts.taken_keys(db.session()))
    problems = _name_problem(given["name"]) | _group_problem(given["group"]) | _key_problem(key)
    if problems:
        return _new_page(given, problems), 422
    diagram = blank(key, given["name"], given["group"], _("Demande reçue"))
    return _keep(key, given["name"], given["group"], {f"{key}.bpmn": diagram}, "draft.created")


def blank(key: str, name: str, group: str, start: str) -> bytes:
    """The diagram of a new process: one start event, called `start`, and its settings."""
    root = bpmn.read(bpmn.blank(key, name, start))
    process = bpmn.main_process(root)
    if process is not None:
        bpmn.set_properties(process, {"group": group, "prefix": _prefix(key), "owner": "", "description": ""})
    return bpmn.write(root)


def _prefix(key: str) -> str:
    """Initials, for case numbers: CA-2026-0001."""
    return "".join(part[0] for part in key.split("_") if part)[:4].upper()


def _keep(key: str, name: str, group: str, files: dict[str, bytes], action: str) -> ResponseReturnValue:
    draft = drafts.create(db.session(), key, name, group, files, by=me(), now=clock.now())
    audit.record(db.session(), action, "process", key, name=name, group=draft.group_key)
    db.session.commit()
    return redirect(url_for("modeler.edit", key=key), 303)


def _new_page(given: dict[str, str], problems: dict[str, str]) -> str:
    order = [(problems[name], f"#{name}") for name in ("name", "group", "key") if name in problems]
    return render_template(
        "modeler/new.html", given=given, errors=problems, error_items=order, groups=group_choices()
    )


def group_choices(present: str = "") -> list[tuple[str, str]]:
    """Groups in which the person may design, by name; « Sans groupe » for who may everywhere."""
    allowed = access.groups_where("processes.design")
    found = db.session.scalars(select(ProcessGroup).order_by(ProcessGroup.name))
    choices = [(g.key, g.name) for g in found if allowed is None or g.key in allowed or g.key == present]
    return choices if allowed is not None else [*choices, ("", _("Sans groupe"))]


def _name_problem(name: str) -> dict[str, str]:
    if not name:
        return {"name": _("Donnez un nom au processus, par exemple «\u00a0Changement d’adresse\u00a0».")}
    if len(name) > LONGEST_NAME:
        return {"name": _("Ce nom est trop long. Gardez %(most)s caractères au plus.", most=LONGEST_NAME)}
    return {}


def _group_problem(group: str) -> dict[str, str]:
    if group in dict(group_choices()) and rights.can("processes.design", group or None):
        return {}
    return {"group": _("Choisissez un groupe où vous dessinez des processus.")}


def _key_problem(key: str) -> dict[str, str]:
    if not naming.KEY.fullmatch(key):
        text_ = _("Ce nom technique ne convient pas. Commencez par une lettre, sans espace ni accent.")
        return {"key": text_}
    if key in drafts.taken_keys(db.session()):
        return {"key": _("Un processus porte déjà le nom technique «\u00a0%(key)s\u00a0».", key=key)}
    return {}


@bp.get("/import")
@requires("processes.design")
def import_page() -> str:
    """Choose a file to bring in."""
    return _import_page({"group": "", "key": ""}, {})


@bp.post("/import")
@requires("processes.design")
def import_package() -> ResponseReturnValue:
    """Make a draft of a .bpmn file or of a whole package in a .zip."""
    given = {name: request.form.get(name, "").strip() for name in ("group", "key")}
    file = request.files.get("file")
    if file is None or not file.filename:
        return _import_page(given, {"file": _("Choisissez un fichier .bpmn ou .zip.")}), 422
    if given["key"] and (problem := _key_problem(given["key"])):
        return _import_page(given, problem), 422
    try:
        found = importing.package(file.filename, file.read(), given["key"])
    except DefinitionInvalid as invalid:
        return _import_page(given, {"file": _unreadable(file.filename)}, invalid), refusal_status(invalid)
    return _bring_in(found, given)


def _bring_in(found: Imported, given: dict[str, str]) -> ResponseReturnValue:
    group = given["group"] or found.group
    problems = _key_problem(found.key) | _group_problem(group)
    if problems:
        return _import_page({"group": group, "key": found.key}, problems), 422
    return _keep(found.key, found.name, group, _in_group(found, group), "draft.imported")


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


def _unreadable(filename: str) -> str:
    name = text.quoted(filename[:100])
    return _("%(name)s ne peut pas être importé. Rien n’a été créé.", name=name)


def refusal_status(invalid: DefinitionInvalid) -> int:
    """413 for what is too large, else 422."""
    return 413 if any("too-large" in d.rule for d in invalid.diagnostics) else 422


def _import_page(
    given: dict[str, str], problems: dict[str, str], invalid: DefinitionInvalid | None = None
) -> str:
    order = [(problems[name], f"#{name}") for name in ("file", "group", "key") if name in problems]
    found: list[dict[str, Any]] = [diagnostic(d) for d in invalid.diagnostics] if invalid else []
    return render_template(
        "modeler/import.html",
        given=given,
        errors=problems,
        error_items=order,
        groups=[choice for choice in group_choices() if choice[0]],
        diagnostics=found,
    )


@bp.get("/processes/<key>/delete")
@requires("processes.design")
def confirm_delete(key: str) -> str:
    """What deleting the draft means, for browsers without script."""
    work = to_change(key)
    return render_template(
        "modeler/delete.html", **frame(work, "settings", (_("Supprimer"), None)), work=work
    )


@bp.post("/processes/<key>/delete")
@requires("processes.design")
def delete(key: str) -> ResponseReturnValue:
    """Drop the draft; what was published stays."""
    work = to_change(key)
    if work.draft is not None:
        drafts.delete(db.session(), work.draft)
        audit.record(db.session(), "draft.deleted", "process", key, name=work.name, group=work.group)
        db.session.commit()
    flash(_("Le brouillon de %(name)s est supprimé.", name=text.quoted(work.name)), "success")
    if work.newest:
        return redirect(url_for("processes.show", key=key), 303)
    return redirect(url_for("processes.list_processes"), 303)
