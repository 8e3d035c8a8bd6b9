"""Forms of start events and user tasks: those described in the diagram, and those it refers to."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

from engine.diagnostics import Text
from engine.errors import DefinitionInvalid
from engine.forms import load
from engine.imports import dialects, extensions, form_fields
from engine.imports.translation import Translation, label_of
from engine.spiff.xml import Element, b, z

FOLDER = "formulaires"
_FORM = Text("le formulaire", "the form")
_FILE = re.compile(r"camunda-forms:(?:app|deployment|bpmn)?:?/?(?P<path>[^?#]+)")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


def translate(element: Element, work: Translation) -> None:
    """The form of one start event or user task."""
    if _has_form(element):
        return
    reference, key = dialects.attribute(element, "formRef"), dialects.attribute(element, "formKey")
    if reference:
        _refer(element, reference, work)
    elif key:
        _by_key(element, key, work)
    else:
        _described(element, work)


def _has_form(element: Element) -> bool:
    found = extensions.get(element, "formDefinition")
    return found is not None and bool(found.get("formId"))


def _by_key(element: Element, key: str, work: Translation) -> None:
    match = _FILE.fullmatch(key)
    if match:
        _refer(element, PurePosixPath(match["path"]).stem, work)
        return
    work.to_choose(
        element,
        f"« {{label}} » montre un formulaire d’une autre application ({key}). Choisissez le sien.",
        f'"{{label}}" shows a form of another application ({key}). Choose its own.',
    )


def _refer(element: Element, form_id: str, work: Translation) -> None:
    found = work.attempt(element, form_id, _FORM)
    if found is None:
        return
    if found.startswith("="):
        work.to_choose(
            element,
            "« {label} » calcule quel formulaire montrer. Choisissez-en un.",
            '"{label}" computes which form to show. Choose one.',
        )
        return
    extensions.add(element, "formDefinition", formId=found)
    if found in work.package_forms:
        work.translated(
            element,
            f"« {{label}} » montre le formulaire « {found} ».",
            f'"{{label}}" shows the form "{found}".',
        )
    else:
        _say_missing(element, found, work)


def _say_missing(element: Element, form_id: str, work: Translation) -> None:
    work.to_choose(
        element,
        f"« {{label}} » montre le formulaire « {form_id} », qui n’est pas dans ce qui a été importé. "
        "Ajoutez-le, ou choisissez-en un autre.",
        f'"{{label}}" shows the form "{form_id}", which was not among what was imported. '
        "Add it, or choose another.",
    )


def _described(element: Element, work: Translation) -> None:
    holder = element.find(b("extensionElements"))
    if holder is None:
        return
    form_id = _UNSAFE.sub("_", element.get("id") or "formulaire").strip("_") or "formulaire"
    fields = form_fields.read(holder, form_id, label_of(element))
    if fields is None or not _usable(fields.schema):
        return
    add_file(form_id, fields.schema, work)
    extensions.add(element, "formDefinition", formId=form_id)
    count = len(fields.schema["components"])
    work.translated(
        element,
        f"« {{label}} » : formulaire fait avec ses champs ({count}).",
        f'"{{label}}": form made of its fields ({count}).',
    )
    if fields.unclear:
        names = ", ".join(dict.fromkeys(fields.unclear))
        work.to_choose(
            element,
            f"« {{label}} » : relisez dans le formulaire {names}, dont un réglage n’est pas repris.",
            f'"{{label}}": read over in the form {names}: a setting was not taken over.',
        )


def _usable(schema: dict[str, object]) -> bool:
    try:
        load(schema)
    except DefinitionInvalid:
        return False
    return True


def add_file(form_id: str, schema: object, work: Translation) -> None:
    """A new form of the package."""
    work.forms[f"{FOLDER}/{form_id}.form"] = (
        json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    ).encode()


def embedded(work: Translation) -> None:
    """Camunda 8 may keep a form's schema inside the process: it becomes a file, and its id the reference."""
    ids: dict[str, str] = {}
    for holder in work.root.iter(z("userTaskForm")):
        schema = _schema(holder.text)
        if schema is None:
            continue
        form_id = str(schema.get("id") or holder.get("id") or "formulaire")
        ids[f"camunda-forms:bpmn:{holder.get('id')}"] = form_id
        if form_id not in work.package_forms:
            add_file(_UNSAFE.sub("_", form_id), schema | {"id": form_id}, work)
    for definition in work.root.iter(z("formDefinition")):
        _give_id(definition, ids, work)


def _schema(text: str | None) -> dict[str, object] | None:
    try:
        found = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("components"), list) else None


def _give_id(definition: Element, ids: dict[str, str], work: Translation) -> None:
    key = definition.get("formKey") or ""
    holder = definition.getparent()
    step = None if holder is None else holder.getparent()
    if definition.get("formId") or not key or step is None:
        return
    if key in ids:
        definition.set("formId", ids[key])
        work.translated(
            step, "« {label} » : formulaire repris du diagramme.", '"{label}": form taken from the diagram.'
        )
    else:
        _by_key(step, key, work)
