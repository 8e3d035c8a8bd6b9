"""Schemas of inputs, outputs and connections: the source of validation, panel, documentation and types.

Metadata that a field may carry (the constructors of `connectors.sdk.fields` write them):

    label        {fr, en}: required on every field
    hint         {fr, en}: one sentence of help
    group        id of a group of the panel, one of the connector's groups or a free word
    kind         text, multiline, template, line_template, choice, boolean, number, feel, secret
    choices      {value: {fr, en}}, or a list of values that read the same in both languages
    when         {other field: value or list of values}: shown only then
    example      value shown in the documentation
    placeholder  {fr, en}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from connectors.sdk.errors import ConnectorError
from connectors.sdk.fields import SecretString
from connectors.sdk.messages import sentences
from connectors.sdk.text import Text


class InputSchema(ma.Schema):
    """Base of input and connection schemas: an unknown name is an error."""

    class Meta:
        unknown = ma.RAISE


class OutputSchema(ma.Schema):
    """Base of output schemas: a connector gives exactly what it declares."""

    class Meta:
        unknown = ma.RAISE


def without_blanks(schema: ma.Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without null and without empty text for optional fields.

    The panel writes an empty text for a field that was cleared, and FEEL says null for what is absent: both
    mean "not given", so that defaults and "required" speak.
    """
    return {
        name: value
        for name, value in values.items()
        if value is not None and not _is_blank(schema, name, value)
    }


def _is_blank(schema: ma.Schema, name: str, value: Any) -> bool:
    return value == "" and name in schema.fields and not schema.fields[name].metadata.get("keep_empty", False)


def load(schema: ma.Schema, values: Mapping[str, Any], *, intro: Text, code: str) -> dict[str, Any]:
    """Validate and convert; raises ConnectorError(code) that names each field in both languages."""
    try:
        return dict(schema.load(values))
    except ma.ValidationError as error:
        found = [text for _, text in sentences(schema, error)]
        message = Text(
            " ".join([intro.fr, *(text.fr for text in found)]),
            " ".join([intro.en, *(text.en for text in found)]),
        )
        raise ConnectorError(message, code) from error


def secret_names(schema: ma.Schema | None) -> frozenset[str]:
    """The fields of a connection that are secrets and must be encrypted at rest."""
    fields = schema.fields.items() if schema is not None else ()
    return frozenset(
        name
        for name, field in fields
        if isinstance(field, SecretString) or field.metadata.get("kind") == "secret"
    )
