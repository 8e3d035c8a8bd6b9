"""No expression hangs, exhausts memory or escapes: it ends with a FeelError, or null, in time."""

from __future__ import annotations

import time
from decimal import Decimal, getcontext, localcontext

import pytest

from engine import feel
from tests.engine.feel.samples import value

SECONDS = 10
LIMITED = [
    "for i in 1..1000000000 return i",
    "for i in 1..1000, j in 1..1000, k in 1..1000 return i",
    "some i in 1..1000000000 satisfies false",
    "every i in 1..1e6000 satisfies true",
    "{f: function(n) f(n + 1), r: f(0)}.r",
    "{f: function(n) f(n - 1) + f(n - 2), r: f(1000)}.r",
    "{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(30)}.r",
    "count(for i in 1..100000 return for j in 1..100000 return j)",
    'for i in 1..100000 return if i = 1 then "aaaaaaaaaaaaaaaa" else partial[-1] + partial[-1]',
    "for i in 1..100 return [partial, partial]",
    "{"
    + "".join(f"{new}: [{', '.join([old] * 8)}], " for old, new in ("1a", "ab", "bc", "cd", "de", "ef", "fg"))
    + "h: g}",
    "string(for i in 1..60 return [partial, partial])",
    "flatten(for i in 1..60 return [partial, partial])",
    "count(distinct values(for i in 1..5000 return [i]))",
    "sort(for i in 1..50000 return modulo(i * 7919, 50021), function(a, b) a < b)",
    'matches(string join(for i in 1..60000 return "a", ""), "(a*)*(a*)*(a*)*(a*)*(a*)*b")',
    'matches(string join(for i in 1..5000 return "a", ""), "(a*)(a*)(a*)\\1\\2\\3b")',
    "for i in 1..100000 return exp(i / 100000)",
    'for i in 1..100000 return matches("aaaaaaaaaaaaaaaaaaaaaaa", "(a|b|ab)*c")',
    "for i in 1..100000 return for j in 1..i return partial",
]
HARMLESS = [
    "2 ** 1e9",
    "9 ** 9 ** 9 ** 9",
    "1e6144 * 1e6144",
    "exp(1e6000)",
    "modulo(1e6144, 1e-6143)",
    "decimal(1e6144, 6176)",
    "1e6144 + 1e-6143",
    "string(1e6144)",
    "string length(string(1e-6143))",
    'matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")',
    'matches("a", "((((a{1000}){1000}){1000}){1000})")',
    'matches("a", "(?:(?:(?:){1000}){1000}){1000}")',
    'replace("aaaa", "", "b")',
    'split("aaaa", "")',
    '@"9999-12-31T23:59:59" + @"P999999999D"',
    '@"P999999999D" * 1e30',
    'duration("P99999999999Y") * 1e6000',
    "[1..1000000000]",
    "count([1..1000000000])",
    "5 in [1..1e6000]",
    "liste[1e6000]",
    'substring("abc", 1e6000)',
]


@pytest.mark.parametrize("text", LIMITED)
def test_an_expression_without_end_is_stopped(text: str) -> None:
    started = time.process_time()
    with pytest.raises(feel.FeelLimitExceeded) as caught:
        value(text)
    assert time.process_time() - started < SECONDS
    assert caught.value.message["fr"]


@pytest.mark.parametrize("text", HARMLESS)
def test_a_monstrous_operand_does_no_harm(text: str) -> None:
    started = time.process_time()
    feel.to_text(value(text))
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        *(
            "string(x)",
            "modulo(x, 7)",
            "modulo(7, y)",
            "for i in x..y return i",
            "floor(x)",
            "odd(x)",
            "x + y",
        ),
        *("-x", "time(x, y, x)", "date(x, x, x)", "liste[x]", "decimal(y, 2)", "x > y", "exp(x)", "2 ** x"),
    ],
)
def test_a_variable_beyond_the_range_of_numbers_does_no_harm(text: str) -> None:
    scope = {"x": Decimal("1E+999999999"), "y": Decimal("1E-999999999"), "liste": [Decimal(1)]}
    started = time.process_time()
    feel.to_text(value(text, scope))
    assert time.process_time() - started < SECONDS


def test_text_made_of_many_tokens_is_read_in_time() -> None:
    started = time.process_time()
    for part in ("a or ", "x in (1, 2) and ", "[1][1] + ", "a.b.c.d or ", "f: g: ", "not(", "1 in (", "[1.."):
        with pytest.raises(feel.FeelError):
            feel.parse(part * (40_000 // len(part)))
    assert time.process_time() - started < SECONDS


def test_the_thread_s_decimal_context_plays_no_part() -> None:
    with localcontext() as context:
        context.prec = 3
        assert value("1 / 3") == Decimal("0.3333333333333333333333333333333333")
        assert value("-montant * 1000001") == Decimal("-120500120.50")
        assert value("round half up(2.345, 2)") == Decimal("2.35")
    assert getcontext().prec == 28


def test_values_are_not_changed() -> None:
    scope = {"l": [Decimal(1)], "c": {"a": [Decimal(2)]}}
    for text in (
        "append(l, 2)",
        "insert before(l, 1, 0)",
        'context put(c, "a", 1)',
        "sort(l)",
        "remove(l, 1)",
    ):
        feel.parse(text).evaluate(scope)
    assert scope == {"l": [Decimal(1)], "c": {"a": [Decimal(2)]}}


def test_a_caller_deep_in_its_own_stack_gets_a_feel_error() -> None:
    def deeper(levels: int) -> None:
        if levels:
            deeper(levels - 1)
        else:
            feel.parse("(" * 60 + "1" + ")" * 60)

    with pytest.raises(feel.FeelSyntaxError):
        deeper(800)


def test_calls_that_give_null_are_not_taken_for_nested_ones() -> None:
    result = value('{f: function(a: number) a, r: for i in 1..500 return f("a")}.r')
    assert result == [None] * 500
