"""The step language: what is accepted, and what each mistake is told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from connectors.web_robot.connector import type_in
from connectors.web_robot.feel_text import COMPUTED, NotWrittenOut, read_list
from connectors.web_robot.steps import MAX_STEPS, Problems, parse


def _said(steps: Any, *, lookup: bool = False) -> list[str]:
    with pytest.raises(Problems) as caught:
        parse(steps, lookup=lookup)
    return [text.fr for text in caught.value.texts]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("texte", "Étape 1\u00a0: écrivez un contexte avec «\u00a0do\u00a0»."),
        ({"do": "fil"}, "«\u00a0fil\u00a0» n’est pas une étape connue"),
        (
            {"do": "fill", "fild": "Nom", "value": "x"},
            "Étape 1 (fill)\u00a0: «\u00a0fild\u00a0» n’existe pas ici",
        ),
        ({"do": "open"}, "url\u00a0: cette donnée est obligatoire"),
        ({"do": "open", "url": " "}, "ce texte est vide"),
        ({"do": "click"}, "exactement une de ces données\u00a0: button, link, selector"),
        ({"do": "click", "button": "A", "link": "B"}, "exactement une"),
        ({"do": "fill", "field": "Nom", "value": None}, "la valeur à saisir est vide"),
        ({"do": "fill", "field": "Nom", "value": ""}, "la valeur à saisir est vide"),
        ({"do": "fill", "field": "Nom", "value": True}, "donnez un texte, un nombre ou un secret"),
        (
            {"do": "fill", "field": "Nom", "value": {"secret": "clé"}},
            'un secret s’écrit {secret: "username"}',
        ),
        ({"do": "fill", "field": "Le", "value": "31/12", "format": "dd/mm/yyyy"}, "n’est pas une date"),
        ({"do": "press", "key": "Meta+Q"}, "key\u00a0: choisissez parmi"),
        ({"do": "wait", "seconds": 31}, "seconds\u00a0: de 1 à 30"),
        ({"do": "read", "field": "N°", "as": "1 nom"}, "n’a pas la forme attendue"),
        ({"do": "read", "column": "N°", "as": "n"}, "vont ensemble"),
        ({"do": "upload", "field": "Pièce", "file": "bail.pdf"}, "donnez un fichier"),
        ({"do": "assert"}, "dites ce qui est attendu"),
        ({"do": "assert", "text": None, "title": "Fiche"}, "text\u00a0: cette donnée est obligatoire"),
        ({"do": "assert", "text": "x", "not_found": "y"}, "«\u00a0not_found\u00a0» n’existe pas ici"),
    ],
)
def test_a_mistake_names_its_step_and_says_what_to_do(step: Any, said: str) -> None:
    assert said in _said([step])[0]


def test_every_mistake_is_told_at_once() -> None:
    assert [text[:7] for text in _said([{"do": "open"}, {"do": "open", "url": "/"}, {"do": "click"}])] == [
        "Étape 1",
        "Étape 3",
    ]


def test_values_become_what_is_typed() -> None:
    steps = [
        {"do": "fill", "field": "a", "value": Decimal(82000)},
        {"do": "fill", "field": "a", "value": 7},
        {"do": "fill", "field": "a", "value": Decimal("8.2E+4")},
        {"do": "fill", "field": "a", "value": Decimal("3.50")},
        {"do": "fill", "field": "a", "value": None, "optional": True},
        {"do": "fill", "field": "a", "value": "2026-12-01T10:00:00Z", "format": "ddmmyyyy"},
        {"do": "fill", "field": "a", "value": {"secret": "password"}},
    ]
    typed = [step["value"] for step in parse(steps, lookup=False)]
    assert typed == [
        {"text": "82000"},
        {"text": "7"},
        {"text": "82000"},
        {"text": "3.50"},
        {"text": ""},
        {"text": "01122026"},
        {"secret": "password"},
    ]


def test_the_list_has_limits_and_may_be_json() -> None:
    assert "pas 0" in _said([])[0]
    assert f"pas {MAX_STEPS + 1}" in _said([{"do": "open", "url": "/"}] * (MAX_STEPS + 1))[0]
    assert "ligne 1" in _said("[{do: ]")[0]
    assert "forment une liste" in _said({"do": "open"})[0]
    assert parse('[{"do": "open", "url": "/"}]', lookup=False) == [{"do": "open", "url": "/"}]


def test_a_lookup_proves_something_and_saves_nothing() -> None:
    assert "ne prouve rien" in _said([{"do": "open", "url": "/"}], lookup=True)[0]
    saving = [{"do": "click", "button": "A", "submits": True}, {"do": "assert", "text": "x"}]
    assert "ne doit rien enregistrer" in _said(saving, lookup=True)[0]


def test_a_name_is_read_once() -> None:
    read = {"do": "read", "field": "N°", "as": "n"}
    assert _said([read, read]) == ["«\u00a0n\u00a0» est lu deux fois."]


def test_feel_text_is_read_as_far_as_it_is_written_out() -> None:
    text = """ [ {do: "fill", "field": "N° \\"x\\"", value: if a then "}" else f(b, {c: 1})}, // remarque
      {do: "wait", seconds: 3, ok: true, none: null}, autre, /* fin */ ] """
    assert read_list(text) == [
        {"do": "fill", "field": 'N° "x"', "value": COMPUTED},
        {"do": "wait", "seconds": Decimal(3), "ok": True, "none": None},
        COMPUTED,
    ]


@pytest.mark.parametrize(
    "text", ["etapes", 'concatenate([{do: "x"}], b)', '[{do: "x"', "[] + []", "[" * 50, ""]
)
def test_feel_text_that_is_computed_is_left_alone(text: str) -> None:
    with pytest.raises(NotWrittenOut):
        read_list(text)


LOOKUP = '= [{do: "open", url: "/"}, {do: "assert", row: dossier, not_found: "Aucune"}]'
STEPS = '= [{do: "open", url: "/"}, {do: "click", button: "Enregistrer", submits: true}]'


def _problems(steps: str, lookup: str = LOOKUP) -> list[tuple[str | None, str, str]]:
    found = type_in.problems({"steps": steps, "lookup": lookup})
    return [(problem.input, problem.severity, problem.message.fr) for problem in found]


def test_good_steps_have_no_problem_at_publication() -> None:
    assert _problems(STEPS) == []
    assert _problems("= etapes_calculees") == []
    assert (
        _problems(
            '= [{do: "fill", field: nom_du_champ, value: v, format: "mm/yyyy"}, {do: genre, submits: true}]'
        )
        == []
    )


@pytest.mark.parametrize(
    ("steps", "lookup", "problem"),
    [
        ('= [{do: "fil"}, {do: "click", button: b, submits: true}]', LOOKUP, ("steps", "error", "Étape 1")),
        (
            '= [{do: "fill", fild: x}, {do: "click", button: b, submits: true}]',
            LOOKUP,
            ("steps", "error", "fild"),
        ),
        ('= [{do: "open", url: 1 + 1}]', LOOKUP, ("steps", "warning", "submits: true")),
        (STEPS, "", ("lookup", "warning", "Sans recherche")),
        (STEPS, '= [{do: "assert", text: x}]', ("lookup", "warning", "not_found")),
        (
            STEPS[:-1] + ', {do: "read", field: "N°", as: "n"}]',
            LOOKUP,
            ("lookup", "warning", "ne lit pas «\u00a0n\u00a0»"),
        ),
        ('[{"do": "fil"}]', LOOKUP, ("steps", "error", "fil")),
        ("ouvrir la page", LOOKUP, ("steps", "error", "en FEEL")),
    ],
)
def test_publication_tells_what_is_wrong(steps: str, lookup: str, problem: tuple[str, str, str]) -> None:
    [(name, severity, said)] = _problems(steps, lookup)
    assert (name, severity) == problem[:2]
    assert problem[2] in said
