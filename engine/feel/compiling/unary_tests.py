"""Unary tests: what a value is compared with in a decision table's cell, or after `in` (7.3.3, 10.3.2.8)."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import nodes
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.compiling.constants import NotConstant, fold
from engine.feel.compiling.operators import ORDER, PLAIN, equals, ordered
from engine.feel.compiling.variables import input_value
from engine.feel.errors import NullBecause
from engine.feel.nodes import Node
from engine.feel.operators import equal, includes
from engine.feel.runtime import Frame, Run, Where
from engine.feel.values import Range, Value


@compiles(nodes.In)
def membership(compiler: Compiler, node: nodes.In) -> Code:
    """`x in (tests)`: true when one test is, else null when one is null, else false."""
    value = compiler.compile(node.value)
    with compiler.scope("input"):
        tests = [compiler.compile(test) for test in node.tests]

    def compute(frame: Frame) -> bool | None:
        inner = Frame(frame.scope, frame.run, frame, value(frame))
        return any_true(inner, tests)

    return compute


def any_true(frame: Frame, tests: list[Code]) -> bool | None:
    """Three-valued `or` of the tests."""
    result: bool | None = False
    for test in tests:
        value = test(frame)
        if value is True:
            return True
        if value is None:
            result = None
    return result


@compiles(nodes.UnaryTests)
def unary_tests(compiler: Compiler, node: nodes.UnaryTests) -> Code:
    """A whole cell: the frame's own value is `?`."""
    if node.tests is None:
        return lambda frame: True
    tests = [compiler.compile(test) for test in node.tests]
    if not node.negated:
        return tests[0] if len(tests) == 1 else lambda frame: any_true(frame, tests)

    def none_true(frame: Frame) -> bool | None:
        result = any_true(frame, tests)
        return None if result is None else not result

    return none_true


@compiles(nodes.Test)
def test(compiler: Compiler, node: nodes.Test) -> Code:
    """One test; the ones written with literals alone, as most cells are, take a short way."""
    value = input_value(compiler, nodes.Input(position=node.position, end=node.end))
    where = compiler.where(node)
    try:
        return _with_constant(value, node.operator, fold(node.operand, compiler.names or frozenset()), where)
    except NotConstant:
        return _general(compiler, node, value, where)


def _general(compiler: Compiler, node: nodes.Test, value: Code, where: Where) -> Code:
    operand, symbol = compiler.compile(node.operand), node.operator
    if symbol is None:
        if _mentions_input(node.operand):
            return lambda frame: _fulfilled(frame.run, value(frame), operand(frame), where)
        return lambda frame: matches(frame.run, value(frame), operand(frame), where)
    if symbol in ("=", "!="):
        return _equality(value, operand, symbol == "=", where)
    return lambda frame: ordered(frame.run, symbol, value(frame), operand(frame), where)


def _with_constant(value: Code, symbol: str | None, constant: Value, where: Where) -> Code:
    if symbol is None:
        return _matching(value, constant, where)
    if symbol in ("=", "!="):
        return _equality(value, lambda frame: constant, symbol == "=", where)
    fast = ORDER[symbol]

    def compute(frame: Frame) -> bool | None:
        found = value(frame)
        if type(found) is Decimal and type(constant) is Decimal:
            return fast(found, constant)
        return ordered(frame.run, symbol, found, constant, where)

    return compute


def _matching(value: Code, constant: Value, where: Where) -> Code:
    if isinstance(constant, Range) and type(constant.start) is Decimal and type(constant.end) is Decimal:
        return _within(value, constant, where)
    kind = type(constant)
    plain = kind in PLAIN

    def compute(frame: Frame) -> bool | None:
        found = value(frame)
        if plain and type(found) is kind:
            return bool(found == constant)
        return matches(frame.run, found, constant, where)

    return compute


def _within(value: Code, interval: Range, where: Where) -> Code:
    low, high, excluded = interval.start, interval.end, interval.operator == "!="
    above, below = (
        ORDER[">=" if interval.start_included else ">"],
        ORDER["<=" if interval.end_included else "<"],
    )

    def compute(frame: Frame) -> bool | None:
        found = value(frame)
        if type(found) is Decimal and not excluded:
            return above(found, low) and below(found, high)
        return matches(frame.run, found, interval, where)

    return compute


def _equality(value: Code, operand: Code, wanted: bool, where: Where) -> Code:
    def compute(frame: Frame) -> bool | None:
        result = equals(frame.run, value(frame), operand(frame), where)
        return None if result is None else result is wanted

    return compute


def _mentions_input(node: Node) -> bool:
    if isinstance(node, nodes.Input):
        return True
    if isinstance(node, nodes.In):
        return _mentions_input(node.value)
    return any(_mentions_input(child) for child in nodes.children(node))


def _fulfilled(run: Run, value: Value, result: Value, where: Where) -> bool | None:
    """A test written with `?` is its own answer; if it is no boolean it is compared like any value."""
    if result is None or isinstance(result, bool):
        return result
    return matches(run, value, result, where)


def matches(run: Run, value: Value, expected: Value, where: Where) -> bool | None:
    """Whether `value` equals `expected`, lies in it, or is among its items."""
    try:
        if isinstance(expected, Range):
            return includes(run, expected, value)
        if isinstance(expected, list):
            return _among(run, value, expected)
    except NullBecause as why:
        run.null(where, why)
        return None
    if isinstance(expected, bool) and not isinstance(value, bool):
        return expected
    return equals(run, value, expected, where)


def _among(run: Run, value: Value, expected: list[Value]) -> bool:
    if isinstance(value, list) and equal(run, value, expected):
        return True
    return any(_is_or_includes(run, item, value) for item in expected)


def _is_or_includes(run: Run, item: Value, value: Value) -> bool:
    if not isinstance(item, Range) or isinstance(value, Range):
        return bool(equal(run, item, value))
    try:
        return includes(run, item, value)
    except NullBecause:
        return False
