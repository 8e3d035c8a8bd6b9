"""marshmallow's messages in French and in English, naming the field as people see it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import marshmallow as ma

from connectors.sdk.text import Text

_FIXED: Final[Mapping[str, Text]] = {
    english: Text(fr, en)
    for english, fr, en in (
        ("Missing data for required field.", "cette donnée est obligatoire.", "this value is required."),
        ("Field may not be null.", "cette donnée est obligatoire.", "this value is required."),
        ("Unknown field.", "cette donnée n’existe pas dans l’opération.", "the operation has no such value."),
        ("Invalid value.", "cette valeur ne convient pas.", "this value does not fit."),
        ("Invalid type.", "cette valeur n’a pas la bonne forme.", "this value has the wrong type."),
        ("Invalid input type.", "il faut un contexte.", "a context is needed."),
        ("Invalid input.", "cette valeur ne convient pas.", "this value does not fit."),
        ("Not a valid string.", "écrivez un texte.", "write a text."),
        ("Not a valid utf-8 string.", "écrivez un texte.", "write a text."),
        ("Not a valid number.", "écrivez un nombre.", "write a number."),
        ("Not a valid integer.", "écrivez un nombre entier.", "write a whole number."),
        ("Number too large.", "ce nombre est trop grand.", "this number is too large."),
        ("Not a valid boolean.", "répondez par vrai ou faux.", "answer true or false."),
        ("Not a valid list.", "donnez une liste.", "give a list."),
        ("Not a valid mapping type.", "donnez un contexte.", "give a context."),
        ("Not a valid URL.", "écrivez une adresse complète, avec https://.", "write a full address, with https://."),
        ("Not a valid email address.", "écrivez une adresse électronique.", "write an e-mail address."),
        ("Not a valid date.", "écrivez une date.", "write a date."),
        ("Not a valid time.", "écrivez une heure.", "write a time."),
        ("Not a valid datetime.", "écrivez une date et une heure.", "write a date and time."),
        (
            "String does not match expected pattern.",
            "ce texte n’a pas la forme attendue.",
            "this text does not have the expected form.",
        ),
        (
            "Special numeric values (nan or infinity) are not permitted.",
            "écrivez un nombre fini.",
            "write a finite number.",
        ),
    )
}  # fmt: skip

_PATTERNS: Final = tuple(
    (re.compile(pattern), Text(fr, en))
    for pattern, fr, en in (
        (r"Must be one of: (.*)\.", r"choisissez parmi \1.", r"choose among \1."),
        (r"Shorter than minimum length (\d+)\.", r"au moins \1 caractères.", r"at least \1 characters."),
        (r"Longer than maximum length (\d+)\.", r"au plus \1 caractères.", r"at most \1 characters."),
        (r"Length must be between (\d+) and (\d+)\.", r"de \1 à \2 caractères.", r"\1 to \2 characters."),
        (r"Length must be (\d+)\.", r"exactement \1 caractères.", r"exactly \1 characters."),
        (
            r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.",
            r"de \1 à \2.",
            r"from \1 to \2.",
        ),
        (r"Must be greater than or equal to (\S+)\.", r"au moins \1.", r"at least \1."),
        (r"Must be less than or equal to (\S+)\.", r"au plus \1.", r"at most \1."),
    )
)  # fmt: skip


def translate(message: object) -> Text:
    """One message of marshmallow or of a connector in both languages; unknown words are kept as they are."""
    if isinstance(message, Text):
        return message
    words = str(message)
    if words in _FIXED:
        return _FIXED[words]
    for pattern, text in _PATTERNS:
        match = pattern.fullmatch(words)
        if match is not None:
            return text.map(match.expand)
    return Text(words, words)


def field_label(schema: ma.Schema, name: str) -> Text:
    """The label of a field, or its name when it has none."""
    field = schema.fields.get(name)
    label = field.metadata.get("label") if field is not None else None
    return Text.of(label) if label else Text(name, name)


def sentences(schema: ma.Schema, error: ma.ValidationError) -> list[tuple[str, Text]]:
    """(field name, "Label: what is wrong") for each problem, in the order of the schema's fields."""
    order = {name: position for position, name in enumerate(schema.fields)}
    tree = error.messages if isinstance(error.messages, dict) else {ma.exceptions.SCHEMA: error.messages}
    names = sorted(tree, key=lambda name: order.get(name, len(order)))
    return [
        (name, _sentence(schema, name, path, text)) for name in names for path, text in _leaves(tree[name])
    ]


def _sentence(schema: ma.Schema, name: str, path: str, text: Text) -> Text:
    if name == ma.exceptions.SCHEMA:
        return text
    label = field_label(schema, name)
    return Text(f"{label.fr}{path}\u00a0: {text.fr}", f"{label.en}{path}: {text.en}")


def _leaves(node: Any, path: str = "") -> Iterator[tuple[str, Text]]:
    """Messages below a node; list positions and keys are shown as people count, from 1."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            place = "" if key in ("key", "value") else f" {key + 1 if isinstance(key, int) else key}"
            yield from _leaves(value, path + place)
    elif isinstance(node, list):
        for item in node:
            yield from _leaves(item, path)
    else:
        yield path, translate(node)
