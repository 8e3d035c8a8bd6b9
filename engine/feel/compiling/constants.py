"""What the text fixes once and for all: computed when it is compiled, for the tests of tables."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import decimals, nodes
from engine.feel.compiling.collections import interval, open_range
from engine.feel.errors import NullBecause
from engine.feel.nodes import Node
from engine.feel.values import Value


class NotConstant(Exception):
    """The value depends on the evaluation."""


def fold(node: Node) -> Value:
    """The value of a literal, or of a range or list of literals. Raises NotConstant otherwise."""
    if isinstance(node, nodes.Literal):
        return node.value
    if isinstance(node, nodes.Unary):
        return _negative(fold(node.operand))
    if isinstance(node, nodes.ListLiteral):
        return [fold(item) for item in node.items]
    if isinstance(node, nodes.RangeLiteral):
        return _range(node)
    raise NotConstant


def _negative(value: Value) -> Value:
    if not isinstance(value, Decimal):
        raise NotConstant
    return decimals.CONTEXT.minus(value)


def _range(node: nodes.RangeLiteral) -> Value:
    low = fold(node.start) if node.start else None
    high = fold(node.finish) if node.finish else None
    includes = node.start_included, node.end_included
    try:
        if node.operator:
            return open_range(low, high, includes, node.operator)
        return interval(low, high, includes)
    except NullBecause:
        raise NotConstant from None
