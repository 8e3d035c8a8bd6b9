"""Many evaluations as one: a table's cells share variables, clock, budget and reasons."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from engine import feel
from tests.engine.feel.samples import NOW, PARIS, SCOPE, value


def test_cells_and_expressions_share_one_evaluation() -> None:
    evaluation = feel.Evaluation(SCOPE, now=NOW, zone=PARIS, explain=True)
    assert feel.parse_unary_tests("> x").holds(Decimal(5), evaluation) is True
    assert feel.parse("today()").value(evaluation).year == 2026
    assert feel.parse("1 / 0").value(evaluation) is None
    assert feel.parse_unary_tests("< 3").holds("a", evaluation) is None
    assert len(evaluation.reasons) == 2


def test_the_budget_is_that_of_the_whole_evaluation() -> None:
    evaluation = feel.Evaluation(SCOPE)
    loop = feel.parse("some i in 1..100000 satisfies false")
    with pytest.raises(feel.FeelLimitExceeded):
        [loop.value(evaluation) for _ in range(20)]


def test_a_function_value_can_be_called_from_outside() -> None:
    evaluation = feel.Evaluation({}, explain=True)
    double = feel.parse("function(a) a * 2").value(evaluation)
    assert double.parameters == ("a",)
    assert evaluation.call(double, [Decimal(4)]) == 8
    assert evaluation.call(double, []) is None
    assert evaluation.reasons


def test_an_expression_serves_many_threads_at_once() -> None:
    expression = feel.parse("{f: function(n) if n = 0 then 0 else n + f(n - 1), r: f(x)}.r")
    wrong: list[int] = []

    def work(n: int) -> None:
        expected = n * (n + 1) // 2
        wrong.extend(n for _ in range(50) if expression.evaluate({"x": n}) != expected)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_whole_numbers_and_floats_are_taken_as_they_show() -> None:
    scope = {"a": 1, "b": 0.1, "l": [1, 2.5], "c": {"n": 3}, "t": (1, 2)}
    assert value("a + b", scope) == Decimal("1.1")
    assert value("sum(l) + c.n", scope) == Decimal("6.5")
    assert value("max(t)", scope) == 2
    assert type(value("a", scope)) is Decimal
    assert value("l[item > 2]", scope) == [Decimal("2.5")]
