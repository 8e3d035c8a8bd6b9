"""The text of a drawing: its order, its table, its paragraph."""

from __future__ import annotations

from designer.diagram import describe, parse, table
from tests.diagram.build import bpmn, chain, flow

PROCESS = (
    '<laneSet><lane id="l" name="Bureau&#10;du séjour"><flowNodeRef>g</flowNodeRef>'
    "<flowNodeRef>a</flowNodeRef></lane></laneSet>"
    '<endEvent id="e" name="Fini"/><userTask id="b" name="Refuser"/><userTask id="a" name="Accepter"/>'
    '<exclusiveGateway id="g"/><startEvent id="s" name="Demande reçue"><messageEventDefinition/></startEvent>'
    '<boundaryEvent id="x" attachedToRef="a" cancelActivity="false"><timerEventDefinition/></boundaryEvent>'
    + flow("s", "g") + flow("g", "a", "complet") + flow("g", "b", "incomplet") + chain("a", "e")
)  # fmt: skip


def test_the_table_follows_the_flow_and_says_what_comes_next() -> None:
    rows = table(parse(bpmn(PROCESS)), states={"a": "now"}, tokens={"a": 1})
    assert [r.id for r in rows] == ["s", "g", "a", "x", "e", "b"]
    by_id = {r.id: r for r in rows}
    assert by_id["s"].kind == "début\u00a0: message"
    assert by_id["g"].name == "Embranchement, un seul chemin"
    assert [(n.label, n.name) for n in by_id["g"].follows] == [
        ("complet", "Accepter"),
        ("incomplet", "Refuser"),
    ]
    assert by_id["a"].who == by_id["x"].who == "Bureau du séjour"
    assert by_id["b"].who == ""
    assert (by_id["a"].state, by_id["a"].tokens) == ("now", 1)
    assert by_id["x"].kind == "interception\u00a0: minuterie, sans interrompre, sur «\u00a0Accepter\u00a0»"


def test_the_table_in_english() -> None:
    rows = {r.id: r for r in table(parse(bpmn(PROCESS)), locale="en")}
    assert rows["g"].name == "Gateway, one path"
    assert rows["x"].kind == "boundary event: timer, non-interrupting, on “Accepter”"


def test_what_a_sub_process_holds_comes_right_after_it() -> None:
    process = '<subProcess id="s"><task id="t"/></subProcess><task id="a"/>' + chain("s", "a")
    rows = table(parse(bpmn(process)))
    assert [(r.id, r.depth) for r in rows] == [("s", 0), ("t", 1), ("a", 0)]


def test_every_element_is_in_the_table_even_in_a_cycle_without_start() -> None:
    rows = table(parse(bpmn('<task id="a"/><task id="b"/>' + chain("a", "b", "a"))))
    assert {r.id for r in rows} == {"a", "b"}


def test_one_paragraph_says_what_the_drawing_shows() -> None:
    diagram = parse(bpmn(PROCESS))
    assert describe(diagram) == (
        "«\u00a0Essai\u00a0» compte 2 étapes, 1 embranchement et 1 attente. "
        "Y participent\u00a0: Bureau du séjour. "
        "Il commence par «\u00a0Demande reçue\u00a0». Il finit par «\u00a0Fini\u00a0»."
    )
    assert describe(diagram, "en") == (
        "“Essai” has 2 steps, 1 gateway and 1 wait. Taking part: Bureau du séjour. "
        "It starts with “Demande reçue”. It ends with “Fini”."
    )
