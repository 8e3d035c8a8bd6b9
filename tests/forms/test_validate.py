"""Submissions: answers become values, or say what has to be corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import from_python
from tests.forms.build import NOW, PARIS, YES_NO, field, form, required, submit

D = Decimal
FILE = {"id": "f1", "name": "facture.PDF", "media_type": "application/pdf", "size": 214_000}
POSTCODE = {"properties": {"relais:check": "postcode"}}
PERMIT = {"properties": {"relais:check": "foreigner_number"}}
NUMBERS = [{"label": "Un", "value": 1}, {"label": "Deux", "value": 2}]
DAY = {"subtype": "date"}


@pytest.mark.parametrize(
    ("component", "answer", "value"),
    [
        (field("textfield"), "Noe\u0308l", "Noël"),
        (field("textfield"), "a\r\nb", "a b"),
        (field("textarea"), "a\r\nb\n", "a\nb"),
        (field("textfield"), "   ", None),
        (field("textfield"), None, None),
        (field("number"), 3, D(3)),
        (field("number"), 2.5, D("2.5")),
        (field("number"), D("0.10"), D("0.10")),
        (field("number"), "1 284,50", D("1284.50")),
        (field("number"), "1\u00a0284,50", D("1284.50")),
        (field("number"), "1\u202f284", D(1284)),
        (field("number"), "1,284.50", D("1284.50")),
        (field("number"), "1,284,000", D(1_284_000)),
        (field("number"), "-0,5", D("-0.5")),
        (field("number"), "\u22125", D(-5)),
        (field("number", serializeToString=True), "1 284,50", "1284.50"),
        (field("checkbox"), True, True),
        (field("checkbox"), "on", True),
        (field("checkbox"), None, False),
        (field("radio", values=YES_NO), "oui", "oui"),
        (field("radio", values=NUMBERS), "2", D(2)),
        (field("radio", values=NUMBERS), 2, D(2)),
        (field("select", values=YES_NO), "", None),
        (field("checklist", values=YES_NO), ["non", "oui", "non"], ["non", "oui"]),
        (field("checklist", values=YES_NO), None, []),
        (field("taglist", values=NUMBERS), ["1"], [D(1)]),
        (field("datetime", **DAY), "2026-12-14", date(2026, 12, 14)),
        (field("datetime", **DAY), "14/12/2026", date(2026, 12, 14)),
        (field("datetime", **DAY), "1.2.2026", date(2026, 2, 1)),
        (field("datetime", **DAY), {"day": "1er", "month": "Mars", "year": "2026"}, date(2026, 3, 1)),
        (field("datetime", **DAY), {"day": "29", "month": "2", "year": "2028"}, date(2028, 2, 29)),
        (field("datetime", **DAY), {"day": "", "month": " ", "year": ""}, None),
        (field("datetime", subtype="time"), "14:30", time(14, 30)),
        (field("datetime", subtype="time"), "9 h 05", time(9, 5)),
        (field("datetime", subtype="time"), "9h", time(9)),
        (
            field("datetime", subtype="datetime"),
            "2026-12-14T09:00:00Z",
            datetime(2026, 12, 14, 9, tzinfo=UTC),
        ),
        (field("datetime", subtype="datetime"), "2026-12-14T09:00", datetime(2026, 12, 14, 8, tzinfo=UTC)),
        (
            field("datetime", subtype="datetime"),
            {"day": "14", "month": "7", "year": "2026", "time": "9h30"},
            datetime(2026, 7, 14, 7, 30, tzinfo=UTC),
        ),
        (field("textfield", **POSTCODE), "82 310", "82310"),
        (field("textfield", **PERMIT), "7503 0418 22", "7503041822"),
        (field("textfield", validate={"validationType": "email"}), "m.chen@exemple.fr", "m.chen@exemple.fr"),
        (field("textfield", validate={"validationType": "phone"}), "06 12 34 56 78", "06 12 34 56 78"),
        (field("filepicker", accept=".pdf"), [FILE], [from_python(FILE)]),
        (field("filepicker"), [], []),
    ],
)
def test_an_answer_becomes_a_value(component: dict[str, Any], answer: Any, value: Any) -> None:
    result = submit([component], {"x": answer})
    assert result.errors == {}
    assert result.values == {"x": value}
    assert type(result.values["x"]) is type(value)


NO_BREAK = "\u00a0"
NOT_A_NUMBER = "«~{}~» n’est pas un nombre. Écrivez-le en chiffres, par exemple 1~284,50."
NO_SUCH_DAY = "Le {} n’existe pas. Écrivez une date du calendrier, par exemple 27 9 2026."
NOT_A_PERMIT = (
    "Ce numéro n’est pas complet. Écrivez les 10 chiffres du titre de séjour, par exemple 7503 0418 22."
)
NOT_IN_LIST = "Cette réponse n’est pas dans la liste. Choisissez une réponse proposée."


@pytest.mark.parametrize(
    ("component", "answer", "message"),
    [
        (required("textfield"), "", "«~Nom~» est vide. Écrivez votre réponse."),
        (required("checkbox"), False, "La case «~Nom~» n’est pas cochée. Cochez-la."),
        (required("radio", values=YES_NO), None, "«~Nom~» attend une réponse. Choisissez-en une."),
        (required("checklist", values=YES_NO), [], "«~Nom~» attend une réponse. Cochez-en au moins une."),
        (required("filepicker"), [], "«~Nom~» manque. Ajoutez le fichier."),
        (required("datetime", **DAY), {}, "«~Nom~» est vide. Écrivez le jour, le mois et l’année."),
        (
            required("textfield", properties={"relais:required": "Écrivez votre nom."}),
            " ",
            "Écrivez votre nom.",
        ),
        (field("textfield"), 3, "Cette réponse n’est pas un texte. Écrivez du texte."),
        (
            field("textfield"),
            "a\x00b",
            "Cette réponse contient un caractère invisible interdit. Réécrivez-la.",
        ),
        (field("number"), "douze", NOT_A_NUMBER.format("douze")),
        (field("number"), True, NOT_A_NUMBER.format("True")),
        (field("number"), "1e999999", NOT_A_NUMBER.format("1e999999")),
        (field("number"), float("nan"), NOT_A_NUMBER.format("nan")),
        (field("number"), 10**40, NOT_A_NUMBER.format("1" + "0" * 39)),
        (field("number", decimalDigits=0), "1,5", "1,5 a des décimales. Écrivez un nombre entier."),
        (field("number", decimalDigits=2), "0,125", "0,125 a trop de décimales. Gardez-en 2 au plus."),
        (field("number", increment="5"), "12", "12 n’est pas permis. Écrivez 10 ou 15."),
        (field("number", increment=5), "-12", "-12 n’est pas permis. Écrivez -15 ou -10."),
        (field("number", validate={"min": 10}), "9,5", "9,5 est trop petit. Écrivez 10 ou plus."),
        (
            field("number", validate={"max": "=1000 * 2"}),
            "3 000",
            "3~000 est trop grand. Écrivez 2~000 ou moins.",
        ),
        (
            field("textfield", validate={"minLength": 3}),
            "a",
            "Votre réponse compte 1 caractère. Écrivez-en au moins 3.",
        ),
        (
            field("textfield", validate={"maxLength": 2}),
            "abc",
            "Votre réponse compte 3 caractères. Écrivez-en 2 au plus.",
        ),
        (
            field(
                "textfield", validate={"pattern": r"^\d+$", "patternErrorMessage": "Des chiffres seulement."}
            ),
            "x",
            "Des chiffres seulement.",
        ),
        (
            field("textfield", validate={"pattern": "(?<an>[0-9]{4})"}),
            "x",
            "Cette réponse n’a pas la forme attendue. Vérifiez-la.",
        ),
        (
            field("textfield", validate={"validationType": "email"}),
            "m.chen@exemple",
            "Cette adresse électronique est incomplète. Écrivez-la ainsi~: nom@exemple.fr.",
        ),
        (
            field("textfield", validate={"validationType": "phone"}),
            "06 12",
            "Ce numéro de téléphone n’est pas complet. Écrivez-le ainsi~: 06 12 34 56 78.",
        ),
        (
            field("textfield", **POSTCODE),
            "8231",
            "Ce code postal n’est pas complet. Écrivez ses 5 chiffres, par exemple 82310.",
        ),
        (
            field("textfield", **POSTCODE),
            "99123",
            "Ce code postal n’est pas complet. Écrivez ses 5 chiffres, par exemple 82310.",
        ),
        (
            field("textfield", **PERMIT),
            "750304182",
            NOT_A_PERMIT,
        ),
        (field("radio", values=YES_NO), "peut-être", NOT_IN_LIST),
        (field("checklist", values=YES_NO), ["oui", "x"], NOT_IN_LIST),
        (field("radio", values=YES_NO), {"a": 1}, NOT_IN_LIST),
        (field("checkbox"), "peut-être", "Répondez par oui ou par non."),
        (field("datetime", **DAY), "31/02/2026", NO_SUCH_DAY.format("31 02 2026")),
        (
            field("datetime", **DAY),
            {"day": "31", "month": "2", "year": "2026"},
            NO_SUCH_DAY.format("31 2 2026"),
        ),
        (
            field("datetime", **DAY),
            {"day": "14", "month": "12", "year": "26"},
            NO_SUCH_DAY.format("14 12 26"),
        ),
        (
            field("datetime", **DAY),
            {"day": "14", "month": "", "year": "2026"},
            "Cette date est incomplète. Écrivez le jour, le mois et l’année.",
        ),
        (
            field("datetime", **DAY, properties={"relais:check": "past"}),
            "2026-12-14",
            "Le 14 décembre 2026 n’est pas encore arrivé. Écrivez une date passée.",
        ),
        (
            field("datetime", **DAY, disallowPassedDates=True),
            "2026-12-01",
            "Le 1er décembre 2026 est déjà passé. Écrivez une date à venir.",
        ),
        (field("datetime", subtype="time"), "25:00", "Cette heure n’existe pas. Écrivez-la ainsi~: 14:30."),
        (field("filepicker"), [{"id": "a"}], "Ce fichier n’est pas arrivé. Ajoutez-le de nouveau."),
        (field("filepicker"), [FILE, {**FILE, "id": "f2"}], "Un seul fichier est attendu. Gardez-en un."),
        (
            field("filepicker", accept=".jpg, image/*"),
            [FILE],
            "Le fichier «~facture.PDF~» n’est pas accepté. Ajoutez un fichier .jpg, image/*.",
        ),
        (
            field("filepicker"),
            [{**FILE, "size": 10_000_001}],
            "Le fichier «~facture.PDF~» dépasse 10~Mo. Ajoutez un fichier plus léger.",
        ),
        (
            field(
                "textfield", properties={"relais:valid": '=value != "x"', "relais:message": "Tout sauf x."}
            ),
            "x",
            "Tout sauf x.",
        ),
    ],
)
def test_what_has_to_be_corrected_is_said_in_words(
    component: dict[str, Any], answer: Any, message: str
) -> None:
    errors = submit([component], {"x": answer}).errors
    assert {path: text.fr for path, text in errors.items()} == {"x": message.replace("~", NO_BREAK)}
    assert all(text.en for text in errors.values())


def test_errors_come_in_the_order_of_the_form() -> None:
    result = submit([required("textfield", "b"), required("textfield", "a"), field("textfield", "c")], {})
    assert list(result.errors) == ["b", "a"]
    assert result.order == ("b", "a", "c")
    assert not result.is_valid


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({"surprise": 1}, "surprise"),
        ({"adresse": {"ville": "x"}}, "adresse.ville"),
        ({"lignes": [{"nom": "a"}, {"prix": 1}]}, "lignes.1.prix"),
        ({"adresse": "x"}, "adresse"),
        ({"lignes": "x"}, "lignes"),
        ({"lignes": ["x"]}, "lignes.0"),
    ],
)
def test_answers_that_the_form_does_not_know_are_refused_by_name(answers: dict[str, Any], named: str) -> None:
    components = [
        {"type": "group", "path": "adresse", "components": [field("textfield", "rue")]},
        {"type": "dynamiclist", "path": "lignes", "components": [field("textfield", "nom")]},
    ]
    assert list(submit(components, answers).errors) == [named]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["x", "day", "id", "l", "n"]), inner, max_size=3)
    ),
    max_leaves=8,
)
EVERYTHING = [
    field("textfield", "x", validate={"minLength": 1, "pattern": "a"}),
    field("number", "n", decimalDigits=2, increment="0.1"),
    field("datetime", "day", subtype="datetime", properties={"relais:check": "past"}),
    field("checklist", "id", values=YES_NO),
    {"type": "dynamiclist", "path": "l", "components": [field("filepicker", "x"), field("checkbox", "n")]},
]


@given(JSON)
def test_no_answer_at_all_makes_the_check_fail_with_a_traceback(answers: Any) -> None:
    result = form(*EVERYTHING).validate(answers, {}, now=NOW, zone=PARIS)
    from_python(result.values)
    assert all(text.fr and text.en for text in result.errors.values())


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_numbers_written_in_french_come_back(number: Decimal) -> None:
    text = f"{number:,f}".replace(",", "\u00a0").replace(".", ",")
    assert submit([field("number")], {"x": text}).values == {"x": number}
