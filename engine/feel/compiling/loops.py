"""`for`, `some`, `every`: iteration over lists and ranges, within the budgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from engine.feel import decimals, nodes
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.compiling.logic import not_boolean
from engine.feel.errors import NullBecause
from engine.feel.runtime import MAX_LIST, Frame
from engine.feel.values import Range, Value, kind_en, kind_fr, native

Domain = Callable[[Frame], Iterable[Value]]


@compiles(nodes.For)
def loop(compiler: Compiler, node: nodes.For) -> Code:
    """`for` gives the list of the bodies; `partial` is what the loop has given so far."""
    where = compiler.where(node)
    with compiler.scope("partial", "partial"):
        domains, body = _iteration(compiler, node.iterators, node.body)
    cost = 1 + node.body.size // 4

    def compute(frame: Frame) -> Value:
        run = frame.run
        results: list[Value] = []
        try:
            for inner in _frames(Frame(frame.scope, run, frame, results), domains, 0):
                run.spend(cost)
                if len(results) >= MAX_LIST:
                    run.check_list(len(results) + 1)
                results.append(body(inner))
        except NullBecause as why:
            run.null(where, why)
            return None
        return results

    return compute


@compiles(nodes.Quantified)
def quantified(compiler: Compiler, node: nodes.Quantified) -> Code:
    """`some` is the `or`, `every` the `and`, of the conditions."""
    where, place = compiler.where(node), compiler.where(node.body)
    domains, body = _iteration(compiler, node.iterators, node.body)
    cost, decisive = 1 + node.body.size // 4, not node.every

    def compute(frame: Frame) -> bool | None:
        run = frame.run
        result: bool | None = not decisive
        try:
            for inner in _frames(frame, domains, 0):
                run.spend(cost)
                value = body(inner)
                if value is decisive:
                    return bool(value)
                if value is not (not decisive):
                    not_boolean(run, value, place)
                    result = None
        except NullBecause as why:
            run.null(where, why)
            return None
        return result

    return compute


def _iteration(
    compiler: Compiler, iterators: list[nodes.Iterator], body: nodes.Node
) -> tuple[list[Domain], Code]:
    """Each domain sees the iterators before it; the body sees them all."""
    if not iterators:
        return [], compiler.compile(body)
    domain = _domain(compiler, iterators[0])
    with compiler.scope("one", iterators[0].name):
        domains, code = _iteration(compiler, iterators[1:], body)
    return [domain, *domains], code


def _frames(frame: Frame, domains: list[Domain], level: int) -> Iterator[Frame]:
    """A frame for each combination of the iterators' values, the last one fastest."""
    last = level == len(domains) - 1
    for value in domains[level](frame):
        inner = Frame(frame.scope, frame.run, frame, native(value))
        if last:
            yield inner
        else:
            frame.run.spend(1)
            yield from _frames(inner, domains, level + 1)


def _domain(compiler: Compiler, iterator: nodes.Iterator) -> Domain:
    start = compiler.compile(iterator.domain)
    if iterator.finish is None:
        return lambda frame: items_of(start(frame))
    finish = compiler.compile(iterator.finish)
    return lambda frame: steps(start(frame), finish(frame))


def items_of(value: Value) -> Iterable[Value]:
    """What a loop goes through: a list, the whole numbers or days of a range, a single value.

    Raises NullBecause for null and for a range that cannot be counted.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, Range):
        return _within(value)
    if value is None:
        raise NullBecause("ce qui est parcouru vaut null", "what is iterated over is null")
    return [value]


def _within(interval: Range) -> Iterator[Value]:
    if interval.start is None or interval.end is None:
        raise NullBecause("l’intervalle n’a pas de fin", "the range has no end")
    for value in steps(interval.start, interval.end):
        at_start = value == interval.start and not interval.start_included
        at_end = value == interval.end and not interval.end_included
        if not (at_start or at_end):
            yield value


def steps(start: Value, finish: Value) -> Iterator[Value]:
    """`start..finish`: whole numbers or dates, one by one, up or down. Raises NullBecause otherwise."""
    if type(start) is Decimal and type(finish) is Decimal:
        return _numbers(start, finish)
    if type(start) is date and type(finish) is date:
        return _days(start, finish)
    raise NullBecause(
        f"une boucle ne va pas de {kind_fr(start)} à {kind_fr(finish)}",
        f"a loop cannot go from {kind_en(start)} to {kind_en(finish)}",
    )


def _numbers(start: Decimal, finish: Decimal) -> Iterator[Decimal]:
    if not (decimals.is_whole(start) and decimals.is_whole(finish)):
        raise NullBecause(
            "les bornes de la boucle ne sont pas entières", "the loop’s ends are not whole numbers"
        )
    first, last = _whole(start), _whole(finish)
    for number in range(first, last + 1) if first <= last else range(first, last - 1, -1):
        yield Decimal(number)


def _whole(number: Decimal) -> int:
    try:
        return int(decimals.within_range(number))
    except ArithmeticError:
        raise NullBecause(
            "une borne de la boucle est trop grande", "an end of the loop is too large"
        ) from None


def _days(start: date, finish: date) -> Iterator[date]:
    step = 1 if start <= finish else -1
    for count in range(abs((finish - start).days) + 1):
        yield start + timedelta(days=step * count)
