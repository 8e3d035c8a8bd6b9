"""Field types that marshmallow does not have, and one short constructor for each kind of field.

A constructor puts the words into the field's metadata, from which the panel, the documentation and the
types are made: `text(fr="Objet", en="Subject", required=True, max_length=200)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

import marshmallow as ma
from marshmallow import validate

from connectors.sdk.secrets import MASK, Secret
from connectors.sdk.text import Text

Words: TypeAlias = Text | Mapping[str, str]


def invalid(fr: str, en: str) -> ma.ValidationError:
    """A validation error in both languages, to raise from a validator or a field of a connector."""
    return ma.ValidationError([Text(fr, en)])


class SecretString(ma.fields.Field[Secret]):
    """A text that is a Secret once loaded and is masked when dumped."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Secret:
        if isinstance(value, Secret):
            return value
        if not isinstance(value, str):
            raise invalid("écrivez un texte.", "write a text.")
        return Secret(value)

    def _serialize(self, value: Secret | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else MASK


class FileReference(ma.fields.Field[dict[str, Any]]):
    """A reference to a file: a mapping with at least `id` and `name`."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not {"id", "name"} <= set(value):
            raise invalid("donnez un fichier.", "give a file.")
        return dict(value)


class WholeNumber(ma.fields.Field[int]):
    """A whole number given as int, Decimal or text. 3.5 is refused, never cut; True is not a number."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        number = _decimal(value)
        if number is None or number != number.to_integral_value():
            raise invalid("écrivez un nombre entier.", "write a whole number.")
        return int(number)


class ExactNumber(ma.fields.Field[Decimal]):
    """A number kept exactly as Decimal; NaN and infinity are refused."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        number = _decimal(value)
        if number is None:
            raise invalid("écrivez un nombre.", "write a number.")
        return number


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _metadata(kind: str, fr: str, en: str, **extra: Any) -> dict[str, Any]:
    return {"kind": kind, "label": {"fr": fr, "en": en}} | {k: v for k, v in extra.items() if v is not None}


def _options(required: bool, default: Any, validators: Iterable[Any] = ()) -> dict[str, Any]:
    """Arguments of a marshmallow field: an absent optional field loads as its default, None unless told."""
    options: dict[str, Any] = {"required": required, "validate": list(validators)}
    if not required:
        options |= {"load_default": default, "allow_none": default is None}
    return options


def _length(max_length: int | None) -> list[Any]:
    return [] if max_length is None else [validate.Length(max=max_length)]


def text(
    *, fr: str, en: str, required: bool = False, default: str | None = None, max_length: int | None = None,
    kind: str = "text", validators: Iterable[Any] = (), **extra: Any,
) -> ma.fields.String:  # fmt: skip
    """One line. `extra`: hint, group, example, placeholder, when (see `connectors.sdk.schema`)."""
    options = _options(required, default, [*_length(max_length), *validators])
    return ma.fields.String(**options, metadata=_metadata(kind, fr, en, **extra))


def multiline(**options: Any) -> ma.fields.String:
    """Several lines."""
    return text(kind="multiline", **options)


def template(**options: Any) -> ma.fields.String:
    """Several lines with places to fill in; never FEEL."""
    return text(kind="template", **options)


def choice(
    *, fr: str, en: str, choices: Mapping[str, Words], required: bool = False, default: str | None = None,
    **extra: Any,
) -> ma.fields.String:  # fmt: skip
    """One of the keys of `choices`; the values are what people read."""
    options = _options(required, default, [validate.OneOf(list(choices))])
    return ma.fields.String(**options, metadata=_metadata("choice", fr, en, choices=choices, **extra))


def boolean(*, fr: str, en: str, default: bool = False, **extra: Any) -> ma.fields.Boolean:
    """Yes or no."""
    return ma.fields.Boolean(load_default=default, metadata=_metadata("boolean", fr, en, **extra))


def whole(
    *, fr: str, en: str, required: bool = False, default: int | None = None, minimum: int | None = None,
    maximum: int | None = None, **extra: Any,
) -> WholeNumber:  # fmt: skip
    """A whole number."""
    options = _options(required, default, _range(minimum, maximum))
    return WholeNumber(**options, metadata=_metadata("number", fr, en, **extra))


def number(
    *, fr: str, en: str, required: bool = False, default: Decimal | None = None,
    minimum: Decimal | int | None = None, maximum: Decimal | int | None = None, **extra: Any,
) -> ExactNumber:  # fmt: skip
    """An exact decimal number."""
    options = _options(required, default, _range(minimum, maximum))
    return ExactNumber(**options, metadata=_metadata("number", fr, en, **extra))


def _range(minimum: Decimal | int | None, maximum: Decimal | int | None) -> list[Any]:
    bounded = minimum is not None or maximum is not None
    return [validate.Range(min=minimum, max=maximum)] if bounded else []


def feel(
    *, fr: str, en: str, required: bool = False, default: Any = None, validators: Iterable[Any] = (),
    **extra: Any,
) -> ma.fields.Raw:  # fmt: skip
    """Any value, written as a FEEL expression."""
    return ma.fields.Raw(
        **_options(required, default, validators), metadata=_metadata("feel", fr, en, **extra)
    )


def context(
    *, fr: str, en: str, required: bool = False, validators: Iterable[Any] = (), **extra: Any
) -> ma.fields.Dict:
    """A FEEL context: names and values."""
    options = _options(required, None, validators)
    return ma.fields.Dict(keys=ma.fields.String(), **options, metadata=_metadata("feel", fr, en, **extra))


def items(
    inner: ma.fields.Field[Any],
    *,
    fr: str,
    en: str,
    required: bool = False,
    validators: Iterable[Any] = (),
    **extra: Any,
) -> ma.fields.List[Any]:
    """A list of `inner`, written as a FEEL expression."""
    options = _options(required, None, validators)
    return ma.fields.List(inner, **options, metadata=_metadata("feel", fr, en, **extra))


def file(*, fr: str, en: str, required: bool = False, **extra: Any) -> FileReference:
    """A reference to a file, written as a FEEL expression."""
    return FileReference(**_options(required, None), metadata=_metadata("feel", fr, en, **extra))


def secret(*, fr: str, en: str, required: bool = False, **extra: Any) -> SecretString:
    """A secret of a connection."""
    return SecretString(**_options(required, None), metadata=_metadata("secret", fr, en, **extra))
