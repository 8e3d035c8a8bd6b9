"""Pages that make a process, or drop its draft."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from designer import access, audit, text
from designer.access import requires
from designer.cases import rights
from designer.extensions import clock, db
from designer.modeler import bpmn, drafts, naming
from designer.modeler.blueprint import bp, frame, me, to_change
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
    problems = _name_problem(given["name"]) | group_problem(given["group"]) | key_problem(key)
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


def group_problem(group: str) -> dict[str, str]:
    """What is wrong with that choice, for the field `group`; empty when nothing is."""
    if group in dict(group_choices()) and rights.can("processes.design", group or None):
        return {}
    return {"group": _("Choisissez un groupe où vous dessinez des processus.")}


def key_problem(key: str) -> dict[str, str]:
    """What is wrong with a technical name for a new process; empty when nothing is."""
    if not naming.KEY.fullmatch(key):
        text_ = _("Ce nom technique ne convient pas. Commencez par une lettre, sans espace ni accent.")
        return {"key": text_}
    if key in drafts.taken_keys(db.session()):
        return {"key": _("Un processus porte déjà le nom technique «\u00a0%(key)s\u00a0».", key=key)}
    return {}


def refusal_status(invalid: DefinitionInvalid) -> int:
    """413 for what is too large, else 422."""
    return 413 if any("too-large" in d.rule for d in invalid.diagnostics) else 422


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
