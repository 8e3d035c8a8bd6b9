"""Unary tests: the cells of a decision table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine import feel
from tests.engine.feel.samples import NOW, PARIS, SCOPE

FIVE = Decimal(5)
CASES: list[tuple[str, Any, bool | None]] = [
    ("-", FIVE, True),
    ("5", FIVE, True),
    ("4, 5", FIVE, True),
    ("4, 6", FIVE, False),
    ("< 6", FIVE, True),
    ("> 5", FIVE, False),
    ("= 5", FIVE, True),
    ("!= 5", FIVE, False),
    ("[1..5]", FIVE, True),
    ("]5..9]", FIVE, False),
    ("not(5)", FIVE, False),
    ("not(1, 2)", FIVE, True),
    ("not(< 3, > 7)", FIVE, True),
    ("not(x = 3)", False, True),
    ("? > x", FIVE, True),
    ("? > 2 and ? < 4", FIVE, False),
    ("odd(?)", FIVE, True),
    ('"a", "b"', "b", True),
    ("liste", Decimal(2), True),
    ("liste", FIVE, False),
    ("null", None, True),
    ("null", FIVE, False),
    ("5", None, False),
    ("< 6", None, None),
    ('< "a"', FIVE, None),
    ("true", True, True),
    ("false", False, True),
    ("x > 2", FIVE, True),
    ("[1, 2]", [Decimal(1), Decimal(2)], True),
    ("list contains(?, 2)", [Decimal(1), Decimal(2)], True),
    ("starts with(?, nom)", "Élise et Max", True),
    ('@"2024-01-01"', "2024-01-01", None),
    ("-5", Decimal(-5), True),
    ("5 in (? - 0)", FIVE, True),
]


@pytest.mark.parametrize(("text", "tested", "expected"), CASES)
def test_a_cell_accepts_or_refuses_a_value(text: str, tested: Any, expected: bool | None) -> None:
    tests = feel.parse_unary_tests(text)
    assert tests.evaluate(tested, SCOPE, now=NOW, zone=PARIS) is expected


def test_a_cell_lists_the_variables_it_reads() -> None:
    assert feel.parse_unary_tests("? > x, < montant").variables == {"x", "montant"}


def test_a_cell_that_cannot_be_decided_says_why() -> None:
    result = feel.parse_unary_tests("< 6").explain("a", {})
    assert result.value is None
    assert result.reasons[0].message["fr"] == (
        "« < 6 » vaut null parce qu’un texte et un nombre ne se comparent pas."
    )


def test_the_input_has_no_meaning_outside_a_test() -> None:
    with pytest.raises(feel.FeelSyntaxError, match="meaning in a test"):
        feel.parse("? + 1")
