"""Files that come into the workshop and leave it: good ones, broken ones, hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from tests.web.modeler_sample import BASE, HEAD, KEY, Designer

DTD = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + sample.diagram()[38:]
NESTED = (
    HEAD + "<bpmn:process id='p'>" * 10_000 + "</bpmn:process>" * 10_000 + "</bpmn:definitions>"
).encode()
LARGE = sample.diagram() + b" " * (9 * 1024 * 1024)
HUGE = b" " * (50 * 1024 * 1024)

#: What cannot be a diagram: its content, the status, a word of the message in French and in English.
UNREADABLE = [
    pytest.param(b"<bpmn:definitions", 422, "XML valide", "well-formed", id="broken"),
    pytest.param(b"", 422, "XML", "XML", id="empty"),
    pytest.param(b"\x00\xff\x00", 422, "XML", "XML", id="binary"),
    pytest.param(b"<html/>", 422, "n’est pas un diagramme BPMN", "not", id="not BPMN"),
    pytest.param(DTD, 422, "DOCTYPE", "DOCTYPE", id="DTD"),
    pytest.param(NESTED, 422, "profondément", "deeply", id="nested"),
    pytest.param(LARGE, 413, "limite est de 8 Mo", "limit is 8 MB", id="large"),
    pytest.param(HUGE, 413, "Mo", "MB", id="huge"),
]


@pytest.fixture(autouse=True)
def groups(app: Flask) -> None:
    sample.prepare(app)


@pytest.fixture
def designer(signed_in: Callable[..., Person]) -> Designer:
    return Designer(signed_in("citizen_developer"))


@pytest.fixture
def drawn(designer: Designer) -> Designer:
    sample.make(designer)
    return designer


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def bring_in(designer: Designer, name: str, content: bytes, *, lang: str = "fr", **fields: str):
    return designer.post(f"/modeler/import?lang={lang}", file=(BytesIO(content), name), **fields)


@pytest.mark.parametrize(("content", "status", "french", "english"), UNREADABLE)
def test_what_is_no_diagram_is_not_saved_and_said_why(
    drawn: Designer, content: bytes, status: int, french: str, english: str
) -> None:
    before = drawn.diagram()
    for lang, told in (("fr", french), ("en", english)):
        answer = drawn.put(content, before[1], f"{BASE}/diagram?lang={lang}")
        assert answer.status_code == status
        assert told in answer.json["message"]
    assert drawn.diagram() == before


@pytest.mark.parametrize(("content", "status", "french", "english"), UNREADABLE)
def test_what_is_no_diagram_is_not_imported_and_said_why(
    designer: Designer, content: bytes, status: int, french: str, english: str
) -> None:
    for lang, told in (("fr", french), ("en", english)):
        answer = bring_in(designer, "fichier.bpmn", content, lang=lang)
        assert answer.status_code == status
        assert told in answer.text
        assert f'lang="{lang}"' in answer.text


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (sample.diagram(inside='<bpmn:callChoreography id="g"/>'), "bpmn.unsupported-element"),
        (sample.diagram(inside='<bpmn:endEvent id="start"/>'), "bpmn.duplicate-id"),
        (sample.diagram(task='<zeebe:formDefinition formId="absent"/>'), "form.missing"),
        (
            sample.diagram(
                inside='<bpmn:serviceTask id="s"><bpmn:extensionElements>'
                '<zeebe:taskDefinition type="inconnu:rien:1"/></bpmn:extensionElements></bpmn:serviceTask>'
                '<bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="s"/>'
            ),
            "connector.unknown",
        ),
        (
            sample.diagram(
                inside='<bpmn:endEvent id="e2"/><bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="e2">'
                '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=1 +</bpmn:conditionExpression>'
                "</bpmn:sequenceFlow>"
            ),
            "feel.syntax",
        ),
        (b"<bpmn:definitions", "xml.not-well-formed"),
        (DTD, "xml.doctype"),
        (NESTED, "xml.too-deep"),
        (LARGE, "xml.too-large"),
    ],
)
def test_the_check_names_what_is_wrong_in_both_languages(drawn: Designer, content: bytes, rule: str) -> None:
    french, english = drawn.check(content), drawn.check(content, "en")
    assert rule in [found["rule"] for found in french]
    assert [f["rule"] for f in french] == [f["rule"] for f in english]
    told = next(f["message"] for f in french if f["rule"] == rule)
    assert told != next(f["message"] for f in english if f["rule"] == rule)


def test_a_draft_with_problems_is_saved_all_the_same(drawn: Designer) -> None:
    broken = sample.diagram(inside='<bpmn:callChoreography id="g"/>')
    assert drawn.put(broken, drawn.diagram()[1]).status_code == 200
    assert drawn.diagram()[0] == broken


def test_a_diagram_is_imported_and_exported(designer: Designer) -> None:
    answer = bring_in(designer, "acte.bpmn", sample.diagram())
    assert answer.headers["Location"] == BASE
    file = designer.client.get(f"{BASE}/diagram.bpmn")
    assert 'name="Contrôler"'.encode() in file.data
    assert f'filename="{KEY}.bpmn"' in file.headers["Content-Disposition"]


def test_a_drawing_becomes_executable_and_takes_another_name(designer: Designer) -> None:
    drawing = sample.diagram(key="P_1").replace(b' isExecutable="true"', b"")
    assert bring_in(designer, "dessin.bpmn", drawing, key=KEY).headers["Location"] == BASE
    content, _revision = designer.diagram()
    assert b'id="demande_acte"' in content
    assert b'isExecutable="true"' in content
    assert designer.check(content) == []


def test_utf_16_arrives_readable(designer: Designer) -> None:
    text = sample.diagram().decode().replace("UTF-8", "UTF-16")
    assert bring_in(designer, "acte.bpmn", text.encode("utf-16")).status_code == 303
    assert "Contrôler".encode() in designer.diagram()[0]


def test_a_name_that_is_taken_is_said_and_can_be_changed(drawn: Designer) -> None:
    answer = bring_in(drawn, "acte.bpmn", sample.diagram(), key=KEY)
    assert answer.status_code == 422
    assert "porte déjà le nom technique" in answer.text
    again = bring_in(drawn, "acte.bpmn", sample.diagram(), key="acte_bis")
    assert again.headers["Location"] == "/modeler/processes/acte_bis"


def test_a_whole_package_goes_out_and_comes_back(designer: Designer) -> None:
    form = b'{"type": "default", "id": "demande", "components": []}'
    picture = b"\x89PNG\r\n\x00\xff"
    files = {
        "acte/acte.bpmn": sample.diagram(),
        "acte/formulaires/demande.form": form,
        "acte/plan.png": picture,
        "__MACOSX/x": b"",
    }
    assert bring_in(designer, "acte.zip", zipped(files)).status_code == 303
    out = designer.client.get(f"{BASE}/package.zip")
    assert out.mimetype == "application/zip"
    with zipfile.ZipFile(BytesIO(out.data)) as archive:
        assert sorted(archive.namelist()) == ["acte.bpmn", "formulaires/demande.form", "plan.png"]
        assert archive.read("plan.png") == picture
        assert archive.read("formulaires/demande.form") == form


@pytest.mark.parametrize(
    ("content", "status", "told"),
    [
        (b"PK\x03\x04 nothing more", 422, "ne s’ouvre pas"),
        (zipped({"../../etc/cron.d/x": b"", "a.bpmn": sample.diagram()}), 422, "chemin"),
        (zipped({"/etc/passwd": b"", "a.bpmn": sample.diagram()}), 422, "chemin"),
        (zipped({"a\\b.bpmn": sample.diagram()}), 422, "chemin"),
        (zipped({"lisez-moi.txt": b"bonjour"}), 422, "aucun diagramme"),
        (zipped({"a.bpmn": DTD}), 422, "DOCTYPE"),
        (zipped({f"f{n}.txt": b"" for n in range(600)}), 413, "600 fichiers"),
        (zipped({"a.bpmn": sample.diagram(), "bombe.txt": b"0" * (65 * 1024 * 1024)}), 413, "64 Mo"),
    ],
    ids=["damaged", "parent", "absolute", "backslash", "no diagram", "hostile", "many", "bomb"],
)
def test_a_hostile_archive_is_refused(designer: Designer, content: bytes, status: int, told: str) -> None:
    answer = bring_in(designer, "paquet.zip", content)
    assert (answer.status_code, told in answer.text) == (status, True)
    assert designer.client.get(BASE).status_code == 404


def test_no_file_is_said(designer: Designer) -> None:
    answer = designer.post("/modeler/import")
    assert answer.status_code == 422
    assert "Choisissez un fichier .bpmn ou .zip." in answer.text


def test_an_import_into_a_foreign_group_is_refused(
    app: Flask, designer: Designer, signed_in: Callable[..., Person]
) -> None:
    from tests.web.test_modeler import limited

    stranger = limited(app, signed_in, "citizen_developer", "voirie")
    assert bring_in(stranger, "acte.bpmn", sample.diagram()).status_code == 422
    assert bring_in(stranger, "acte.bpmn", sample.diagram(), group="voirie").status_code == 303
    assert b'value="voirie"' in stranger.diagram()[0]


def test_a_file_replaces_the_diagram_which_is_kept(drawn: Designer) -> None:
    before = drawn.diagram()[0]
    answer = drawn.post(f"{BASE}/diagram-file", file=(BytesIO(sample.diagram(key="autre")), "a.bpmn"))
    assert answer.headers["Location"] == BASE
    content, _revision = drawn.diagram()
    assert b'<bpmn:process id="demande_acte"' in content
    assert "Copies gardées" in drawn.client.get(f"{BASE}/versions").text
    assert before


def test_a_broken_file_leaves_the_diagram(drawn: Designer) -> None:
    before = drawn.diagram()
    answer = drawn.post(f"{BASE}/diagram-file", file=(BytesIO(b"<x"), "a.bpmn"))
    assert answer.status_code == 422
    assert "Le diagramme n’a pas changé" in answer.text
    assert drawn.post(f"{BASE}/diagram-file").status_code == 422
    assert drawn.diagram() == before
