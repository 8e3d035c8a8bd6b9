"""Settings of a process, kept in its diagram as `relais:` properties; and a diagram brought from a file."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import audit, text
from designer.access import requires
from designer.cases import rights
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.modeler import bpmn, drafts, importing
from designer.modeler.blueprint import bp, frame, me, to_change
from designer.modeler.creating import LONGEST_NAME, group_choices, refusal_status
from designer.modeler.drafts import Work
from designer.modeler.import_views import keep_beside
from engine import feel
from engine.errors import DefinitionInvalid

FIELDS = ("name", "group", "public", "caseTitle", "prefix", "owner", "description")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
LONGEST_TEXT = 2000


@bp.get("/processes/<key>/settings")
@requires("processes.design")
def settings(key: str) -> str:
    """What the process is called, who may start it, how its cases are named."""
    work = to_change(key)
    return _page(work, _stored(work), {})


def _stored(work: Work) -> dict[str, str]:
    process = bpmn.process(bpmn.read(work.files[work.diagram]), work.key)
    found = bpmn.properties(process) if process is not None else {}
    return {name: found.get(name, "") for name in FIELDS} | {"name": work.name, "group": work.group or ""}


def _page(
    work: Work, given: dict[str, str], problems: dict[str, str], invalid: DefinitionInvalid | None = None
) -> str:
    return render_template(
        "modeler/settings.html",
        **frame(work, "settings"),
        given=given,
        errors=problems,
        error_items=[(problems[name], f"#{name}") for name in (*FIELDS, "file") if name in problems],
        groups=group_choices(work.group or ""),
        diagnostics=[diagnostic(d) for d in invalid.diagnostics] if invalid else [],
    )


@bp.post("/processes/<key>/settings")
@requires("processes.design")
def save_settings(key: str) -> ResponseReturnValue:
    """Write the settings into the diagram; the rest of the drawing stays as it is."""
    work = to_change(key)
    given = {name: request.form.get(name, "").strip() for name in FIELDS}
    problems = _problems(work, given)
    if problems:
        return _page(work, given, problems), 422
    root = bpmn.read(work.files[work.diagram])
    process = bpmn.process(root, key)
    if process is None:
        return _page(work, given, {"name": _missing_process(key)}), 422
    process.set("name", given["name"])
    bpmn.set_properties(process, {name: given[name] for name in FIELDS if name != "name"})
    drafts.replace(db.session(), work, work.diagram, bpmn.write(root), by=me(), now=clock.now())
    _note(key, given)
    db.session.commit()
    flash(_("Les réglages sont enregistrés dans le brouillon."), "success")
    return redirect(url_for("modeler.settings", key=key), 303)


def _missing_process(key: str) -> str:
    return _(
        "Le diagramme ne contient plus le processus «\u00a0%(key)s\u00a0». Remettez son nom technique.",
        key=key,
    )


def _note(key: str, given: dict[str, str]) -> None:
    draft = drafts.find(db.session(), key).draft
    if draft is not None:
        draft.name = given["name"]
        draft.group_key = drafts.known_group(db.session(), given["group"])
        audit.record(db.session(), "draft.settings", "process", key, group=draft.group_key)


def _problems(work: Work, given: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    if not given["name"] or len(given["name"]) > LONGEST_NAME:
        found["name"] = _("Donnez un nom au processus, de %(most)s caractères au plus.", most=LONGEST_NAME)
    if given["group"] != (work.group or "") and not rights.can("processes.design", given["group"] or None):
        found["group"] = _("Choisissez un groupe où vous dessinez des processus.")
    if given["public"] not in ("", "true"):
        found["public"] = _("Choisissez qui peut ouvrir un dossier.")
    if given["prefix"] and not _PREFIX.fullmatch(given["prefix"]):
        found["prefix"] = _("Écrivez de 1 à 10 lettres majuscules ou chiffres, par exemple CA.")
    if problem := _title_problem(given["caseTitle"]):
        found["caseTitle"] = problem
    for name in ("owner", "description"):
        if len(given[name]) > LONGEST_TEXT:
            found[name] = _("Ce texte est trop long. Gardez %(most)s caractères au plus.", most=LONGEST_TEXT)
    return found


def _title_problem(title: str) -> str | None:
    if not title.startswith("="):
        return None
    try:
        feel.parse(title[1:])
    except feel.FeelError as error:
        return error.message[text.locale()]
    return None


@bp.post("/processes/<key>/diagram-file")
@requires("processes.design")
def replace_diagram(key: str) -> ResponseReturnValue:
    """Put the diagram of a .bpmn file in place of the present one, which is kept as a copy."""
    work, file = to_change(key), request.files.get("file")
    if file is None or not file.filename:
        return _page(work, _stored(work), {"file": _("Choisissez un fichier .bpmn.")}), 422
    try:
        content, found = importing.diagram(file.read(), key)
    except DefinitionInvalid as invalid:
        problem = _(
            "%(name)s ne peut pas être importé. Le diagramme n’a pas changé.", name=text.quoted(file.filename)
        )
        return _page(work, _stored(work), {"file": problem}, invalid), refusal_status(invalid)
    drafts.replace(db.session(), work, work.diagram, content, by=me(), now=clock.now(), keep=True)
    report = keep_beside(key, found)
    db.session.commit()
    flash(_("Le diagramme vient du fichier %(name)s.", name=text.quoted(file.filename)), "success")
    return redirect(report or url_for("modeler.edit", key=key), 303)
