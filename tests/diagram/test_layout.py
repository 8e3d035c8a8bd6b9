"""The layout for files without places: nothing overlaps, and it reads from left to right."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from designer.diagram import Diagram, parse
from designer.diagram.model import Box
from tests.diagram.build import bpmn, chain, flow


def boxes(diagram: Diagram) -> dict[str, Box]:
    return {s.node.id: s.box for s in diagram.plane().shapes}


def overlap(a: Box, b: Box) -> bool:
    return a.x < b.right and b.x < a.right and a.y < b.bottom and b.y < a.bottom


def inside(a: Box, b: Box) -> bool:
    return b.x <= a.x and b.y <= a.y and a.right <= b.right and a.bottom <= b.bottom


def assert_readable(diagram: Diagram, *, allowed: set[frozenset[str]] = frozenset()) -> None:
    """No two shapes overlap, unless one is a frame around the other or is attached to it."""
    nodes, places = diagram.nodes, boxes(diagram)
    for a, b in combinations(places, 2):
        framed = inside(places[a], places[b]) or inside(places[b], places[a])
        attached = a == nodes[b].attached_to or b == nodes[a].attached_to
        if not attached and frozenset((a, b)) not in allowed:
            assert framed or not overlap(places[a], places[b]), (a, b)
        if framed and not attached:
            frames = ("participant", "lane", "subProcess", "transaction", "adHocSubProcess")
            assert nodes[a].type in frames or nodes[b].type in frames, (a, b)


def test_a_sequence_runs_on_one_level_from_left_to_right() -> None:
    process = '<startEvent id="s"/><task id="a"/><exclusiveGateway id="g"/><endEvent id="e"/>'
    diagram = parse(bpmn(process + chain("s", "a", "g", "e")))
    centres = [boxes(diagram)[n].centre for n in ("s", "a", "g", "e")]
    assert diagram.laid_out
    assert centres == sorted(centres)
    assert len({c.y for c in centres}) == 1
    assert all(len(line.points) == 2 for line in diagram.plane().lines)


def test_lanes_hold_their_steps_and_span_the_drawing() -> None:
    process = (
        '<laneSet><lane id="up"><flowNodeRef>a</flowNodeRef><flowNodeRef>c</flowNodeRef></lane>'
        '<lane id="down"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
        '<task id="a"/><task id="b"/><task id="c"/>'
    )
    places = boxes(parse(bpmn(process + chain("a", "b", "c"))))
    assert inside(places["a"], places["up"])
    assert inside(places["c"], places["up"])
    assert inside(places["b"], places["down"])
    assert places["up"].bottom == places["down"].y
    assert places["up"].w == places["down"].w


def test_pools_stand_above_each_other_and_message_flows_join_them() -> None:
    around = (
        '<collaboration id="c"><participant id="one" processRef="p" name="Mairie"/>'
        '<participant id="two" name="Personne"/>'
        '<messageFlow id="m" sourceRef="a" targetRef="two"/></collaboration>'
    )
    diagram = parse(bpmn('<task id="a"/>', around=around))
    places = boxes(diagram)
    assert places["two"].y >= places["one"].bottom
    assert places["one"].w == places["two"].w
    (line,) = diagram.plane().lines
    assert line.points[-1].y == places["two"].y


def test_sub_processes_contain_what_they_hold_and_boundary_events_sit_on_the_border() -> None:
    process = (
        '<subProcess id="s"><startEvent id="i"/><subProcess id="n"><task id="t"/></subProcess>'
        + chain("i", "n")
        + '</subProcess><boundaryEvent id="b" attachedToRef="s"/><boundaryEvent id="b2" attachedToRef="s"/>'
        '<task id="after"/>' + chain("b", "after")
    )
    diagram = parse(bpmn(process))
    places = boxes(diagram)
    assert inside(places["t"], places["n"])
    assert inside(places["n"], places["s"])
    assert places["b"].centre.y == places["s"].bottom == places["b2"].centre.y
    assert_readable(diagram)


def test_a_cycle_goes_back_under_the_flow() -> None:
    process = (
        '<task id="a"/><task id="b"/>'
        + chain("a", "b")
        + flow("b", "a", "encore")
        + flow("a", "a", id="loop")
    )
    diagram = parse(bpmn(process))
    back = next(line for line in diagram.plane().lines if line.edge.id == "b_a")
    assert max(p.y for p in back.points) > boxes(diagram)["a"].bottom
    assert_readable(diagram)


def test_notes_and_data_lie_under_the_flow() -> None:
    process = (
        '<task id="a"><dataInputAssociation id="i"><sourceRef>d</sourceRef><targetRef>x</targetRef>'
        '</dataInputAssociation></task><dataObjectReference id="d" name="Justificatif"/>'
        '<textAnnotation id="n"><text>Attention</text></textAnnotation>'
        '<association id="as" sourceRef="a" targetRef="n"/>'
    )
    diagram = parse(bpmn(process))
    places = boxes(diagram)
    assert places["d"].y > places["a"].bottom < places["n"].y
    assert {line.edge.id for line in diagram.plane().lines} == {"i", "as"}
    assert_readable(diagram)


KINDS = ("task", "userTask", "exclusiveGateway", "intermediateCatchEvent", "subProcess", "callActivity")


@st.composite
def processes(draw: st.DrawFn) -> bytes:
    """Any graph: cycles, loops, several starts, lanes or none, boundary events."""
    count = draw(st.integers(1, 12))
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=count, max_size=count))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=20))
    lanes = draw(st.lists(st.integers(0, 2), min_size=count, max_size=count)) if draw(st.booleans()) else []
    name = draw(st.sampled_from(("", "Nom", "Un nom plutôt long pour une étape")))
    nodes = "".join(f'<{kind} id="n{i}" name="{name}"/>' for i, kind in enumerate(kinds))
    hosts = [i for i, kind in enumerate(kinds) if kind in ("task", "subProcess")]
    nodes += "".join(f'<boundaryEvent id="b{i}" attachedToRef="n{i}" name="{name}"/>' for i in hosts[:4])
    flows = "".join(flow(f"n{a}", f"n{b}", name, id=f"f{i}") for i, (a, b) in enumerate(pairs))
    flows += "".join(flow(f"b{i}", f"n{(i + 1) % count}", id=f"fb{i}") for i in hosts[:4])
    sets = "".join(
        f'<lane id="l{k}" name="L{k}">'
        + "".join(f"<flowNodeRef>n{i}</flowNodeRef>" for i, lane in enumerate(lanes) if lane == k)
        + "</lane>"
        for k in sorted(set(lanes))
    )
    return bpmn((f"<laneSet>{sets}</laneSet>" if sets else "") + nodes + flows)


@given(processes())
@settings(max_examples=60, deadline=None)
def test_no_graph_makes_shapes_overlap(xml: bytes) -> None:
    assert_readable(parse(xml))


@given(processes())
@settings(max_examples=60, deadline=None)
def test_flows_keep_out_of_shapes_and_reach_their_ends(xml: bytes) -> None:
    diagram = parse(xml)
    places = boxes(diagram)
    for line in diagram.plane().lines:
        assert places[line.edge.source].distance(line.points[0]) < 0.01
        assert places[line.edge.target].distance(line.points[-1]) < 0.01
        ends = {line.edge.source, line.edge.target}
        ends |= {diagram.nodes[e].attached_to for e in ends}
        for node_id, box in places.items():
            solid = diagram.nodes[node_id].type not in ("lane", "participant", "boundaryEvent")
            if solid and node_id not in ends:
                for a, b in zip(line.points, line.points[1:], strict=False):
                    assert not _crosses(a.x, a.y, b.x, b.y, box), (line.edge.id, node_id)


def _crosses(ax: float, ay: float, bx: float, by: float, box: Box) -> bool:
    low_x, high_x, low_y, high_y = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    return low_x < box.right - 1 and high_x > box.x + 1 and low_y < box.bottom - 1 and high_y > box.y + 1
