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
    return f'{HEADER}{roots}<bpmn:process id="p" isExecutable="true">{inner}</bpmn:process></bpmn:definitions>'.encode()


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


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ('<bpmn:startEvent id="s"/><bpmn:task id="s"/>', "bpmn.duplicate-id"),
        ('<bpmn:task id="t"/>', "bpmn.no-start"),
        ('<bpmn:startEvent id="a"/><bpmn:startEvent id="b"/>', "bpmn.several-starts"),
        ('<bpmn:startEvent id="s"/><bpmn:inclusiveGateway id="g"/>', "bpmn.unsupported-element"),
        ('<bpmn:startEvent id="s"/><bpmn:callActivity id="g"/>', "bpmn.unsupported-element"),
        ('<bpmn:startEvent id="s"/><bpmn:teleport id="g"/>', "bpmn.unsupported-element"),
        (
            '<bpmn:startEvent id="s"/><bpmn:task id="t"><bpmn:multiInstanceLoopCharacteristics/></bpmn:task>',
            "bpmn.unsupported-element",
        ),
        (
            '<bpmn:startEvent id="s"/><bpmn:subProcess id="t" triggeredByEvent="true"><bpmn:startEvent id="x"/>'
            "</bpmn:subProcess>",
            "bpmn.unsupported-element",
        ),
        ('<bpmn:startEvent id="s"><bpmn:signalEventDefinition/></bpmn:startEvent>', "bpmn.unsupported-event"),
        (
            '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"><bpmn:linkEventDefinition/></bpmn:endEvent>',
            "bpmn.unsupported-event",
        ),
        ('<bpmn:startEvent id="s"/><bpmn:intermediateCatchEvent id="c"/>', "bpmn.no-event-definition"),
        ('<bpmn:startEvent id="s"/><bpmn:serviceTask id="t"/>', "zeebe.job-type"),
        ('<bpmn:startEvent id="s"/><bpmn:scriptTask id="t"/>', "zeebe.script"),
        ('<bpmn:startEvent id="s"/><bpmn:receiveTask id="t"/>', "bpmn.message-reference"),
        (
            '<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="gone"/>',
            "bpmn.flow-reference",
        ),
        (
            '<bpmn:startEvent id="s"/><bpmn:task id="t"/><bpmn:sequenceFlow id="f" sourceRef="t" targetRef="s"/>',
            "bpmn.incoming-not-allowed",
        ),
        (
            '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"/><bpmn:sequenceFlow id="f" sourceRef="e" targetRef="e"/>',
            "bpmn.outgoing-not-allowed",
        ),
        (
            '<bpmn:startEvent id="s"/><bpmn:boundaryEvent id="b" attachedToRef="x"><bpmn:errorEventDefinition/>'
            "</bpmn:boundaryEvent>",
            "bpmn.boundary-host",
        ),
        ('<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g"/>', "bpmn.gateway-no-outgoing"),
        ('<bpmn:startEvent id="s"/><bpmn:task id="t" isForCompensation="true"/>', "bpmn.unsupported-element"),
        (
            '<bpmn:startEvent id="s"/><bpmn:task id="t"><bpmn:extensionElements><zeebe:executionListeners/>'
            "</bpmn:extensionElements></bpmn:task>",
            "zeebe.unsupported-extension",
        ),
        (
            '<bpmn:startEvent id="s"/><bpmn:endEvent id="e"><bpmn:errorEventDefinition/></bpmn:endEvent>',
            "bpmn.error-code",
        ),
    ],
)
def test_what_is_not_executed_is_named(inner: str, rule: str) -> None:
    assert rule in rules(wrap(inner))


def test_a_diagnostic_names_the_element_in_both_languages() -> None:
    xml = wrap('<bpmn:startEvent id="s"/><bpmn:inclusiveGateway id="g" name="Dossier complet ?"/>')
    found = next(d for d in check.check(packages.single(xml), NoCatalogue()) if d.severity == "error")
    assert found.element_id == "g"
    assert "Dossier complet\u00a0?" in found.message.fr
    assert "inclusive gateway" in found.message.en
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
    inner = sub_process("sub").start("s1").add("complexGateway", "c").end("e1")
    assert rules(process().start().sub(inner).end().xml()) == ["bpmn.unsupported-element"]


def test_a_sound_diagram_has_no_finding() -> None:
    diagram = process().start().service("s", "work", extra=mapping(inputs={"a": "=b"})).user("u").end()
    found = check.check(packages.single(diagram.xml()), NoCatalogue())
    assert [d.rule for d in found] == ["connector.unknown"]
    assert found[0].severity == "warning"


def test_an_element_that_nothing_leads_to_is_a_warning() -> None:
    xml = process().start().end().add("task", "lost", follow=False).xml()
    found = check.check(packages.single(xml), NoCatalogue())
    assert [(d.rule, d.severity) for d in found] == [("bpmn.unreachable", "warning")]
