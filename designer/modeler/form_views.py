"""Forms of a package: the list, the builder's page, and what the builder asks (protocol: ui/README.md)."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import UnprocessableEntity

from designer import jsons, text
from designer.access import requires
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.headers import editor_page
from designer.modeler import drafts, package_files, package_forms
from designer.modeler.blueprint import bp, frame, me, opened, scripted, to_change
from designer.modeler.drafts import Work
from designer.modeler.editing import expected_revision, save_or_keep, saved, shared_props
from engine import forms
from engine.diagnostics import Diagnostic
from engine.errors import DefinitionInvalid

LONGEST_NAME = 200


@bp.get("/processes/<key>/forms")
@requires("processes.design", "processes.read")
def list_forms(key: str) -> str:
    """The forms of a package, and a field to make another."""
    return _list_page(opened(key))


def _list_page(work: Work, given: str = "", problem: str | None = None) -> str:
    lines = [
        {
            "name": form.name,
            "id": form.id,
            "href": url_for("modeler.edit_form", key=work.key, file=form.file),
            "fields": form.fields,
            "used_by": form.used_by,
            "problems": [diagnostic(d) for d in form.problems],
            "rename_url": url_for("modeler.name_form", key=work.key, file=form.file),
            "confirm_url": url_for("modeler.confirm_form_removal", key=work.key, file=form.file),
            "delete_url": url_for("modeler.delete_form", key=work.key, file=form.file),
        }
        for form in package_forms.listed(work)
    ]
    return render_template(
        "modeler/forms.html", **frame(work, "forms"), lines=lines, given=given, problem=problem
    )


@bp.post("/processes/<key>/forms")
@requires("processes.design")
def add_form(key: str) -> ResponseReturnValue:
    """Make an empty form and open it."""
    work, name = to_change(key), request.form.get("name", "").strip()
    if problem := name_problem(name):
        return _list_page(work, name, problem), 422
    file, content = package_forms.new_file(work, name)
    drafts.replace(db.session(), work, file, content, by=me(), now=clock.now())
    db.session.commit()
    return redirect(url_for("modeler.edit_form", key=key, file=file), 303)


def name_problem(name: str) -> str | None:
    """Why a form or a process cannot be called so; None: it can."""
    if not name:
        return _("Donnez un nom au formulaire, par exemple «\u00a0Demande\u00a0».")
    if len(name) > LONGEST_NAME:
        return _("Ce nom est trop long. Gardez %(most)s caractères au plus.", most=LONGEST_NAME)
    return None


@bp.get("/processes/<key>/forms/<path:file>")
@requires("processes.design", "processes.read")
@editor_page
def edit_form(key: str, file: str) -> str:
    """The builder of one form."""
    work = opened(key)
    form = package_forms.one(work, file)
    crumbs = ((_("Formulaires"), url_for("modeler.list_forms", key=key)), (form.name, None))
    shown = frame(work, "forms", *crumbs) | {"process_name": form.name}
    shown["files"] = package_files.shown(work, file)
    props = shared_props(work) | {
        "revision": work.revisions[file],
        "formName": form.name,
        "schemaUrl": url_for("modeler.read_schema", key=key, file=file),
        "diagnostics": [diagnostic(d) for d in form.problems],
    }
    return render_template("modeler/form.html", **shown, form_editor=props)


@bp.get("/processes/<key>/schemas/<path:file>")
@requires("processes.design", "processes.read")
@scripted
def read_schema(key: str, file: str) -> Response:
    """A form's schema and its revision."""
    work = opened(key)
    package_forms.one(work, file)
    answer = Response(work.files[file], mimetype="application/json")
    answer.headers["ETag"] = f'"{work.revisions[file]}"'
    return answer


@bp.put("/processes/<key>/schemas/<path:file>")
@requires("processes.design")
@scripted
def save_schema(key: str, file: str) -> Response:
    """Keep a form as built, problems included; the answer lists them."""
    expected, sent = expected_revision(), _sent_schema()
    work = to_change(key)
    package_forms.one(work, file)
    content = package_forms.as_file(package_forms.kept(sent, package_forms.schema_of(work.files[file])))
    revision = save_or_keep(work, file, content, expected)
    db.session.commit()
    return jsonify(saved(revision) | {"diagnostics": [diagnostic(d) for d in _problems(content)]})


def _sent_schema() -> dict[str, Any]:
    try:
        sent = jsons.loads(request.get_data())
    except ValueError as error:
        raise UnprocessableEntity(_("Ce n’est pas un formulaire\u00a0: le JSON est abîmé.")) from error
    if not isinstance(sent, dict) or not isinstance(sent.get("components"), list):
        raise UnprocessableEntity(_("Ce n’est pas un formulaire\u00a0: il manque ses composants."))
    return sent


def _problems(content: bytes) -> list[Diagnostic]:
    try:
        forms.load(content)
    except DefinitionInvalid as invalid:
        return list(invalid.diagnostics)
    return []


@bp.get("/processes/<key>/form-choices")
@requires("processes.design", "processes.read")
@scripted
def form_choices(key: str) -> Response:
    """The forms that a start event or a user task may show."""
    work = opened(key)
    return jsonify(
        [
            {
                "id": form.id,
                "name": form.name,
                "editUrl": url_for("modeler.edit_form", key=key, file=form.file),
            }
            for form in package_forms.listed(work)
        ]
    )


@bp.get("/processes/<key>/form-name/<path:file>")
@requires("processes.design")
def name_form(key: str, file: str) -> str:
    """Another name for a form."""
    work = to_change(key)
    return _rename_page(work, file, package_forms.one(work, file).name, None)


def _rename_page(work: Work, file: str, given: str, problem: str | None) -> str:
    form = package_forms.one(work, file)
    crumbs = ((_("Formulaires"), url_for("modeler.list_forms", key=work.key)), (form.name, None))
    shown = frame(work, "forms", *crumbs)
    return render_template("modeler/form_name.html", **shown, form=form, given=given, problem=problem)


@bp.post("/processes/<key>/form-name/<path:file>")
@requires("processes.design")
def rename_form(key: str, file: str) -> ResponseReturnValue:
    """Call a form differently; its id, which steps use, stays."""
    work, name = to_change(key), request.form.get("name", "").strip()
    form = package_forms.one(work, file)
    if problem := name_problem(name):
        return _rename_page(work, file, name, problem), 422
    schema = package_forms.schema_of(work.files[file])
    content = package_forms.as_file({**schema, "id": form.id, "name": name})
    drafts.replace(db.session(), work, file, content, by=me(), now=clock.now())
    db.session.commit()
    flash(_("Le formulaire s’appelle maintenant %(name)s.", name=text.quoted(name)), "success")
    return redirect(url_for("modeler.list_forms", key=key), 303)


@bp.get("/processes/<key>/form-removal/<path:file>")
@requires("processes.design")
def confirm_form_removal(key: str, file: str) -> str:
    """What deleting a form means, for browsers without script."""
    work = to_change(key)
    form = package_forms.one(work, file)
    crumbs = ((_("Formulaires"), url_for("modeler.list_forms", key=key)), (_("Supprimer"), None))
    return render_template("modeler/form_removal.html", **frame(work, "forms", *crumbs), form=form)


@bp.post("/processes/<key>/form-removal/<path:file>")
@requires("processes.design")
def delete_form(key: str, file: str) -> ResponseReturnValue:
    """Take a form out of the draft; published versions keep theirs."""
    work = to_change(key)
    form = package_forms.one(work, file)
    drafts.remove(db.session(), work, file, by=me(), now=clock.now())
    db.session.commit()
    flash(_("Le formulaire %(name)s est supprimé du brouillon.", name=text.quoted(form.name)), "success")
    return redirect(url_for("modeler.list_forms", key=key), 303)
