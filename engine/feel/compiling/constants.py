"""What the text fixes once and for all: computed when it is compiled, for the tests of tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.feel import decimals, nodes
from engine.feel.compiling.collections import interval, open_range
from engine.feel.errors import NullBecause
from engine.feel.nodes import Node
from engine.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time
from engine.feel.values import Value


class NotConstant(Exception):
    """The value depends on the evaluation."""


def fold(node: Node, names: frozenset[str] = frozenset()) -> Value:
    """The value of a literal, a date or duration made of a text, or a range or list of such.

    `names` are variables, which may hide a function's name. Raises NotConstant for anything else.
    """
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Unary):
        return _negative(fold(node.operand, names))
    if isinstance(node, nodes.ListLiteral):
        return [fold(item, names) for item in node.items]
    if isinstance(node, nodes.RangeLiteral):
        return _range(node, names)
    return _written(node, names)


_WRITTEN: dict[str, Callable[[str], Value]] = {
    "date": parse_date,
    "time": parse_time,
    "date and time": parse_date_time,
    "duration": parse_duration,
}


def _written(node: Node, names: frozenset[str]) -> Value:
    """The value of `date("2026-01-01")` and its like."""
    if not (isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name)):
        raise NotConstant
    name, arguments = node.function.name, node.arguments
    if name not in _WRITTEN or name in names or len(arguments) != 1 or node.names is not None:
        raise NotConstant
    text = arguments[0].value if isinstance(arguments[0], nodes.Literal) else None
    found = _WRITTEN[name](text) if isinstance(text, str) else None
    if found is None:
        raise NotConstant
    return found


def _negative(value: Value) -> Value:
    if not isinstance(value, Decimal):
        raise NotConstant
    return decimals.CONTEXT.minus(value)


def _range(node: nodes.RangeLiteral, names: frozenset[str]) -> Value:
    low = fold(node.start, names) if node.start else None
    high = fold(node.finish, names) if node.finish else None
    includes = node.start_included, node.end_included
    try:
        if node.operator:
            return open_range(low, high, includes, node.operator)
        return interval(low, high, includes)
    except NullBecause:
        raise NotConstant from None
