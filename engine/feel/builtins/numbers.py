"""Numeric functions (10.3.4.5)."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)

from engine.feel import decimals
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.runtime import Run
from engine.feel.values import Value

_MIN_SCALE, _MAX_SCALE = -6111, 6176
_WIDE = Context(prec=13000, Emin=-99999, Emax=99999)
_COSTLY = 20


def rounded(number: Decimal, scale: Decimal | None, rounding: str) -> Decimal:
    """`number` with `scale` decimals, 0 when not given. Raises NullBecause for a scale out of range."""
    places = 0 if scale is None else decimals.whole(scale.to_integral_value(ROUND_DOWN, decimals.CONTEXT))
    if places is None or not _MIN_SCALE <= places <= _MAX_SCALE:
        raise NullBecause(
            f"le nombre de décimales doit être entre {_MIN_SCALE} et {_MAX_SCALE}",
            f"the scale must be between {_MIN_SCALE} and {_MAX_SCALE}",
        )
    step = Decimal((0, (1,), -places))
    return decimals.CONTEXT.plus(number.quantize(step, rounding, _WIDE))


@builtin("decimal(n: number, scale: number) -> number")
def decimal(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """`n` to `scale` decimals, halves to the even neighbour."""
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, scale?: number) -> number")
def floor(run: Run, n: Decimal, scale: Decimal | None = None) -> Decimal:
    """The greatest number of `scale` decimals that is not above `n`."""
    return rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number) -> number")
def ceiling(run: Run, n: Decimal, scale: Decimal | None = None) -> Decimal:
    """The smallest number of `scale` decimals that is not below `n`."""
    return rounded(n, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number) -> number")
def round_up(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Away from zero."""
    return rounded(n, scale, ROUND_UP)


@builtin("round down(n: number, scale: number) -> number")
def round_down(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """Towards zero."""
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number) -> number")
def round_half_up(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """To the nearest, halves away from zero."""
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number) -> number")
def round_half_down(run: Run, n: Decimal, scale: Decimal) -> Decimal:
    """To the nearest, halves towards zero."""
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs(n: amount)")
def absolute(run: Run, n: Value) -> Value:
    """The size of a number or a duration, without its sign."""
    return decimals.CONTEXT.abs(n) if isinstance(n, Decimal) else abs(n)


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(run: Run, dividend: Decimal, divisor: Decimal) -> Decimal:
    """The rest of the division, with the sign of the divisor."""
    if not divisor:
        raise NullBecause("le diviseur est zéro", "the divisor is zero")
    return decimals.modulo(dividend, divisor)


@builtin("sqrt(number: number) -> number")
def square_root(run: Run, number: Decimal) -> Decimal:
    """The square root; null below zero."""
    if number < 0:
        raise NullBecause("le nombre est négatif", "the number is negative")
    run.spend(_COSTLY)
    return decimals.CONTEXT.sqrt(number)


@builtin("log(number: number) -> number")
def logarithm(run: Run, number: Decimal) -> Decimal:
    """The natural logarithm; null at and below zero."""
    if number <= 0:
        raise NullBecause("le nombre n’est pas positif", "the number is not positive")
    run.spend(_COSTLY)
    return decimals.CONTEXT.ln(number)


@builtin("exp(number: number) -> number")
def exponential(run: Run, number: Decimal) -> Decimal:
    """Euler's number to the power `number`."""
    run.spend(_COSTLY)
    return decimals.CONTEXT.exp(number)


@builtin("odd(number: number) -> boolean")
def odd(run: Run, number: Decimal) -> bool:
    """Whether a whole number is odd; false for a fraction."""
    return decimals.modulo(number, Decimal(2)) == 1


@builtin("even(number: number) -> boolean")
def even(run: Run, number: Decimal) -> bool:
    """Whether a whole number is even; false for a fraction."""
    return decimals.modulo(number, Decimal(2)) == 0
