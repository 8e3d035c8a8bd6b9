"""Hit policies (DMN 8.2.10): what a table gives when several rules fire."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel.builtins import function_value
from engine.feel.errors import NullBecause
from engine.feel.operators import equal
from engine.feel.runtime import Run
from engine.feel.values import Value

if TYPE_CHECKING:
    from engine.dmn.tables import CompiledTable

Policy = Callable[["CompiledTable", list[int], list[list[Value]], Run], Value]
_AGGREGATORS = {"+": function_value("sum"), "<": function_value("min"), ">": function_value("max")}


def empty(policy: str, aggregation: str) -> Value:
    """The value when no rule fires and there is no default: no items, none counted, otherwise null."""
    if policy in "CRO":
        return Decimal(0) if aggregation == "#" else None if aggregation else []
    return None


def _unique(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    if len(outputs) > 1:
        fr, en = _listed(numbers, "et"), _listed(numbers, "and")
        raise NullBecause(
            f"les règles {fr} s’appliquent à la fois, alors qu’une seule le peut",
            f"rules {en} apply together, where only one may",
        )
    return table.combined(outputs[0])


def _any(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    if any(not equal(run, outputs[0], other) for other in outputs[1:]):
        fr, en = _listed(numbers, "et"), _listed(numbers, "and")
        raise NullBecause(
            f"les règles {fr} s’appliquent et donnent des résultats différents",
            f"rules {en} apply and give different results",
        )
    return table.combined(outputs[0])


def _first(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    return table.combined(outputs[0])


def _priority(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    return table.combined(_by_priority(table, outputs, run)[0])


def _output_order(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    return [table.combined(values) for values in _by_priority(table, outputs, run)]


def _rule_order(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    return [table.combined(values) for values in outputs]


def _collect(table: CompiledTable, numbers: list[int], outputs: list[list[Value]], run: Run) -> Value:
    aggregation = table.source.aggregation
    if not aggregation:
        return _rule_order(table, numbers, outputs, run)
    if aggregation == "#":
        return Decimal(len(outputs))
    if len(table.results) > 1:
        raise NullBecause(
            f"C{aggregation} ne s’applique pas à une table à plusieurs sorties",
            f"C{aggregation} does not apply to a table with several outputs",
        )
    return _AGGREGATORS[aggregation].call(run, [[values[0] for values in outputs]])


def _by_priority(table: CompiledTable, outputs: list[list[Value]], run: Run) -> list[list[Value]]:
    def rank(values: list[Value]) -> list[int]:
        pairs = zip(table.results, values, strict=True)
        return [_place(result.priority, value, run) for result, value in pairs]

    return sorted(outputs, key=rank)


def _place(priority: list[Value], value: Value, run: Run) -> int:
    """The place of a value among the allowed ones; behind them all when it is none of them."""
    places = (place for place, known in enumerate(priority) if equal(run, known, value))
    return next(places, len(priority))


def _listed(numbers: list[int], conjunction: str) -> str:
    head = ", ".join(str(number) for number in numbers[:-1])
    return f"{head} {conjunction} {numbers[-1]}"


POLICIES: dict[str, Policy] = {
    "U": _unique,
    "A": _any,
    "P": _priority,
    "F": _first,
    "R": _rule_order,
    "O": _output_order,
    "C": _collect,
}
