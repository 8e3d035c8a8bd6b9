"""Reading BPMN files: what is refused and why, and what is understood."""

from __future__ import annotations

import pytest

from designer.diagram import DiagramError, parse
from tests.diagram.build import HEAD, bpmn, chain, edge, flow, shape

TASK = '<task id="a" name="A"/>'


@pytest.mark.parametrize(
    ("xml", "says"),
    [
        (b"", "broken"),
        (b"<definitions", "broken"),
        (b"\xff\xfe\x00", "broken"),
        (b"<html/>", "html"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "not a BPMN"),
        (HEAD.encode() + b"</definitions>", "empty"),
        (b"<!DOCTYPE d [<!ENTITY x 'y'>]>" + bpmn(TASK), "DOCTYPE"),
        (b"<!DOCTYPE d SYSTEM 'file:///etc/passwd'>" + bpmn(TASK), "DOCTYPE"),
        (bpmn("<subProcess>" * 5000 + "</subProcess>" * 5000), "broken"),
        (b" " * (21 * 1024 * 1024), "20 MB"),
        (bpmn("".join(f'<task id="t{i}"/>' for i in range(10_001))), "10000"),
    ],
)
def test_a_file_that_cannot_be_drawn_says_why_in_both_languages(xml: bytes, says: str) -> None:
    with pytest.raises(DiagramError) as caught:
        parse(xml)
    assert says in caught.value.message.en
    assert caught.value.message.fr not in ("", caught.value.message.en)


def test_entities_are_never_expanded() -> None:
    bomb = b'<!DOCTYPE d [<!ENTITY a "' + b"x" * 1000 + b'"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
    with pytest.raises(DiagramError):
        parse(bomb + bpmn('<task id="a" name="&b;"/>'))


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('<userTask id="x"/>', {"type": "userTask"}),
        ('<task id="x"><multiInstanceLoopCharacteristics/></task>', {"loop": "parallel"}),
        (
            '<task id="x"><multiInstanceLoopCharacteristics isSequential="true"/></task>',
            {"loop": "sequential"},
        ),
        ('<task id="x"><standardLoopCharacteristics/></task>', {"loop": "standard"}),
        ('<task id="x" isForCompensation="true"/>', {"compensation": True}),
        ('<startEvent id="x"><timerEventDefinition/></startEvent>', {"events": ("timer",)}),
        ('<startEvent id="x" isInterrupting="false"/>', {"interrupting": False}),
        (
            (
                '<intermediateCatchEvent id="x" parallelMultiple="true"><messageEventDefinition/>'
                "<signalEventDefinition/></intermediateCatchEvent>"
            ),
            {"events": ("message", "signal"), "parallel": True},
        ),
        ('<subProcess id="x" triggeredByEvent="true"/>', {"event_triggered": True}),
        ('<eventBasedGateway id="x" instantiate="true"/>', {"instantiates": True}),
        ('<textAnnotation id="x"><text> Une note </text></textAnnotation>', {"name": "Une note"}),
        (
            '<dataObject id="d" isCollection="true"/><dataObjectReference id="x" dataObjectRef="d"/>',
            {"collection": True},
        ),
    ],
)
def test_what_an_element_says_about_itself(element: str, expected: dict[str, object]) -> None:
    node = parse(bpmn(TASK + element)).nodes["x"]
    assert {name: getattr(node, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("icon", "is_kept"),
    [
        ("data:image/svg+xml;base64,PHN2Zy8+", True),
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("data:text/html;base64,PHN2Zy8+", False),
        ("https://example.com/icon.svg", False),
        ("javascript:alert(1)", False),
        ("data:image/svg+xml," + "x" * 200_000, False),
    ],
)
def test_only_small_images_are_taken_as_icons(icon: str, is_kept: bool) -> None:
    node = parse(bpmn(f'<serviceTask id="x" zeebe:modelerTemplateIcon="{icon}"/>')).nodes["x"]
    assert (node.icon == icon) is is_kept


def test_lanes_pools_and_boundary_events_know_their_place() -> None:
    process = (
        '<laneSet><lane id="l1" name="Guichet"><flowNodeRef>a</flowNodeRef><childLaneSet>'
        '<lane id="l2" name="Accueil"><flowNodeRef>b</flowNodeRef></lane></childLaneSet></lane></laneSet>'
        '<task id="a"/><task id="b"/><boundaryEvent id="e" attachedToRef="b" cancelActivity="false"/>'
    )
    around = '<collaboration id="c"><participant id="pool" name="Mairie" processRef="p"/></collaboration>'
    nodes = parse(bpmn(process, around=around)).nodes
    assert nodes["a"].lane == "l1"
    assert nodes["b"].lane == "l2"
    assert nodes["l2"].lane == "l1"
    assert nodes["a"].pool == "pool"
    assert (nodes["e"].attached_to, nodes["e"].interrupting) == ("b", False)


def test_a_flow_without_an_id_is_kept() -> None:
    diagram = parse(bpmn('<task id="a"/><task id="b"/><sequenceFlow sourceRef="a" targetRef="b"/>'))
    assert [(e.source, e.target) for e in diagram.edges.values()] == [("a", "b")]


@pytest.mark.parametrize("bounds", ['x="NaN"', 'x="1e400"', 'x="abc"', ""])
def test_places_that_are_no_numbers_are_left_out(bounds: str) -> None:
    place = f'<dc:Bounds {bounds} y="0" width="9" height="9"/>'
    odd = f'<bpmndi:BPMNShape bpmnElement="b">{place}</bpmndi:BPMNShape>'
    diagram = parse(bpmn('<task id="a"/><task id="b"/>', shape("a", 0, 0) + odd))
    assert [s.node.id for s in diagram.plane().shapes] == ["a"]
    assert not diagram.laid_out


def test_a_flow_that_the_file_forgot_or_misplaced_is_routed() -> None:
    process = '<task id="a"/><task id="b"/><task id="c"/>' + chain("a", "b", "c")
    places = (
        shape("a", 0, 0) + shape("b", 200, 0) + shape("c", 200, 300) + edge("b_c", [(250, 80), (0, -9000)])
    )
    lines = {line.edge.id: line.points for line in parse(bpmn(process, places)).plane().lines}
    assert lines["a_b"] == ((100, 40), (200, 40))
    assert lines["b_c"] == ((250, 80), (250, 300))


def test_what_is_inside_a_collapsed_sub_process_is_not_drawn_on_top_of_it() -> None:
    process = '<subProcess id="s"><task id="a"/></subProcess>'
    shapes = shape("s", 0, 0, extra='isExpanded="false"') + shape("a", 10, 10, 20, 20)
    assert [s.node.id for s in parse(bpmn(process, shapes)).plane().shapes] == ["s"]


def test_the_inside_of_a_collapsed_sub_process_can_be_a_drawing_of_its_own() -> None:
    process = '<subProcess id="s" name="Détail"><task id="a"/></subProcess>'
    inner = f'<bpmndi:BPMNPlane bpmnElement="s">{shape("a", 0, 0)}</bpmndi:BPMNPlane>'
    inner = f"<bpmndi:BPMNDiagram>{inner}</bpmndi:BPMNDiagram>"
    xml = bpmn(process, shape("s", 0, 0)).replace(b"</definitions>", inner.encode() + b"</definitions>")
    diagram = parse(xml)
    assert diagram.plane().shapes[0].node.id == "s"
    assert [s.node.id for s in diagram.plane("s").shapes] == ["a"]


def test_default_and_conditional_flows_are_marked() -> None:
    process = (
        '<exclusiveGateway id="g" default="g_b"/><task id="a"/><task id="b"/>'
        + flow("g", "a", inside="<conditionExpression>=x</conditionExpression>")
        + flow("g", "b")
    )
    edges = parse(bpmn(process)).edges
    assert (edges["g_a"].conditional, edges["g_a"].default) == (True, False)
    assert (edges["g_b"].conditional, edges["g_b"].default) == (False, True)
