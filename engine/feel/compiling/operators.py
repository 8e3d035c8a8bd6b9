"""Arithmetic and comparison: a shortcut when both sides are numbers, the general rule otherwise."""

from __future__ import annotations

import operator as python
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.feel import decimals, nodes, types
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.errors import NullBecause
from engine.feel.operators import arithmetic, equal, negate, order
from engine.feel.runtime import Frame, Run, Where
from engine.feel.values import Value, kind_en, kind_fr

_EXACT: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": decimals.add,
    "-": decimals.subtract,
    "*": decimals.multiply,
    "/": decimals.divide,
}
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": python.lt,
    "<=": python.le,
    ">": python.gt,
    ">=": python.ge,
}
PLAIN = frozenset({Decimal, str, bool})


@compiles(nodes.Unary)
def negation(compiler: Compiler, node: nodes.Unary) -> Code:
    """`-x`, computed at once when x is a literal number."""
    if isinstance(node.operand, nodes.Literal) and isinstance(node.operand.value, Decimal):
        constant = negate(node.operand.value)
        return lambda frame: constant
    operand, where = compiler.compile(node.operand), compiler.where(node)

    def run_negation(frame: Frame) -> Value:
        try:
            return negate(operand(frame))
        except NullBecause as why:
            frame.run.null(where, why)
            return None

    return run_negation


@compiles(nodes.Binary)
def binary(compiler: Compiler, node: nodes.Binary) -> Code:
    """Any operator with two sides."""
    left, right = compiler.compile(node.left), compiler.compile(node.right)
    where, symbol = compiler.where(node), node.operator
    constant = _constant(node.right)
    if symbol in ("=", "!="):
        return _equality(left, right, symbol == "=", where)
    if symbol in ORDER and constant is not None:
        return _ordering_with_constant(left, constant, symbol, where)
    if symbol in ORDER:
        return _ordering(left, right, symbol, where)
    if symbol in _EXACT and constant is not None:
        return _arithmetic_with_constant(left, constant, symbol, where)
    if symbol in _EXACT:
        return _arithmetic(left, right, symbol, where)
    return lambda frame: _slow_arithmetic(frame.run, symbol, left(frame), right(frame), where)


def _constant(node: nodes.Node) -> Decimal | None:
    value = node.value if isinstance(node, nodes.Literal) else None
    return value if isinstance(value, Decimal) else None


def _slow_arithmetic(run: Run, symbol: str, left: Value, right: Value, where: Where) -> Value:
    try:
        return arithmetic(run, symbol, left, right)
    except NullBecause as why:
        run.null(where, why)
        return None


def _arithmetic(left: Code, right: Code, symbol: str, where: Where) -> Code:
    exact = _EXACT[symbol]

    def compute(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return exact(a, b)
            except ArithmeticError:
                return _slow_arithmetic(frame.run, symbol, a, b, where)
        return _slow_arithmetic(frame.run, symbol, a, b, where)

    return compute


def _arithmetic_with_constant(left: Code, b: Decimal, symbol: str, where: Where) -> Code:
    exact = _EXACT[symbol]

    def compute(frame: Frame) -> Value:
        a = left(frame)
        if type(a) is Decimal:
            try:
                return exact(a, b)
            except ArithmeticError:
                return _slow_arithmetic(frame.run, symbol, a, b, where)
        return _slow_arithmetic(frame.run, symbol, a, b, where)

    return compute


def _ordering(left: Code, right: Code, symbol: str, where: Where) -> Code:
    fast = ORDER[symbol]

    def compute(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        kind = type(a)
        if kind is type(b) and (kind is Decimal or kind is str):
            return fast(a, b)
        return ordered(frame.run, symbol, a, b, where)

    return compute


def _ordering_with_constant(left: Code, b: Decimal, symbol: str, where: Where) -> Code:
    fast = ORDER[symbol]

    def compute(frame: Frame) -> Value:
        a = left(frame)
        return fast(a, b) if type(a) is Decimal else ordered(frame.run, symbol, a, b, where)

    return compute


def ordered(run: Run, symbol: str, left: Value, right: Value, where: Where) -> bool | None:
    """`left symbol right`, null with a reason when they have no order."""
    try:
        return order(run, symbol, left, right)
    except NullBecause as why:
        run.null(where, why)
        return None


def _equality(left: Code, right: Code, wanted: bool, where: Where) -> Code:
    def compute(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        kind = type(a)
        if kind is type(b) and kind in PLAIN:
            return (a == b) is wanted
        result = equals(frame.run, a, b, where)
        return None if result is None else result is wanted

    return compute


def equals(run: Run, left: Value, right: Value, where: Where) -> bool | None:
    """`left = right`, null with a reason when their types differ."""
    result = equal(run, left, right)
    if result is None:
        fr = f"{kind_fr(left)} et {kind_fr(right)} ne se comparent pas"
        run.null(where, NullBecause(fr, f"{kind_en(left)} and {kind_en(right)} cannot be compared"))
    return result


@compiles(nodes.Between)
def between(compiler: Compiler, node: nodes.Between) -> Code:
    """`x between low and high`: `x >= low and x <= high`."""
    value, low, high = (compiler.compile(part) for part in (node.value, node.low, node.high))
    where = compiler.where(node)

    def compute(frame: Frame) -> bool | None:
        point = value(frame)
        above = ordered(frame.run, ">=", point, low(frame), where)
        if above is False:
            return False
        below = ordered(frame.run, "<=", point, high(frame), where)
        return below if above or below is False else None

    return compute


@compiles(nodes.InstanceOf)
def instance_of(compiler: Compiler, node: nodes.InstanceOf) -> Code:
    """`x instance of type`."""
    value, type_ = compiler.compile(node.value), node.type
    return lambda frame: types.conforms(value(frame), type_)
