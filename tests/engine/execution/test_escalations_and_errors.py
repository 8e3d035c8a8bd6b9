"""Errors and escalations on their way up (BPMN 2.0, clauses 10.5.1, 10.5.7 and 13.5)."""

from __future__ import annotations

import pytest

from engine.sandbox import Failure
from engine.testing import Diagram, extensions, mapping, process, sub_process
from tests.engine.play import Play


def escalating(code: str = "LATE") -> Diagram:
    inner = sub_process("sub").start("s1")
    return inner.throw("warn", inner.escalation(code)).user("u").end("e1")


def test_a_non_interrupting_boundary_catches_an_escalation_and_the_sub_process_goes_on(play: Play) -> None:
    diagram = process().start().sub(escalating()).end()
    diagram.boundary("late", "sub", diagram.escalation("LATE"), interrupting=False).task("tell")
    play.run(diagram)
    assert play.tasks == ["u"]
    assert "tell" in play.done
    thrown = play.events("escalation_thrown")[0]
    assert thrown.data == {"code": "LATE", "caught_by": "late"}


def test_an_interrupting_boundary_ends_the_sub_process(play: Play) -> None:
    diagram = process().start().sub(escalating()).end()
    diagram.boundary("late", "sub", diagram.escalation("LATE")).end("handled")
    play.run(diagram)
    assert (play.end_event, play.tasks) == ("handled", [])


def test_an_uncaught_escalation_is_noted_and_the_flow_goes_on(play: Play) -> None:
    diagram = process().start().sub(escalating("OTHER")).end()
    diagram.boundary("late", "sub", diagram.escalation("LATE")).end("handled")
    play.run(diagram)
    assert (play.tasks, play.stopped) == (["u"], [])
    assert play.events("escalation_thrown")[0].data == {"code": "OTHER", "caught_by": None}


@pytest.mark.parametrize(("code", "end"), [("A", "exact"), ("B", "any")])
def test_an_exact_escalation_code_goes_first(play: Play, code: str, end: str) -> None:
    diagram = process().start().sub(escalating(code)).end()
    diagram.boundary("all", "sub", diagram.escalation(None)).end("any")
    diagram.boundary("one", "sub", diagram.escalation("A")).end("exact")
    play.run(diagram)
    assert play.end_event == end


def test_an_escalation_end_throws_and_carries_what_is_mapped(play: Play) -> None:
    carried = extensions(mapping(inputs={"why": '="rain"'}))
    inner = sub_process("sub").start("s1").end("warn", carried + process().escalation("LATE"))
    diagram = process().start().sub(inner).end()
    diagram.roots.append('<bpmn:escalation id="escalation_LATE" name="LATE" escalationCode="LATE"/>')
    seen = extensions(mapping(outputs={"code": "=escalationCode", "why": "=why"}))
    diagram.boundary("late", "sub", seen + diagram.escalation(None), interrupting=False).end("told")
    play.run(diagram)
    assert (play.state, play.variables) == ("completed", {"code": "LATE", "why": "rain"})


def test_an_error_code_can_be_computed_and_its_message_is_seen_by_the_mapping(play: Play) -> None:
    inner = sub_process("sub").start("s1")
    inner.roots.append('<bpmn:error id="computed" name="x" errorCode="=why"/>')
    inner.end("boom", '<bpmn:errorEventDefinition errorRef="computed"/>')
    diagram = process().start().sub(inner).end()
    seen = extensions(mapping(outputs={"code": "=errorCode"}))
    diagram.boundary("caught", "sub", seen + diagram.error("E7")).end("handled")
    play.run(diagram, why="E7")
    assert (play.end_event, play.variables["code"]) == ("handled", "E7")


def test_an_error_passes_every_level_that_does_not_catch_it(play: Play) -> None:
    deep = sub_process("deep").start("s2").service("s").end("e2")
    middle = (
        sub_process("middle").start("s1").parallel("f").sub(deep).end("e1").at("f").user("beside").end("e3")
    )
    diagram = process().start().sub(middle).end()
    diagram.boundary("caught", "middle", diagram.error("E")).end("handled")
    play.run(diagram, lambda call: Failure("no", "E", bpmn_error=True))
    assert (play.end_event, play.tasks) == ("handled", [])


def test_an_uncaught_error_waits_for_a_correction(play: Play) -> None:
    inner = sub_process("sub").start("s1")
    inner.roots.append('<bpmn:error id="computed" name="x" errorCode="=why"/>')
    inner.end("boom", '<bpmn:errorEventDefinition errorRef="computed"/>')
    diagram = process().start().sub(inner).end()
    diagram.boundary("caught", "sub", diagram.error("E7")).end("handled")
    play.run(diagram, why="E8")
    assert play.stopped == [("boom", "uncaught_error")]
    play.resolve("boom", why="E7")
    assert (play.state, play.end_event) == ("completed", "handled")


def test_several_things_thrown_at_one_end(play: Play) -> None:
    listener = process("listener").start()
    play.run(listener.catch("wait", listener.signal("news")).end())
    inner = sub_process("sub").start("s1")
    inner.end("all", inner.error("E") + inner.signal("news") + inner.escalation("X"))
    diagram = process().start().sub(inner).end()
    diagram.boundary("caught", "sub", diagram.error("E")).end("handled")
    play.run(diagram)
    assert play.end_event == "handled"
    assert ("listener", "completed") in play.all
    assert play.events("escalation_thrown")
