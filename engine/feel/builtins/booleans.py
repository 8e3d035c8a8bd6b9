"""Boolean functions (10.3.4.2), and Camunda's questions about presence."""

from __future__ import annotations

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.exact import EXACT
from engine.feel.operators import equal
from engine.feel.runtime import Run
from engine.feel.temporal import offset_of
from engine.feel.values import Value, kind, kind_en, kind_fr


@builtin("not(negand: any) -> boolean")
def negation(run: Run, negand: Value) -> bool | None:
    """The contrary of a boolean; null for anything else."""
    if negand is None:
        return None
    if not isinstance(negand, bool):
        raise not_boolean(negand)
    return not negand


def not_boolean(value: Value) -> NullBecause:
    """The reason when a boolean was expected."""
    return NullBecause(
        f"un booléen était attendu, et non {kind_fr(value)}", f"a boolean was expected, not {kind_en(value)}"
    )


@builtin("is(value1: any, value2: any) -> boolean")
def is_same(run: Run, one: Value, other: Value) -> bool:
    """Whether two values are the same element of the same domain (10.3.4.12)."""
    if kind(one) != kind(other):
        return False
    if kind(one) in ("time", "date and time"):
        same = one.replace(tzinfo=None) == other.replace(tzinfo=None) if _plain(one, other) else one == other
        return bool(same and offset_of(one) == offset_of(other))
    return equal(run, one, other) is True


def _plain(one: Value, other: Value) -> bool:
    return not isinstance(one, EXACT) and not isinstance(other, EXACT)


@builtin("is defined(value: any) -> boolean")
def is_defined(run: Run, value: Value) -> bool:
    """Camunda: whether the value is not null."""
    return value is not None


@builtin("get or else(value: any, default: any)")
def get_or_else(run: Run, value: Value, default: Value) -> Value:
    """Camunda: the value, or the default when it is null."""
    return default if value is None else value


@builtin("assert(value: any, condition: any, cause?: string)")
def assert_that(run: Run, value: Value, condition: Value, cause: str | None = None) -> Value:
    """Camunda: the value when the condition holds, otherwise null with the cause as the reason."""
    if condition is True:
        return value
    fr = cause or "la condition d’assert n’est pas remplie"
    raise NullBecause(fr, cause or "the condition of assert is not fulfilled")
