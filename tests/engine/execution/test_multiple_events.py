"""Events with several definitions: any of them, or all together (BPMN 2.0, clause 10.5.1); links."""

from __future__ import annotations

import pytest

from engine.testing import COMPENSATE, Diagram, condition, extensions, link, mapping, process, timer
from tests.engine.play import Play

ALL = 'parallelMultiple="true"'


def three(diagram: Diagram) -> str:
    return diagram.message("ring", "=number") + diagram.signal("go") + timer("timeDuration", "PT1H")


def fire(play: Play, what: str) -> None:
    if what == "message":
        play.publish("ring", "7", a=1)
    elif what == "signal":
        play.signal("go", b=2)
    else:
        play.advance(hours=1)


@pytest.mark.parametrize("what", ["message", "signal", "timer"])
def test_any_of_several_is_enough_for_a_catch(play: Play, what: str) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", three(diagram)).user("u").end(), number=7)
    fire(play, what)
    assert (play.tasks, play.jobs) == (["u"], [])


def test_a_parallel_multiple_catch_waits_for_all_in_any_order(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", three(diagram), ALL).user("u").end(), number=7)
    for what in ("timer", "message"):
        fire(play, what)
        assert set(play.open) == {"wait"}
    fire(play, "signal")
    assert (play.tasks, play.variables) == (["u"], {"number": 7, "a": 1, "b": 2})


def test_the_same_event_twice_does_not_stand_for_another(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", three(diagram), ALL).end(), number=7)
    fire(play, "signal")
    fire(play, "signal")
    play.publish("ring", "7")
    assert play.state == "active"
    play.advance(hours=1)
    assert play.state == "completed"


def test_an_interrupting_boundary_of_several(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("stop", "u", three(diagram)).end("stopped")
    play.run(diagram, number=7)
    fire(play, "signal")
    assert (play.end_event, play.jobs) == ("stopped", [])


def test_a_non_interrupting_boundary_of_several_fires_with_each(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("note", "u", three(diagram), interrupting=False).task("read")
    play.run(diagram, number=7)
    for what in ("signal", "message", "timer", "signal"):
        fire(play, what)
    assert (play.done.count("read"), play.tasks) == (4, ["u"])


def test_a_non_interrupting_parallel_boundary_begins_anew(play: Play) -> None:
    diagram = process().start().user("u").end()
    attributes = f'attachedToRef="u" cancelActivity="false" {ALL}'
    inner = diagram.message("ring", "=number") + diagram.signal("go")
    diagram.add("boundaryEvent", "both", inner, attributes, follow=False).task("read")
    play.run(diagram, number=7)
    for round_ in (1, 2):
        fire(play, "message")
        fire(play, "signal")
        assert play.done.count("read") == round_
    assert play.tasks == ["u"]


def test_a_condition_among_several(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", diagram.signal("go") + condition("=n > 1"), ALL).end(), n=0)
    play.set(n=2)
    assert play.state == "active"
    fire(play, "signal")
    assert play.state == "completed"


def test_definitions_of_the_file_can_be_shared(play: Play) -> None:
    diagram = process().start()
    diagram.signal("go")
    shared = diagram.signal("go").replace("EventDefinition ", 'EventDefinition id="shared" ')
    diagram.roots.append(shared)
    diagram.catch("one", "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>")
    play.run(diagram.catch("two", "<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>").end())
    fire(play, "signal")
    assert play.open == ["two"]
    fire(play, "signal")
    assert play.state == "completed"


# ---- links


def test_a_link_goes_on_at_its_catch(play: Play) -> None:
    diagram = process().start().task("a").throw("off", link("next page"))
    diagram.catch("on", link("next page"), follow=False).task("b").end()
    play.run(diagram)
    assert play.done == ["start", "a", "off", "on", "b", "end"]


def test_several_links_lead_to_one_catch(play: Play) -> None:
    diagram = process().start().parallel("f").throw("off1", link("x")).at("f").throw("off2", link("x"))
    diagram.catch("on", link("x"), follow=False).task("b").end()
    play.run(diagram)
    assert (play.state, play.done.count("b")) == ("completed", 2)


def test_a_link_back_makes_a_loop(play: Play) -> None:
    diagram = process().start().exclusive("in").script("add", "=n + 1", "n").exclusive("out")
    diagram.when("=n < 5").throw("off", link("again")).at("out").default().end()
    diagram.catch("on", link("again"), follow=False).to("in")
    play.run(diagram, n=0)
    assert play.variables == {"n": 5}


# ---- compensation of repeated activities


def test_each_instance_of_a_repeated_activity_is_compensated_with_its_item(play: Play) -> None:
    script = '<zeebe:script expression="=item" resultVariable="seen"/>'
    kept = extensions(script + mapping(outputs={"log": "=append(log, seen)"}))
    handler = Diagram("undo").add("scriptTask", "undo", kept, 'isForCompensation="true"', follow=False)
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics>"
        + extensions('<zeebe:loopCharacteristics inputCollection="=items" inputElement="item"/>')
        + "</bpmn:multiInstanceLoopCharacteristics>"
    )
    diagram = process().start().add("task", "a", loop).undone_by(handler, "a").user("u")
    play.run(diagram.throw("back", COMPENSATE).end(), items=["x", "y", "z"], log=[])
    play.complete("u")
    assert (play.state, play.variables["log"]) == ("completed", ["z", "y", "x"])
