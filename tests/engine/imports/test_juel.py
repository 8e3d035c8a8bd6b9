"""JUEL as FEEL: the same value for the same variables, or a refusal; never a guess, never a traceback."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import feel
from engine.imports.expressions import NotTranslatable, juel

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def value(text: str, **variables: Any) -> Any:
    return feel.parse(juel.to_feel(text)).evaluate(variables, now=NOW, zone=UTC)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${amount > 1000}", "amount > 1000"),
        ("#{order.customer.name == 'Durand'}", 'order.customer.name = "Durand"'),
        ("${a && !b || c}", "a and not(b) or c"),
        ("${a and (b or c)}", "a and (b or c)"),
        ("${a lt b}", "a < b"),
        ("${x != null}", "x != null"),
        ("${(a + b) * c - (d - e)}", "(a + b) * c - (d - e)"),
        ("${a < b == c < d}", "(a < b) = (c < d)"),
        ("${ok ? 'yes' : 'no'}", 'if ok then "yes" else "no"'),
        ("${items[0].price}", "items[1].price"),
        ("${person['name']}", "person.name"),
        ("${execution.getVariable('state')}", "state"),
        ("${vars:getOrDefault(x, 5) >= 3}", "(if x != null then x else 5) >= 3"),
        ("${order.prop('total').numberValue()}", "order.total"),
        ("${nrOfCompletedInstances == nrOfInstances}", "numberOfCompletedInstances = numberOfInstances"),
        ("${1.50e2}", "150"),
    ],
)
def test_what_is_certain_is_written_as_people_would_write_it(theirs: str, ours: str) -> None:
    assert juel.to_feel(theirs) == ours


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("${empty x}", {"x": None}, True),
        ("${empty x}", {"x": ""}, True),
        ("${empty x}", {"x": []}, True),
        ("${empty x}", {"x": {}}, True),
        ("${not empty x}", {"x": "a"}, True),
        ("${not empty x}", {"x": [Decimal(1)]}, True),
        ("${x.isEmpty()}", {"x": ""}, True),
        ("${test.contains('a')}", {"test": "cab"}, True),
        ("${test.contains('a')}", {"test": ["a", "b"]}, True),
        ("${test.contains('a')}", {"test": ["ab"]}, False),
        ("${x % 2 == 0}", {"x": Decimal(-4)}, True),
        ("${x % 2 == 0}", {"x": Decimal(-3)}, False),
        ("${name.equalsIgnoreCase('PARIS')}", {"name": "Paris"}, True),
        ("${name.substring(0, 3)}", {"name": "Paris"}, "Par"),
        ("${name.startsWith('Pa') ? 1 : 2}", {"name": "Lyon"}, Decimal(2)),
        ("Bonjour ${name}, ${1 + 1} jours", {"name": "Ana"}, "Bonjour Ana, 2 jours"),
        ("Bonjour ${name}", {"name": None}, "Bonjour "),
        ("\\${no} ${x}", {"x": Decimal(1)}, "${no} 1"),
        ("${'it\\'s \"quoted\" \\\\ here'}", {}, 'it\'s "quoted" \\ here'),
        ("${a - (b - c)}", {"a": Decimal(9), "b": Decimal(5), "c": Decimal(2)}, Decimal(6)),
        ("${loopCounter}", {"loopCounter": Decimal(1)}, Decimal(0)),
    ],
)
def test_the_translation_means_the_same(text: str, variables: dict[str, Any], expected: Any) -> None:
    assert value(text, **variables) == expected


def test_a_time_of_the_engine_is_now() -> None:
    assert value("${dateTime().plusDays(3)}") == datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "${bean.check(order)}",
        "${execution.processInstanceId}",
        "${task}",
        "${a + 'text'}",
        "${x % 3}",
        "${x % 3 > 1}",
        "${items[i]}",
        "${in > 3}",
        "${a = 3}",
        "${a",
        "${}",
        "${a b}",
        "${x instanceof y}",
        "${name.matches('a.*')}",
        "${x.plusDays(3)}",
        "${" + "(" * 500 + ")" * 500 + "}",
        "${" + "!" * 500 + "a}",
        "${a" + "+a" * 500 + "}",
        "${a" * 3000,
    ],
)
def test_what_is_not_certain_is_refused_with_its_reason(text: str) -> None:
    with pytest.raises(NotTranslatable) as refused:
        juel.to_feel(text)
    assert refused.value.because.fr
    assert refused.value.because.en


PIECES = [
    *"${}#()[].,?:!'\"\\+-*/%<>= ",
    *("==", "!=", "<=", "&&", "||", "and", "or", "not", "empty", "mod", "eq", "null", "true"),
    *("a", "b.c", "12", "1.5e3", "'t'", "execution", "var:get(", "x.size()", "loopCounter", "é", "\n"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=60))
@example("${a ? b : c ? d : e}")
def test_no_text_ever_raises_anything_else(text: str) -> None:
    for candidate in (text, f"${{{text}}}"):
        try:
            found = juel.to_feel(candidate)
        except NotTranslatable:
            continue
        feel.parse(found)


NUMBERS = st.integers(-50, 50)
NAMES = ("a", "b", "c")


def _expressions() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(NAMES) | st.integers(0, 9).map(str)
    return st.recursive(
        leaves,
        lambda inner: (
            st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
            | st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"{t[0]} {t[1]} {t[2]}")
            | inner.map(lambda t: f"-({t})")
        ),
        max_leaves=8,
    )


@given(_expressions(), NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_gives_what_the_other_language_gives(text: str, a: int, b: int, c: int) -> None:
    """Precedence and parentheses of + - * are Python's too: its parser, not its evaluation, is the oracle."""
    variables = {"a": Decimal(a), "b": Decimal(b), "c": Decimal(c)}
    assert value(f"${{{text}}}", **variables) == _reference(text, variables)


def _reference(text: str, variables: dict[str, Decimal]) -> Decimal:
    import ast
    import operator

    signs = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}

    def walk(node: ast.AST) -> Decimal:
        match node:
            case ast.BinOp(left, op, right):
                return signs[type(op)](walk(left), walk(right))
            case ast.UnaryOp(_, operand):
                return -walk(operand)
            case ast.Name(name):
                return variables[name]
            case ast.Constant(number):
                return Decimal(number)
        raise AssertionError(node)

    return walk(ast.parse(text, mode="eval").body)
