"""What can be said about an operation's inputs before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import marshmallow as ma

from connectors.sdk.messages import field_label, translate
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.operations import Operation


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend in a diagram: at which input, in which line of its text (from 1)."""

    input: str | None
    message: Text
    line: int | None = None
    severity: Literal["error", "warning"] = "error"
    rule: str = "connector.input"


def is_feel(text: str) -> bool:
    """Text that starts with `=` is FEEL; other text is a literal."""
    return text.startswith("=")


def problems(
    operation: Operation, inputs: Mapping[str, str], known_variables: set[str] | None
) -> list[Problem]:
    """Problems of literals against the schema, then the operation's own.

    Missing and unknown names are not among them: whoever checks the diagram knows them from the catalogue.
    """
    found = list(_literals(operation.input_schema, inputs))
    if operation.validate_function is not None:
        found.extend(operation.validate_function(inputs, known_variables))
    return found


def _literals(schema: ma.Schema, inputs: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in inputs.items():
        field = schema.fields.get(name)
        if field is not None and text and not is_feel(text):
            yield from _literal(schema, name, field, text)


def _literal(schema: ma.Schema, name: str, field: ma.fields.Field[Any], text: str) -> Iterator[Problem]:
    try:
        field.deserialize(text, name, {name: text})
    except ma.ValidationError as error:
        label = field_label(schema, name)
        messages = error.messages if isinstance(error.messages, list) else [error.messages]
        for message in messages:
            said = translate(message)
            yield Problem(name, Text(f"{label.fr}\u00a0: {said.fr}", f"{label.en}: {said.en}"))
