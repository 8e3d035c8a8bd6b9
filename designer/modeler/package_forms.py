"""Forms of a package: their files, their names, and which steps use them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from designer import jsons
from designer.modeler import bpmn, naming
from designer.modeler.drafts import Work
from engine import forms
from engine.diagnostics import Diagnostic
from engine.errors import DefinitionInvalid, NotFound
from engine.packages import kind_of

FOLDER = "formulaires"
SCHEMA_VERSION = 19


@dataclass(frozen=True, slots=True)
class FormFile:
    """One form: `file` inside the package, `used_by` names of the steps that show it."""

    file: str
    id: str
    name: str
    fields: int
    problems: list[Diagnostic]
    used_by: list[str]


def listed(work: Work) -> list[FormFile]:
    """Every form of the package, by name."""
    uses = _uses(work)
    return sorted((_form(work, name, uses) for name in work.forms), key=lambda form: form.name.lower())


def one(work: Work, file: str) -> FormFile:
    """One form. Raises NotFound."""
    found = next((form for form in listed(work) if form.file == file), None)
    if found is None:
        raise NotFound("form", file)
    return found


def _form(work: Work, file: str, uses: dict[str, list[str]]) -> FormFile:
    schema = schema_of(work.files[file])
    form_id = str(schema.get("id") or PurePosixPath(file).stem)
    try:
        fields, problems = len(forms.load(work.files[file]).fields), list[Diagnostic]()
    except DefinitionInvalid as invalid:
        fields, problems = 0, list(invalid.diagnostics)
    return FormFile(file, form_id, name_of(schema, form_id), fields, problems, uses.get(form_id, []))


def schema_of(content: bytes) -> dict[str, Any]:
    """The JSON object of a form file; empty when it is none."""
    try:
        found = jsons.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def name_of(schema: dict[str, Any], form_id: str) -> str:
    """What people call the form; without a name, its id as words."""
    words = str(schema.get("name") or "").strip()
    return words or form_id.replace("_", " ").replace("-", " ").strip().capitalize()


def _uses(work: Work) -> dict[str, list[str]]:
    """Form id → names of the steps that show it."""
    found: dict[str, list[str]] = {}
    for content in (work.files[name] for name in work.files if kind_of(name) == "bpmn"):
        try:
            root = bpmn.read(content)
        except DefinitionInvalid:
            continue
        for definition in root.iter(f"{{{bpmn.ZEEBE}}}formDefinition"):
            step = _step_of(definition)
            found.setdefault(definition.get("formId", ""), []).append(step)
    return found


def _step_of(definition: bpmn.Element) -> str:
    extension = definition.getparent()
    step = extension.getparent() if extension is not None else None
    return "" if step is None else " ".join((step.get("name") or step.get("id") or "").split())


def new_file(work: Work, name: str) -> tuple[str, bytes]:
    """File name and content of a new, empty form called `name`."""
    taken = {form.id for form in listed(work)}
    form_id = naming.free(naming.key_of(name, "formulaire"), taken)
    folders = {str(PurePosixPath(file).parent) for file in work.forms}
    folder = folders.pop() if len(folders) == 1 else FOLDER
    file = f"{form_id}.form" if folder == "." else f"{folder}/{form_id}.form"
    schema = {
        "type": "default",
        "id": form_id,
        "name": name,
        "schemaVersion": SCHEMA_VERSION,
        "components": [],
    }
    return naming.free(file, work.files.keys()), as_file(schema)


def as_file(schema: dict[str, Any]) -> bytes:
    """The text of a form file."""
    return (jsons.dumps(schema, indent=2) + "\n").encode()


def kept(new: dict[str, Any], old: dict[str, Any]) -> dict[str, Any]:
    """What the builder sent, with the name that it knows nothing of."""
    return new if "name" in new or "name" not in old else {"name": old["name"], **new}
