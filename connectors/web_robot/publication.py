"""What can be said at publication about steps that are written in the diagram.

Steps are FEEL, and this package knows no FEEL engine. But a list of steps is nearly always written out, with
expressions only where a value goes: so the literal parts are read (see `feel_text`) and judged, and whatever
has to be computed is taken as fitting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import marshmallow as ma

from connectors.sdk import Problem, Text
from connectors.sdk.messages import sentences
from connectors.web_robot.feel_text import COMPUTED, NotWrittenOut, read_list
from connectors.web_robot.steps import Problems, at_step, parse, schema_of, together

Steps = list[Any]
_TEXTS_NEEDED: Final = Text(
    "La recherche ne saura jamais dire que le dossier est absent\u00a0: donnez «\u00a0not_found\u00a0» "
    "à une étape «\u00a0assert\u00a0». Sinon une réponse perdue demandera toujours une personne.",
    "The lookup can never tell that the file is absent: give “not_found” to an “assert” step. "
    "Otherwise a lost answer always needs a person.",
)
_NO_LOOKUP: Final = Text(
    "Sans recherche du dossier, une réponse perdue demandera toujours une personne.",
    "Without a lookup of the file, a lost answer always needs a person.",
)
_NO_MARK: Final = Text(
    "Aucune étape n’est marquée «\u00a0submits: true\u00a0». Marquez celle qui enregistre\u00a0: "
    "le robot saura quand une panne est sans danger.",
    "No step is marked “submits: true”. Mark the one that saves: "
    "the robot then knows when a failure is harmless.",
)


def problems(inputs: Mapping[str, str]) -> Iterator[Problem]:
    """Errors that would stop every run, and warnings about what a lost answer would cost."""
    steps = yield from _read("steps", inputs.get("steps", ""))
    lookup = yield from _read("lookup", inputs.get("lookup", ""))
    if steps is not None and not _any(steps, "submits", True):
        yield Problem("steps", _NO_MARK, severity="warning")
    if not inputs.get("lookup"):
        yield Problem("lookup", _NO_LOOKUP, severity="warning")
    elif lookup is not None:
        yield from _lookup(lookup, steps)


def _read(name: str, text: str) -> Any:
    """The steps as far as they are written out; yields their problems. None when they cannot be read."""
    if not text.startswith("="):
        try:
            return parse(text, lookup=name == "lookup") if text else None
        except Problems:
            return None  # said by the check of literals against the schema
    try:
        steps = read_list(text[1:])
    except NotWrittenOut:
        return None
    for found in _judged(steps, lookup=name == "lookup"):
        yield Problem(name, found)
    return steps


def _judged(steps: Steps, *, lookup: bool) -> Iterator[Text]:
    for number, step in enumerate(steps, start=1):
        if step is COMPUTED or (isinstance(step, dict) and step.get("do") is COMPUTED):
            continue
        try:
            schema = schema_of(step, number, lookup=lookup)
        except Problems as wrong:
            yield from wrong.texts
            continue
        yield from (at_step(text, number, step["do"]) for text in _mistakes(schema, step))
    yield from together(steps, lookup=lookup)


def _mistakes(schema: ma.Schema, step: dict[str, Any]) -> list[Text]:
    """What the schema says about the written parts; a computed value is nobody's mistake."""
    computed = {key for key, value in step.items() if _has_computed(value)}
    stand_ins = {key: _stand_in(schema, key) if key in computed else value for key, value in step.items()}
    try:
        schema.load(stand_ins)
    except ma.ValidationError as error:
        return [text for name, text in sentences(schema, error) if name not in computed]
    return []


def _has_computed(value: Any) -> bool:
    if isinstance(value, list):
        return any(_has_computed(item) for item in value)
    if isinstance(value, dict):
        return any(_has_computed(item) for item in value.values())
    return value is COMPUTED


def _stand_in(schema: ma.Schema, key: str) -> Any:
    """A value that fits, so that the rest of the step can be judged."""
    if key == "file":
        return {"id": "1", "name": "1"}
    if key == "value" and "format" in schema.fields:
        return "2026-01-01"
    return "1"


def _lookup(lookup: Steps, steps: Steps | None) -> Iterator[Problem]:
    if not any(
        isinstance(step, dict) and step.get("do") == "assert" and "not_found" in step for step in lookup
    ):
        yield Problem("lookup", _TEXTS_NEEDED, severity="warning")
    for name in sorted(_names(steps or []) - _names(lookup)):
        yield Problem(
            "lookup",
            Text(
                f"La recherche ne lit pas «\u00a0{name}\u00a0»\u00a0: "
                "après une réponse perdue, cette valeur manquera.",
                f"The lookup does not read “{name}”: after a lost answer this value will be missing.",
            ),
            severity="warning",
        )


def _names(steps: Steps) -> set[str]:
    """Names under which steps read a value."""
    return {
        step["as"]
        for step in steps
        if isinstance(step, dict) and step.get("do") == "read" and isinstance(step.get("as"), str)
    }


def _any(steps: Steps, key: str, value: object) -> bool:
    return any(
        step is COMPUTED or (isinstance(step, dict) and step.get(key) in (value, COMPUTED)) for step in steps
    )
