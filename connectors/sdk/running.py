"""One call of an operation: validated on the way in and out, bounded in time, its errors fit to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors.sdk import bounded
from connectors.sdk.answers import UNKNOWN, CheckAnswer, Found
from connectors.sdk.context import Context
from connectors.sdk.errors import BpmnError, ConnectorError, RetryableError, Sent
from connectors.sdk.schema import load, without_blanks
from connectors.sdk.secrets import redact
from connectors.sdk.text import Text

if TYPE_CHECKING:
    from connectors.sdk.connector import Connector
    from connectors.sdk.operations import CheckFunction, Idempotency, Operation

#: A connector that watches its deadline gets this long to report it in its own words.
GRACE_SECONDS = 1.0


def run(operation: Operation, raw_args: Mapping[str, Any], ctx: Context) -> dict[str, Any]:
    """See `Operation.run`."""
    ctx = _prepared(operation, ctx)
    args = _inputs(operation, raw_args)
    try:
        result = _called(operation, args, ctx)
    except (ConnectorError, BpmnError) as error:
        raise _redacted(error, ctx) from error.__cause__
    return _output(operation, result)


def _prepared(operation: Operation, ctx: Context) -> Context:
    """The context with a loaded connection and the clock started."""
    seconds = min(ctx.timeout_seconds or operation.timeout_seconds, operation.timeout_seconds)
    connection = operation.owner.load_connection(ctx.connection)
    return replace(ctx, connection=connection).starting_now(seconds)


def _inputs(operation: Operation, raw_args: Mapping[str, Any]) -> dict[str, Any]:
    title, schema = operation.title, operation.input_schema
    intro = Text(
        f"Les données de l’opération «\u00a0{title.fr}\u00a0» ne conviennent pas.",
        f"The values given to the operation “{title.en}” do not fit.",
    )
    return load(schema, without_blanks(schema, raw_args), intro=intro, code="INVALID_INPUT")


def _called(operation: Operation, args: dict[str, Any], ctx: Context) -> dict[str, Any]:
    seconds = ctx.remaining_seconds() + GRACE_SECONDS
    try:
        return bounded.call(lambda: operation.function(args, ctx), seconds, operation.type)
    except bounded.TimeIsUp as error:
        raise RetryableError(_too_late(operation, ctx), "TIMEOUT", sent=_sent(operation)) from error
    except (ConnectorError, BpmnError):
        raise
    except Exception as error:  # a defect must end as an outcome of the job, never take the worker along
        ctx.logger.exception("%s failed unexpectedly", operation.type)
        raise _defect(operation, error) from error


def _sent(operation: Operation) -> Sent:
    """After an unexplained end, anything but a read may have had its effect."""
    return "no" if operation.effect == "read" else "maybe"


def _too_late(operation: Operation, ctx: Context) -> Text:
    title, seconds = operation.title, round(ctx.timeout_seconds or operation.timeout_seconds)
    return Text(
        f"L’opération «\u00a0{title.fr}\u00a0» n’a pas fini en {seconds}\u00a0secondes.",
        f"The operation “{title.en}” did not finish in {seconds} seconds.",
    )


def _defect(operation: Operation, error: Exception) -> ConnectorError:
    title, name = operation.title, type(error).__name__
    message = Text(
        f"L’opération «\u00a0{title.fr}\u00a0» s’est arrêtée\u00a0: le connecteur a un défaut "
        f"({name}\u00a0: {error}).",
        f"The operation “{title.en}” stopped on a defect of the connector ({name}: {error}).",
    )
    if operation.effect == "read":
        return ConnectorError(message, "CONNECTOR_DEFECT")
    return RetryableError(message, "CONNECTOR_DEFECT", sent="maybe")


def _redacted(error: ConnectorError | BpmnError, ctx: Context) -> ConnectorError | BpmnError:
    error.message = error.message.map(lambda words: redact(words, ctx.secrets))
    error.args = (error.message.fr,)
    return error


def _output(operation: Operation, result: dict[str, Any]) -> dict[str, Any]:
    """The result checked against the output schema, as plain data.

    A wrong result of a write says nothing against the effect itself, so it counts as "may have been done".
    """
    intro = Text(
        f"L’opération «\u00a0{operation.title.fr}\u00a0» a rendu autre chose que prévu.",
        f"The operation “{operation.title.en}” gave back something unexpected.",
    )
    try:
        return load(operation.output_schema, result, intro=intro, code="INVALID_OUTPUT")
    except ConnectorError as error:
        if operation.effect == "read":
            raise
        raise RetryableError(error.message, error.code, sent="maybe") from error


def was_done(operation: Operation, raw_args: Mapping[str, Any], ctx: Context) -> CheckAnswer:
    """See `Operation.was_done`."""
    if operation.check_function is None:
        return UNKNOWN
    prepared = _prepared(operation, ctx)
    args = _inputs(operation, raw_args)
    return _checked(operation, operation.check_function, args, prepared)


def _checked(operation: Operation, check: CheckFunction, args: dict[str, Any], ctx: Context) -> CheckAnswer:
    name = f"{operation.type} check"
    try:
        answer = bounded.call(lambda: check(args, ctx), ctx.remaining_seconds(), name)
    except (ConnectorError, BpmnError, bounded.TimeIsUp) as error:
        ctx.logger.warning("%s could not tell: %s", name, error)
        return UNKNOWN
    return Found(_output(operation, answer.result)) if isinstance(answer, Found) else answer


def idempotency_for(
    operation: Operation, raw_args: Mapping[str, Any], connection: Mapping[str, Any]
) -> Idempotency:
    """See `Operation.idempotency_for`."""
    if operation.idempotency_function is None:
        return operation.idempotency
    try:
        args = _inputs(operation, raw_args)
        settings = operation.owner.load_connection(connection)
    except ConnectorError:
        return operation.idempotency
    return operation.idempotency_function(args, settings)


def try_connection(connector: Connector, function: Callable[[Context], Text], ctx: Context) -> Text:
    """See `Connector.run_try_connection`; at most 15 seconds."""
    connection = connector.load_connection(ctx.connection)
    prepared = replace(ctx, connection=connection).starting_now(min(ctx.timeout_seconds or 15.0, 15.0))
    try:
        return bounded.call(lambda: function(prepared), 15.0 + GRACE_SECONDS, f"{connector.kind} connection")
    except bounded.TimeIsUp as error:
        message = Text("Le service n’a pas répondu à temps.", "The service did not answer in time.")
        raise RetryableError(message, "TIMEOUT") from error
    except ConnectorError as error:
        raise _redacted(error, prepared) from error.__cause__
