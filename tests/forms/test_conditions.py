"""Submissions: what conditions, rows, formulas and variables make of a form and its answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.forms.build import YES_NO, field, form, required, submit

D = Decimal


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    components = [
        field("radio", "heberge", values=YES_NO),
        required("textfield", "hote", conditional={"hide": '=heberge != "oui"'}),
    ]
    assert submit(components, {"heberge": "non", "hote": "Awa"}).values == {"heberge": "non"}
    assert list(submit(components, {"heberge": "oui"}).errors) == ["hote"]


def test_what_a_hidden_field_would_have_said_counts_no_more() -> None:
    components = [
        field("checkbox", "a"),
        field("textfield", "b", conditional={"hide": "=not(a)"}),
        field("textfield", "c", conditional={"hide": "=b = null"}),
    ]
    assert submit(components, {"a": False, "b": "x", "c": "y"}).values == {"a": False}
    assert submit(components, {"a": True, "b": "x", "c": "y"}).values == {"a": True, "b": "x", "c": "y"}


def test_a_hidden_group_takes_its_fields_along() -> None:
    group = {
        "type": "group",
        "path": "adresse",
        "conditional": {"hide": "=sans_adresse"},
        "components": [
            required("textfield", "rue"),
            {"type": "dynamiclist", "path": "tel", "components": []},
        ],
    }
    result = submit([group], {"adresse": {"rue": "x"}}, {"sans_adresse": True})
    assert (result.errors, result.values) == ({}, {"adresse": {}})


def test_rows_see_themselves_their_number_and_what_is_around_them() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "lignes",
        "components": [
            field("number", "prix", validate={"max": "=plafond"}),
            required("textfield", "motif", conditional={"hide": "=this.prix < 10 or i = 1"}),
        ],
    }
    answers = {
        "plafond": "100",
        "lignes": [{"prix": 50}, {"prix": 5}, {"prix": 50}, {"prix": 500, "motif": "m"}],
    }
    result = submit([field("number", "plafond"), rows], answers)
    assert list(result.errors) == ["lignes.2.motif", "lignes.3.prix"]
    assert [set(row) for row in result.values["lignes"]] == [
        {"prix"},
        {"prix"},
        {"prix", "motif"},
        {"prix", "motif"},
    ]


def test_too_many_rows_are_refused() -> None:
    rows = {"type": "dynamiclist", "path": "lignes", "components": [field("textfield", "nom")]}
    assert list(submit([rows], {"lignes": [{"nom": "a"}] * 201}).errors) == ["lignes"]


def test_read_only_keeps_its_value_and_disabled_is_dropped() -> None:
    components = [
        field("textfield", "a", readonly=True),
        field("textfield", "b", readonly="=verrou"),
        field("textfield", "c", disabled=True),
        field("textfield", "d", readonly=True, defaultValue="par défaut"),
    ]
    variables = {"a": "dossier", "b": "dossier", "c": "dossier", "verrou": True}
    result = submit(components, {"a": "faux", "b": "faux", "c": "faux"}, variables)
    assert result.errors == {}
    assert result.values == {"a": "dossier", "b": "dossier", "d": "par défaut"}


def test_a_formula_is_computed_and_never_taken_from_the_answer() -> None:
    components = [field("number", "prix"), field("expression", "ttc", expression="=prix * 1.2")]
    assert submit(components, {"prix": "10", "ttc": 1}).values == {"prix": D(10), "ttc": D("12.0")}


def test_choices_can_come_from_a_variable_or_an_expression() -> None:
    variables = {
        "communes": [{"label": "Montbreuil", "value": "82310"}, {"label": "Saint-Aubin", "value": "82100"}]
    }
    named = field("select", valuesKey="communes")
    made = field("select", valuesExpression="=for c in communes return {label: c.label, value: c.value}")
    for component in (named, made):
        assert submit([component], {"x": "82100"}, variables).values == {"x": "82100"}
        assert list(submit([component], {"x": "75001"}, variables).errors) == ["x"]
        assert list(submit([component], {"x": "82100"}).errors) == ["x"]


def test_dotted_keys_and_groups_nest_the_data() -> None:
    components = [
        field("textfield", "personne.nom"),
        {
            "type": "group",
            "path": "adresse",
            "components": [field("textfield", "rue"), field("textfield", "lieu.ville")],
        },
        {"type": "group", "label": "Sans chemin", "components": [field("textfield", "libre")]},
    ]
    answers = {"personne": {"nom": "a"}, "adresse": {"rue": "b", "lieu": {"ville": "c"}}, "libre": "d"}
    assert submit(components, answers).values == answers


def test_initial_values_come_from_variables_then_defaults() -> None:
    made = form(
        field("textfield", "a", defaultValue="x"),
        field("number", "b", defaultValue=3),
        field("checkbox", "c", defaultValue=True),
        field("datetime", "d", subtype="date", defaultValue="2026-01-31"),
        field("datetime", "e", subtype="date", defaultValue="pas une date"),
        field("checklist", "f", values=YES_NO),
        {"type": "group", "path": "g", "components": [field("textfield", "h")]},
        {
            "type": "dynamiclist",
            "path": "l",
            "defaultRepetitions": 2,
            "components": [field("textfield", "m")],
        },
    )
    variables = {"a": "connu", "g": {"h": "rue"}}
    assert made.initial(variables) == {
        "a": "connu",
        "b": D(3),
        "c": True,
        "d": date(2026, 1, 31),
        "e": None,
        "f": [],
        "g": {"h": "rue"},
        "l": [{"m": None}, {"m": None}],
    }
    assert made.initial({"l": [{"m": "seul"}]})["l"] == [{"m": "seul"}]


def test_visible_names_what_is_shown() -> None:
    made = form(
        field("checkbox", "a", id="Field_a"),
        field("textfield", "b", id="Field_b", conditional={"hide": "=not(a)"}),
        {
            "type": "dynamiclist",
            "path": "l",
            "id": "List",
            "components": [field("textfield", "m", id="Field_m")],
        },
    )
    assert made.visible({"a": False, "l": [{}]}) == {"a", "Field_a", "l", "List", "l.0.m", "l.0.Field_m"}
    assert {"b", "Field_b"} <= made.visible({"a": True})


def test_a_preview_reads_what_can_be_read() -> None:
    made = form(
        field("number", "a"), field("number", "b"), field("textfield", "c", conditional={"hide": "=a > 1"})
    )
    assert made.preview({"a": "1,5", "b": "?", "c": "x", "stranger": 1}, {}) == {"a": D("1.5"), "b": None}


def test_english_texts_come_from_properties() -> None:
    component = required("textfield", "x", "Nom", properties={"relais:label:en": "Name"})
    text = submit([component], {}).errors["x"]
    assert "“Name”" in text.en
    assert "Nom" in text.fr
