"""Element templates: how an operation is offered in the modeler, generated from its schemas.

Format: the element-template JSON of bpmn.io with `zeebe:` bindings. One file per operation and version,
`element-templates/<operation>-v<version>.json`, in French; other languages are generated when asked for.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import marshmallow as ma
from marshmallow import validate

from connectors.sdk.errors import InvalidConnector
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.connector import Connector
    from connectors.sdk.operations import Operation

FOLDER: Final = "element-templates"
SCHEMA: Final = "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json"
DEFAULT_RETRIES: Final = "3"

_CONNECTION: Final = Text("Connexion", "Connection")
_CONNECTION_HINT: Final = Text(
    "Le nom d’une connexion préparée par l’administration.", "The name of a connection set up beforehand."
)
_CHOOSE: Final = Text("Choisir une connexion", "Choose a connection")
_NO_CONNECTION: Final = Text("Aucune connexion prête", "No connection is ready")
_INPUTS: Final = Text("Données", "Values")
_RESULT: Final = Text("Résultat", "Result")
_RETRIES: Final = Text("Reprises", "Retries")
_GROUPS: Final = ("connection", _CONNECTION), ("inputs", _INPUTS), ("result", _RESULT), ("retries", _RETRIES)

Property = dict[str, Any]


def element_template(
    operation: Operation, locale: str = "fr", connections: Sequence[str] | None = None
) -> dict[str, Any]:
    """The template of an operation.

    `connections`: names to offer in a drop-down; None leaves a free text, as in the committed files.
    """
    connector = _connector(operation)
    properties = [*_fixed(operation, locale, connections), *_inputs(operation, locale), *_outcome(locale)]
    return {
        "$schema": SCHEMA,
        "name": operation.title.in_(locale),
        "id": f"relais.{connector.kind}.{operation.name}",
        "version": operation.version,
        "description": operation.description.in_(locale),
        "keywords": list(connector.manifest.keywords),
        "category": {
            "id": _identifier(connector.manifest.category.en),
            "name": connector.manifest.category.in_(locale),
        },
        "appliesTo": ["bpmn:Task", "bpmn:ServiceTask", "bpmn:SendTask"],
        "elementType": {"value": "bpmn:ServiceTask"},
        "icon": {"contents": icon_data_uri(connector.folder / connector.manifest.icon)},
        "groups": _groups(properties, operation, locale),
        "properties": properties,
    }


def _connector(operation: Operation) -> Connector:
    from connectors.sdk.connector import Connector

    if not isinstance(operation.owner, Connector):
        raise InvalidConnector(f"{operation.type} belongs to no connector folder")
    return operation.owner


def _identifier(words: str) -> str:
    return "-".join(words.lower().split())


def _groups(properties: Iterable[Property], operation: Operation, locale: str) -> list[dict[str, str]]:
    """The groups in use: connection first, then those of the fields, then result and retries."""
    used = dict.fromkeys(str(item["group"]) for item in properties if "group" in item)
    known = dict(_GROUPS) | group_labels(operation.input_schema)
    return [{"id": group, "label": known.get(group, Text(group, group)).in_(locale)} for group in used]


def group_labels(schema: ma.Schema) -> dict[str, Text]:
    """Labels of a schema's own groups: `class Meta` cannot hold them, so they are the attribute `groups`."""
    groups: Mapping[str, Any] = getattr(schema, "groups", {})
    return {name: Text.of(words) for name, words in groups.items()}


def _fixed(operation: Operation, locale: str, connections: Sequence[str] | None) -> list[Property]:
    """The job type, and the connection when the connector has one."""
    kind: Property = {
        "type": "Hidden",
        "value": operation.type,
        "binding": {"type": "zeebe:taskDefinition", "property": "type"},
    }
    if operation.owner.connection_schema is None:
        return [kind]
    return [kind, _connection(operation, locale, connections)]


def _connection(operation: Operation, locale: str, connections: Sequence[str] | None) -> Property:
    item: Property = {
        "id": "connection",
        "label": _CONNECTION.in_(locale),
        "description": _CONNECTION_HINT.in_(locale),
        "group": "connection",
        "binding": {"type": "zeebe:taskHeader", "key": "connection"},
        "type": "String" if connections is None else "Dropdown",
    }
    if connections is not None:
        item |= _offered(connections, locale)
    if operation.owner.connection_required:
        item["constraints"] = {"notEmpty": True}
    else:
        item["optional"] = True
    return item


def _offered(connections: Sequence[str], locale: str) -> Property:
    """The only connection is taken at once. Otherwise an empty choice comes first: without it a list shows
    its first name although nothing is chosen, and choosing that name changes nothing."""
    empty = {"name": (_CHOOSE if connections else _NO_CONNECTION).in_(locale), "value": ""}
    choices: Property = {"choices": [empty, *({"name": name, "value": name} for name in connections)]}
    return choices | ({"value": connections[0]} if len(connections) == 1 else {})


def _inputs(operation: Operation, locale: str) -> list[Property]:
    return [_input(name, field, locale) for name, field in operation.input_schema.fields.items()]


def _input(name: str, field: ma.fields.Field[Any], locale: str) -> Property:
    metadata = field.metadata
    item: Property = {
        "id": name,
        "label": Text.of(metadata.get("label") or name).in_(locale),
        "group": metadata.get("group", "inputs"),
        "binding": {"type": "zeebe:input", "name": name},
    }
    for key, source in (("description", "hint"), ("placeholder", "placeholder")):
        if metadata.get(source):
            item[key] = Text.of(metadata[source]).in_(locale)
    item |= _widget(field, locale)
    item |= _default(field)
    item |= _condition(metadata.get("when"))
    return item | _obligation(field)


def _widget(field: ma.fields.Field[Any], locale: str) -> Property:
    """Type and FEEL mode of the panel's entry.

    A template is never FEEL: its text may start with anything. A number or a boolean is written as FEEL.
    """
    kind = field.metadata.get("kind") or ("boolean" if isinstance(field, ma.fields.Boolean) else "text")
    if kind == "choice":
        return {"type": "Dropdown", "choices": _choices(field, locale)}
    if kind == "boolean":
        return {"type": "Boolean", "feel": "static"}
    return {
        "number": {"type": "String", "feel": "optional"},
        "multiline": {"type": "Text", "feel": "optional"},
        "template": {"type": "Text"},
        "line_template": {"type": "String"},
        "feel": {"type": "Text", "feel": "required"},
    }.get(kind, {"type": "String", "feel": "optional"})


def _choices(field: ma.fields.Field[Any], locale: str) -> list[dict[str, str]]:
    choices = field.metadata["choices"]
    if isinstance(choices, Mapping):
        return [{"name": Text.of(words).in_(locale), "value": value} for value, words in choices.items()]
    return [{"name": str(value), "value": str(value)} for value in choices]


def _default(field: ma.fields.Field[Any]) -> Property:
    """The value that the panel starts with; text, because the panel of a number accepts FEEL."""
    default = field.load_default
    if isinstance(default, bool):
        return {"value": default}
    if isinstance(default, int | Decimal | str) and default != "":
        return {"value": str(default)}
    return {}


def _condition(when: Mapping[str, Any] | None) -> Property:
    if not when:
        return {}
    conditions = [_match(name, expected) for name, expected in when.items()]
    return {"condition": conditions[0] if len(conditions) == 1 else {"allMatch": conditions}}


def _match(name: str, expected: Any) -> Property:
    operator = "oneOf" if isinstance(expected, list | tuple) else "equals"
    value = list(expected) if operator == "oneOf" else expected
    return {"type": "simple", "property": name, operator: value}


def _obligation(field: ma.fields.Field[Any]) -> Property:
    """A required entry must not be empty; an optional one leaves no trace in the diagram when empty."""
    if isinstance(field, ma.fields.Boolean) or field.metadata.get("kind") == "choice":
        return {}
    if not field.required:
        return {"optional": True}
    constraints: Property = {"notEmpty": True}
    for rule in field.validators:
        if isinstance(rule, validate.Length) and rule.max is not None:
            constraints["maxLength"] = rule.max
    return {"constraints": constraints}


def _outcome(locale: str) -> list[Property]:
    """Where the result goes, and how often a failed call is tried again."""
    variable = Text("Variable du résultat", "Result variable")
    variable_hint = Text(
        "Reçoit tout le résultat, sous ce nom.", "Receives the whole result, under this name."
    )
    expression = Text("Variables tirées du résultat", "Variables taken from the result")
    expression_hint = Text(
        "Un contexte FEEL sur le résultat, par exemple {ville: city}.",
        "A FEEL context over the result, for instance {town: city}.",
    )
    retries = Text("Nombre d’essais", "Number of attempts")
    return [
        _header("resultVariable", "String", variable.in_(locale), variable_hint.in_(locale)),
        _header("resultExpression", "Text", expression.in_(locale), expression_hint.in_(locale))
        | {"feel": "required"},
        {
            "id": "retries",
            "label": retries.in_(locale),
            "type": "String",
            "value": DEFAULT_RETRIES,
            "feel": "optional",
            "group": "retries",
            "binding": {"type": "zeebe:taskDefinition", "property": "retries"},
        },
    ]


def _header(key: str, kind: str, label: str, hint: str) -> Property:
    return {
        "id": key,
        "label": label,
        "description": hint,
        "type": kind,
        "group": "result",
        "binding": {"type": "zeebe:taskHeader", "key": key},
        "optional": True,
    }


def icon_data_uri(path: Path) -> str:
    """An SVG file as a data URI; raises InvalidConnector when it is missing."""
    try:
        svg = path.read_text(encoding="utf-8")
    except FileNotFoundError as missing:
        raise InvalidConnector(f"{path} does not exist") from missing
    compact = " ".join(svg.split()).replace("> <", "><")
    return "data:image/svg+xml," + urllib.parse.quote(compact, safe=" ='/:;()-,.")


def as_json(template: Mapping[str, Any]) -> str:
    """The text of a template file."""
    return json.dumps(template, ensure_ascii=False, indent=2) + "\n"


def template_path(operation: Operation) -> Path:
    """Where the committed template of an operation lies."""
    return _connector(operation).folder / FOLDER / f"{operation.name}-v{operation.version}.json"


def write_templates(connector: Connector) -> list[Path]:
    """Write the newest template of each operation; returns the files that changed.

    A released version must not change in place: raise the operation's version and keep the old file.
    """
    changed = []
    for operation in connector.newest_operations():
        path, text = template_path(operation), as_json(element_template(operation))
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def read_templates(folder: Path) -> list[dict[str, Any]]:
    """Every committed template of a connector's folder, older versions too, without importing its code."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((folder / FOLDER).glob("*.json"))]
