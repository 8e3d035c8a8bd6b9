"""Forms of a package, and the settings of a process."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from designer.models import Draft
from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from tests.web.modeler_sample import BASE, Designer

FORM = f"{BASE}/forms/formulaires/demande.form"
SCHEMA = f"{BASE}/schemas/formulaires/demande.form"
FIELD = {"type": "textfield", "id": "nom", "key": "nom", "label": "Nom"}


@pytest.fixture(autouse=True)
def groups(app: Flask) -> None:
    sample.prepare(app)


@pytest.fixture
def designer(signed_in: Callable[..., Person]) -> Designer:
    someone = Designer(signed_in("citizen_developer"))
    sample.make(someone)
    return someone


@pytest.fixture
def builder(designer: Designer) -> Designer:
    """A designer whose process has the form « Demande »."""
    assert designer.post(f"{BASE}/forms", name="Demande").headers["Location"] == FORM
    return designer


def put_schema(builder: Designer, revision: str, **schema: object):
    body = {"type": "default", "id": "demande", "components": [FIELD], **schema}
    headers = {"X-CSRFToken": builder.csrf, "If-Match": revision}
    return builder.client.put(SCHEMA, json=body, headers=headers)


def test_a_form_is_made_opened_and_offered_to_the_diagram(builder: Designer) -> None:
    page = builder.client.get(FORM)
    assert 'data-island="forms"' in page.text
    assert "'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert builder.client.get(f"{BASE}/form-choices").json == [
        {"id": "demande", "name": "Demande", "editUrl": FORM}
    ]
    assert builder.post(f"{BASE}/forms", name="Demande").headers["Location"].endswith("demande_2.form")


def test_a_form_is_saved_with_its_name_and_its_problems(builder: Designer) -> None:
    opened = builder.client.get(SCHEMA)
    assert opened.json["components"] == []
    answer = put_schema(builder, opened.headers["ETag"])
    assert answer.status_code == 200
    assert answer.json["diagnostics"] == []
    assert builder.client.get(SCHEMA).json["name"] == "Demande"
    broken = put_schema(builder, f'"{answer.json["revision"]}"', components=[FIELD, FIELD])
    assert broken.status_code == 200
    assert broken.json["diagnostics"]
    assert broken.json["diagnostics"][0]["message"] in builder.client.get(f"{BASE}/forms").text.replace(
        "&#39;", "'"
    )


def test_two_people_on_one_form_get_the_choice(builder: Designer) -> None:
    seen = builder.client.get(SCHEMA).headers["ETag"]
    first = put_schema(builder, seen)
    second = put_schema(builder, seen, components=[])
    assert second.status_code == 412
    assert second.json["revision"] == first.json["revision"]
    assert "demande.form" in builder.client.get(f"{BASE}/versions").text


def test_a_form_and_the_diagram_have_revisions_of_their_own(builder: Designer) -> None:
    _content, seen = builder.diagram()
    put_schema(builder, builder.client.get(SCHEMA).headers["ETag"])
    assert builder.put(sample.diagram(), seen).status_code == 200


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"id": "x"}', b"\xff", b"[" * 100_000])
def test_what_is_no_form_is_refused(builder: Designer, body: bytes) -> None:
    seen = builder.client.get(SCHEMA).headers["ETag"]
    headers = {"X-CSRFToken": builder.csrf, "If-Match": seen}
    answer = builder.client.put(SCHEMA, data=body, headers=headers)
    assert answer.status_code == 422
    assert "n’est pas un formulaire" in answer.json["message"]


def test_variables_of_forms_complete_expressions(builder: Designer) -> None:
    put_schema(builder, builder.client.get(SCHEMA).headers["ETag"])
    assert builder.client.get(f"{BASE}/variables").json == [
        {"name": "nom", "type": "String", "detail": "demande"}
    ]


def test_a_form_is_renamed_and_its_steps_keep_it(builder: Designer) -> None:
    assert 'value="Demande"' in builder.client.get(f"{BASE}/form-name/formulaires/demande.form").text
    rename = f"{BASE}/form-name/formulaires/demande.form"
    assert builder.post(rename, name="").status_code == 422
    assert builder.post(rename, name="Demande d’acte").status_code == 303
    (form,) = builder.client.get(f"{BASE}/form-choices").json
    assert (form["id"], form["name"]) == ("demande", "Demande d’acte")


def test_deleting_a_form_says_which_steps_use_it(builder: Designer) -> None:
    content = sample.diagram(task='<zeebe:formDefinition formId="demande"/>')
    builder.put(content, builder.diagram()[1])
    assert builder.check(content) == []
    removal = f"{BASE}/form-removal/formulaires/demande.form"
    assert "Ces étapes l’emploient\u00a0: Contrôler." in builder.client.get(removal).text
    assert builder.post(removal).status_code == 303
    assert [found["rule"] for found in builder.check(content)] == ["form.missing"]
    assert builder.client.get(FORM).status_code == 404


def test_a_form_without_a_name_is_not_made(designer: Designer) -> None:
    answer = designer.post(f"{BASE}/forms", name=" ")
    assert answer.status_code == 422
    assert "Donnez un nom au formulaire" in answer.text


def test_who_only_reads_sees_the_form_and_changes_nothing(
    builder: Designer, signed_in: Callable[..., Person]
) -> None:
    reader = Designer(signed_in("auditor"))
    assert "readOnly" in reader.client.get(FORM).text
    assert put_schema(reader, reader.client.get(SCHEMA).headers["ETag"]).status_code == 403
    assert reader.post(f"{BASE}/forms", name="x").status_code == 403


SETTINGS = {
    "name": "Acte d’état civil",
    "group": "voirie",
    "public": "true",
    "caseTitle": '=prenom + " " + nom',
    "prefix": "EC",
    "owner": "Bureau de l’état civil",
    "description": "Demander un acte.",
}


def test_settings_are_written_into_the_diagram(app: Flask, designer: Designer) -> None:
    designer.put(sample.diagram(), designer.diagram()[1])
    assert designer.post(f"{BASE}/settings", **SETTINGS).status_code == 303
    content = designer.diagram()[0].decode()
    assert 'name="Acte d’état civil"' in content
    for name in ("group", "public", "prefix", "owner", "description"):
        assert f'name="relais:{name}" value="{SETTINGS[name]}"' in content
    assert designer.check(content.encode()) == []
    assert 'value="EC"' in designer.client.get(f"{BASE}/settings").text
    designer.post(f"{BASE}/settings", **{**SETTINGS, "public": "", "owner": ""})
    assert "relais:public" not in designer.diagram()[0].decode()
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        assert (draft.name, draft.group_key) == ("Acte d’état civil", "voirie")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("name", "", "Donnez un nom"),
        ("prefix", "ca 1", "lettres majuscules"),
        ("caseTitle", "=prenom +", "Titre des dossiers"),
        ("public", "oui", "Choisissez qui peut ouvrir"),
        ("description", "x" * 3000, "trop long"),
    ],
)
def test_wrong_settings_are_explained_and_nothing_is_saved(
    designer: Designer, field: str, value: str, told: str
) -> None:
    before = designer.diagram()
    answer = designer.post(f"{BASE}/settings", **{**SETTINGS, field: value})
    assert answer.status_code == 422
    assert told in answer.text
    assert f'href="#{field}"' in answer.text
    assert designer.diagram() == before


def test_every_page_speaks_english(builder: Designer) -> None:
    for path in (
        BASE,
        FORM,
        f"{BASE}/forms",
        f"{BASE}/versions",
        f"{BASE}/settings",
        "/modeler/new",
        "/modeler/import",
    ):
        page = builder.client.get(f"{path}?lang=en")
        assert page.status_code == 200
        assert '<html lang="en"' in page.text
        assert "Processus" not in page.text.replace("Demande", "")
