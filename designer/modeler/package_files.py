"""The files of a package that people open and change: diagrams, then forms."""

from __future__ import annotations

from typing import Any

from flask import url_for

from designer.modeler import bpmn, package_forms
from designer.modeler.drafts import Work
from engine.errors import DefinitionInvalid


def shown(work: Work, current: str) -> list[dict[str, Any]]:
    """Every file with its name in words, its kind (`diagram`, `form`) and where it is edited."""
    diagrams = [
        {
            "file": file,
            "kind": "diagram",
            "name": diagram_name(work, file),
            "url": url_for("modeler.edit", key=work.key, file=None if file == work.diagram else file),
        }
        for file in work.diagrams
    ]
    forms = [
        {
            "file": form.file,
            "kind": "form",
            "name": form.name,
            "url": url_for("modeler.edit_form", key=work.key, file=form.file),
        }
        for form in package_forms.listed(work)
    ]
    return [entry | {"current": entry["file"] == current} for entry in [*diagrams, *forms]]


def diagram_name(work: Work, file: str) -> str:
    """What its process is called; the name of the file when it cannot be read."""
    try:
        process = bpmn.main_process(bpmn.read(work.files[file]))
    except DefinitionInvalid:
        return file
    name = " ".join((process.get("name") or "").split()) if process is not None else ""
    return name or file


def called_choices(work: Work) -> list[dict[str, Any]]:
    """The processes that can run in the diagrams beside the main one."""
    found = []
    for file in work.diagrams[1:]:
        try:
            keys = bpmn.executable_keys(bpmn.read(work.files[file]))
        except DefinitionInvalid:
            continue
        url = url_for("modeler.edit", key=work.key, file=file)
        found += [{"id": key, "name": diagram_name(work, file), "editUrl": url} for key in keys]
    return found
