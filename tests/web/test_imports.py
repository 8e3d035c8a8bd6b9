"""What was drawn elsewhere: the page, the report, names that are taken, files that are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from tests.engine.imports.samples import file, line
from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from tests.web.modeler_sample import KEY, Designer

FOREIGN = file(
    line(
        '<userTask id="s1" name="Contrôler" camunda:assignee="${chef}" camunda:formRef="demande"/>',
        '<serviceTask id="s2" name="Payer" camunda:class="org.acme.Pay"/>',
    )
)
FORM = json.dumps({"type": "default", "id": "demande", "components": []}).encode()
DMN = b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"/>'


@pytest.fixture
def designer(app: Flask, signed_in: Callable[..., Person]) -> Designer:
    sample.prepare(app)
    return Designer(signed_in("administrator"))


def bring_in(designer: Designer, *files: tuple[str, bytes], lang: str = "fr", **fields: str):
    sent = [(BytesIO(content), name) for name, content in files]
    return designer.post(f"/modeler/import?lang={lang}", file=sent, **fields)


def test_the_page_is_one_link_away_from_the_processes(designer: Designer) -> None:
    assert 'href="/modeler/import"' in designer.client.get("/processes").text
    assert "Importer un diagramme" in designer.client.get("/modeler/import").text


def test_a_foreign_diagram_ends_in_a_report_that_leads_into_the_diagram(designer: Designer) -> None:
    answer = bring_in(designer, ("demande.bpmn20.xml", FOREIGN), ("demande.form", FORM))
    assert answer.headers["Location"] == "/modeler/processes/p/import-report"
    report = designer.client.get(answer.headers["Location"]).text.replace("\u00a0", " ")
    assert "Camunda 7" in report
    assert "« Payer » appelait le programme « org.acme.Pay »" in report
    assert "« Contrôler » montre le formulaire « demande »." in report
    assert 'href="/modeler/processes/p#s2"' in report
    assert report.index("À choisir") < report.index("Repris")


def test_the_report_speaks_english(designer: Designer) -> None:
    bring_in(designer, ("demande.bpmn", FOREIGN))
    report = designer.client.get("/modeler/processes/p/import-report?lang=en").text
    assert "called the program" in report
    assert "To choose" in report


def test_what_comes_out_holds_what_went_in(designer: Designer) -> None:
    bring_in(designer, ("demande.bpmn", FOREIGN))
    out = designer.client.get("/modeler/processes/p/diagram.bpmn").data
    assert b'camunda:class="org.acme.Pay"' in out
    assert b"${chef}" in out
    assert b'assignee="=chef"' in out
    assert b"BPMNShape" in out


def test_files_chosen_together_are_one_package(designer: Designer) -> None:
    bring_in(designer, ("a.bpmn", FOREIGN), ("demande.form", FORM), ("regles.dmn", DMN))
    package = designer.client.get("/modeler/processes/p/package.zip").data
    assert b"demande.form" in package
    assert b"regles.dmn" in package


def test_a_diagram_of_ours_opens_at_once(designer: Designer) -> None:
    assert bring_in(designer, ("a.bpmn", sample.diagram())).headers["Location"] == f"/modeler/processes/{KEY}"
    assert designer.client.get(f"/modeler/processes/{KEY}/import-report").status_code == 404


def test_a_taken_name_gets_a_number_and_the_report_says_so(designer: Designer) -> None:
    bring_in(designer, ("a.bpmn", FOREIGN))
    again = bring_in(designer, ("a.bpmn", FOREIGN))
    assert again.headers["Location"] == "/modeler/processes/p_2/import-report"
    report = designer.client.get(again.headers["Location"]).text.replace("\u00a0", " ")
    assert "« p » existe : ce diagramme s’appelle « p_2 »" in report
    assert b'id="p_2"' in designer.client.get("/modeler/processes/p_2/diagram.bpmn").data


def test_a_name_that_was_asked_for_and_is_taken_is_refused_with_a_proposal(designer: Designer) -> None:
    bring_in(designer, ("a.bpmn", FOREIGN))
    answer = bring_in(designer, ("a.bpmn", FOREIGN), key="p")
    assert answer.status_code == 422
    assert "porte déjà le nom technique" in answer.text
    assert 'value="p_2"' in answer.text


def test_a_technical_name_that_will_not_do_is_made_anew(designer: Designer) -> None:
    content = FOREIGN.replace(b'id="p"', 'id="été.à.l’envers"'.encode())
    assert bring_in(designer, ("a.bpmn", content)).status_code == 303
    assert designer.client.get("/modeler/processes/ete_envers/diagram.bpmn").status_code == 200


def test_a_drawing_without_a_process_can_be_kept_and_taken_away(designer: Designer) -> None:
    pool = '<bpmn:collaboration id="c"><bpmn:participant id="m" name="Mairie"/></bpmn:collaboration>'
    content = f"{sample.HEAD}{pool}</bpmn:definitions>".encode()
    assert bring_in(designer, ("Ma carte.bpmn", content)).status_code == 303
    report = designer.client.get("/modeler/processes/ma_carte/import-report").text
    assert "Ce diagramme est un dessin" in report
    assert "Mairie" in designer.client.get("/modeler/processes/ma_carte/diagram.bpmn").text


@pytest.mark.parametrize(
    ("name", "content", "status", "french", "english"),
    [
        ("regles.dmn", DMN, 422, "table de décision", "decision"),
        ("regles.xml", DMN, 422, "table de décision", "decision"),
        ("gros.bpmn", b"<a>" + b" " * 50 * 1024 * 1024, 413, "20 Mo", "20 MB"),
        ("gros.bpmn", b"<a>" + b" " * 9 * 1024 * 1024, 413, "8 Mo", "8 MB"),
        ("mal.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>', 422, "DOCTYPE", "DOCTYPE"),
        ("mal.bpmn", b"<a><b></a>", 422, "XML valide", "well-formed"),
        ("mal.bpmn", b"<a>" * 400 + b"</a>" * 400, 422, "imbriqués", "nested"),
        ("lisez-moi.txt", b"bonjour", 422, "XML valide", "well-formed"),
        ("vide.form", FORM, 422, "aucun diagramme", "no diagram"),
    ],
)
def test_what_is_no_diagram_is_refused_in_a_clear_sentence(
    designer: Designer, name: str, content: bytes, status: int, french: str, english: str
) -> None:
    for lang, told in (("fr", french), ("en", english)):
        answer = bring_in(designer, (name, content), lang=lang)
        assert answer.status_code == status
        assert told in answer.text


def test_the_report_is_for_those_who_may_read_the_process(
    app: Flask, designer: Designer, signed_in: Callable[..., Person]
) -> None:
    from tests.web.test_modeler import limited

    bring_in(designer, ("a.bpmn", FOREIGN), group="etat_civil")
    stranger = limited(app, signed_in, "citizen_developer", "voirie")
    assert stranger.client.get("/modeler/processes/p/import-report").status_code == 403


def test_a_foreign_diagram_that_replaces_another_brings_its_forms_and_its_report(designer: Designer) -> None:
    fields = (
        '<userTask id="s1" name="Saisir"><extensionElements><camunda:formData>'
        '<camunda:formField id="nom" label="Nom" type="string"/></camunda:formData>'
        "</extensionElements></userTask>"
    )
    sample.make(designer)
    content = file(line(fields, '<serviceTask id="s2" name="Payer" camunda:class="Pay"/>'))
    answer = designer.post(f"/modeler/processes/{KEY}/diagram-file", file=(BytesIO(content), "a.bpmn"))
    assert answer.headers["Location"] == f"/modeler/processes/{KEY}/import-report"
    assert "« Payer »" in designer.client.get(answer.headers["Location"]).text.replace("\u00a0", " ")
    assert b"formulaires/s1.form" in designer.client.get(f"/modeler/processes/{KEY}/package.zip").data


def test_the_editor_gets_the_translation_and_where_to_read_about_it(designer: Designer) -> None:
    sample.make(designer)
    headers = {"X-CSRFToken": designer.csrf}
    path = f"/modeler/processes/{KEY}/arranged"
    answer = designer.client.post(
        path, data=FOREIGN.decode().replace("UTF-8", "UTF-16").encode("utf-16"), headers=headers
    )
    assert b'assignee="=chef"' in answer.data
    assert f'id="{KEY}"'.encode() in answer.data
    assert answer.headers["X-Relais-Report"] == f"/modeler/processes/{KEY}/import-report"
    assert designer.client.get(answer.headers["X-Relais-Report"]).status_code == 200
    plain = designer.client.post(path, data=sample.diagram(), headers=headers)
    assert "X-Relais-Report" not in plain.headers
