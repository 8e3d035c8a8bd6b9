"""Element templates: every kind of field, both languages, the connections offered."""

from __future__ import annotations

import json
from typing import ClassVar

import pytest

from connectors.sdk import InputSchema, OutputSchema, element_template, fields
from connectors.sdk.element_template import icon_data_uri, template_path, write_templates
from connectors.sdk.errors import InvalidConnector


class Everything(InputSchema):
    groups: ClassVar = {"main": {"fr": "Principal", "en": "Main"}}
    line = fields.text(
        fr="Ligne", en="Line", required=True, max_length=9, group="main", hint={"fr": "Ici.", "en": "Here."}
    )
    lines = fields.multiline(fr="Lignes", en="Lines")
    letter = fields.template(fr="Lettre", en="Letter", required=True)
    title = fields.text(fr="Titre", en="Title", kind="line_template")
    pick = fields.choice(
        fr="Choix",
        en="Pick",
        default="b",
        choices={"a": {"fr": "un", "en": "one"}, "b": {"fr": "deux", "en": "two"}},
    )
    yes = fields.boolean(fr="Oui", en="Yes", default=True)
    count = fields.whole(fr="Nombre", en="Count", default=3, when={"pick": ["a", "b"], "yes": True})
    value = fields.feel(fr="Valeur", en="Value", required=True)
    papers = fields.items(fields.FileReference(), fr="Pièces", en="Papers", when={"pick": "a"})


class Nothing(OutputSchema):
    """Gives nothing."""


class Settings(InputSchema):
    host = fields.text(fr="Serveur", en="Server", required=True)


@pytest.fixture
def operation(make):
    return make(Everything, Nothing, lambda *_: {}, connection=Settings)


def prop(template, identifier):
    return next(item for item in template["properties"] if item.get("id") == identifier)


def test_the_head_of_a_template(operation):
    template = element_template(operation)
    assert (template["id"], template["version"]) == ("relais.essai.do", 1)
    assert (template["name"], template["description"]) == ("Faire", "Fait.")
    assert template["appliesTo"] == ["bpmn:Task", "bpmn:ServiceTask", "bpmn:SendTask"]
    assert template["elementType"] == {"value": "bpmn:ServiceTask"}
    assert template["icon"]["contents"].startswith("data:image/svg+xml,%3Csvg")
    assert template["groups"] == [
        {"id": "connection", "label": "Connexion"},
        {"id": "main", "label": "Principal"},
        {"id": "inputs", "label": "Données"},
        {"id": "result", "label": "Résultat"},
        {"id": "retries", "label": "Reprises"},
    ]
    assert template["properties"][0] == {
        "type": "Hidden",
        "value": "essai:do:1",
        "binding": {"type": "zeebe:taskDefinition", "property": "type"},
    }


def test_each_kind_of_field_has_its_entry(operation):
    template = element_template(operation)
    shown = {
        item["id"]: (item["type"], item.get("feel"), item.get("value"), item.get("optional"))
        for item in template["properties"]
        if item.get("binding", {}).get("type") == "zeebe:input"
    }
    assert shown == {
        "line": ("String", "optional", None, None),
        "lines": ("Text", "optional", None, True),
        "letter": ("Text", None, None, None),
        "title": ("String", None, None, True),
        "pick": ("Dropdown", None, "b", None),
        "yes": ("Boolean", "static", True, None),
        "count": ("String", "optional", "3", True),
        "value": ("Text", "required", None, None),
        "papers": ("Text", "required", None, True),
    }
    assert prop(template, "line")["constraints"] == {"notEmpty": True, "maxLength": 9}
    assert prop(template, "line")["description"] == "Ici."
    assert prop(template, "pick")["choices"] == [{"name": "un", "value": "a"}, {"name": "deux", "value": "b"}]
    assert prop(template, "papers")["condition"] == {"type": "simple", "property": "pick", "equals": "a"}
    assert prop(template, "count")["condition"] == {
        "allMatch": [
            {"type": "simple", "property": "pick", "oneOf": ["a", "b"]},
            {"type": "simple", "property": "yes", "equals": True},
        ]
    }


def test_where_the_result_goes_and_how_often_to_try(operation):
    template = element_template(operation)
    bindings = {
        name: prop(template, name)["binding"] for name in ("resultVariable", "resultExpression", "retries")
    }
    assert bindings == {
        "resultVariable": {"type": "zeebe:taskHeader", "key": "resultVariable"},
        "resultExpression": {"type": "zeebe:taskHeader", "key": "resultExpression"},
        "retries": {"type": "zeebe:taskDefinition", "property": "retries"},
    }


def test_connections_are_offered_when_known(operation):
    assert prop(element_template(operation), "connection")["type"] == "String"
    offered = prop(element_template(operation, connections=["a", "b"]), "connection")
    assert offered["type"] == "Dropdown"
    assert [choice["value"] for choice in offered["choices"]] == ["", "a", "b"]
    assert "value" not in offered
    assert offered["binding"] == {"type": "zeebe:taskHeader", "key": "connection"}
    assert offered["constraints"] == {"notEmpty": True}


def test_the_only_connection_is_taken_at_once(operation):
    assert prop(element_template(operation, connections=["a"]), "connection")["value"] == "a"
    none = prop(element_template(operation, connections=[]), "connection")
    assert [choice["name"] for choice in none["choices"]] == ["Aucune connexion prête"]


def test_english_on_request(operation):
    template = element_template(operation, "en")
    assert template["name"] == "Do"
    assert prop(template, "line")["label"] == "Line"
    assert prop(template, "pick")["choices"][0]["name"] == "one"
    assert [group["label"] for group in template["groups"]][:2] == ["Connection", "Main"]


def test_writing_changes_only_what_differs(operation):
    connector = operation.owner
    assert write_templates(connector) == [template_path(operation)]
    assert write_templates(connector) == []
    assert json.loads(template_path(operation).read_text()) == element_template(operation)


def test_a_connector_without_settings_asks_for_no_connection(make):
    template = element_template(make(Everything, Nothing, lambda *_: {}))
    assert "connection" not in [item.get("id") for item in template["properties"]]


def test_types_for_the_modeler(operation):
    types = operation.input_types
    assert {name: info.feel for name, info in types.items()} == {
        "line": "string", "lines": "string", "letter": "string", "title": "string", "pick": "string",
        "yes": "boolean", "count": "number", "value": "any", "papers": "list",
    }  # fmt: skip
    assert types["papers"].items.feel == "context"
    assert types["pick"].choices == ("a", "b")
    assert types["line"].as_dict() == {
        "type": "string",
        "label": {"fr": "Ligne", "en": "Line"},
        "required": True,
        "hint": {"fr": "Ici.", "en": "Here."},
    }


def test_a_missing_icon_is_named(tmp_path):
    with pytest.raises(InvalidConnector, match=r"icon\.svg"):
        icon_data_uri(tmp_path / "icon.svg")
