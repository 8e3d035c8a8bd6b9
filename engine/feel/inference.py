"""What the text alone says about the type of a result."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import nodes, types
from engine.feel.builtins import BUILTINS
from engine.feel.nodes import Node
from engine.feel.types import Type
from engine.feel.values import YearsMonths

_LITERALS: dict[type, Type] = {
    bool: types.BOOLEAN,
    Decimal: types.NUMBER,
    str: types.STRING,
    date: types.DATE,
    time: types.TIME,
    datetime: types.DATE_TIME,
    timedelta: types.DAYS_TIME,
    YearsMonths: types.YEARS_MONTHS,
}
_TRUTH = (
    nodes.Logic,
    nodes.Between,
    nodes.In,
    nodes.Test,
    nodes.UnaryTests,
    nodes.InstanceOf,
    nodes.Quantified,
)
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def infer(node: Node) -> Type | None:
    """The type of every non-null value of `node`, None when it depends on variables."""
    if isinstance(node, nodes.Literal):
        return types.NULL if node.value is None else _LITERALS.get(type(node.value))
    if isinstance(node, _TRUTH):
        return types.BOOLEAN
    if isinstance(node, nodes.Binary):
        return _binary(node)
    if isinstance(node, nodes.Unary):
        return infer(node.operand)
    if isinstance(node, nodes.If):
        return _common([node.then, node.otherwise])
    if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
        return _result_of(node.function.name)
    return _structure(node)


def _result_of(function: str) -> Type | None:
    """The type that every form of a built-in function gives, None when it depends on its arguments."""
    results = {overload.result for overload in BUILTINS.get(function, [])}
    return types.SIMPLE.get(results.pop()) if len(results) == 1 else None


def _binary(node: nodes.Binary) -> Type | None:
    if node.operator in _COMPARISONS:
        return types.BOOLEAN
    left, right = infer(node.left), infer(node.right)
    if left == right and left in (types.NUMBER, types.STRING):
        return left
    return None


def _common(parts: list[Node]) -> Type | None:
    """The type that all the parts have; null goes with any."""
    found = {infer(part) for part in parts} - {types.NULL}
    return found.pop() if len(found) == 1 else None


def _structure(node: Node) -> Type | None:
    if isinstance(node, nodes.ListLiteral):
        return Type("list", _common(node.items)) if node.items else types.LIST
    if isinstance(node, nodes.For):
        return Type("list", infer(node.body))
    if isinstance(node, nodes.ContextLiteral):
        return Type("context", entries=tuple((key, infer(part) or types.ANY) for key, part in node.entries))
    if isinstance(node, nodes.RangeLiteral):
        return Type("range", _common([part for part in (node.start, node.finish) if part]))
    return types.FUNCTION if isinstance(node, nodes.FunctionLiteral) else None
