"""The built-in functions, one module per family; importing this package declares them all."""

from __future__ import annotations

from engine.feel.builtins import (
    booleans,
    contexts,
    conversions,
    lists,
    numbers,
    ranges,
    sorting,
    strings,
    temporals,
)
from engine.feel.builtins.registry import BUILTINS, REFUSED, Overload, function_value
from engine.feel.parsing.names import Names

NAMES = Names([*BUILTINS, *REFUSED])
FAMILIES = (booleans, contexts, conversions, lists, numbers, ranges, sorting, strings, temporals)

__all__ = ["BUILTINS", "FAMILIES", "NAMES", "REFUSED", "Overload", "function_value"]
