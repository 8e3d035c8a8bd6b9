"""`sort` (10.3.4.8)."""

from __future__ import annotations

from functools import cmp_to_key

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.functions import invoke
from engine.feel.operators import compare
from engine.feel.runtime import Run
from engine.feel.values import Function, Value, native


class _Ordered:
    """An item that asks the FEEL function whether it comes before another."""

    __slots__ = ("item", "precedes", "run")

    def __init__(self, run: Run, precedes: Function, item: Value) -> None:
        self.run, self.precedes, self.item = run, precedes, item

    def __lt__(self, other: _Ordered) -> bool:
        answer = invoke(self.run, self.precedes, [self.item, other.item])
        if not isinstance(answer, bool):
            raise NullBecause(
                "la fonction de tri ne donne pas un booléen", "the sort function gives no boolean"
            )
        return answer


@builtin("sort(list: list, precedes?: function) -> list")
def sort(run: Run, items: list[Value], precedes: Function | None = None) -> list[Value]:
    """The items so that `precedes(a, b)` holds of neighbours; equal ones keep their order.

    Without a function: from the smallest to the greatest.
    """
    if precedes is None:
        run.spend(len(items) * 8)
        return sorted(map(native, items), key=cmp_to_key(compare))
    wrapped = sorted(_Ordered(run, precedes, item) for item in items)
    return [each.item for each in wrapped]
