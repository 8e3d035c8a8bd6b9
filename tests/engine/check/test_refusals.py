"""The check: hostile, broken or unsupported input is refused by name, never with a traceback."""

from __future__ import annotations

import pytest

from engine import check, packages
from engine.catalogue import NoCatalogue
from engine.testing import HEADER, mapping, process, sub_process, timer


def rules(xml: bytes) -> list[str]:
    found = check.check(packages.single(xml), NoCatalogue())
    return [d.rule for d in found if d.severity == "error"]


def wrap(inner: str, roots: str = "") -> bytes:
    process = f'<bpmn:process id="p" isExecutable="true">{inner}</bpmn:process>'
    return f"{HEADER}{roots}{process}</bpmn:definitions>".encode()


def _in(tag: str, inner: str, attributes: str = "") -> str:
    return f'<bpmn:{tag} id="t" {attributes}>{inner}</bpmn:{tag}>'


def _flow(source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="f" sourceRef="{source}" targetRef="{target}"/>'


NESTED = b"<a>" * 10_000 + b"</a>" * 10_000
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
XXE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "xml.not-well-formed"),
        (b"not xml at all", "xml.not-well-formed"),
        (b"<open>", "xml.not-well-formed"),
        (b"\xff\xfe\x00", "xml.not-well-formed"),
        (NESTED, "xml.too-deep"),
        (BOMB, "xml.doctype"),
        (XXE, "xml.doctype"),
        (b"<!DOCTYPE x><x/>", "xml.doctype"),
        (b" " * 50 * 1024 * 1024, "xml.too-large"),
        (b"<a>" + b"<b/>" * 70_000 + b"</a>", "xml.too-many-elements"),
        (b"<html/>", "bpmn.not-bpmn"),
        (f"{HEADER}</bpmn:definitions>".encode(), "bpmn.no-executable-process"),
    ],
)
def test_hostile_or_broken_files(content: bytes, rule: str) -> None:
    assert rules(content) == [rule]


START = '<bpmn:startEvent id="s"/>'
NOT_EXECUTED = [
    (START + '<bpmn:task id="s"/>', "bpmn.duplicate-id"),
    ("", "bpmn.no-start"),
    ('<bpmn:task id="a" startQuantity="0"/>', "bpmn.quantity"),
    ('<bpmn:task id="a" completionQuantity="many"/>', "bpmn.quantity"),
    (START + '<bpmn:choreographyTask id="g"/>', "bpmn.unsupported-element"),
    (START + '<bpmn:teleport id="g"/>', "bpmn.unsupported-element"),
    (START + _in("task", "<bpmn:multiInstanceLoopCharacteristics/>"), "bpmn.multi-instance-source"),
    (
        START + _in("subProcess", '<bpmn:startEvent id="x"/>', 'triggeredByEvent="true"'),
        "bpmn.event-sub-process-start",
    ),
    (_in("startEvent", "<bpmn:errorEventDefinition/>"), "bpmn.start-event"),
    (START + _in("endEvent", "<bpmn:linkEventDefinition/>"), "bpmn.end-event"),
    (START + '<bpmn:intermediateCatchEvent id="c"/>', "bpmn.no-event-definition"),
    (START + '<bpmn:serviceTask id="t"/>', "zeebe.job-type"),
    (START + '<bpmn:scriptTask id="t"/>', "zeebe.script"),
    (START + '<bpmn:receiveTask id="t"/>', "bpmn.message-reference"),
    (START + _flow("s", "gone"), "bpmn.flow-reference"),
    (START + '<bpmn:task id="t"/>' + _flow("t", "s"), "bpmn.incoming-not-allowed"),
    (START + '<bpmn:endEvent id="e"/>' + _flow("e", "e"), "bpmn.outgoing-not-allowed"),
    (
        START + _in("boundaryEvent", "<bpmn:errorEventDefinition/>", 'attachedToRef="x"'),
        "bpmn.boundary-host",
    ),
    (START + '<bpmn:exclusiveGateway id="g"/>', "bpmn.gateway-no-outgoing"),
    (
        START + _in("task", "<bpmn:extensionElements><zeebe:executionListeners/></bpmn:extensionElements>"),
        "zeebe.unsupported-extension",
    ),
    (START + _in("endEvent", "<bpmn:errorEventDefinition/>"), "bpmn.error-code"),
]


@pytest.mark.parametrize(("inner", "rule"), NOT_EXECUTED)
def test_what_is_not_executed_is_named(inner: str, rule: str) -> None:
    assert rule in rules(wrap(inner))


def test_a_diagnostic_names_the_element_in_both_languages() -> None:
    xml = wrap('<bpmn:startEvent id="s"/><bpmn:task id="g" name="Dossier complet ?"/>')
    findings = check.check(packages.single(xml), NoCatalogue())
    found = next(d for d in findings if d.rule == "bpmn.no-incoming")
    assert found.element_id == "g"
    assert "Dossier complet\u00a0?" in found.message.fr
    assert "Dossier complet ?" in found.message.en
    assert found.hint is not None


@pytest.mark.parametrize("condition", ["=amount >", "=1 +", "=if x", "=f(", "=(" * 5000, '=duplicate("a", '])
def test_a_condition_that_does_not_parse(condition: str) -> None:
    xml = process().start().exclusive("g").when(condition).end("a").at("g").default().end("b").xml()
    assert rules(xml) == ["feel.syntax"]


@pytest.mark.parametrize("text", ["tomorrow", "P", "PT", "R3", "10 days", "=1 +"])
def test_a_timer_that_cannot_be_understood(text: str) -> None:
    xml = process().start().add("intermediateCatchEvent", "c", timer("timeDuration", text)).end().xml()
    assert rules(xml) in (["bpmn.timer"], ["feel.syntax"])


def test_an_exclusive_flow_without_condition() -> None:
    xml = process().start().exclusive("g").when("=a").end("a").at("g").end("b").xml()
    assert rules(xml) == ["bpmn.flow-condition"]


def test_a_form_that_is_not_there() -> None:
    xml = process().start().user("u", '<zeebe:formDefinition formId="ghost"/>').end().xml()
    assert rules(xml) == ["form.missing"]


def test_an_operation_that_is_not_installed() -> None:
    xml = process().start().service("s", "ghost:do:1").end().xml()
    assert rules(xml) == ["connector.unknown"]


def test_a_message_catch_without_key() -> None:
    diagram = process().start()
    diagram.add("intermediateCatchEvent", "c", diagram.message("m")).end()
    assert rules(diagram.xml()) == ["bpmn.correlation-key"]


def test_the_inside_of_a_sub_process_is_checked_too() -> None:
    inner = sub_process("sub").start("s1").add("serviceTask", "c").end("e1")
    assert rules(process().start().sub(inner).end().xml()) == ["zeebe.job-type"]


def test_a_sound_diagram_has_no_finding() -> None:
    diagram = process().start().service("s", "work", extra=mapping(inputs={"a": "=b"})).user("u").end()
    found = check.check(packages.single(diagram.xml()), NoCatalogue())
    assert [d.rule for d in found] == ["connector.unknown"]
    assert found[0].severity == "warning"
