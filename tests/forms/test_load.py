"""Schemas: what is refused at deployment, and what a form says about itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import DefinitionInvalid
from engine.forms import FormInvalid, load
from tests.forms.build import YES_NO, field, form, required, schema


def rules(data: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(FormInvalid) as caught:
        load(data)
    assert all(d.message.fr and d.message.en and d.severity == "error" for d in caught.value.diagnostics)
    return [(d.rule, d.element_id) for d in caught.value.diagnostics]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b'{"components": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
        {"components": None},
    ],
)
def test_what_is_not_a_form_is_refused(data: Any) -> None:
    assert rules(data) == [("form.not-a-form", None)]


def test_a_newer_schema_is_refused_by_its_version() -> None:
    assert rules({**schema(), "schemaVersion": 20}) == [("form.schema-version", None)]


@pytest.mark.parametrize("kind", ["iframe", "table", "documentPreview", "magic", ""])
def test_components_that_are_not_built_are_refused_by_name(kind: str) -> None:
    with pytest.raises(FormInvalid) as caught:
        load(schema({"type": kind, "id": "c1"}))
    (found,) = caught.value.diagnostics
    assert (found.rule, found.element_id) == ("form.unsupported-component", "c1")
    assert f"“{kind}”" in found.message.en


@pytest.mark.parametrize(
    ("component", "rule"),
    [
        ({"type": "textfield", "label": "Nom"}, "form.missing-key"),
        ({"type": "dynamiclist", "label": "Lignes", "components": []}, "form.missing-key"),
        (field("textfield", "a b"), "form.bad-key"),
        (field("textfield", "a..b"), "form.bad-key"),
        (field("textfield", conditional={"hide": "=1 +"}), "form.feel"),
        (field("textfield", readonly="=if x"), "form.feel"),
        (field("number", validate={"min": "=)"}), "form.feel"),
        (field("textfield", description="Bonjour {{ nom + }}"), "form.feel"),
        ({"type": "text", "text": "{{#if x}}oui"}, "form.feel"),
        (field("select", valuesExpression="=["), "form.feel"),
        (field("textfield", properties={"relais:valid": "= >"}), "form.feel"),
        (field("textfield", validate={"pattern": "("}), "form.pattern"),
        (field("textfield", properties={"relais:check": "horoscope"}), "form.unknown-check"),
        (field("radio"), "form.no-options"),
        (field("datetime", subtype="century"), "form.subtype"),
    ],
)
def test_what_is_wrong_with_a_component_is_named(component: dict[str, Any], rule: str) -> None:
    assert [name for name, _ in rules(schema(component))] == [rule]


def test_the_position_of_a_feel_error_is_kept() -> None:
    with pytest.raises(FormInvalid) as caught:
        load(schema(field("textfield", conditional={"hide": "=a +"})))
    assert caught.value.diagnostics[0].position is not None


def test_two_fields_cannot_fill_the_same_variable() -> None:
    twice = schema(field("textfield", "a"), {"type": "group", "components": [field("number", "a")]})
    assert [name for name, _ in rules(twice)] == ["form.duplicate-key"]


def test_a_list_has_names_of_its_own() -> None:
    rows = {"type": "dynamiclist", "path": "lignes", "components": [field("textfield", "nom")]}
    assert form(field("textfield", "nom"), rows)
    doubled = {**rows, "components": [field("textfield", "nom"), field("textfield", "nom")]}
    assert [name for name, _ in rules(schema(doubled))] == ["form.duplicate-key"]


def test_every_problem_of_a_form_is_told_at_once() -> None:
    broken = schema(field("textfield", "a", validate={"pattern": "["}), field("table"), {"type": "number"})
    assert [name for name, _ in rules(broken)] == [
        "form.pattern",
        "form.unsupported-component",
        "form.missing-key",
    ]


def test_an_invalid_form_is_an_invalid_definition() -> None:
    assert issubclass(FormInvalid, DefinitionInvalid)


def test_json_text_and_objects_give_the_same_form() -> None:
    data = schema(field("textfield"))
    assert load(json.dumps(data)).fields == load(json.dumps(data).encode()).fields == load(data).fields


def test_fields_are_flattened_with_label_type_and_whether_they_are_required() -> None:
    made = form(
        required("textfield", "nom", "Votre nom"),
        {"type": "group", "path": "adresse", "components": [field("number", "numero", "Numéro")]},
        {
            "type": "dynamiclist",
            "path": "enfants",
            "components": [field("datetime", "ne.le", subtype="date")],
        },
        {"type": "text", "text": "Rien à remplir"},
        {"type": "button", "action": "submit"},
    )
    assert [(f.path, f.label, f.type, f.required) for f in made.fields] == [
        ("nom", "Votre nom", "string", True),
        ("adresse.numero", "Numéro", "number", False),
        ("enfants.*.ne.le", "Nom", "date", False),
    ]


@pytest.mark.parametrize(
    ("component", "type"),
    [
        (field("textfield"), "string"),
        (field("textarea"), "string"),
        (field("number"), "number"),
        (field("number", serializeToString=True), "string"),
        (field("checkbox"), "boolean"),
        (field("datetime", subtype="time"), "time"),
        (field("datetime", subtype="datetime"), "date and time"),
        (field("checklist", values=YES_NO), "list"),
        (field("radio", values=YES_NO), "string"),
        (field("radio", valuesKey="choix"), "Any"),
        (field("filepicker"), "list"),
        (field("expression", expression="=1"), "Any"),
    ],
)
def test_the_types_of_written_variables_are_feel_types(component: dict[str, Any], type: str) -> None:
    assert form(component).variables_written == {"x": type}


def test_written_and_read_variables() -> None:
    made = form(
        field("textfield", "demande.nom", conditional={"hide": "=dossier.clos or age > seuil"}),
        field("number", "age", validate={"max": "=plafond"}),
        field("select", "ville", valuesKey="communes.liste"),
        {"type": "text", "text": "Bonjour {{ prenom }}{{#if urgent}} vite{{/if}}"},
        {
            "type": "dynamiclist",
            "path": "lignes",
            "components": [field("textfield", "nom", conditional={"hide": "=i > limite or this.nom = nom"})],
        },
        field("textfield", "libre", properties={"relais:valid": "=value != interdit"}),
    )
    assert made.variables_written == {
        "demande": "context",
        "age": "number",
        "ville": "Any",
        "lignes": "list",
        "libre": "string",
    }
    assert made.variables_read == {
        *("dossier", "seuil", "plafond", "communes", "prenom", "urgent", "limite", "interdit"),
    }


def test_a_form_knows_whether_it_takes_files() -> None:
    assert form(field("filepicker")).has_files
    assert not form(field("textfield")).has_files
