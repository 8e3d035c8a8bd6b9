"""The result of a step that a person saw take place: a form made from what the operation says it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from connectors import registry
from connectors.sdk import Operation, Text
from connectors.sdk.types import TypeInfo
from designer import text
from designer.operations import typed
from designer.operations.typed import Input
from engine.store import Job

PREFIX, WHOLE = "result-", "result"


def operation_of(job: Job | None) -> Operation | None:
    """The operation behind a job; None when it is not installed here any more."""
    try:
        return registry.operation(job.type) if job else None
    except registry.UnknownConnector:
        return None


def inputs(job: Job | None, given: Mapping[str, str], errors: Mapping[str, str]) -> list[Input]:
    """A control for each value the operation gives, filled in where the input had that name."""
    operation = operation_of(job)
    if job is None or operation is None:
        return [_whole(given, errors)]
    known = job.input or {}
    return [
        _input(path, info, known.get(path[-1]), given, errors)
        for path, info in _values(operation.output_types, known)
    ]


def _whole(given: Mapping[str, str], errors: Mapping[str, str]) -> Input:
    """The result of a step whose operation is not installed here: nothing says what it holds."""
    hint = _('Un contexte, par exemple { numero: "A-12" }.')
    value, error = given.get(WHOLE, ""), errors.get(WHOLE)
    return Input(WHOLE, WHOLE, _("Résultat à donner au processus"), typed.FEEL, value, hint=hint, error=error)


def _values(
    types: Mapping[str, TypeInfo], known: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], TypeInfo]]:
    """What a person can know: texts, numbers, dates, what the steps read; files and lists not."""
    for name, info in types.items():
        if info.feel in typed.KINDS:
            yield (name,), info
        elif info.fields:
            inner = {key: found for key, found in info.fields.items() if found.feel in typed.KINDS}
            yield from (((name, key), found) for key, found in inner.items() if not _is_file(info))
        elif info.feel == "context":
            yield from (((name, read), _read_info(read)) for read in _names_read(known))


def _is_file(info: TypeInfo) -> bool:
    return {"id", "media_type"} <= (info.fields or {}).keys()


def _read_info(name: str) -> TypeInfo:
    return TypeInfo("string", Text(name, name))


def _names_read(known: Mapping[str, Any]) -> list[str]:
    """Names under which steps keep what they read (`as`)."""
    steps = known.get("steps")
    found = [step.get("as") for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []
    return list(dict.fromkeys(str(name) for name in found if name))


def _input(
    path: tuple[str, ...], info: TypeInfo, known: Any, given: Mapping[str, str], errors: Mapping[str, str]
) -> Input:
    name, kind = ".".join(path), typed.KINDS[info.feel]
    filled = typed.shown(kind, known) if typed.kind_of(known) == kind else ""
    return Input(
        id=PREFIX + name,
        name=name,
        label=info.label.in_(text.locale()),
        kind=kind,
        value=given.get(PREFIX + name, filled),
        choices=tuple((choice, choice) for choice in info.choices),
        hint=info.hint.in_(text.locale()) if info.hint else "",
        error=errors.get(name),
    )


def read(job: Job | None, form: Mapping[str, str]) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The result as a context, None when nothing was filled in; and what is wrong, by name."""
    result: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for item in inputs(job, form, {}):
        if not item.value.strip():
            continue
        try:
            found = typed.read(item.kind, item.value.strip())
        except ValueError as error:
            errors[item.name] = str(error)
            continue
        if item.name != WHOLE:
            _put(result, item.name.split("."), found)
        elif isinstance(found, Mapping):
            result = dict(found)
        else:
            errors[WHOLE] = _('Écrivez un contexte, par exemple { numero: "A-12" }.')
    return result or None, errors


def _put(result: dict[str, Any], path: list[str], value: Any) -> None:
    for step in path[:-1]:
        result = result.setdefault(step, {})
    result[path[-1]] = value


def sent(job: Job | None) -> list[tuple[str, Any]]:
    """What was given to the operation, under its own labels; steps as sentences."""
    if job is None:
        return []
    operation = operation_of(job)
    types = operation.input_types if operation else {}
    given = ((name, value) for name, value in (job.input or {}).items() if value is not None)
    return [(_label(types.get(n), n), _said(operation, n, v)) for n, v in given]


def _label(info: TypeInfo | None, name: str) -> str:
    return info.label.in_(text.locale()) if info else name


def _said(operation: Operation | None, name: str, value: Any) -> str | list[str]:
    """A list of contexts, one line for each; anything else in words."""
    tell = operation.words.get(name) if operation else None
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        return [tell(item).in_(text.locale()) if tell else _line(item) for item in value]
    return text.value(value)


def _line(item: Mapping[str, Any]) -> str:
    said = (_("%(name)s : %(value)s", name=key, value=text.value(value)) for key, value in item.items())
    return " · ".join(said)
