"""How a built-in function is declared, found and called.

A function is declared by its FEEL signature,
`name(parameter: type, optional?: type, rest...: type) -> type`.
A type is a FEEL type or a group of `ACCEPTED`; `type?` lets null through. A result without type
depends on the arguments. Arguments are checked and
converted (10.3.2.9.4: a value to and from a list of one) before the function sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from engine.feel.errors import NullBecause
from engine.feel.exact import ExactDate, ExactMoment, ExactTime
from engine.feel.runtime import Run
from engine.feel.temporal import at_midnight
from engine.feel.values import (
    FRENCH_KINDS,
    NATIVE,
    Function,
    Range,
    Value,
    YearsMonths,
    kind_en,
    kind_fr,
    native,
)

Body = Callable[..., Value]
B = TypeVar("B", bound=Body)
ACCEPTED: dict[str, frozenset[type]] = {
    "any": NATIVE,
    "string": frozenset({str}),
    "number": frozenset({Decimal}),
    "boolean": frozenset({bool}),
    "date": frozenset({date, ExactDate}),
    "time": frozenset({time, ExactTime}),
    "date and time": frozenset({datetime, ExactMoment}),
    "days and time duration": frozenset({timedelta}),
    "years and months duration": frozenset({YearsMonths}),
    "list": frozenset({list}),
    "context": frozenset({dict}),
    "range": frozenset({Range}),
    "function": frozenset({Function}),
    "day": frozenset({date, datetime, ExactDate, ExactMoment}),
    "duration": frozenset({timedelta, YearsMonths}),
    "amount": frozenset({Decimal, timedelta, YearsMonths}),
}
_GROUPS = {
    "day": ("une date, avec ou sans heure", "a date or a date and time"),
    "duration": ("une durée", "a duration"),
    "amount": ("un nombre ou une durée", "a number or a duration"),
    "any": ("une valeur", "a value"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a built-in function."""

    name: str
    type: str
    optional: bool
    nullable: bool
    rest: bool

    def convert(self, value: Value, function: str) -> Value:
        """`value` as the function may see it. Raises NullBecause when it does not fit."""
        value = native(value)
        accepted = ACCEPTED[self.type]
        if type(value) in accepted and value is not None:
            return value
        if value is None:
            if self.nullable:
                return None
            raise self.mismatch(value, function)
        if self.type == "list":
            return [value]
        if type(value) is list and len(value) == 1 and value[0] is not None:
            return self.convert(value[0], function)
        if self.type == "date and time" and isinstance(value, date | ExactDate):
            return at_midnight(value)
        raise self.mismatch(value, function)

    def mismatch(self, value: Value, function: str) -> NullBecause:
        """The reason when `value` is not of the type."""
        fr, en = _GROUPS.get(self.type) or (FRENCH_KINDS[self.type], f"a {self.type}")
        return NullBecause(
            f"la fonction {function} attend {fr} pour « {self.name} », et non {kind_fr(value)}",
            f"{function} expects {en} for “{self.name}”, not {kind_en(value)}",
        )


@dataclass(frozen=True, slots=True)
class Overload:
    """One way to call a built-in function."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    unwrap: bool
    result: str

    @property
    def rest(self) -> bool:
        """Whether the last parameter takes any number of arguments."""
        return bool(self.parameters) and self.parameters[-1].rest

    def accepts(self, count: int) -> bool:
        """Whether it may be called with `count` positional arguments."""
        required = sum(not p.optional and not p.rest for p in self.parameters)
        return count >= required + self.rest and (self.rest or count <= len(self.parameters))

    def places(self, names: Sequence[str]) -> list[int] | None:
        """The place of each named argument; None when the names are not those of this overload."""
        own = [p.name for p in self.parameters]
        if len(set(names)) < len(names) or any(name not in own for name in names):
            return None
        if any(p.name not in names and not p.optional for p in self.parameters):
            return None
        return [own.index(name) for name in names]

    def fits(self, arguments: Sequence[Value]) -> bool:
        """Whether every argument already has the type of its parameter."""
        pairs = zip(self.parameters, arguments, strict=False)
        return all(type(native(value)) in ACCEPTED[p.type] for p, value in pairs)

    def call(self, run: Run, arguments: Sequence[Value]) -> Value:
        """Call by position. Raises NullBecause when an argument does not fit."""
        _count(run, arguments)
        if self.rest:
            return self._call_rest(run, arguments)
        name = self.name
        converted = [
            None if value is None and p.optional else p.convert(value, name)
            for p, value in zip(self.parameters, arguments, strict=False)
        ]
        return self.body(run, *converted)

    def call_named(self, run: Run, arguments: Sequence[Value]) -> Value:
        """Call with one value per parameter, in order; a rest parameter is then a list.

        Raises NullBecause when an argument does not fit.
        """
        if not self.rest:
            return self.call(run, arguments)
        _count(run, arguments)
        last = native(arguments[-1])
        return self._with_rest(run, arguments[:-1], last if isinstance(last, list) else [last])

    def _call_rest(self, run: Run, arguments: Sequence[Value]) -> Value:
        fixed = len(self.parameters) - 1
        tail = list(arguments[fixed:])
        if self.unwrap and len(tail) == 1:
            single = native(tail[0])
            if single is None:
                raise self.parameters[-1].mismatch(None, self.name)
            tail = single if isinstance(single, list) else tail
        return self._with_rest(run, arguments[:fixed], tail)

    def _with_rest(self, run: Run, fixed: Sequence[Value], tail: list[Value]) -> Value:
        last = self.parameters[-1]
        head = [p.convert(v, self.name) for p, v in zip(self.parameters, fixed, strict=False)]
        return self.body(run, *head, [last.convert(value, self.name) for value in tail])


def _count(run: Run, arguments: Sequence[Value]) -> None:
    """Charge the budget for the size of what the function will look through."""
    for value in arguments:
        if type(value) is list:
            run.spend(len(value) + 1)
        elif type(value) is str:
            run.spend((len(value) >> 6) + 1)


BUILTINS: dict[str, list[Overload]] = {}
REFUSED: dict[str, tuple[str, str]] = {
    "random number": ("son résultat changerait à chaque fois", "its result would change every time"),
    "random": ("son résultat changerait à chaque fois", "its result would change every time"),
    "uuid": ("son résultat changerait à chaque fois", "its result would change every time"),
}


def builtin(*signatures: str, unwrap: bool = True) -> Callable[[B], B]:
    """Declare a function under one or more signatures.

    `unwrap`: a single list given for `rest...` stands for its items.
    """

    def declare(body: B) -> B:
        for signature in signatures:
            overload = _overload(signature, body, unwrap)
            BUILTINS.setdefault(overload.name, []).append(overload)
        return body

    return declare


def _overload(signature: str, body: Body, unwrap: bool) -> Overload:
    head, _, result = signature.partition(" -> ")
    name, _, rest = head.partition("(")
    declared = [part for part in rest.rstrip(")").split(",") if part.strip()]
    return Overload(name, tuple(_parameter(part) for part in declared), body, unwrap, result or "any")


def _parameter(declared: str) -> Parameter:
    name, _, type_ = (part.strip() for part in declared.partition(":"))
    nullable = type_.endswith("?") or type_ == "any"
    optional, rest = name.endswith("?"), name.endswith("...")
    return Parameter(name.rstrip("?."), type_.rstrip("?"), optional, nullable, rest)


def choose(overloads: Sequence[Overload], arguments: Sequence[Value]) -> Overload:
    """The first overload that the arguments fit, else the first, which will say what is wrong."""
    return next((overload for overload in overloads if overload.fits(arguments)), overloads[0])


def function_value(name: str) -> Function:
    """The built-in function as a value, for `sort(list, function)` and the like."""
    overloads = BUILTINS[name]
    longest = max(overloads, key=lambda o: len(o.parameters))

    def call(run: Run, arguments: Sequence[Any]) -> Value:
        found = [overload for overload in overloads if overload.accepts(len(arguments))]
        if found:
            return choose(found, arguments).call(run, arguments)
        raise NullBecause(
            f"la fonction {name} ne prend pas {len(arguments)} arguments",
            f"{name} does not take {len(arguments)} arguments",
        )

    names = tuple(p.name for p in longest.parameters)
    return Function(
        name, names, call, variadic=longest.rest, optional=sum(p.optional for p in longest.parameters)
    )
