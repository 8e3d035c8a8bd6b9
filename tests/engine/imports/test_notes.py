"""What is translated, what is left to choose, what is kept: said element by element, and nothing lost."""

from __future__ import annotations

import pytest
from lxml import etree

from engine.catalogue import NoCatalogue
from engine.check import check_file
from engine.errors import DefinitionInvalid
from engine.imports import Note, import_diagram
from tests.conformance.losses import lost
from tests.engine.imports.samples import NAMESPACES, file, line

ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"


def notes(content: bytes, kind: str, element: str | None = "s1") -> list[str]:
    found = import_diagram(content)
    assert lost(content, found.xml) == []
    assert import_diagram(found.xml).xml == found.xml
    return [n.message.fr for n in found.notes if n.kind == kind and n.element_id == element]


def extension(content: bytes, tag: str, element: str = "s1") -> dict[str, str]:
    root = etree.fromstring(import_diagram(content).xml)
    holder = root.find(f".//*[@id='{element}']")
    return dict(next(holder.iter(ZEEBE + tag)).attrib)


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ('<serviceTask id="s1" name="Payer" camunda:class="org.acme.Pay"/>', "org.acme.Pay"),
        ('<serviceTask id="s1" activiti:delegateExpression="${payer}"/>', "${payer}"),
        ('<serviceTask id="s1" flowable:type="mail"/>', "envoie un courriel"),
        ('<serviceTask id="s1" camunda:async="true"/>', "ne dit pas ce qui l’exécute"),
        ('<sendTask id="s1" camunda:type="external" camunda:topic="t"/>', "« t »"),
        ('<userTask id="s1" camunda:formKey="embedded:app:forms/a.html"/>', "une autre application"),
        ('<userTask id="s1" camunda:formRef="demande"/>', "n’est pas dans ce qui a été importé"),
        ('<userTask id="s1" camunda:assignee="${users.pick()}"/>', "la personne chargée"),
        ('<userTask id="s1" flowable:assignee="$INITIATOR"/>', "a ouvert le dossier"),
        ('<userTask id="s1" camunda:priority="1000"/>', "de 0 à 100"),
        (
            (
                '<scriptTask id="s1" scriptFormat="groovy" camunda:resultVariable="x"><script>1</script>'
                "</scriptTask>"
            ),
            "groovy",
        ),
        ('<businessRuleTask id="s1" camunda:async="true"/>', "quelle décision"),
        ('<businessRuleTask id="s1" camunda:decisionRef="d"/>', "forme de son résultat"),
        ('<callActivity id="s1" camunda:caseRef="c"/>', "CMMN"),
        (
            '<userTask id="s1" camunda:async="1"><multiInstanceLoopCharacteristics/></userTask>',
            "pour quelle liste",
        ),
    ],
)
def test_what_the_file_does_not_settle_is_a_choice(step: str, told: str) -> None:
    found = notes(file(line(step)), "to_choose")
    assert len(found) == 1
    assert told in found[0].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("step", "tag", "expected"),
    [
        (
            (
                '<callActivity id="s1" calledElement="sub"><extensionElements><camunda:in variables="all"/>'
                '<camunda:in source="a" target="b"/></extensionElements></callActivity>'
            ),
            "calledElement",
            {
                "processId": "sub",
                "propagateAllParentVariables": "true",
                "propagateAllChildVariables": "false",
            },
        ),
        (
            (
                '<callActivity id="s1" calledElement="sub"><extensionElements>'
                '<camunda:in source="a" target="b"/></extensionElements></callActivity>'
            ),
            "input",
            {"source": "=a", "target": "b"},
        ),
        (
            (
                '<userTask id="s1"><multiInstanceLoopCharacteristics camunda:collection="files" '
                'camunda:elementVariable="one"/></userTask>'
            ),
            "loopCharacteristics",
            {"inputCollection": "=files", "inputElement": "one"},
        ),
        (
            (
                '<businessRuleTask id="s1" camunda:decisionRef="d" camunda:resultVariable="r" '
                'camunda:mapDecisionResult="singleEntry"/>'
            ),
            "calledDecision",
            {"decisionId": "d", "resultVariable": "r"},
        ),
        (
            (
                '<userTask id="s1" camunda:async="1"><potentialOwner><resourceAssignmentExpression>'
                "<formalExpression>"
                "user(ana), group(rh), voirie</formalExpression></resourceAssignmentExpression>"
                "</potentialOwner></userTask>"
            ),
            "assignmentDefinition",
            {"candidateUsers": "ana", "candidateGroups": "rh,voirie"},
        ),
    ],
)
def test_what_is_certain_stands_in_our_words(step: str, tag: str, expected: dict[str, str]) -> None:
    content = file(line(step))
    assert extension(content, tag) == expected
    assert notes(content, "translated")


def test_what_means_nothing_here_is_told_once_for_the_file() -> None:
    content = file(
        line(
            '<userTask id="s1" camunda:asyncBefore="true"/>', '<userTask id="s2" camunda:asyncBefore="true"/>'
        ),
        process='isExecutable="true" camunda:historyTimeToLive="P30D"',
    )
    found = notes(content, "kept_as_drawing", None)
    assert len(found) == 1
    assert "asyncBefore (2), historyTimeToLive (1)" in found[0]


def test_an_unclear_condition_stays_and_the_check_refuses_it_by_name() -> None:
    content = file(
        '<startEvent id="start"/><exclusiveGateway id="x" camunda:async="true"/><endEvent id="a"/>'
        '<endEvent id="b"/>'
        '<sequenceFlow id="f0" sourceRef="start" targetRef="x"/><sequenceFlow id="s1" name="oui" '
        'sourceRef="x" '
        'targetRef="a"><conditionExpression>${rules.accept(order)}</conditionExpression></sequenceFlow>'
        '<sequenceFlow id="f2" sourceRef="x" targetRef="b"/>'
    )
    assert "rules.accept" in notes(content, "to_choose")[0]
    found = check_file("p.bpmn", import_diagram(content).xml, None, NoCatalogue())
    assert ("feel.syntax", "s1") in [(d.rule, d.element_id) for d in found]


def test_the_original_text_is_kept_beside_its_translation() -> None:
    content = file(
        line().replace("/>", "/>", 1)
        + '<sequenceFlow id="s1" sourceRef="start" targetRef="end"><conditionExpression>\n ${ok}\n'
        '</conditionExpression></sequenceFlow><task id="t" camunda:async="true"/>'
    )
    assert extension(content, "property") == {
        "name": "relais:imported.conditionExpression",
        "value": "\n ${ok}\n",
    }
    assert notes(content, "translated")


@pytest.mark.parametrize(
    ("process", "mark", "executable"),
    [
        ("", "", ["true"]),
        ('isExecutable="false"', "", ["false"]),
        ("", '<userTask id="u" flowable:assignee="a"/>', ["true"]),
    ],
)
def test_silence_means_to_run_and_no_means_no(process: str, mark: str, executable: list[str]) -> None:
    content = file(line() + mark, process=process)
    root = etree.fromstring(import_diagram(content).xml)
    assert [p.get("isExecutable") for p in root.iter("{*}process")] == executable
    assert lost(content, import_diagram(content).xml) == []


@pytest.mark.parametrize(
    "inside",
    [
        '<collaboration id="c"><participant id="a" name="Mairie"/></collaboration>',
        '<choreography id="c"><choreographyTask id="t" initiatingParticipantRef="a"/></choreography>',
        '<collaboration id="c"><conversation id="k"/></collaboration>',
        '<process id="p" isExecutable="false"/>',
    ],
)
def test_a_drawing_is_welcome(inside: str) -> None:
    content = f"<definitions {NAMESPACES}>{inside}</definitions>".encode()
    found = import_diagram(content)
    assert lost(content, found.xml) == []
    assert [n.kind for n in found.notes if n.element_id is None][-1:] == ["kept_as_drawing"]


def test_steps_and_flows_without_an_id_get_one() -> None:
    content = file(
        '<startEvent id="start"/><endEvent id="sequenceFlow_1"/><sequenceFlow sourceRef="start" '
        'targetRef="sequenceFlow_1"/>'
    )
    root = etree.fromstring(import_diagram(content).xml)
    assert [f.get("id") for f in root.iter("{*}sequenceFlow")] == ["sequenceFlow_2"]


def test_every_note_speaks_both_languages_and_survives_being_stored() -> None:
    content = file(line('<serviceTask id="s1" name="Payer" camunda:class="Pay"/>'))
    for note in import_diagram(content).notes:
        assert note.message.fr != note.message.en
        assert "{" not in note.message.fr + note.message.en
        assert Note.from_dict(note.to_dict()) == note


PLAIN = file(line('<userTask id="s1" name="Vérifier l’état" camunda:assignee="é"/>')).decode()


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.replace("UTF-8", "ISO-8859-1").replace("’", "'").encode("latin-1"),
        ("\n\n  " + PLAIN).encode(),
        PLAIN.encode("cp1252"),
        PLAIN.replace('xmlns:camunda="http://camunda.org/schema/1.0/bpmn"', "").encode(),
        PLAIN.replace("UTF-8", "UTF-16").encode(),
    ],
    ids=["utf-16", "bom", "latin-1", "blank lines", "windows-1252", "undeclared prefix", "wrong label"],
)
def test_what_other_tools_write_slightly_wrong_is_read(content: bytes) -> None:
    found = import_diagram(content)
    root = etree.fromstring(found.xml)
    assert root.find(".//*[@id='s1']").get("name").replace("'", "’") == "Vérifier l’état"
    assert root.getroottree().docinfo.encoding == "UTF-8"
    assert found.dialect == "camunda7"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xml.not-well-formed"),
        (b"\x00\x01\x02", "xml.not-well-formed"),
        (b"<definitions", "xml.not-well-formed"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><definitions/>', "xml.doctype"),
        (b"<a>" * 300 + b"</a>" * 300, "xml.too-deep"),
        (b" " * (8 * 1024 * 1024 + 1), "xml.too-large"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "bpmn.is-dmn"),
        (b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>', "bpmn.not-bpmn"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "bpmn.not-bpmn"),
        (b"<html/>", "bpmn.not-bpmn"),
    ],
)
def test_what_cannot_be_a_diagram_is_refused_by_name(content: bytes, rule: str) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        import_diagram(content)
    assert [d.rule for d in refused.value.diagnostics] == [rule]


def test_comments_instructions_and_prefixes_come_through() -> None:
    content = (
        b"<?xml version='1.0'?><!-- before \xc3\xa9 --><?tool keep?>"
        b'<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:k="urn:k" '
        b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><!-- inside -->'
        b'<bpmn:process id="p"><bpmn:extensionElements><k:x xsi:type="k:t" xmlns:only="urn:only">'
        b"<![CDATA[a < b \xc3\xa9]]></k:x></bpmn:extensionElements></bpmn:process>"
        b"</bpmn:definitions><!-- after -->"
    )
    assert lost(content, import_diagram(content).xml) == []
    assert "é".encode() in import_diagram(content).xml
