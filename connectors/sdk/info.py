"""An operation as the check of a diagram sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors.sdk.static import Problem
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.operations import Effect, Idempotency, Operation


class OperationInfo:
    """Names, types and static checks; nothing here calls a service.

    name             what people call the operation
    required_inputs  inputs that must be mapped
    allowed_inputs   every input it understands
    outputs          keys of its result and their FEEL type names
    """

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self.type: str = operation.type
        self.name: Text = operation.title
        self.input_types = operation.input_types
        self.output_types = operation.output_types
        self.required_inputs = frozenset(name for name, info in self.input_types.items() if info.required)
        self.allowed_inputs = frozenset(self.input_types)
        self.outputs: Mapping[str, str] = {name: info.feel for name, info in self.output_types.items()}
        self.effect: Effect = operation.effect
        self.idempotency: Idempotency = operation.idempotency
        self.errors: Mapping[str, Text] = operation.errors
        self.needs_connection: bool = operation.owner.connection_required

    def validate(
        self, inputs: Mapping[str, str], known_variables: frozenset[str] | set[str] | None
    ) -> list[Problem]:
        """Problems of the raw input texts; `known_variables` None when they cannot be known."""
        known = None if known_variables is None else set(known_variables)
        return self._operation.problems(inputs, known)

    def reads(self, inputs: Mapping[str, str]) -> frozenset[str]:
        """Process variables that the operation reads besides its inputs."""
        return frozenset(self._operation.variables_read(inputs))
