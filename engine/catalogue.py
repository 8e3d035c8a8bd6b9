"""What the check may ask about connector operations, without knowing any connector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from engine.diagnostics import Text


@dataclass(frozen=True, slots=True)
class InputProblem:
    """Something wrong with one input of an operation as written in a diagram."""

    input: str | None
    message: Text
    severity: str = "error"
    rule: str = "connector.input"


class OperationInfo(Protocol):
    """One connector operation as the check sees it."""

    @property
    def type(self) -> str:
        """The job type, `kind:operation:version`."""

    @property
    def name(self) -> Text:
        """What people call it."""

    @property
    def required_inputs(self) -> frozenset[str]:
        """Inputs that must be mapped."""

    @property
    def allowed_inputs(self) -> frozenset[str]:
        """Every input it understands."""

    @property
    def input_labels(self) -> Mapping[str, Text]:
        """What people read beside each input."""

    @property
    def outputs(self) -> Mapping[str, str]:
        """Keys of its result and their FEEL type names."""

    @property
    def needs_connection(self) -> bool:
        """Whether a connection must be named."""

    def validate(
        self, inputs: Mapping[str, str], known_variables: frozenset[str] | None
    ) -> Iterable[InputProblem]:
        """Static check of the raw input texts; `known_variables` None when they cannot be known."""

    def reads(self, inputs: Mapping[str, str]) -> frozenset[str]:
        """Process variables the operation reads besides its inputs (a template's names)."""


class Catalogue(Protocol):
    """Supplied by whoever knows the connectors."""

    def operation(self, type: str) -> OperationInfo | None:
        """The operation of that job type, or None when it is not installed."""

    def connections(self, type: str) -> frozenset[str] | None:
        """Names of the connections that exist for the type's connector; None when not known here."""


class NoCatalogue:
    """A catalogue that knows nothing: service tasks are served by outside workers through the API."""

    def operation(self, type: str) -> OperationInfo | None:
        """Always None."""
        return None

    def connections(self, type: str) -> frozenset[str] | None:
        """Never known."""
        return None
