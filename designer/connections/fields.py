"""The form of a connection, drawn from the connector's own schema; secrets go in and never come out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask_babel import gettext as _

from connectors.sdk import Connector, Text
from connectors.sdk.messages import sentences
from connectors.sdk.schema import without_blanks
from designer import text

PREFIX = "setting-"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as the page shows it; `kind` is text, multiline, choice, boolean, number or secret.

    `value` is always empty for a secret; `stored` says whether one is kept.
    """

    name: str
    label: str
    hint: str
    kind: str
    required: bool
    value: Any = ""
    choices: tuple[tuple[str, str], ...] = ()
    stored: bool = False
    error: str | None = None

    @property
    def id(self) -> str:
        """The control's id and name."""
        return PREFIX + self.name


@dataclass(slots=True)
class Entered:
    """What came back: settings, new secrets, and what is wrong with either, by field name."""

    settings: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def words(found: Any) -> str:
    """A label or hint of a schema in the language of the page; empty without one."""
    return Text.of(found).in_(text.locale()) if found else ""


def fields_of(
    connector: Connector,
    values: Mapping[str, Any],
    stored: frozenset[str] = frozenset(),
    errors: Mapping[str, str] | None = None,
) -> list[Field]:
    """The settings of a connector, in the order of its schema."""
    schema = connector.connection_schema
    if schema is None:
        return []
    return [
        _field(name, item, schema, values, stored, (errors or {}).get(name), name in connector.secret_fields)
        for name, item in schema.fields.items()
    ]


def _field(
    name: str,
    item: ma.fields.Field[Any],
    schema: ma.Schema,
    values: Mapping[str, Any],
    stored: frozenset[str],
    error: str | None,
    secret: bool,
) -> Field:
    choices = item.metadata.get("choices") or {}
    pairs = choices.items() if isinstance(choices, Mapping) else [(c, c) for c in choices]
    return Field(
        name=name,
        label=words(item.metadata.get("label")) or name,
        hint=_hint(item, schema),
        kind="secret" if secret else _kind(item),
        required=item.required,
        value="" if secret else _shown(values.get(name, _default(item))),
        choices=tuple((str(key), words(label)) for key, label in pairs),
        stored=secret and name in stored,
        error=error,
    )


def _kind(item: ma.fields.Field[Any]) -> str:
    declared = str(item.metadata.get("kind", "text"))
    if isinstance(item, ma.fields.List | ma.fields.Dict):
        return "multiline"
    return declared if declared in ("multiline", "choice", "boolean", "number") else "text"


def _hint(item: ma.fields.Field[Any], schema: ma.Schema) -> str:
    parts = [_only_when(item, schema), words(item.metadata.get("hint"))]
    if isinstance(item, ma.fields.List):
        parts.append(_("Une valeur par ligne."))
    if example := item.metadata.get("example"):
        parts.append(_("Par exemple : %(example)s.", example=example))
    return " ".join(part for part in parts if part)


def _only_when(item: ma.fields.Field[Any], schema: ma.Schema) -> str:
    """« Avec « Identification : Jeton ». »: on which answer of another field this one is used."""
    for other, wanted in (item.metadata.get("when") or {}).items():
        choices = schema.fields[other].metadata.get("choices") or {}
        names = [words(choices.get(v)) or str(v) for v in (wanted if isinstance(wanted, list) else [wanted])]
        label = words(schema.fields[other].metadata.get("label"))
        return _("Avec « %(label)s : %(answers)s ».", label=label, answers=", ".join(names))
    return ""


def _default(item: ma.fields.Field[Any]) -> Any:
    return None if item.load_default is ma.missing or callable(item.load_default) else item.load_default


def _shown(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return "\n".join(str(line) for line in value)
    return value


def read(connector: Connector, form: Mapping[str, str], kept: Mapping[str, str]) -> Entered:
    """Settings and secrets out of a form; a secret left empty keeps the one that is stored."""
    found = Entered()
    schema = connector.connection_schema
    if schema is None:
        return found
    for name, item in schema.fields.items():
        given = form.get(PREFIX + name, "").strip()
        if name in connector.secret_fields:
            secret = given or kept.get(name, "")
            if secret and not form.get(f"forget-{name}"):
                found.secrets[name] = secret
        elif isinstance(item, ma.fields.Boolean):
            found.settings[name] = PREFIX + name in form
        elif given:
            found.settings[name] = given.splitlines() if isinstance(item, ma.fields.List) else given
    found.errors = _problems(schema, {**found.settings, **found.secrets})
    return found


def _problems(schema: ma.Schema, values: Mapping[str, Any]) -> dict[str, str]:
    """What the schema refuses, without the label, which the page shows already."""
    try:
        schema.load(without_blanks(schema, values))
    except ma.ValidationError as error:
        return {name: _bare(sentence.in_(text.locale())) for name, sentence in sentences(schema, error)}
    return {}


def _bare(sentence: str) -> str:
    rest = sentence.partition(":")[2].strip() or sentence
    return text.capital(rest)
