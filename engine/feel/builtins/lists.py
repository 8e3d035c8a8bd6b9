"""List functions (10.3.4.4), and Camunda's additions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from engine.feel import decimals
from engine.feel.builtins.booleans import not_boolean
from engine.feel.builtins.registry import builtin
from engine.feel.builtins.strings import position
from engine.feel.errors import NullBecause
from engine.feel.functions import invoke
from engine.feel.operators import MAX_DEPTH, arithmetic, compare, equal
from engine.feel.runtime import Run, too_deep
from engine.feel.values import Function, Value, YearsMonths, kind_en, kind_fr, native

Items = list[Value]


def numbers_of(items: Sequence[Value]) -> list[Decimal]:
    """The items, when all are numbers. Raises NullBecause otherwise."""
    found: list[Decimal] = []
    for item in map(native, items):
        if not isinstance(item, Decimal):
            raise NullBecause(
                f"la liste contient {kind_fr(item)}, pas seulement des nombres",
                f"the list contains {kind_en(item)}, not only numbers",
            )
        found.append(item)
    return found


def _present(items: Items) -> None:
    if not items:
        raise NullBecause("la liste est vide", "the list is empty")


@builtin("list contains(list: list, element: any) -> boolean")
def list_contains(run: Run, items: Items, element: Value) -> bool:
    """Whether one of the items equals the element; null is found too."""
    return any(equal(run, item, element) for item in items)


@builtin("count(list...: any) -> number")
def count(run: Run, items: Items) -> Decimal:
    """The number of items."""
    return Decimal(len(items))


def _extreme(items: Items, wanted: int) -> Value:
    _present(items)
    best = native(items[0])
    compare(best, best)
    for item in items[1:]:
        if compare(item, best) == wanted:
            best = native(item)
    return best


@builtin("min(list...: any)")
def minimum(run: Run, items: Items) -> Value:
    """The smallest item."""
    return _extreme(items, -1)


@builtin("max(list...: any)")
def maximum(run: Run, items: Items) -> Value:
    """The greatest item."""
    return _extreme(items, 1)


@builtin("sum(list...: any)")
def total(run: Run, items: Items) -> Value:
    """The sum of numbers or durations; null for an empty list."""
    _present(items)
    first = native(items[0])
    if not isinstance(first, Decimal | timedelta | YearsMonths):
        raise NullBecause(f"la liste contient {kind_fr(first)}", f"the list contains {kind_en(first)}")
    result: Value = first
    for item in items[1:]:
        result = arithmetic(run, "+", result, item)
    return result


@builtin("product(list...: any) -> number")
def product(run: Run, items: Items) -> Decimal:
    """The product of the numbers."""
    _present(items)
    result = decimals.ONE
    for number in numbers_of(items):
        result = decimals.multiply(result, number)
    return result


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    result = decimals.ZERO
    for number in numbers:
        result = decimals.add(result, number)
    return result


@builtin("mean(list...: any) -> number")
def mean(run: Run, items: Items) -> Decimal:
    """The average of the numbers."""
    _present(items)
    return decimals.divide(_sum(numbers_of(items)), Decimal(len(items)))


@builtin("median(list...: any) -> number")
def median(run: Run, items: Items) -> Decimal:
    """The middle number, or the average of the two in the middle."""
    _present(items)
    numbers = sorted(numbers_of(items))
    middle = len(numbers) // 2
    if len(numbers) % 2:
        return numbers[middle]
    return decimals.divide(decimals.add(numbers[middle - 1], numbers[middle]), Decimal(2))


@builtin("stddev(list...: any) -> number")
def standard_deviation(run: Run, items: Items) -> Decimal:
    """The sample standard deviation; null below two numbers."""
    numbers = numbers_of(items)
    if len(numbers) < 2:
        raise NullBecause("il faut au moins deux nombres", "at least two numbers are needed")
    average = decimals.divide(_sum(numbers), Decimal(len(numbers)))
    gaps = [decimals.subtract(number, average) for number in numbers]
    variance = decimals.divide(_sum([decimals.multiply(g, g) for g in gaps]), Decimal(len(numbers) - 1))
    return decimals.CONTEXT.sqrt(variance)


@builtin("mode(list...: any) -> list")
def mode(run: Run, items: Items) -> Items:
    """The most frequent numbers, in ascending order."""
    counts: dict[Decimal, int] = {}
    for number in numbers_of(items):
        counts[number] = counts.get(number, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(number for number, times in counts.items() if times == most)


@builtin("all(list...: any) -> boolean")
def all_true(run: Run, items: Items) -> bool | None:
    """Three-valued `and` of the items."""
    return _decided(items, False)


def _decided(items: Items, decisive: bool) -> bool | None:
    """`decisive` when it is among the items, null when one is null, else the contrary.

    Raises NullBecause when what remains holds something that is no boolean.
    """
    if any(item is decisive for item in items):
        return decisive
    for item in items:
        if item is not None and not isinstance(item, bool):
            raise not_boolean(item)
    return None if any(item is None for item in items) else not decisive


@builtin("any(list...: any) -> boolean")
def any_true(run: Run, items: Items) -> bool | None:
    """Three-valued `or` of the items."""
    return _decided(items, True)


def _index(items: Items, number: Decimal, beyond: int = 0) -> int:
    """The 0-based index of a 1-based or negative position. Raises NullBecause outside the list."""
    at = position(number)
    if at == 0 or at > len(items) + beyond or -at > len(items):
        raise NullBecause(
            f"la liste a {len(items)} éléments, pas de position {at}",
            f"the list has {len(items)} items, no position {at}",
        )
    return at - 1 if at > 0 else len(items) + at


@builtin("sublist(list: list, start position: number, length?: number) -> list")
def sublist(run: Run, items: Items, start: Decimal, length: Decimal | None = None) -> Items:
    """`length` items from the start position."""
    first = _index(items, start)
    if length is None:
        return items[first:]
    size = position(length)
    if size < 1 or first + size > len(items):
        raise NullBecause(
            f"la liste n’a pas {size} éléments à partir de là",
            f"the list does not have {size} items from there",
        )
    return items[first : first + size]


@builtin("append(list: list, item...: any) -> list", unwrap=False)
def append(run: Run, items: Items, added: Items) -> Items:
    """The list with the items added at its end."""
    run.check_list(len(items) + len(added))
    return [*items, *added]


@builtin("concatenate(list...: list) -> list", unwrap=False)
def concatenate(run: Run, lists: list[Items]) -> Items:
    """The lists one after the other."""
    run.check_list(sum(map(len, lists)))
    return [item for items in lists for item in items]


@builtin("insert before(list: list, position: number, newItem: any) -> list")
def insert_before(run: Run, items: Items, at: Decimal, item: Value) -> Items:
    """The list with the new item at the position."""
    index = _index(items, at, beyond=1)
    run.check_list(len(items) + 1)
    return [*items[:index], item, *items[index:]]


@builtin("remove(list: list, position: number) -> list")
def remove(run: Run, items: Items, at: Decimal) -> Items:
    """The list without the item at the position."""
    index = _index(items, at)
    return [*items[:index], *items[index + 1 :]]


@builtin(
    "list replace(list: list, position: number, newItem: any) -> list",
    "list replace(list: list, match: function, newItem: any) -> list",
)
def list_replace(run: Run, items: Items, place: Value, item: Value) -> Items:
    """The list with the new item at the position, or wherever `match(item, newItem)` is true."""
    if isinstance(place, Function):
        return [_replaced(run, place, old, item) for old in items]
    index = _index(items, place)
    return [*items[:index], item, *items[index + 1 :]]


def _replaced(run: Run, match: Function, old: Value, new: Value) -> Value:
    answer = invoke(run, match, [old, new])
    if not isinstance(answer, bool):
        raise NullBecause("la fonction ne donne pas un booléen", "the function does not give a boolean")
    return new if answer else old


@builtin("reverse(list: list) -> list")
def reverse(run: Run, items: Items) -> Items:
    """The last item first."""
    return items[::-1]


@builtin("index of(list: list, match: any) -> list")
def index_of(run: Run, items: Items, match: Value) -> Items:
    """The positions of the items that equal `match`, in ascending order."""
    return [Decimal(at) for at, item in enumerate(items, start=1) if equal(run, item, match)]


@builtin("union(list...: list) -> list", unwrap=False)
def union(run: Run, lists: list[Items]) -> Items:
    """The lists one after the other, each value once."""
    return distinct_values(run, concatenate(run, lists))


def _key(value: Value) -> Any:
    """A hashable stand-in for a simple value, None when equality must be asked."""
    return (type(value), value) if isinstance(value, str | Decimal | bool) else None


def _grouped(run: Run, items: Items, found: Callable[[Value, bool], None]) -> None:
    """Report each item, in order, and whether an equal one came before."""
    keys: set[Any] = set()
    others: Items = []
    for item in map(native, items):
        run.spend(1)
        key = _key(item)
        if key is not None:
            found(item, key in keys)
            keys.add(key)
        else:
            found(item, any(equal(run, item, other) for other in others))
            others.append(item)


@builtin("distinct values(list: list) -> list")
def distinct_values(run: Run, items: Items) -> Items:
    """Each value once, where it first occurs."""
    kept: Items = []
    _grouped(run, items, lambda item, again: None if again else kept.append(item))
    return kept


@builtin("duplicate values(list: list)")
def duplicate_values(run: Run, items: Items) -> Items:
    """Camunda: each value that occurs more than once, once."""
    again: Items = []
    _grouped(run, items, lambda item, seen: again.append(item) if seen else None)
    return distinct_values(run, again)


@builtin("flatten(list: list) -> list")
def flatten(run: Run, items: Items) -> Items:
    """The items of the lists inside lists, in one list."""
    flat: Items = []
    _flatten(run, items, flat, 0)
    return flat


def _flatten(run: Run, items: Items, flat: Items, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise too_deep()
    for item in map(native, items):
        run.spend(1)
        if isinstance(item, list):
            _flatten(run, item, flat, depth + 1)
        else:
            flat.append(item)


@builtin("partition(list: list, size: number)")
def partition(run: Run, items: Items, size: Decimal) -> Items:
    """Camunda: lists of `size` items each, the last one perhaps shorter."""
    step = position(size)
    if step < 1:
        raise NullBecause("la taille doit être d’au moins 1", "the size must be 1 or more")
    return [items[start : start + step] for start in range(0, len(items), step)]


@builtin("is empty(list: list) -> boolean")
def is_empty(run: Run, items: Items) -> bool:
    """Camunda: whether the list has no item."""
    return not items
