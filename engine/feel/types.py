"""FEEL types: what `instance of`, parameter types and item definitions name (DMN 10.3.2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.feel.values import Function, Range, Value, kind


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its FEEL name, with element type or entries when it is structured.

    `allowed` says which of its values are permitted (allowed values of an item definition, 7.3.3), `label`
    is the name that the model gives it.
    """

    name: str
    element: Type | None = None
    entries: tuple[tuple[str, Type], ...] = ()
    parameters: tuple[Type, ...] | None = None
    allowed: Callable[[Value], bool] | None = field(default=None, compare=False, repr=False)
    label: str | None = field(default=None, compare=False)

    def __str__(self) -> str:
        if self.label is not None:
            return self.label
        if self.name == "context" and self.entries:
            return f"context<{', '.join(f'{n}: {t}' for n, t in self.entries)}>"
        if self.name == "function" and self.parameters is not None:
            return f"function<{', '.join(map(str, self.parameters))}> -> {self.element}"
        return f"{self.name}<{self.element}>" if self.element else self.name


ANY, NULL = Type("Any"), Type("Null")
NUMBER, STRING, BOOLEAN = Type("number"), Type("string"), Type("boolean")
DATE, TIME, DATE_TIME = Type("date"), Type("time"), Type("date and time")
DAYS_TIME, YEARS_MONTHS = Type("days and time duration"), Type("years and months duration")
LIST, CONTEXT, RANGE, FUNCTION = Type("list"), Type("context"), Type("range"), Type("function")
SIMPLE = {
    t.name: t
    for t in (
        *(ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS),
        *(LIST, CONTEXT, RANGE, FUNCTION),
    )
} | {"day and time duration": DAYS_TIME, "year and month duration": YEARS_MONTHS}


def conforms(value: Value, type_: Type) -> bool:
    """Whether `value` is an instance of `type_`. Null is an instance of Null and of nothing else."""
    name = type_.name
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    if kind(value) != name:
        return False
    return _parts_conform(value, type_)


def _parts_conform(value: Value, type_: Type) -> bool:
    if isinstance(value, list):
        return type_.element is None or all(allows(item, type_.element) for item in value)
    if isinstance(value, dict):
        return all(key in value and allows(value[key], part) for key, part in type_.entries)
    if isinstance(value, Range) and type_.element is not None:
        ends = [end for end in (value.start, value.end) if end is not None]
        return all(conforms(end, type_.element) for end in ends)
    if isinstance(value, Function) and type_.parameters is not None:
        return len(value.parameters) == len(type_.parameters) and _fits(value, type_)
    return True


def _fits(function: Function, type_: Type) -> bool:
    """Function types: the parameters may be wider, the result narrower (10.3.2.9.2); unknown types fit."""
    if function.types is None:
        return True
    *own, result = function.types
    wider = zip(type_.parameters or (), own, strict=True)
    if not all(theirs is None or conforms_to(wanted, theirs) for wanted, theirs in wider):
        return False
    return result is None or type_.element is None or conforms_to(result, type_.element)


def conforms_to(narrow: Type, wide: Type) -> bool:
    """Whether every value of the first type is one of the second (type lattice, 10.3.2.9.2)."""
    if wide.name == "Any" or narrow.name == "Null":
        return True
    if narrow.name != wide.name:
        return False
    if wide.parameters is not None:
        return _function_conforms(narrow, wide)
    if wide.element is not None and not (narrow.element and conforms_to(narrow.element, wide.element)):
        return False
    entries = dict(narrow.entries)
    return all(key in entries and conforms_to(entries[key], part) for key, part in wide.entries)


def _function_conforms(narrow: Type, wide: Type) -> bool:
    own, wanted = narrow.parameters, wide.parameters or ()
    if own is None or len(own) != len(wanted):
        return False
    if not all(conforms_to(theirs, mine) for theirs, mine in zip(wanted, own, strict=True)):
        return False
    return conforms_to(narrow.element or ANY, wide.element or ANY)


def allows(value: Value, type_: Type) -> bool:
    """Whether a variable of this type may hold `value`: its instances, and null."""
    return value is None or conforms(value, type_)


def permits(value: Value, type_: Type) -> bool:
    """Whether `value`, which conforms to the type, is among its allowed values, and so are its parts.

    Allowed values belong to what a variable may hold: `instance of` does not ask for them.
    """
    if value is None:
        return True
    if type_.allowed is not None and not type_.allowed(value):
        return False
    if isinstance(value, list) and type_.element is not None and type_.name == "list":
        element = type_.element
        return all(permits(item, element) for item in value)
    if isinstance(value, dict):
        return all(permits(value.get(key), part) for key, part in type_.entries)
    return True
