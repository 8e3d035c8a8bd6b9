"""Names: with spaces and operators, shadowing, and what an expression reads."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import feel
from tests.engine.feel.samples import written


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("full name + 1", {"full name": 1}, "2"),
        ("full  name", {"full name": 1}, "1"),
        ("a-b", {"a": 5, "b": 2}, "3"),
        ("a-b", {"a": 5, "b": 2, "a-b": 9}, "9"),
        ("a - b", {"a-b": 9}, "9"),
        ("date and time", {"date": True, "time": False}, "false"),
        ("day of birth.year", {"day of birth": {"year": 7}}, "7"),
        ("nombre d'enfants * 2", {"nombre d'enfants": 2}, "4"),
        ("`full name` + 1", {"full name": 1}, "2"),
        ("`a.b`", {"a.b": 4}, "4"),
        ("client.full name", {"client": {"full name": 4}}, "4"),
        ("count", {"count": 3}, "3"),
        ("count([1, 2])", {"count": 3}, "null"),
        ("élève", {"élève": 3}, "3"),
        ("🐎 + 1", {"🐎": 3}, "4"),
    ],
)
def test_the_longest_known_name_is_read(text: str, names: dict[str, object], expected: str) -> None:
    assert written(text, names, list(names)) == expected


def test_a_function_of_that_name_is_called_when_no_names_are_given() -> None:
    assert written("count([1, 2]) + count", {"count": 3}) == "5"


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("x + y * 2", {"x", "y"}),
        ("a.b.c", {"a"}),
        ("for i in liste return i + x", {"liste", "x"}),
        ("some i in 1..n satisfies i = n", {"n"}),
        ("{a: x, b: a}", {"x"}),
        ("function(a) a + b", {"b"}),
        ("count(liste)", {"liste"}),
        ("sort(liste, before)", {"liste", "before"}),
        ("liste[item > seuil]", {"liste", "seuil"}),
        ("x instance of number", {"x"}),
        ("if a then b else c", {"a", "b", "c"}),
        ("f(x: y)", {"f", "y"}),
        ('@"2024-01-01"', set()),
    ],
)
def test_an_expression_lists_the_variables_it_reads(text: str, variables: set[str]) -> None:
    names = ["f"] if text.startswith("f(") else None
    assert feel.parse(text, names).variables == variables


def test_a_built_in_used_as_a_value_is_no_variable_when_the_names_are_known() -> None:
    assert feel.parse("sort(liste, before)", ["liste"]).variables == {"liste"}


def test_a_name_in_a_filter_may_be_an_entry_of_the_item() -> None:
    expression = feel.parse("liste[age > seuil]")
    assert expression.variables == {"liste", "age", "seuil"}
    assert expression.perhaps == {"age", "seuil"}
    scope = {"liste": [{"age": Decimal(3)}], "seuil": Decimal(2), "age": Decimal(0)}
    assert expression.evaluate(scope) == [{"age": Decimal(3)}]


def test_an_expression_lists_what_it_reads_of_its_variables() -> None:
    expression = feel.parse('demande.ville = "Paris" and demande.usager.age > 18 and x')
    assert expression.paths == {("demande", "ville"), ("demande", "usager", "age"), ("x",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2", "number"),
        ('"a" + "b"', "string"),
        ("x > 1", "boolean"),
        ("x + 1", "None"),
        ("[1, 2]", "list<number>"),
        ('[1, "a"]', "list"),
        ("{a: 1, b: x}", "context<a: number, b: Any>"),
        ('if x then "a" else null', "string"),
        ("today()", "date"),
        ("count(x)", "number"),
        ("for i in x return 1", "list<number>"),
        ("[1..2]", "range<number>"),
        ("function(a) a", "function"),
        ("null", "Null"),
    ],
)
def test_the_type_of_a_result_is_known_where_the_text_tells_it(text: str, expected: str) -> None:
    assert str(feel.parse(text).result_type) == expected
