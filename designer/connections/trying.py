"""Trying an operation by hand: a form from its input schema, one call, its result."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask_babel import gettext as _

from connectors.sdk import Connector, Context, Operation
from connectors.sdk.types import TypeInfo
from designer import jsons, text
from designer.connections import stubs
from designer.operations import literals
from engine import values
from engine.ids import new_id

PREFIX = "input-"
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Input:
    """One input as the page shows it; `is_feel` when its value is written as an expression."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    is_feel: bool
    choices: tuple[tuple[str, str], ...] = ()
    error: str | None = None

    @property
    def id(self) -> str:
        """The control's id and name."""
        return PREFIX + self.name

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line."""
        return "\n" in self.value or len(self.value) > 60


def example_of(operation: Operation) -> list[Input]:
    """The inputs of an operation, filled in with its example."""
    return [
        _input(name, info, _shown(info, operation.example.get(name, _default(operation, name))))
        for name, info in operation.input_types.items()
    ]


def _default(operation: Operation, name: str) -> Any:
    default = operation.input_schema.fields[name].load_default
    return None if default is ma.missing or callable(default) else default


def _input(name: str, info: TypeInfo, value: str, error: str | None = None) -> Input:
    hint = info.hint.in_(text.locale()) if info.hint else ""
    if _is_feel(info):
        hint = " ".join(part for part in (hint, _("S’écrit comme une expression.")) if part)
    label = info.label.in_(text.locale())
    choices = tuple((choice, choice) for choice in info.choices)
    return Input(name, label, hint, value, info.required, _is_feel(info), choices, error)


def _is_feel(info: TypeInfo) -> bool:
    return info.feel != "string"


def _shown(info: TypeInfo, example: Any) -> str:
    if example is None:
        return ""
    return literals.written(values.from_python(example)) if _is_feel(info) else str(example)


def read(operation: Operation, form: Mapping[str, str]) -> tuple[list[Input], dict[str, Any]]:
    """The inputs as given, with what cannot be read, and their values for the connector."""
    inputs, args = [], {}
    for name, info in operation.input_types.items():
        given, error = form.get(PREFIX + name, "").strip(), None
        if given and _is_feel(info):
            try:
                args[name] = values.to_python(literals.read(given))
            except ValueError as wrong:
                error = str(wrong)
        elif given:
            args[name] = given
        elif info.required:
            error = _("Cette donnée est obligatoire.")
        inputs.append(_input(name, info, given, error))
    return inputs, args


def call(
    connector: Connector,
    operation: Operation,
    args: dict[str, Any],
    settings: Mapping[str, Any],
    *,
    stub: bool,
    allowed: frozenset[str],
) -> dict[str, Any]:
    """Run the operation once, with files kept in memory. Raises ConnectorError and BpmnError."""
    with ExitStack() as stack:
        if stub:
            service = stack.enter_context(stubs.started(connector))
            settings, allowed = service.connection, allowed | set(service.allow_private)
        context = Context(
            idempotency_key=f"try-{new_id()}",
            timeout_seconds=SECONDS,
            connection=settings,
            locale=text.locale(),
            allow_private=allowed,
            base_logger=logging.getLogger("relais.connectors"),
        )
        return operation.run(args, context)


def raw(result: Mapping[str, Any]) -> str:
    """The answer as it came, as JSON."""
    return jsons.dumps(values.to_python(values.from_python(dict(result))), indent=2)
