"""Calling function values: the budget of depth, the types of parameters, singleton lists."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.errors import NullBecause
from engine.feel.exact_operators import is_day
from engine.feel.runtime import Run
from engine.feel.temporal import at_midnight
from engine.feel.types import Type, allows
from engine.feel.values import Function, Value, kind_en, kind_fr, native


def invoke(run: Run, function: Value, arguments: Sequence[Value]) -> Value:
    """Call `function` by position. Raises NullBecause when it is none or the count does not fit."""
    if not isinstance(function, Function):
        raise NullBecause(
            f"{kind_fr(function)} n’est pas une fonction", f"{kind_en(function)} is not a function"
        )
    if not function.accepts(len(arguments)):
        wanted, given = len(function.parameters), len(arguments)
        raise NullBecause(
            f"la fonction attend {wanted} arguments, et non {given}",
            f"the function takes {wanted} arguments, not {given}",
        )
    run.enter()
    try:
        return function.call(run, arguments)
    finally:
        run.depth -= 1


def converted(value: Value, type_: Type) -> Value:
    """`value` for a parameter of this type, to or from a list of one, or a date to its midnight, when that
    helps (10.3.2.9.4).

    Raises NullBecause when it is not of the type.
    """
    value = native(value)
    if allows(value, type_):
        return value
    if type_.name == "list" and allows([value], type_):
        return [value]
    if isinstance(value, list) and len(value) == 1 and allows(value[0], type_):
        return value[0]
    if type_.name == "date and time" and is_day(value):
        return at_midnight(value)
    raise NullBecause(
        f"{kind_fr(value)} n’est pas du type {type_}", f"{kind_en(value)} is not of type {type_}"
    )
