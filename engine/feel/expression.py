"""Expressions as the rest of the engine sees them: parsed once, evaluated often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from engine.feel import nodes
from engine.feel.compiling import Code, Compiler
from engine.feel.errors import FeelLimitExceeded, FeelSyntaxError, NullBecause
from engine.feel.functions import invoke
from engine.feel.inference import infer
from engine.feel.nodes import Node
from engine.feel.parsing.parser import Parser
from engine.feel.runtime import MAX_RESULT, Frame, Reason, Run, Where, too_deep
from engine.feel.types import Type
from engine.feel.values import NATIVE, Value, native

MAX_RESULT_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Result:
    """A value, and why parts of the expression were null on the way to it."""

    value: Value
    reasons: list[Reason]


class Evaluation:
    """What many evaluations share: variables, clock, one budget, one list of reasons.

    For a table of cells it is made once. `reasons` stays empty unless `explain` is asked for.
    """

    __slots__ = ("reasons", "root", "run", "scope")

    def __init__(
        self,
        scope: Mapping[str, Value],
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
        explain: bool = False,
    ) -> None:
        self.reasons: list[Reason] = []
        self.scope = scope
        self.run = Run(now, zone, self.reasons if explain else None)
        self.root = Frame(scope, self.run, None, None)

    def call(self, function: Value, arguments: Sequence[Value]) -> Value:
        """The result of a function value. Raises FeelLimitExceeded; null with a reason otherwise."""
        try:
            return invoke(self.run, function, arguments)
        except NullBecause as why:
            self.run.null(Where(0, 0, ""), why)
            return None


class _Compiled:
    """What an expression and unary tests have in common: the text, its names, its code."""

    def __init__(self, text: str, node: Node, names: frozenset[str] | None, scope: str | None) -> None:
        self.text, self.node, self.names = text, node, names or frozenset()
        compiler = Compiler(text, names)
        if scope is None:
            self._code = compiler.compile(node)
        else:
            with compiler.scope(scope):
                self._code = compiler.compile(node)
        self.variables: frozenset[str] = frozenset(compiler.variables)
        self.perhaps: frozenset[str] = frozenset(compiler.perhaps)
        self.paths: frozenset[tuple[str, ...]] = frozenset(compiler.paths)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.text!r})"


class Expression(_Compiled):
    """One FEEL expression.

    `variables`: the free names it reads, `perhaps` those of them that may instead be entries of the
    items of a filter; `paths`: what it reads of them, such as ("demande", "ville").
    """

    def __init__(self, text: str, node: Node, names: frozenset[str] | None) -> None:
        super().__init__(text, node, names, None)

    @cached_property
    def result_type(self) -> Type | None:
        """The type of every non-null result where the text alone tells it, else None."""
        return infer(self.node)

    def evaluate(
        self, scope: Mapping[str, Value], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> Value:
        """The value in `scope`; null where the standard says so. `now` is aware.

        Raises FeelLimitExceeded when a budget runs out.
        """
        return _run(self._code, Frame(scope, Run(now, zone, None), None, None))

    def value(self, evaluation: Evaluation) -> Value:
        """As `evaluate`, as a part of a larger evaluation."""
        return _run(self._code, evaluation.root)

    def value_in(self, scope: Mapping[str, Value], run: Run) -> Value:
        """As `evaluate`, as a part of a larger evaluation, in a scope of its own."""
        return _run(self._code, Frame(scope, run, None, None))

    def explain(
        self, scope: Mapping[str, Value], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> Result:
        """As `evaluate`, with the reasons for nulls, innermost first."""
        evaluation = Evaluation(scope, now=now, zone=zone, explain=True)
        return Result(self.value(evaluation), evaluation.reasons)


class UnaryTests(_Compiled):
    """The tests of one cell of a decision table."""

    node: nodes.UnaryTests

    def __init__(self, text: str, node: nodes.UnaryTests, names: frozenset[str] | None) -> None:
        super().__init__(text, node, names, "input")

    def evaluate(
        self,
        input_value: Value,
        scope: Mapping[str, Value],
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
    ) -> bool | None:
        """Whether `input_value` fulfils the tests; None when that cannot be said."""
        value = _run(self._code, Frame(scope, Run(now, zone, None), None, native(input_value)))
        return value if isinstance(value, bool) else None

    def holds(self, input_value: Value, evaluation: Evaluation) -> bool | None:
        """As `evaluate`, as a part of a larger evaluation."""
        frame = Frame(evaluation.scope, evaluation.run, None, native(input_value))
        value = _run(self._code, frame)
        return value if value is True or value is False else None

    def holds_in(self, input_value: Value, scope: Mapping[str, Value], run: Run) -> bool | None:
        """As `holds`, in a scope of its own."""
        value = _run(self._code, Frame(scope, run, None, input_value))
        return value if value is True or value is False else None

    def explain(
        self,
        input_value: Value,
        scope: Mapping[str, Value],
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
    ) -> Result:
        """As `evaluate`, with the reasons for nulls, innermost first."""
        evaluation = Evaluation(scope, now=now, zone=zone, explain=True)
        return Result(self.holds(input_value, evaluation), evaluation.reasons)


def _run(code: Code, frame: Frame) -> Value:
    try:
        value = code(frame)
    except RecursionError:
        raise too_deep() from None
    kind = type(value)
    if kind is list or kind is dict:
        _check_size(value)
    return value if kind in NATIVE else native(value)


def _check_size(value: Value) -> None:
    """Refuse a result that sharing made small here but that is huge, or endless, when written out."""
    waiting, count = [(value, 0)], 0
    while waiting:
        current, depth = waiting.pop()
        parts = current.values() if isinstance(current, dict) else current
        count += len(current)
        if count > MAX_RESULT or depth > MAX_RESULT_DEPTH:
            raise FeelLimitExceeded("result", "le résultat est trop grand", "the result is too large")
        waiting.extend((part, depth + 1) for part in parts if type(part) is list or type(part) is dict)


def parse(
    text: str,
    names: Iterable[str] | None = None,
    types: Mapping[str, Type] | None = None,
    members: Iterable[str] = (),
) -> Expression:
    """Read one expression (without a leading `=`).

    `names`: the variables known to exist, needed where a name contains spaces or operators or is
    that of a function; `types`: types that `instance of` may name; `members`: names of entries that
    values may have. Raises FeelSyntaxError or FeelUnsupported, with the position.
    """
    known = None if names is None else frozenset(names)
    try:
        return Expression(text, Parser(text, known, types, members).whole_expression(), known)
    except RecursionError:
        raise _too_nested(text) from None


def parse_unary_tests(
    text: str,
    names: Iterable[str] | None = None,
    types: Mapping[str, Type] | None = None,
    members: Iterable[str] = (),
) -> UnaryTests:
    """Read the unary tests of a table's cell: `-`, `< 3, [5..7]`, `not("a")`, `? > 2 * x`."""
    known = None if names is None else frozenset(names)
    try:
        return UnaryTests(text, Parser(text, known, types, members).whole_unary_tests(), known)
    except RecursionError:
        raise _too_nested(text) from None


def _too_nested(text: str) -> FeelSyntaxError:
    """The error when the caller's own stack leaves no room for the levels that are allowed."""
    message = {"fr": "L’expression est trop imbriquée.", "en": "The expression is nested too deep."}
    return FeelSyntaxError(0, len(text), message)
