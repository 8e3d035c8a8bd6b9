"""Deployments: a package becomes immutable versions; and the check alone."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext as _
from marshmallow import ValidationError
from werkzeug.exceptions import UnprocessableEntity

from designer import audit
from designer.access import check, requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import CheckSchema, DeployedSchema, PackageBody
from designer.api.v1.support import commits, me
from designer.cases import rights
from designer.errors import diagnostic
from designer.extensions import clock, db
from designer.wiring import DesignerCatalogue
from engine import deployments, packages
from engine.check import check as check_package
from engine.diagnostics import has_errors
from engine.errors import DefinitionInvalid

blp = Blueprint("deployments", __name__, description="Publishing packages: BPMN, forms, scenarios.")

MULTIPART = {
    "requestBody": {
        "content": {
            "application/json": {"schema": PackageBody},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "key": {"type": "string"},
                        "note": {"type": "string"},
                    },
                    "required": ["files"],
                }
            },
        }
    }
}


@blp.route("/deployments", methods=["POST"])
@requires("processes.publish")
@commits
@blp.doc(**MULTIPART)
@blp.response(201, DeployedSchema)
def deploy() -> Any:
    """Publish a package

    Files as JSON texts, or as multipart uploads whose file names are paths. 422 with every diagnostic when
    the check refuses it; nothing is stored then.
    """
    package, note = _package()
    made = deployments.deploy(
        db.session(), package, DesignerCatalogue.of(db.session()), now=clock.now(), by=me(), note=note
    )
    for definition in made:
        group = rights.group_of(definition)
        check("processes.publish", group)
        audit.record(
            db.session(),
            "process.published",
            "process",
            definition.key,
            version=definition.version,
            group=group,
        )
    return {"definitions": made}


@blp.route("/check", methods=["POST"])
@requires("processes.design", "processes.publish")
@blp.doc(**MULTIPART)
@blp.response(200, CheckSchema)
def check_only() -> Any:
    """Check a package without publishing it"""
    try:
        package, _note = _package()
        found = check_package(package, DesignerCatalogue.of(db.session()))
    except DefinitionInvalid as invalid:
        found = invalid.diagnostics
    return {"ok": not has_errors(found), "diagnostics": [diagnostic(d) for d in found]}


def _package() -> tuple[packages.Package, str | None]:
    """The package in the body, and the note."""
    if request.mimetype == "multipart/form-data":
        return _uploaded()
    try:
        body = PackageBody().load(request.get_json())
    except ValidationError as error:
        raise _unusable(error.messages) from error
    files = {name: text.encode() for name, text in body["files"].items()}
    return packages.from_files(_checked(files), default_key=body["key"]), body["note"]


def _uploaded() -> tuple[packages.Package, str | None]:
    sent = [file for name in request.files for file in request.files.getlist(name)]
    files = {str(file.filename): file.read() for file in sent if file.filename}
    if not files:
        raise _unusable({"files": [_("Il faut au moins un fichier.")]})
    default_key = request.form.get("key") or "package"
    return packages.from_files(_checked(files), default_key=default_key), request.form.get("note")


def _checked(files: dict[str, bytes]) -> dict[str, bytes]:
    """Refuse names that are not plain paths inside the package."""
    for name in files:
        if not name or name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name:
            raise _unusable({"files": [_("Ce nom de fichier ne convient pas.")]})
    return files


def _unusable(messages: Any) -> UnprocessableEntity:
    error = UnprocessableEntity()
    error.data = {"messages": messages}  # type: ignore[attr-defined]
    return error
