"""Decision tables: hit policies, aggregations, allowed values, defaults."""

from __future__ import annotations

import pytest

from tests.engine.dmn.samples import decided, decision, definitions, input_data, outcome, table

RULES = [["> 10", '"high"'], ["> 5", '"middle"'], ["> 0", '"low"']]
VALUES = '<outputValues><text>"low", "middle", "high"</text></outputValues>'


def _model(policy: str, rules: list[list[str]], output: str = "", aggregation: str = "") -> bytes:
    logic = table(["x"], [output], rules, policy, aggregation)
    return definitions(input_data("x"), decision("d", logic, ["#_x"]))


@pytest.mark.parametrize(
    ("policy", "value", "expected"),
    [
        ("FIRST", 20, '"high"'),
        ("FIRST", 7, '"middle"'),
        ("PRIORITY", 20, '"low"'),
        ("OUTPUT ORDER", 20, '["low", "middle", "high"]'),
        ("RULE ORDER", 20, '["high", "middle", "low"]'),
        ("COLLECT", 7, '["middle", "low"]'),
        ("UNIQUE", 3, '"low"'),
        ("UNIQUE", 20, "null"),
        ("ANY", 20, "null"),
        ("ANY", 3, '"low"'),
        ("FIRST", -1, "null"),
        ("COLLECT", -1, "[]"),
    ],
)
def test_hit_policy(policy: str, value: int, expected: str) -> None:
    """Each policy makes its own of the rules that fire."""
    assert decided(_model(policy, RULES, f"|{VALUES}"), "d", x=value) == expected


@pytest.mark.parametrize(
    ("aggregation", "value", "expected"),
    [("SUM", 20, "6"), ("MIN", 20, "1"), ("MAX", 20, "3"), ("COUNT", 20, "3"), ("COUNT", -1, "0")],
)
def test_aggregation(aggregation: str, value: int, expected: str) -> None:
    """C+, C<, C> and C#."""
    rules = [["> 10", "3"], ["> 5", "2"], ["> 0", "1"]]
    assert decided(_model("COLLECT", rules, aggregation=aggregation), "d", x=value) == expected


def test_any_gives_what_the_rules_agree_on() -> None:
    """Several rules with one output are no conflict under ANY."""
    assert decided(_model("ANY", [["> 10", "1"], ["> 5", "1"]]), "d", x=20) == "1"


def test_several_rules_under_unique_are_named() -> None:
    """The reason says which rules overlap, in both languages."""
    reason = outcome(_model("UNIQUE", RULES), "d", x=20).reasons[0]
    assert "les règles 1, 2 et 3 s’appliquent à la fois" in reason.fr
    assert "rules 1, 2 and 3 apply together" in reason.en


def test_default_output() -> None:
    """When no rule fires, the default outputs are given."""
    default = '<defaultOutputEntry><text>"none"</text></defaultOutputEntry>'
    found = outcome(_model("UNIQUE", RULES, f"|{default}"), "d", x=-3)
    assert found.value == "none"
    assert found.steps[0].tables[0].default


def test_several_outputs_are_a_context() -> None:
    """The names of the output clauses are the keys."""
    logic = table(["x"], ['name="a"', 'name="b"'], [["-", "x + 1", '"b"']])
    model = definitions(input_data("x"), decision("d", logic, ["#_x"]))
    assert decided(model, "d", x=1) == '{a: 2, b: "b"}'


def test_an_input_that_is_not_allowed_gives_null_with_the_reason() -> None:
    """Input values are a promise about the data."""
    logic = table(["x"], [""], [["-", "1"]]).replace(
        "</inputExpression>", "</inputExpression><inputValues><text>[0..10]</text></inputValues>"
    )
    model = definitions(input_data("x"), decision("d", logic, ["#_x"]))
    assert decided(model, "d", x=10) == "1"
    found = outcome(model, "d", x=11)
    assert found.value is None
    assert "la valeur de « x » n’est pas permise" in found.reasons[0].fr


def test_an_output_that_is_not_allowed_gives_null() -> None:
    """Output values bind the rules."""
    model = _model("UNIQUE", [["-", '"other"']], f"|{VALUES}")
    assert decided(model, "d", x=1) == "null"


def test_the_explanation_tells_inputs_rules_and_outputs() -> None:
    """Everything needed to say why, with the cells as they are written."""
    step = outcome(_model("FIRST", RULES), "d", x=7).steps[0]
    assert step.to_dict() == {
        "id": "d_d",
        "name": "d",
        "model": "test",
        "question": None,
        "sources": [{"name": "x", "kind": "input", "id": "_x", "value": "7"}],
        "tables": [
            {
                "id": "table",
                "hit_policy": "F",
                "inputs": [{"label": "x", "text": "x", "value": "7"}],
                "fired": [
                    {
                        "number": 2,
                        "id": "rule2",
                        "tests": ["> 5"],
                        "outputs": {"output 1": '"middle"'},
                        "remarks": [],
                    }
                ],
                "default": False,
            }
        ],
        "reasons": [],
        "value": '"middle"',
    }
