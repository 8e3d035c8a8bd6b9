"""No model can hang or exhaust the process: budgets run out, and files are bounded."""

from __future__ import annotations

import time

import pytest

from engine import dmn, feel
from engine.errors import DefinitionInvalid
from tests.engine.dmn.samples import decision, definitions, input_data, literal, outcome, table

SECONDS = 20


def _knowledge(text: str, parameters: str = '<formalParameter name="n"/>') -> str:
    logic = f"<encapsulatedLogic>{parameters}{literal(text)}</encapsulatedLogic>"
    return f'<businessKnowledgeModel id="k" name="f">{logic}</businessKnowledgeModel>'


def _loop(domain: str, body: str) -> str:
    return f'<for iteratorVariable="i"><in>{literal(domain)}</in><return>{literal(body)}</return></for>'


ATTACKS = {
    "endless recursion": definitions(_knowledge("f(n + 1)"), decision("d", literal("f(0)"), ["k|#k"])),
    "exponential recursion": definitions(
        _knowledge("if n < 2 then n else f(n - 1) + f(n - 2)"), decision("d", literal("f(60)"), ["k|#k"])
    ),
    "huge loop": definitions(decision("d", _loop("[1..1000000000]", "i"))),
    "loop that keeps its past": definitions(decision("d", _loop("[1..100000]", "partial"))),
    "doubling": definitions(
        decision("d", _loop("[1..60]", 'if i = 1 then "aaaa" else partial[-1] + partial[-1]'))
    ),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_ends_with_a_named_limit(name: str) -> None:
    """Soon, and with the name of the budget."""
    before = time.process_time()
    with pytest.raises(feel.FeelLimitExceeded):
        outcome(ATTACKS[name], "d")
    assert time.process_time() - before < SECONDS


def test_a_table_with_a_costly_pattern_is_linear() -> None:
    """Regular expressions cannot go back over the text."""
    logic = table(["x"], [""], [['matches(?, "(a+)+$b")', "1"], ["-", "2"]], "FIRST")
    model = definitions(input_data("x"), decision("d", logic, ["#_x"]))
    assert outcome(model, "d", x="a" * 5000).value == 2


def test_a_long_loop_without_its_past_is_fine() -> None:
    """Only what reads `partial` pays for it."""
    model = definitions(
        decision(
            "d",
            f"<conditional><if>{literal('true')}</if><then>{_loop('[1..20000]', 'i')}"
            f"</then><else>{literal('1')}</else></conditional>",
        )
    )
    assert len(outcome(model, "d").value) == 20_000


def test_a_loop_sees_what_it_gave() -> None:
    """`partial` is the list so far."""
    model = definitions(decision("d", _loop("[1..4]", "if i = 1 then 1 else i * partial[-1]")))
    assert outcome(model, "d").value == [1, 2, 6, 24]


def test_a_deep_file_is_refused() -> None:
    """As every XML file is."""
    depth = 400
    nested = "<list>" * depth + literal("1") + "</list>" * depth
    with pytest.raises(DefinitionInvalid):
        dmn.load(definitions(decision("d", nested)))


def test_entities_are_not_expanded() -> None:
    """No document type, no entities."""
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa">]><definitions xmlns="x">&a;</definitions>'
    with pytest.raises(DefinitionInvalid):
        dmn.load(bomb)
