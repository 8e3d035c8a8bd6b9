"""An operation: one thing that a connector does, with everything that the product needs to know about it."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

import marshmallow as ma

from connectors.sdk import running, static
from connectors.sdk.answers import CheckAnswer
from connectors.sdk.context import Context
from connectors.sdk.errors import STANDARD_ERRORS, InvalidConnector
from connectors.sdk.info import OperationInfo
from connectors.sdk.static import Problem
from connectors.sdk.text import Text
from connectors.sdk.types import TypeInfo, describe_schema

Effect: TypeAlias = Literal["read", "write", "irreversible"]
Idempotency: TypeAlias = Literal["native", "check", "none"]
EFFECTS: Final = ("read", "write", "irreversible")
IDEMPOTENCIES: Final = ("native", "check", "none")


Function: TypeAlias = Callable[[dict[str, Any], Context], dict[str, Any]]
CheckFunction: TypeAlias = Callable[[dict[str, Any], Context], CheckAnswer]
ValidateFunction: TypeAlias = Callable[[Mapping[str, str], "set[str] | None"], Iterable[Problem]]
ReadsFunction: TypeAlias = Callable[[Mapping[str, str]], "set[str]"]
IdempotencyFunction: TypeAlias = Callable[[dict[str, Any], Mapping[str, Any]], Idempotency]


class Owner(Protocol):
    """What an operation needs from its connector."""

    @property
    def kind(self) -> str: ...
    @property
    def connection_schema(self) -> ma.Schema | None: ...
    @property
    def connection_required(self) -> bool: ...
    def load_connection(self, settings: Mapping[str, Any]) -> dict[str, Any]: ...


@dataclass(eq=False)
class Operation:
    """Declared by `@connector.operation`; calling it calls the plain function, without any validation.

    effect       read: changes nothing outside · write: changes something that can be undone or repeated ·
                 irreversible: cannot be taken back (a letter, a payment)
    idempotency  native: the service recognises `ctx.idempotency_key`, or repeating changes nothing ·
                 check: `check` can look up whether it was done · none: neither
    words        for an input that is a list of contexts: what says one of them in a sentence
    errors       codes that the operation raises, with their meaning; `HTTP_4??` stands for a family
    """

    owner: Owner
    name: str
    version: int
    title: Text
    description: Text
    input_schema: ma.Schema
    output_schema: ma.Schema
    effect: Effect
    idempotency: Idempotency
    timeout_seconds: float
    errors: dict[str, Text]
    example: dict[str, Any]
    function: Function
    check_function: CheckFunction | None = field(default=None, repr=False)
    validate_function: ValidateFunction | None = field(default=None, repr=False)
    reads_function: ReadsFunction | None = field(default=None, repr=False)
    idempotency_function: IdempotencyFunction | None = field(default=None, repr=False)
    words: Mapping[str, Callable[[Mapping[str, Any]], Text]] = field(default_factory=dict, repr=False)

    @property
    def type(self) -> str:
        """The job type: `kind:operation:version`."""
        return f"{self.owner.kind}:{self.name}:{self.version}"

    def __call__(self, args: dict[str, Any], ctx: Context) -> dict[str, Any]:
        return self.function(args, ctx)

    # --- declaring: used as decorators in a connector -------------------------------------------------

    def check(self, function: CheckFunction) -> CheckFunction:
        """Declare how to find out whether the effect already took place."""
        self.check_function = function
        return function

    def validate(self, function: ValidateFunction) -> ValidateFunction:
        """Declare what can be checked at publication, on the raw texts of the inputs."""
        self.validate_function = function
        return function

    def reads(self, function: ReadsFunction) -> ReadsFunction:
        """Declare which process variables the operation needs beyond its inputs."""
        self.reads_function = function
        return function

    def decide_idempotency(self, function: IdempotencyFunction) -> IdempotencyFunction:
        """Declare that idempotency depends on inputs or connection; `function(args, connection)`."""
        self.idempotency_function = function
        return function

    # --- using: called by the product ------------------------------------------------------------------

    def run(self, raw_args: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
        """Validate the inputs, call, validate the result, within the time allowed.

        Returns plain data that fits the output schema. Raises ConnectorError, RetryableError or BpmnError and
        nothing else; their messages never carry a secret of the connection.
        """
        return running.run(self, raw_args, ctx)

    def was_done(self, raw_args: Mapping[str, Any], ctx: Context) -> CheckAnswer:
        """Did an earlier call with these inputs and this idempotency key have its effect?

        UNKNOWN when the operation has no check, or when the check itself could not reach the service.
        """
        return running.was_done(self, raw_args, ctx)

    def problems(self, inputs: Mapping[str, str], known_variables: set[str] | None = None) -> list[Problem]:
        """What is wrong with the raw input texts of a diagram (text that starts with `=` is FEEL).

        `known_variables`: every variable that can exist at this place, None when that cannot be known.
        """
        return static.problems(self, inputs, known_variables)

    def variables_read(self, inputs: Mapping[str, str]) -> set[str]:
        """Names of the process variables to hand over in `ctx.variables`."""
        return set() if self.reads_function is None else set(self.reads_function(inputs))

    def idempotency_for(self, raw_args: Mapping[str, Any], connection: Mapping[str, Any]) -> Idempotency:
        """The idempotency of one call. The declared one unless the operation decides from its inputs.

        Inputs that do not validate give the declared one: such a call never reaches the service.
        """
        return running.idempotency_for(self, raw_args, connection)

    @property
    def has_check(self) -> bool:
        return self.check_function is not None

    @property
    def input_types(self) -> dict[str, TypeInfo]:
        return describe_schema(self.input_schema)

    @property
    def output_types(self) -> dict[str, TypeInfo]:
        return describe_schema(self.output_schema)

    def error_text(self, code: str) -> Text | None:
        """The meaning of an error code, from the operation's own or the SDK's standard ones."""
        if code in self.errors:
            return self.errors[code]
        family = next((text for name, text in self.errors.items() if fnmatch.fnmatchcase(code, name)), None)
        return family or STANDARD_ERRORS.get(code)

    @property
    def info(self) -> OperationInfo:
        """The operation as the check of a diagram sees it."""
        return OperationInfo(self)


def verify(operation: Operation) -> None:
    """Refuse a declaration that contradicts itself; raises InvalidConnector."""
    if operation.effect not in EFFECTS:
        raise InvalidConnector(f"{operation.type}: effect is {operation.effect!r}, not one of {EFFECTS}")
    if operation.idempotency not in IDEMPOTENCIES:
        raise InvalidConnector(f"{operation.type}: idempotency is {operation.idempotency!r}")
    if operation.timeout_seconds <= 0:
        raise InvalidConnector(f"{operation.type}: timeout_seconds must be positive")
