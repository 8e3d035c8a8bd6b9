"""What is said about a model before it is deployed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine import dmn
from engine.diagnostics import Diagnostic
from tests.engine.dmn.samples import decision, definitions, input_data, literal, table

OUTPUTS = "|<outputValues><text>1, 2</text></outputValues>"


def _found(
    rules: Sequence[Sequence[str]],
    inputs: Sequence[tuple[str, str]] = (("x", "number"),),
    policy: str = "UNIQUE",
    output: str = "",
    types: str = "",
) -> list[Diagnostic]:
    data = "".join(input_data(name, type_ref) for name, type_ref in inputs)
    logic = table(list(inputs), [output], rules, policy)
    requires = [f"#_{name}" for name, _ in inputs]
    return dmn.check(dmn.load(definitions(types, data, decision("d", logic, requires))))


def _english(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(d.rule, d.severity, d.message.en) for d in found]


GAPS = [
    ([["< 5", "1"], ["> 5", "2"]], "x: 5"),
    ([["[0..10)", "1"], ["[10..20]", "2"]], "x: < 0, > 20"),
    ([["<= 5", "1"], ["> 5", "2"]], None),
    ([["not(5)", "1"], ["5", "2"]], None),
    ([["< 5", "1"], ["? > 2 * 3", "2"]], None),
    ([["< 5", "1"], ["-", "2"]], None),
]


@pytest.mark.parametrize(("rules", "gap"), GAPS)
def test_gaps_are_named(rules: list[list[str]], gap: str | None) -> None:
    """Values between and around those of the cells; a cell that computes may cover anything."""
    found = [m for rule, _, m in _english(_found(rules, policy="FIRST")) if rule == "dmn.gap"]
    assert found == ([] if gap is None else [f"No rule covers this case: {gap}."])


DATES = [['< date("2026-01-01")', "1"], ['> date("2026-01-01")', "2"]]
TYPES = (
    '<itemDefinition name="ville"><typeRef>string</typeRef><allowedValues><text>"Paris", "Lyon"</text>'
    "</allowedValues></itemDefinition>"
)


@pytest.mark.parametrize(
    ("type_ref", "rules", "gap"),
    [
        ("date", DATES, 'x: @"2026-01-01"'),
        ("boolean", [["true", "1"]], "x: false"),
        ("string", [['"a"', "1"], ['"b"', "2"]], "x: …"),
        ("ville", [['"Paris"', "1"]], 'x: "Lyon"'),
        ("ville", [['"Paris"', "1"], ['"Lyon"', "2"]], None),
        ("days and time duration", [['<= duration("P1D")', "1"]], 'x: > @"P1D"'),
    ],
)
def test_gaps_of_every_type(type_ref: str, rules: list[list[str]], gap: str | None) -> None:
    """Dates, booleans, texts, and types whose values are listed."""
    found = [m for r, _, m in _english(_found(rules, (("x", type_ref),), types=TYPES)) if r == "dmn.gap"]
    assert found == ([] if gap is None else [f"No rule covers this case: {gap}."])


def test_gaps_over_several_inputs() -> None:
    """Only what is left open is named."""
    rules = [["< 5", "-", "1"], [">= 5", "true", "2"]]
    found = _found(rules, (("x", "number"), ("y", "boolean")))
    assert [d.message.en for d in found] == ["No rule covers this case: x: 5, > 5; y: false."]


def test_a_default_or_a_list_has_no_gap() -> None:
    """Then a case without rule has its answer."""
    default = "|<defaultOutputEntry><text>0</text></defaultOutputEntry>"
    assert not _found([["< 5", "1"]], output=default)
    assert not _found([["< 5", "1"]], policy="COLLECT")


def test_overlaps_under_unique_are_errors() -> None:
    """Two rules for one case."""
    found = _found([["< 5", "1"], ["[4..6]", "1"], ["> 6", "2"], ["5", "1"]])
    assert [d.message.en for d in found if d.severity == "error"] == [
        "Rules 1 and 2 apply to the same case.",
        "Rules 2 and 4 apply to the same case.",
    ]


def test_overlaps_under_any_conflict_only_when_outputs_differ() -> None:
    """Agreement is what ANY asks for."""
    found = _found([["<= 5", "1"], [">= 5", "1"], ["5", "2"], ["5", "x"]], policy="ANY")
    assert [d.message.en for d in found] == [
        "Rules 1 and 3 apply to the same case and give different results.",
        "Rules 2 and 3 apply to the same case and give different results.",
    ]


def test_rules_that_can_never_apply() -> None:
    """Hidden by those before it under FIRST, or outside what is possible."""
    found = _found([["< 5", "1"], ["[1..3]", "1"], ["-", "2"], ["7", "1"]], policy="FIRST")
    assert [d.message.en for d in found] == [
        "Rule 2 can never apply: the rules before it cover all its cases.",
        "Rule 4 can never apply: the rules before it cover all its cases.",
    ]
    outside = _found([['"Nice"', "1"], ["-", "2"]], (("x", "ville"),), "FIRST", types=TYPES)
    assert [d.message.en for d in outside] == ["Rule 1 can never apply: no value fits."]


def test_types_that_cannot_match() -> None:
    """A text is never equal to a number; an output of another type would be null."""
    found = _found([['"5"', "1"], ["-", '"a"']], policy="FIRST", output='typeRef="number"')
    assert [d.message.en for d in found if d.rule == "dmn.type-mismatch"] == [
        'Rule 1: “x” is a number, which "5" is not.',
        'Rule 2: the output "a" is not of type number.',
    ]


def test_outputs_that_are_not_allowed() -> None:
    """Known before anything is evaluated."""
    found = _found([["<= 3", "3"], ["> 3", "1"]], output=OUTPUTS)
    assert [d.rule for d in found] == ["dmn.output-not-allowed"]


def test_unused_inputs_and_requirements() -> None:
    """What is there for nothing is said."""
    found = _found([["-", "< 3", "1"], ["-", ">= 3", "2"]], (("x", "number"), ("y", "number")))
    assert [d.message.en for d in found] == ["No rule uses the input “x”."]
    model = definitions(input_data("x"), decision("d", literal("1"), ["#_x"]))
    assert [d.message.fr for d in dmn.check(dmn.load(model))] == [
        "«\u00a0d\u00a0» demande «\u00a0x\u00a0», mais ne s’en sert pas."
    ]


def test_cycles_are_errors() -> None:
    """The way round is shown, once."""
    model = definitions(decision("a", literal("b"), ["d|#d_b"]), decision("b", literal("a"), ["d|#d_a"]))
    assert _english(dmn.check(dmn.load(model))) == [
        ("dmn.cycle", "error", "These elements depend on each other in a circle: a → b → a.")
    ]


def test_names_that_lead_nowhere_are_errors() -> None:
    """With the nearest name that is known; entries of a filtered item may be anything."""
    model = definitions(
        input_data("montant"),
        decision("d", literal("montent + 1"), ["#_montant"]),
        decision("e", literal("montant[autre > 1]"), ["#_montant"]),
    )
    messages = [d.message.en for d in dmn.check(dmn.load(model)) if d.severity == "error"]
    assert [m.partition(": ")[2] for m in messages] == [
        "“montent” is not known here; did you mean “montant”?"
    ]


def test_priority_needs_an_order() -> None:
    """Without it the choice would be arbitrary."""
    rules = [["<= 3", "1"], ["> 3", "2"]]
    assert [d.rule for d in _found(rules, policy="PRIORITY")] == ["dmn.no-priority"]
    assert not _found(rules, policy="PRIORITY", output=OUTPUTS)


def test_a_large_table_is_looked_at_in_bounded_time() -> None:
    """A table that is too intricate is looked at in part; what is found is true."""
    names = [f"x{n}" for n in range(8)]
    rules = [[f">= {(r * 7 + c * 3) % 40}" for c in range(8)] + ["1"] for r in range(40)]
    found = _found(rules, [(name, "number") for name in names], policy="COLLECT")
    assert [(d.rule, d.severity) for d in found] == [("dmn.too-intricate", "info")]
