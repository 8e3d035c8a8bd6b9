"""Call activities and global tasks (BPMN 2.0, clauses 10.3.4 and 13.3.4; `zeebe:calledElement`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine import check, definitions, packages
from engine.catalogue import NoCatalogue
from engine.store import Incident, UserTask
from engine.testing import HEADER, Diagram, mapping, process, timer
from tests.engine.play import Play


def called(settings: str = 'processId="child"', extra: str = "") -> str:
    return f"<bpmn:extensionElements><zeebe:calledElement {settings}/>{extra}</bpmn:extensionElements>"


def caller(settings: str = 'processId="child"', extra: str = "", key: str = "parent") -> Diagram:
    return process(key).start().add("callActivity", "call", called(settings, extra)).task("after").end()


def child() -> Diagram:
    return process("child").start("c_start").user("c_user").script("c_add", "=n + 1", "n").end("c_end")


def test_the_called_process_runs_inside_the_same_instance(play: Play) -> None:
    play.deploy(child())
    play.run(caller(), n=1)
    assert (play.tasks, play.open) == (["c_user"], ["c_user", "call"])
    play.complete("c_user")
    assert (play.state, play.end_event, play.variables) == ("completed", "end", {"n": 2})
    assert play.done == ["start", "c_start", "c_user", "c_add", "c_end", "call", "after", "end"]


def test_what_is_called_carries_its_own_definition(play: Play) -> None:
    play.deploy(process("child").start("c_start").user("c_user").exclusive("x").when("=n").end("c_end"))
    play.run(caller(), n="wrong")
    with play.sandbox.session() as session:
        own, inner = definitions.latest(session, "parent").id, definitions.latest(session, "child").id
        task = session.scalars(select(UserTask)).one()
        assert (task.definition_id, task.definition_key) == (inner, "child")
    play.complete("c_user")
    assert play.stopped == [("x", "condition")]
    with play.sandbox.session() as session:
        incident = session.scalars(select(Incident)).one()
        assert (incident.definition_id, incident.definition_key) == (inner, "parent")
    places = {e.element_id: e.definition_id for e in play.events()}
    assert (places["start"], places["call"], places["c_user"], places["x"]) == (None, None, inner, inner)
    assert own != inner


def test_variables_are_copied_in_and_out_and_not_shared(play: Play) -> None:
    play.deploy(process("child").start("s").script("x", "=1", "new").user("u").end("e"))
    play.run(caller(), n=1)
    assert play.variables == {"n": 1}
    play.complete("u", n=5)
    assert play.variables == {"n": 5, "new": 1}


def test_only_mapped_variables_when_nothing_is_propagated(play: Play) -> None:
    inner = process("child").start("s").script("x", "=given * 2", "doubled").script("y", "=n", "seen")
    play.deploy(inner.end("e"))
    settings = 'processId="child" propagateAllParentVariables="false" propagateAllChildVariables="false"'
    extra = mapping(inputs={"given": "=n + 1"}, outputs={"result": "=doubled"})
    play.run(caller(settings, extra), n=1)
    assert play.variables == {"n": 1, "result": 4}


def test_the_called_process_can_be_computed(play: Play) -> None:
    play.deploy(child())
    play.run(caller('processId="=&quot;ch&quot; + &quot;ild&quot;"'), n=1)
    assert play.tasks == ["c_user"]


def test_a_process_that_is_not_there_is_an_incident_until_it_is(play: Play) -> None:
    play.run(caller(), n=1)
    assert play.stopped == [("call", "called_element")]
    play.deploy(child())
    play.resolve("call")
    assert play.tasks == ["c_user"]


def _versioned(number: int, tag: str | None) -> bytes:
    text = process("child").start("s").script("x", f"={number}", "v").end("e").xml().decode()
    mark = (
        f'<bpmn:extensionElements><zeebe:versionTag value="{tag}"/></bpmn:extensionElements>' if tag else ""
    )
    return text.replace('isExecutable="true">', f'isExecutable="true">{mark}').encode()


def test_bindings(play: Play) -> None:
    parent = caller('processId="child" bindingType="deployment"').xml()
    together = {"parent.bpmn": parent, "child.bpmn": _versioned(1, None)}
    play.sandbox.deploy(packages.Package("both", "both", together))
    play.deploy(_versioned(2, "stable"))
    play.deploy(_versioned(3, None))
    assert play.start("parent").variables["v"] == 1
    settings = 'processId="child" bindingType="versionTag" versionTag="stable"'
    assert play.run(caller(settings, key="tagged")).variables["v"] == 2
    assert play.run(caller(key="newest")).variables["v"] == 3
    settings = 'processId="child" bindingType="versionTag" versionTag="gone"'
    assert play.run(caller(settings, key="missing")).stopped == [("call", "called_element")]


def test_a_running_call_stays_with_its_version(play: Play) -> None:
    play.deploy(child())
    play.run(caller(), n=1)
    play.deploy(process("child").start("other").end("other_end"))
    play.complete("c_user")
    assert (play.state, play.variables) == ("completed", {"n": 2})


def test_an_error_of_the_called_process_is_caught_on_the_call(play: Play) -> None:
    inner = process("child").start("s").user("u")
    inner.end("failed", inner.error("BAD"))
    play.deploy(inner)
    diagram = caller()
    diagram.boundary("caught", "call", diagram.error("BAD")).end("handled")
    play.run(diagram)
    play.complete("u")
    assert (play.state, play.end_event) == ("completed", "handled")


def test_a_boundary_event_ends_the_called_process(play: Play) -> None:
    play.deploy(child())
    diagram = caller()
    diagram.boundary("late", "call", timer("timeDuration", "PT1H")).end("too_late")
    play.run(diagram, n=1)
    play.advance(hours=2)
    assert (play.state, play.end_event, play.tasks, play.variables) == ("completed", "too_late", [], {"n": 1})


def test_terminating_ends_the_called_process_only(play: Play) -> None:
    inner = process("child").start("s").parallel("f").user("u").end("e")
    inner.at("f").end("stop", "<bpmn:terminateEventDefinition/>")
    play.deploy(inner)
    play.run(caller())
    assert (play.state, play.end_event) == ("completed", "end")


def test_a_process_that_calls_itself_for_ever_is_an_incident(play: Play) -> None:
    play.run(caller('processId="parent"'))
    assert play.stopped == [("call", "called_element")]
    assert play.state == "active"


def test_calls_inside_calls_and_waiting(play: Play) -> None:
    play.deploy(child())
    play.deploy(caller(key="middle"))
    play.run(caller('processId="middle"', key="top"), n=1)
    assert play.tasks == ["c_user"]
    play.complete("c_user")
    assert (play.state, play.variables) == ("completed", {"n": 2})


def test_a_call_per_item(play: Play) -> None:
    play.deploy(process("child").start("s").user("u").script("x", "=item * 10", "result").end("e"))
    marker = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1, 2]" inputElement="item" outputCollection="all" outputElement="=result"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    play.run(process("parent").start().add("callActivity", "call", called() + marker).end())
    assert play.tasks == ["u", "u"]
    play.complete("u").complete("u")
    assert play.variables == {"all": [10, 20]}


def test_a_job_of_a_called_process_and_the_case_number(play: Play) -> None:
    inner = process("child").start("s").service("work", extra=mapping(inputs={"number": "=dossier.numero"}))
    play.deploy(inner.end("e"))
    seen: list[Any] = []

    def answer(call: Any) -> dict[str, Any]:
        seen.append(call.input["number"])
        return {"answer": 42}

    play.deploy(caller())
    play.start("parent", answer)
    assert play.variables == {"answer": 42}
    assert str(seen[0]).startswith("PAR-")


def test_global_tasks_are_called_like_processes(play: Play) -> None:
    script = '<zeebe:script expression="=n * 2" resultVariable="n"/>'
    tasks = (
        '<bpmn:globalUserTask id="ask" name="Ask"/>'
        f'<bpmn:globalScriptTask id="twice"><bpmn:extensionElements>{script}</bpmn:extensionElements>'
        '</bpmn:globalScriptTask><bpmn:globalManualTask id="nothing"/>'
    )
    diagram = process("parent").start().add("callActivity", "c1", attributes='calledElement="ask"')
    diagram.add("callActivity", "c2", attributes='calledElement="twice"')
    diagram.add("callActivity", "c3", attributes='calledElement="nothing"').end()
    play.deploy(diagram.xml().replace(HEADER.encode(), (HEADER + tasks).encode()))
    play.start("parent", n=4)
    assert play.tasks == ["ask"]
    play.complete("ask", n=5)
    assert (play.state, play.variables) == ("completed", {"n": 10})


def test_a_call_that_names_nothing_is_refused() -> None:
    xml = process().start().add("callActivity", "c").end().xml()
    assert "bpmn.called-element" in [d.rule for d in check.check(packages.single(xml), NoCatalogue())]
