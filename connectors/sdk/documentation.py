"""The documentation of a connector, written from its declarations: Markdown in either language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from connectors.sdk import exact_json
from connectors.sdk.errors import STANDARD_ERRORS
from connectors.sdk.text import Text
from connectors.sdk.types import TypeInfo

if TYPE_CHECKING:
    from connectors.sdk.connector import Connector
    from connectors.sdk.operations import Operation

_WORDS: Final = {
    "inputs": Text("Reçoit", "Takes"),
    "outputs": Text("Rend", "Gives"),
    "errors": Text("Quand cela échoue", "When it fails"),
    "example": Text("Exemple", "Example"),
    "value": Text("Donnée", "Value"),
    "meaning": Text("Sens", "Meaning"),
    "type": Text("Forme", "Type"),
    "required": Text("Obligatoire", "Required"),
    "yes": Text("oui", "yes"),
    "code": Text("Code", "Code"),
    "effect": Text("Effet", "Effect"),
    "version": Text("Version", "Version"),
}
_TYPES: Final = {
    "string": Text("texte", "text"),
    "number": Text("nombre", "number"),
    "boolean": Text("oui ou non", "yes or no"),
    "date": Text("date", "date"),
    "time": Text("heure", "time"),
    "date and time": Text("date et heure", "date and time"),
    "list": Text("liste", "list"),
    "context": Text("contexte", "context"),
    "any": Text("toute valeur", "any value"),
}
_EFFECTS: Final = {
    "read": Text("lit seulement, ne change rien", "reads only, changes nothing"),
    "write": Text("écrit, peut se corriger", "writes, can be corrected"),
    "irreversible": Text("irréversible", "irreversible"),
}


def connector_markdown(connector: Connector, locale: str = "fr") -> str:
    """The page of a connector: what it does, then each operation's newest version."""
    manifest = connector.manifest
    head = f"# {manifest.name.in_(locale)}\n\n{manifest.description.in_(locale)}\n"
    return "\n".join([head, *(operation_markdown(o, locale) for o in connector.newest_operations())])


def operation_markdown(operation: Operation, locale: str = "fr") -> str:
    """The section of an operation: inputs, result, errors, example."""
    return "\n".join(_lines(operation, locale)) + "\n"


def _lines(operation: Operation, locale: str) -> Iterator[str]:
    words = {name: text.in_(locale) for name, text in _WORDS.items()}
    effect = _EFFECTS[operation.effect].in_(locale)
    colon = ":" if locale[:2] == "en" else "\u00a0:"
    yield f"## {operation.title.in_(locale)}\n\n{operation.description.in_(locale)}\n"
    yield f"`{operation.type}` · {words['effect']}{colon} {effect} · {words['version']} {operation.version}\n"
    yield from _values(words["inputs"], operation.input_types, words, locale)
    yield from _values(words["outputs"], operation.output_types, words, locale)
    yield f"### {words['errors']}\n"
    yield from _table([words["code"], words["meaning"]], _errors(operation, locale))
    if operation.example:
        example = json.loads(exact_json.encode(operation.example))
        yield f"### {words['example']}\n\n```json\n{json.dumps(example, ensure_ascii=False, indent=2)}\n```"


def _values(title: str, types: Mapping[str, TypeInfo], words: dict[str, str], locale: str) -> Iterator[str]:
    head = [words["value"], words["meaning"], words["type"], words["required"]]
    rows = [
        [f"`{name}`", _meaning(info, locale), _shape(info, locale), words["yes"] if info.required else ""]
        for name, info in types.items()
    ]
    yield f"### {title}\n"
    yield from _table(head, rows)


def _meaning(info: TypeInfo, locale: str) -> str:
    hint = f". {info.hint.in_(locale)}" if info.hint else ""
    return info.label.in_(locale) + hint


def _shape(info: TypeInfo, locale: str) -> str:
    if info.choices:
        return ", ".join(f"`{choice}`" for choice in info.choices)
    return _TYPES[info.feel].in_(locale)


def _errors(operation: Operation, locale: str) -> list[list[str]]:
    known: dict[str, Any] = {**operation.errors, **STANDARD_ERRORS}
    return [[f"`{code}`", text.in_(locale)] for code, text in known.items()]


def _table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""
