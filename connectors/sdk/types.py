"""What goes into an operation and what comes out, described for the modeler in FEEL's own type names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import marshmallow as ma

from connectors.sdk.fields import ExactNumber, FileReference, SecretString, WholeNumber
from connectors.sdk.text import Text

#: First match wins, so subclasses stand before their parents.
_FEEL_TYPES: Final[tuple[tuple[type[ma.fields.Field[Any]], str], ...]] = (
    (SecretString, "string"),
    (FileReference, "context"),
    (WholeNumber, "number"),
    (ExactNumber, "number"),
    (ma.fields.String, "string"),
    (ma.fields.Boolean, "boolean"),
    (ma.fields.Integer, "number"),
    (ma.fields.Decimal, "number"),
    (ma.fields.Float, "number"),
    (ma.fields.DateTime, "date and time"),
    (ma.fields.List, "list"),
    (ma.fields.Nested, "context"),
    (ma.fields.Dict, "context"),
)


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """Type of one value.

    feel      string, number, boolean, date, time, date and time, list, context or any
    items     type of the items of a list, when known
    fields    types inside a context, when known
    choices   allowed texts, when limited
    """

    feel: str
    label: Text
    required: bool = False
    hint: Text | None = None
    items: TypeInfo | None = None
    fields: dict[str, TypeInfo] | None = None
    choices: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the modeler (JSON)."""
        plain: dict[str, Any] = {"type": self.feel, "label": self.label.as_dict(), "required": self.required}
        if self.hint is not None:
            plain["hint"] = self.hint.as_dict()
        if self.items is not None:
            plain["items"] = self.items.as_dict()
        if self.fields is not None:
            plain["fields"] = {name: info.as_dict() for name, info in self.fields.items()}
        if self.choices:
            plain["choices"] = list(self.choices)
        return plain


def feel_type(field: ma.fields.Field[Any]) -> str:
    """The FEEL type of a field, `any` when nothing more is known. A date and time field may be either."""
    if type(field) is ma.fields.Date:
        return "date"
    if type(field) is ma.fields.Time:
        return "time"
    return next((name for kind, name in _FEEL_TYPES if isinstance(field, kind)), "any")


def describe(name: str, field: ma.fields.Field[Any]) -> TypeInfo:
    """The type of one field with its words."""
    metadata = field.metadata
    hint = metadata.get("hint")
    inner = field.inner if isinstance(field, ma.fields.List) else None
    nested = field.schema if isinstance(field, ma.fields.Nested) else None
    return TypeInfo(
        feel=feel_type(field),
        label=Text.of(metadata.get("label") or name),
        required=field.required,
        hint=Text.of(hint) if hint else None,
        items=describe(name, inner) if inner is not None else None,
        fields=describe_schema(nested) if nested is not None else None,
        choices=tuple(metadata.get("choices") or ()),
    )


def describe_schema(schema: ma.Schema) -> dict[str, TypeInfo]:
    """The type of each field of a schema, by name, in order."""
    return {name: describe(name, field) for name, field in schema.fields.items()}
