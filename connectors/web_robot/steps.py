"""The step language: one schema per kind of step, and the checks that need several keys or several steps.

A step is a mapping with `do` and the keys of its kind. Loading gives plain data for the child program: every
typed value has become {"text": ...} or {"secret": name}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import marshmallow as ma
from marshmallow import validate

from connectors.sdk import InputSchema, Text, fields
from connectors.sdk.fields import invalid
from connectors.sdk.messages import sentences
from connectors.web_robot.dates import FORMATS, written

MAX_STEPS: Final = 200
MAX_WAIT_SECONDS: Final = 120
SECRETS: Final = ("username", "password")
KEYS: Final = (
    "Enter", "Tab", "Escape", "Space", "Backspace", "Delete", "Home", "End", "PageUp", "PageDown",
    "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", *(f"F{number}" for number in range(1, 13)),
)  # fmt: skip
_NAME: Final = re.compile(r"[^\W\d]\w{0,59}")


def plainly(value: str | int | Decimal) -> str:
    """A value as one types it: 82000, 3.50, never 8.2E+4."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


class Words(ma.fields.Field[str]):
    """Text to look for or to type: a text, or a number written plainly."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise invalid("donnez un texte ou un nombre.", "give a text or a number.")
        text = plainly(value)
        if not text.strip():
            raise invalid("ce texte est vide.", "this text is empty.")
        return text


class Typed(ma.fields.Field[dict[str, str]]):
    """What to type: a text, a number, or {secret: "password"} from the connection."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if isinstance(value, Mapping):
            if set(value) != {"secret"} or value["secret"] not in SECRETS:
                raise invalid(
                    'un secret s’écrit {secret: "username"} ou {secret: "password"}.',
                    'a secret is written {secret: "username"} or {secret: "password"}.',
                )
            return {"secret": value["secret"]}
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            raise invalid("donnez un texte, un nombre ou un secret.", "give a text, a number or a secret.")
        return {"text": plainly(value)}


class RowTexts(ma.fields.List):
    """Texts that stand in one row of a table; a single text is a list of one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Words(), validate=validate.Length(min=1), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return super()._deserialize(value if isinstance(value, list) else [value], attr, data, **kwargs)


def _exactly_one(data: Mapping[str, Any], names: Sequence[str]) -> None:
    given = [name for name in names if name in data]
    if len(given) != 1:
        listed = ", ".join(names)
        raise invalid(
            f"donnez exactement une de ces données\u00a0: {listed}.", f"give exactly one of: {listed}."
        )


class _Step(InputSchema):
    """Common part. `targets`: the keys of which exactly one says where."""

    targets: tuple[str, ...] = ()
    do = ma.fields.String(required=True)

    @ma.validates_schema
    def _one_target(self, data: Mapping[str, Any], **_: Any) -> None:
        if self.targets:
            _exactly_one(data, self.targets)


class _FieldStep(_Step):
    targets = ("field", "selector")
    field = Words()
    selector = Words()


class _PressableStep(_Step):
    targets = ("button", "link", "selector")
    button = Words()
    link = Words()
    selector = Words()


class Open(_Step):
    url = Words(required=True)


class Fill(_FieldStep):
    value = Typed(required=True, allow_none=True)
    format = ma.fields.String(validate=validate.OneOf(FORMATS))
    optional = ma.fields.Boolean(load_default=False)

    @ma.post_load
    def _settle(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Null empties an optional field and stops the others: a misspelt name must not type nothing."""
        optional, form = data.pop("optional"), data.pop("format", None)
        if data["value"] is None or data["value"] == {"text": ""}:
            if not optional:
                raise invalid(
                    "la valeur à saisir est vide. Ajoutez «\u00a0optional: true\u00a0» si elle peut l’être.",
                    "the value to type is empty. Add “optional: true” if it may be.",
                )
            data["value"] = {"text": ""}
        elif form is not None:
            data["value"] = {"text": written(data["value"].get("text", ""), form)}
        return data


class Select(_FieldStep):
    option = Typed(required=True)


class Check(_FieldStep):
    pass


class Click(_PressableStep):
    submits = ma.fields.Boolean()
    accept_dialog = Words()


class Press(_Step):
    key = ma.fields.String(required=True, validate=validate.OneOf(KEYS))
    field = Words()
    selector = Words()
    submits = ma.fields.Boolean()
    accept_dialog = Words()


class Wait(_Step):
    targets = ("text", "field", "seconds")
    text = Words()
    field = Words()
    seconds = fields.WholeNumber(validate=validate.Range(min=1, max=30))
    limit_seconds = fields.WholeNumber(validate=validate.Range(min=1, max=MAX_WAIT_SECONDS))


class Read(_Step):
    targets = ("field", "column", "selector")
    field = Words()
    column = Words()
    row = RowTexts()
    selector = Words()
    as_ = ma.fields.String(required=True, data_key="as", validate=validate.Regexp(_NAME))

    @ma.validates_schema
    def _row_and_column(self, data: Mapping[str, Any], **_: Any) -> None:
        if ("column" in data) != ("row" in data):
            raise invalid(
                "«\u00a0column\u00a0» et «\u00a0row\u00a0» vont ensemble.", "“column” and “row” go together."
            )


class Upload(_FieldStep):
    file = fields.FileReference(required=True)


class Download(_PressableStep):
    as_ = ma.fields.String(required=True, data_key="as", validate=validate.Regexp(_NAME))


class Assert(_Step):
    text = Words()
    no_text = Words()
    row = RowTexts()
    field = Words()
    value = Words()
    title = Words()
    path = Words()

    @ma.validates_schema
    def _expects(self, data: Mapping[str, Any], **_: Any) -> None:
        if not set(data) & {"text", "no_text", "row", "field", "title", "path"}:
            raise invalid(
                "dites ce qui est attendu\u00a0: text, no_text, row, field, title ou path.",
                "say what is expected: text, no_text, row, field, title or path.",
            )
        if ("field" in data) != ("value" in data):
            raise invalid(
                "«\u00a0field\u00a0» et «\u00a0value\u00a0» vont ensemble.",
                "“field” and “value” go together.",
            )


class LookupAssert(Assert):
    not_found = Words()


SCHEMAS: Final[Mapping[str, type[_Step]]] = {
    "open": Open, "fill": Fill, "select": Select, "check": Check, "uncheck": Check, "click": Click,
    "press": Press, "wait": Wait, "read": Read, "upload": Upload, "download": Download, "assert": Assert,
}  # fmt: skip
#: A lookup may search, but not save: these may not appear in it.
FORBIDDEN_IN_LOOKUP: Final = ("upload", "download")


class Problems(ValueError):
    """Everything that is wrong with a list of steps, as texts that name the step."""

    def __init__(self, texts: list[Text]) -> None:
        super().__init__("; ".join(text.fr for text in texts))
        self.texts = texts


def parse(value: Any, *, lookup: bool) -> list[dict[str, Any]]:
    """Check and normalise a list of steps (or its JSON text). Raises Problems."""
    steps = _listed(value)
    if not 1 <= len(steps) <= MAX_STEPS:
        raise Problems(
            [
                Text(
                    f"Donnez de 1 à {MAX_STEPS} étapes, pas {len(steps)}.",
                    f"Give 1 to {MAX_STEPS} steps, not {len(steps)}.",
                )
            ]
        )
    problems: list[Text] = []
    parsed = []
    for number, step in enumerate(steps, start=1):
        try:
            parsed.append(parse_step(step, number, lookup=lookup))
        except Problems as wrong:
            problems.extend(wrong.texts)
    problems.extend(together(steps, lookup=lookup))
    if problems:
        raise Problems(problems)
    return parsed


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_float=Decimal)
        except json.JSONDecodeError as error:
            raise Problems(
                [
                    Text(
                        "Les étapes s’écrivent en FEEL (le texte commence par «\u00a0=\u00a0») "
                        f"ou en JSON\u00a0: ligne {error.lineno}, colonne {error.colno}.",
                        "Steps are written in FEEL (the text starts with “=”) or in JSON: "
                        f"line {error.lineno}, column {error.colno}.",
                    )
                ]
            ) from error
    if not isinstance(value, list):
        raise Problems([Text("Les étapes forment une liste.", "Steps are a list.")])
    return value


def parse_step(step: Any, number: int, *, lookup: bool) -> dict[str, Any]:
    """Check and normalise one step; `number` counts from 1. Raises Problems."""
    schema = schema_of(step, number, lookup=lookup)
    try:
        loaded = schema.load(dict(step))
    except ma.ValidationError as error:
        found = [text for _, text in sentences(schema, error)]
        raise Problems([at_step(text, number, step["do"]) for text in found]) from error
    return {name.rstrip("_"): value for name, value in loaded.items()}


def schema_of(step: Any, number: int, *, lookup: bool) -> ma.Schema:
    """The schema of a step by its `do`. Raises Problems for an unknown kind or an unknown key."""
    if not isinstance(step, Mapping) or not isinstance(step.get("do"), str):
        text = Text("écrivez un contexte avec «\u00a0do\u00a0».", "write a context with “do”.")
        raise Problems([at_step(text, number, None)])
    kind = step["do"]
    if kind not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        text = Text(
            f"«\u00a0{kind}\u00a0» n’est pas une étape connue. Choisissez parmi\u00a0: {known}.",
            f"“{kind}” is not a known step. Choose among: {known}.",
        )
        raise Problems([at_step(text, number, None)])
    schema = LookupAssert() if lookup and kind == "assert" else SCHEMAS[kind]()
    known_keys = [field.data_key or name for name, field in schema.fields.items()]
    unknown = [str(key) for key in step if key not in known_keys]
    if unknown:
        raise Problems([at_step(_unknown_key(key, known_keys), number, kind) for key in unknown])
    return schema


def _unknown_key(key: str, known: list[str]) -> Text:
    listed = ", ".join(known[1:] if known[0] == "do" else known)
    return Text(
        f"«\u00a0{key}\u00a0» n’existe pas ici. Cette étape reçoit\u00a0: {listed}.",
        f"“{key}” does not exist here. This step takes: {listed}.",
    )


def together(steps: Sequence[Any], *, lookup: bool) -> list[Text]:
    """What is wrong between steps: a name read twice, a lookup that saves or that proves nothing."""
    known = [step for step in steps if isinstance(step, Mapping)]
    names = [step["as"] for step in known if isinstance(step.get("as"), str)]
    found = [
        Text(f"«\u00a0{name}\u00a0» est lu deux fois.", f"“{name}” is read twice.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    if lookup:
        found.extend(_lookup_problems(known))
    return found


def _lookup_problems(steps: Sequence[Mapping[str, Any]]) -> list[Text]:
    found = []
    for step in steps:
        if step.get("submits") is True or step.get("do") in FORBIDDEN_IN_LOOKUP:
            kind = step.get("do")
            found.append(
                Text(
                    "La recherche ne doit rien enregistrer\u00a0: "
                    f"retirez «\u00a0{kind}\u00a0» ou «\u00a0submits\u00a0».",
                    f"The lookup must save nothing: remove “{kind}” or “submits”.",
                )
            )
    if not any(step.get("do") == "assert" for step in steps):
        found.append(
            Text(
                "La recherche ne prouve rien\u00a0: ajoutez une étape «\u00a0assert\u00a0».",
                "The lookup proves nothing: add an “assert” step.",
            )
        )
    return found


def at_step(text: Text, number: int, kind: str | None) -> Text:
    """The text with the step it is about, counted from 1."""
    where = f" ({kind})" if kind else ""
    return Text(f"Étape {number}{where}\u00a0: {text.fr}", f"Step {number}{where}: {text.en}")


class Steps(ma.fields.List):
    """A field that holds a list of steps."""

    def __init__(self, *, lookup: bool = False, **options: Any) -> None:
        super().__init__(ma.fields.Dict(), **options)
        self._lookup = lookup

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        try:
            return parse(value, lookup=self._lookup)
        except Problems as wrong:
            raise ma.ValidationError(list(wrong.texts)) from wrong  # type: ignore[arg-type]
