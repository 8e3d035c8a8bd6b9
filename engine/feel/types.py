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
        return len(value.parameters) == len(type_.parameters)
    return True


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
