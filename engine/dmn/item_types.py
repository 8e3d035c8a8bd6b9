"""Item definitions as FEEL types, with their allowed values; and the conversion of values to a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from engine import feel
from engine.dmn import model
from engine.dmn.problems import Problems
from engine.feel import types
from engine.feel.errors import NullBecause
from engine.feel.functions import converted
from engine.feel.runtime import Run, Where
from engine.feel.text import to_text
from engine.feel.types import Type
from engine.feel.values import Value

#: Names of the base types in earlier versions, next to those of FEEL.
LEGACY = {
    "dateTime": types.DATE_TIME,
    "dateAndTime": types.DATE_TIME,
    "dayTimeDuration": types.DAYS_TIME,
    "yearMonthDuration": types.YEARS_MONTHS,
    "days and time duration": types.DAYS_TIME,
    "years and months duration": types.YEARS_MONTHS,
    "integer": types.NUMBER,
    "long": types.NUMBER,
    "double": types.NUMBER,
    "decimal": types.NUMBER,
    "<Undefined>": types.ANY,
    "any": types.ANY,
}


class TypeTable:
    """The types of one model, resolved once. `imported` are those of the imports, by import name."""

    def __init__(self, source: model.Model, imported: Mapping[str, TypeTable], problems: Problems) -> None:
        self.problems = problems
        self.known: dict[str, Type] = {}
        self.members: set[str] = set()
        for name, table in imported.items():
            prefix = f"{name}." if name else ""
            self.known |= {prefix + key: type_ for key, type_ in table.known.items() if "." not in key}
            self.members |= table.members
        self._definitions = {item.name: item for item in source.types}
        self._open: list[str] = []
        for item in source.types:
            self._named(item)

    def resolve(self, name: str | None, place: model.Place | None = None) -> Type | None:
        """The type with this name; None for no name and for Any; a name that is unknown is a problem."""
        if name is None or name == "Any":
            return None
        item = self._definitions.get(name)
        if item is not None:
            return self._named(item)
        found = self.known.get(name) or types.SIMPLE.get(name) or LEGACY.get(name)
        if found is None:
            self.problems.unknown_type(name, place, [*self.known, *types.SIMPLE])
        return None if found is types.ANY else found

    def _named(self, item: model.ItemDefinition) -> Type:
        if item.name in self.known and self.known[item.name].label == item.name:
            return self.known[item.name]
        if item.name in self._open:
            self.problems.recursive_type(item)
            return types.ANY
        self._open.append(item.name)
        made = replace(self._type(item), label=item.name)
        self._open.pop()
        self.known[item.name] = made
        return made

    def _type(self, item: model.ItemDefinition) -> Type:
        """The type that an item definition or a component describes."""
        base = self._structure(item)
        if item.allowed is not None:
            base = restricted(base, self._test(item.allowed, item))
        if item.is_collection:
            base = Type("list", base)
        if item.constraint is not None:
            base = restricted(base, self._test(item.constraint, item))
        return base

    def _structure(self, item: model.ItemDefinition) -> Type:
        if item.components:
            self.members |= {part.name for part in item.components}
            return Type("context", entries=tuple((part.name, self._type(part)) for part in item.components))
        if item.parameters is not None:
            parameters = tuple(self.resolve(p.type_ref, p) or types.ANY for p in item.parameters)
            return Type("function", self.resolve(item.result, item) or types.ANY, parameters=parameters)
        return self.resolve(item.type_ref, item) or types.ANY

    def _test(self, text: str, item: model.ItemDefinition) -> Callable[[Value], bool]:
        tests = self.problems.unary_tests(text, item, names=(), types=self.known, members=self.members)
        return Permits(tests) if tests is not None else lambda value: True


class Permits:
    """Whether a value is permitted by unary tests; null is not restricted."""

    __slots__ = ("tests",)

    def __init__(self, tests: feel.UnaryTests) -> None:
        self.tests = tests

    def __call__(self, value: Value) -> bool:
        return value is None or self.tests.holds_in(value, {}, Run(None, None, None)) is True


def restricted(base: Type, allowed: Callable[[Value], bool]) -> Type:
    """`base` with one more restriction on its values."""
    before = base.allowed
    if before is None:
        return replace(base, allowed=allowed)
    return replace(base, allowed=lambda value: before(value) and allowed(value))


def coerced(value: Value, type_: Type | None, what: str, run: Run) -> Value:
    """`value` as something of this type may hold it (10.3.2.9.4); null, with a reason, when it cannot.

    `what` names the thing in the reason.
    """
    if value is None or type_ is None:
        return value
    try:
        return _permitted(converted(value, type_), type_)
    except NullBecause as why:
        run.null(Where(0, len(what), what), why)
        return None


def bound(value: Value, type_: Type | None, parameter: str) -> Value:
    """`value` for a parameter of this type. Raises NullBecause when it does not fit: no call then."""
    if value is None or type_ is None:
        return value
    try:
        return _permitted(converted(value, type_), type_)
    except NullBecause as why:
        raise NullBecause(f"pour « {parameter} », {why.fr}", f"for “{parameter}”, {why.en}") from None


def _permitted(value: Value, type_: Type) -> Value:
    if types.permits(value, type_):
        return value
    text = to_text(value)[:60]
    raise NullBecause(
        f"{text} n’est pas une des valeurs permises", f"{text} is not one of the allowed values"
    )
