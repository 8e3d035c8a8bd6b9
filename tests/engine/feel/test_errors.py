"""What cannot be read is refused with its place, in both languages; what is null says why."""

from __future__ import annotations

import pytest

from engine import feel
from tests.engine.feel.samples import reasons

SYNTAX = [
    ("", 0, "une valeur"),
    ("1 +", 3, "la fin de l’expression"),
    ("(1", 2, "« ) »"),
    ("1 2", 2, "Un opérateur"),
    ("montant total", 0, "n’est pas un nom connu"),
    ('"abc', 0, "guillemet"),
    ("/* abc", 0, "commentaire"),
    ("a # b", 2, "« # »"),
    ("if a then b", 11, "« else »"),
    ("for i in [1] i", 13, "« return »"),
    ("{a 1}", 1, "une clé"),
    ("{a: 1, a: 2}", 7, "deux fois"),
    ("[1, 2", 5, "« ] »"),
    ("[1..2", 5, "fin de l’intervalle"),
    ("cuont([1])", 0, "vouliez-vous « count »"),
    ("substring()", 0, "string, start position"),
    ("substring(foo: 1)", 0, "string, start position"),
    ("abs(n: 1, 2)", 10, "tous nommés"),
    ("x instance of nombre", 14, "Le type « nombre »"),
    ('@"hier"', 0, "ni une date"),
    ('@"2024-13-01"', 0, "ni une date"),
    ("a.", 2, "propriété"),
    ("1e99999", 0, "trop grand"),
    ('"\\ud800"', 0, "moitié"),
    ("then", 0, "« then »"),
    ("(" * 10_000, 64, "trop imbriquée"),
    ("-" * 10_000 + "1", 63, "trop imbriquée"),
    ("1" + "+1" * 10_000, 0, "trop imbriquée"),
    ("[" * 10_000 + "]" * 10_000, 64, "trop imbriquée"),
    ("{a:" * 10_000, 192, "trop imbriquée"),
    ("x" * 70_000, 65_536, "dépasse"),
]


@pytest.mark.parametrize(("text", "position", "says"), SYNTAX, ids=[case[0][:20] for case in SYNTAX])
def test_a_syntax_error_has_its_place_and_says_what_was_expected(text: str, position: int, says: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.parse(text)
    assert says.casefold() in caught.value.message["fr"].casefold()
    assert caught.value.position == position
    assert caught.value.end is not None
    assert caught.value.message["en"]


def test_external_functions_are_refused_by_name() -> None:
    text = 'function(x) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}'
    with pytest.raises(feel.FeelUnsupported) as caught:
        feel.parse(text)
    assert caught.value.position == 12
    assert "externes" in caught.value.message["fr"]


def test_a_long_chain_of_conditions_is_not_deep() -> None:
    text = " or ".join(f"x = {n}" for n in range(2_000))
    assert feel.parse(text).evaluate({"x": 1_999}) is True


REASONS = [
    ("absente + 1", ["« absente » vaut null parce que cette variable n’existe pas."]),
    ("1 / 0", ["« 1 / 0 » vaut null parce que le diviseur est zéro."]),
    (
        'montant + "1"',
        ['« montant + "1" » vaut null parce que l’addition ne s’applique pas à un nombre et un texte.'],
    ),
    (
        "demande.rue",
        ["« demande.rue » vaut null parce que le contexte n’a pas d’entrée « rue »."],
    ),
    ("sqrt(-1)", ["« sqrt(-1) » vaut null parce que le nombre est négatif."]),
    ('date("hier")', ['« date("hier") » vaut null parce que « hier » n’est pas une date.']),
    (
        "trim(1)",
        [
            (
                "« trim(1) » vaut null parce que la fonction trim attend un texte"
                " pour « string », et non un nombre."
            )
        ],
    ),
    ("1 + 1", []),
    ("liste[9]", ["« liste[9] » vaut null parce que la liste a 3 éléments, pas d’élément n° 9."]),
]


@pytest.mark.parametrize(("text", "expected"), REASONS)
def test_a_null_has_its_reason(text: str, expected: list[str]) -> None:
    assert reasons(text)[: len(expected)] == expected
    assert len(reasons(text, "en")) == len(reasons(text))
    assert bool(reasons(text)) is bool(expected)


def test_a_reason_points_into_the_text() -> None:
    result = feel.parse("1 + (absente * 2)").explain({})
    assert [(reason.position, reason.end) for reason in result.reasons] == [(5, 12), (4, 17), (0, 17)]


def test_reasons_are_not_collected_without_end() -> None:
    result = feel.parse("for i in 1..5000 return i / 0").explain({})
    assert len(result.reasons) == 100
