"""Numbers: `Decimal` under one explicit context of 34 digits, never the thread's."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[DivisionByZero, InvalidOperation, Overflow],
)
ZERO, ONE = Decimal(0), Decimal(1)
MAX_DIGITS_WRITTEN = 7000

add, subtract, multiply, divide = CONTEXT.add, CONTEXT.subtract, CONTEXT.multiply, CONTEXT.divide


def read(text: str) -> Decimal:
    """The number written in `text`, rounded to 34 digits. Raises ArithmeticError when out of range."""
    return CONTEXT.create_decimal(text)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """`base ** exponent`; anything to the power 0 is 1. Raises ArithmeticError when undefined."""
    if not exponent:
        return ONE
    if exponent == 2:
        return multiply(base, base)
    return CONTEXT.power(base, exponent)


def is_whole(number: Decimal) -> bool:
    """Whether `number` has no fractional part."""
    return number == number.to_integral_value(context=CONTEXT)


def whole(number: Decimal) -> int | None:
    """`number` as int when it is whole and of ordinary size (under 10**18), else None."""
    if number.adjusted() > 18 or not is_whole(number):
        return None
    return int(number)


def text(number: Decimal) -> str:
    """Canonical decimal notation: no exponent, no trailing zeros, no minus zero.

    A number beyond FEEL's range, which only a variable can hold, keeps its exponent.
    """
    if not number:
        return "0"
    if abs(number.adjusted()) > MAX_DIGITS_WRITTEN:
        return str(number)
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def within_range(number: Decimal) -> Decimal:
    """`number` as FEEL keeps it. Raises ArithmeticError when it is too large.

    Asked before a number is turned into an int: a variable may hold 1E+999999999.
    """
    return CONTEXT.plus(number)


def floor(number: Decimal) -> int:
    """The greatest whole number that is not above `number`. Raises ArithmeticError when too large."""
    top, bottom = within_range(number).as_integer_ratio()
    return top // bottom


def modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """`dividend - divisor * floor(dividend / divisor)`, exact before the final rounding (10.3.4.5)."""
    top, bottom = (within_range(number).as_integer_ratio() for number in (dividend, divisor))
    common = top[1] * bottom[1]
    rest = (top[0] * bottom[1]) % (bottom[0] * top[1])
    return divide(CONTEXT.create_decimal(rest), CONTEXT.create_decimal(common)) if rest else ZERO
