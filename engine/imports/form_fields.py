"""Fields that other engines write into the diagram (`formData`, `formProperty`), as a form-js schema."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from engine.imports import dialects
from engine.imports.expressions import juel
from engine.spiff.xml import Element, local

SCHEMA_VERSION = 19
_KEY = re.compile(r"[^\s.{}\[\]\"'=]+")
_TYPES: dict[str, dict[str, Any]] = {
    "string": {"type": "textfield"},
    "text": {"type": "textarea"},
    "multi-line-text": {"type": "textarea"},
    "long": {"type": "number", "decimalDigits": 0},
    "int": {"type": "number", "decimalDigits": 0},
    "integer": {"type": "number", "decimalDigits": 0},
    "double": {"type": "number"},
    "float": {"type": "number"},
    "decimal": {"type": "number"},
    "number": {"type": "number"},
    "boolean": {"type": "checkbox"},
    "date": {"type": "datetime", "subtype": "date"},
    "enum": {"type": "select"},
    "dropdown": {"type": "select"},
    "user": {"type": "textfield"},
    "group": {"type": "textfield"},
}
_LIMITS = {"minlength": "minLength", "maxlength": "maxLength", "min": "min", "max": "max"}


@dataclass(slots=True)
class Fields:
    """`schema` is a form-js schema; `unclear`: labels of fields with settings that were not carried over."""

    schema: dict[str, Any]
    unclear: list[str] = field(default_factory=list)


def read(holder: Element, form_id: str, name: str) -> Fields | None:
    """The form of one step; None when it describes no field."""
    described = dialects.children(holder, "formProperty")
    for data in dialects.children(holder, "formData"):
        described += dialects.children(data, "formField")
    if not described:
        return None
    found = Fields({"type": "default", "id": form_id, "name": name, "schemaVersion": SCHEMA_VERSION})
    used: set[str] = set()
    components = [_component(one, form_id, found, used) for one in described]
    found.schema["components"] = [component for component in components if component]
    return found if found.schema["components"] else None


def _component(described: Element, form_id: str, fields: Fields, used: set[str]) -> dict[str, Any] | None:
    name = described.get("id") or ""
    key = described.get("variable") or name
    label = described.get("label") or described.get("name") or name
    if described.get("readable") == "false" and described.get("writable") == "false":
        return None
    if not _KEY.fullmatch(key) or key in used:
        fields.unclear.append(label or key or "?")
        return None
    used.add(key)
    kind = _TYPES.get((described.get("type") or "string").lower())
    component: dict[str, Any] = {"id": f"{form_id}_{len(used)}", "label": label, "key": key}
    component |= kind or _TYPES["string"]
    if kind is None or described.get("expression"):
        fields.unclear.append(label)
    _default(described, component, fields)
    _options(described, component, fields)
    _rules(described, component, fields)
    return component


def _default(described: Element, component: dict[str, Any], fields: Fields) -> None:
    text = described.get("defaultValue") or described.get("default")
    if not text:
        return
    value: Any = text
    if component["type"] == "checkbox":
        value = text.strip().lower() == "true"
    elif component["type"] == "number":
        value = _number(text)
    if juel.is_dynamic(text) or component["type"] == "datetime" or value is None:
        fields.unclear.append(component["label"])
    else:
        component["defaultValue"] = value


def _number(text: str) -> int | float | None:
    try:
        return int(text) if re.fullmatch(r"-?\d+", text.strip()) else float(text)
    except ValueError:
        return None


def _options(described: Element, component: dict[str, Any], fields: Fields) -> None:
    if component["type"] != "select":
        return
    values = [child for child in described if local(child) == "value" and child.get("id")]
    if not values:  # its choices come from elsewhere
        component["type"] = "textfield"
        fields.unclear.append(component["label"])
        return
    component["values"] = [
        {"label": value.get("name") or str(value.get("id")), "value": str(value.get("id"))}
        for value in values
    ]


def _rules(described: Element, component: dict[str, Any], fields: Fields) -> None:
    rules: dict[str, Any] = {}
    if described.get("required") == "true":
        rules["required"] = True
    if described.get("writable") == "false":
        component["readonly"] = True
    for validation in dialects.children(described, "validation"):
        for constraint in dialects.children(validation, "constraint"):
            _constraint(constraint, component, rules, fields)
    if rules:
        component["validate"] = rules


def _constraint(
    constraint: Element, component: dict[str, Any], rules: dict[str, Any], fields: Fields
) -> None:
    name, text = constraint.get("name") or "", constraint.get("config") or ""
    number = _number(text)
    if name == "required" and text != "false":
        rules["required"] = True
    elif name == "readonly" and text != "false":
        component["readonly"] = True
    elif name in _LIMITS and number is not None:
        rules[_LIMITS[name]] = number
    elif name not in ("required", "readonly"):
        fields.unclear.append(component["label"])
