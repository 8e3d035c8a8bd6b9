"""Lists, contexts, ranges and filters."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import decimals, nodes
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.compiling.logic import not_boolean
from engine.feel.errors import NullBecause
from engine.feel.operators import compare
from engine.feel.runtime import Frame, Run, Where
from engine.feel.values import Range, Value, native


@compiles(nodes.ListLiteral)
def list_literal(compiler: Compiler, node: nodes.ListLiteral) -> Code:
    """`[a, b]`."""
    items = [compiler.compile(item) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@compiles(nodes.ContextLiteral)
def context_literal(compiler: Compiler, node: nodes.ContextLiteral) -> Code:
    """`{a: 1, b: a + 1}`: an entry sees the ones before it, and a function its own name."""
    entries: list[tuple[str, Code]] = []
    with compiler.scope("entries") as scope:
        for key, value in node.entries:
            itself = isinstance(value, nodes.FunctionLiteral)
            scope.names.extend([key] if itself else [])
            entries.append((key, compiler.compile(value)))
            scope.names.extend([] if itself else [key])

    def build(frame: Frame) -> Value:
        made: dict[str, Value] = {}
        inner = Frame(frame.scope, frame.run, frame, made)
        for key, code in entries:
            made[key] = code(inner)
        return made

    return build


@compiles(nodes.RangeLiteral)
def range_literal(compiler: Compiler, node: nodes.RangeLiteral) -> Code:
    """`[a..b]`; null when the ends have no order."""
    start, end = ((compiler.compile(part) if part else None) for part in (node.start, node.finish))
    includes, symbol = (node.start_included, node.end_included), node.operator
    where = compiler.where(node)

    def build(frame: Frame) -> Value:
        low = start(frame) if start else None
        high = end(frame) if end else None
        try:
            return open_range(low, high, includes, symbol) if symbol else interval(low, high, includes)
        except NullBecause as why:
            return frame.run.null(where, why)

    return build


def open_range(low: Value, high: Value, includes: tuple[bool, bool], operator: str) -> Range:
    """The range `(< high)` and its like. Raises NullBecause when its one end is null."""
    if low is None and high is None:
        raise NullBecause("la borne de l’intervalle vaut null", "the end of the range is null")
    return Range(low, high, *includes, operator)


def interval(low: Value, high: Value, includes: tuple[bool, bool]) -> Range:
    """The range from `low` to `high`; a null end is unbounded.

    Raises NullBecause when both are null, cannot be compared, or are the wrong way round.
    """
    if low is None and high is None:
        raise NullBecause("l’intervalle n’a ni début ni fin", "the range has neither start nor end")
    if low is not None and high is not None and compare(low, high) > 0:
        raise NullBecause("l’intervalle finit avant de commencer", "the range ends before it starts")
    return Range(low, high, includes[0] and low is not None, includes[1] and high is not None)


@compiles(nodes.Filter)
def filter_(compiler: Compiler, node: nodes.Filter) -> Code:
    """`list[condition]` keeps items, `list[number]` takes one (10.3.2.5)."""
    value, where = compiler.compile(node.value), compiler.where(node)
    constant = _constant_index(node.condition)
    if constant is not None:
        return lambda frame: _at(frame.run, value(frame), constant, where)
    with compiler.scope("item"):
        condition = compiler.compile(node.condition)
    return _selection(value, condition, 1 + node.condition.size // 4, where)


def _constant_index(node: nodes.Node) -> Decimal | None:
    if isinstance(node, nodes.Unary) and isinstance(node.operand, nodes.Literal):
        number = node.operand.value
        return decimals.CONTEXT.minus(number) if isinstance(number, Decimal) else None
    number = node.value if isinstance(node, nodes.Literal) else None
    return number if isinstance(number, Decimal) else None


def _at(run: Run, value: Value, index: Decimal, where: Where) -> Value:
    items = value if isinstance(value, list) else [value]
    position = decimals.whole(index)
    if position is None or not 1 <= abs(position) <= len(items):
        text = decimals.text(index)[:40]
        size = len(items)
        return run.null(
            where,
            NullBecause(
                f"la liste a {size} éléments, pas d’élément n° {text}",
                f"the list has {size} items, none at {text}",
            ),
        )
    return native(items[position - 1 if position > 0 else position])


def _selection(value: Code, condition: Code, cost: int, where: Where) -> Code:
    def select(frame: Frame) -> Value:
        owner, run = value(frame), frame.run
        if owner is None:
            return run.null(where, NullBecause("ce qui est filtré vaut null", "what is filtered is null"))
        kept: list[Value] = []
        for index, item in enumerate(map(native, owner if isinstance(owner, list) else [owner])):
            run.spend(cost)
            answer = condition(Frame(frame.scope, run, frame, item))
            if answer is True:
                kept.append(item)
            elif index == 0 and isinstance(answer, Decimal):
                return _at(run, owner, answer, where)
            elif answer is not False:
                not_boolean(run, answer, where)
        return kept

    return select
