"""Multi-instance activities (BPMN 2.0, clause 13.3.7; `zeebe:loopCharacteristics` of Camunda 8)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from engine.sandbox import Call
from engine.testing import Diagram, mapping, process, sub_process, timer
from tests.engine.play import Play


def each(
    collection: str = "=items", item: str = "item", inner: str = "", attributes: str = "", **output: str
) -> str:
    """A multi-instance marker over a collection; `results="=expression"` collects outputs."""
    pairs = "".join(f'outputCollection="{n}" outputElement="{e}"' for n, e in output.items())
    zeebe = f'<zeebe:loopCharacteristics inputCollection="{collection}" inputElement="{item}" {pairs}/>'
    return (
        f"<bpmn:multiInstanceLoopCharacteristics {attributes}><bpmn:extensionElements>{zeebe}"
        f"</bpmn:extensionElements>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    )


def times(number: str, inner: str = "", attributes: str = "") -> str:
    cardinality = f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>"
    tag = "bpmn:multiInstanceLoopCharacteristics"
    return f"<{tag} {attributes}>{cardinality}{inner}</{tag}>"


def until(condition: str) -> str:
    return f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"


def script(element_id: str, expression: str, variable: str, marker: str) -> Diagram:
    inner = f'<zeebe:script expression="{expression}" resultVariable="{variable}"/>'
    diagram = process().start()
    return diagram.add(
        "scriptTask", element_id, f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>{marker}"
    ).end()


SEQUENTIAL = 'isSequential="true"'
BOTH = pytest.mark.parametrize("how", ["", SEQUENTIAL])


@BOTH
def test_one_instance_per_item_outputs_in_the_order_of_the_items(play: Play, how: str) -> None:
    marker = each(attributes=how, results="=result")
    play.run(script("double", "=item * 2", "result", marker), items=[1, 2, 3])
    assert play.variables == {"items": [1, 2, 3], "results": [2, 4, 6]}
    assert play.done == ["start", "double", "double", "double", "end"]


def test_outputs_keep_the_order_of_the_items_whoever_ends_first(play: Play) -> None:
    inner = sub_process("sub").start("s").service("s1", extra=mapping(inputs={"item": "=item"})).end("e")
    waiting: list[str] = []

    def answer(call: Call) -> dict[str, Any]:
        waiting.append(call.input["item"])
        return {"result": call.input["item"].upper()}

    diagram = process().start().sub(inner, each(results="=result")).end()
    play.run(diagram, answer, items=["a", "b", "c"])
    assert play.variables["results"] == ["A", "B", "C"]


def test_user_tasks_together_and_their_answers(play: Play) -> None:
    diagram = process().start().add("userTask", "opinion", each(answers="=given")).end()
    play.run(diagram, items=["x", "y", "z"])
    assert play.tasks == ["opinion"] * 3
    for given in ("first", "second", "third"):
        play.complete("opinion", given=given)
    assert play.state == "completed"
    assert sorted(play.variables["answers"]) == ["first", "second", "third"]
    assert "given" not in play.variables
    assert "item" not in play.variables


def test_user_tasks_one_after_another(play: Play) -> None:
    diagram = process().start().add("userTask", "u", each(attributes=SEQUENTIAL)).end()
    play.run(diagram, items=[1, 2])
    assert play.tasks == ["u"]
    play.complete("u")
    assert (play.tasks, play.state) == (["u"], "active")
    play.complete("u")
    assert play.state == "completed"


@BOTH
def test_an_empty_collection_passes_at_once(play: Play, how: str) -> None:
    play.run(script("s", "=1", "result", each(attributes=how, results="=result")), items=[])
    assert (play.state, play.variables) == ("completed", {"items": [], "results": []})
    assert play.done == ["start", "end"]


@pytest.mark.parametrize("items", [None, 3, "text", {"a": 1}])
def test_what_is_not_a_list_is_an_incident_that_can_be_corrected(play: Play, items: Any) -> None:
    play.run(script("s", "=item", "result", each(results="=result")), items=items)
    assert play.stopped == [("s", "multi_instance")]
    play.resolve("s", items=[7])
    assert (play.state, play.variables["results"]) == ("completed", [7])


@BOTH
def test_a_number_of_times(play: Play, how: str) -> None:
    play.run(script("s", "=n + 1", "n", times("=count", attributes=how)), n=0, count=4)
    assert play.variables["n"] == 4


@pytest.mark.parametrize("count", [-1, 1.5, "2", None, 10_000_000])
def test_a_number_that_is_none(play: Play, count: Any) -> None:
    play.run(script("s", "=1", "x", times("=count")), count=count)
    assert play.stopped == [("s", "multi_instance")]


def test_input_mappings_and_the_loop_counter_are_of_each_instance(play: Play) -> None:
    extra = mapping(inputs={"text": '=item + " " + string(loopCounter)'}, outputs={"result": "=text"})
    diagram = process().start()
    diagram.add(
        "userTask", "u", f"<bpmn:extensionElements>{extra}</bpmn:extensionElements>{each(results='=result')}"
    ).end()
    play.run(diagram, items=["a", "b"])
    play.complete("u").complete("u")
    assert play.variables["results"] == ["a 1", "b 2"]
    assert "result" not in play.variables


@BOTH
def test_the_completion_condition_ends_the_rest(play: Play, how: str) -> None:
    done = until("=numberOfCompletedInstances >= 2 and numberOfInstances = 4")
    diagram = process().start().add("userTask", "u", each(inner=done, attributes=how, out="=vote")).end()
    play.run(diagram, items=[1, 2, 3, 4])
    play.complete("u", vote="yes")
    assert play.state == "active"
    play.complete("u", vote="no")
    assert (play.state, play.tasks) == ("completed", [])
    assert sorted(v for v in play.variables["out"] if v) == ["no", "yes"]
    assert len(play.variables["out"]) == 4


def test_conditions_see_how_many_instances_are_active(play: Play) -> None:
    done = until("=numberOfActiveInstances = 1 and numberOfTerminatedInstances = 0")
    diagram = process().start().add("userTask", "u", each(inner=done)).end()
    play.run(diagram, items=[1, 2, 3])
    play.complete("u")
    assert play.state == "active"
    play.complete("u")
    assert play.state == "completed"


def test_a_boundary_event_is_on_the_whole(play: Play) -> None:
    diagram = process().start().add("userTask", "u", each()).end()
    diagram.boundary("late", "u", timer("timeDuration", "PT1H")).end("too_late")
    play.run(diagram, items=[1, 2, 3])
    assert [job for job in play.jobs if job.startswith("timer")] == ["timer late"]
    play.complete("u").advance(hours=2)
    assert (play.state, play.end_event, play.tasks) == ("completed", "too_late", [])
    assert len(play.events("element_terminated")) == 3


def test_an_error_of_one_instance_is_caught_on_the_whole(play: Play) -> None:
    inner = sub_process("sub").start("s").user("u").exclusive("x").when("=bad").end("failed", _error("BAD"))
    inner.at("x").default().end("fine")
    diagram = process().start().sub(inner, each()).end()
    diagram.boundary("caught", "sub", diagram.error("BAD")).end("after")
    play.run(diagram, items=[1, 2, 3])
    play.complete("u", bad=False).complete("u", bad=True)
    assert (play.state, play.end_event, play.tasks) == ("completed", "after", [])


def test_the_standards_own_attributes(play: Play) -> None:
    marker = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item"/><bpmn:outputDataItem id="result"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    play.run(script("s", "=item * 10", "result", marker), items=[1, 2])
    assert play.variables["results"] == [10, 20]


def _behavior(behavior: str) -> Diagram:
    definition = '<bpmn:messageEventDefinition id="thrown" messageRef="message_m"/>'
    marker = times(
        "3",
        "<bpmn:complexBehaviorDefinition><bpmn:condition>=numberOfCompletedInstances = 2</bpmn:condition>"
        '<bpmn:event><bpmn:messageEventDefinition messageRef="message_m"/></bpmn:event>'
        "</bpmn:complexBehaviorDefinition>"
        if behavior == "Complex"
        else "",
        f'isSequential="true" behavior="{behavior}" {behavior.lower()}BehaviorEventRef="thrown"',
    )
    diagram = process().start().add("task", "t", marker).task("after").end()
    caught = diagram.message("m", "=1")
    diagram.roots.append(definition)
    diagram.boundary("b", "t", caught).task("noted").end("noted_end")
    return diagram


@pytest.mark.parametrize(
    ("behavior", "done", "noted"), [("None", 3, 3), ("One", 3, 1), ("All", 3, 0), ("Complex", 2, 1)]
)
def test_what_the_end_of_instances_throws_at_the_boundary(
    play: Play, behavior: str, done: int, noted: int
) -> None:
    play.run(_behavior(behavior))
    assert (play.done.count("t"), play.done.count("noted")) == (done, noted)
    assert (play.state, play.done.count("after")) == ("completed", 1)


def test_an_instance_in_an_instance(play: Play) -> None:
    innermost = '<zeebe:script expression="=x + y" resultVariable="r"/>'
    inner = (
        sub_process("sub")
        .start("s")
        .add(
            "scriptTask",
            "add",
            f"<bpmn:extensionElements>{innermost}</bpmn:extensionElements>{each('=[10, 20]', 'y', row='=r')}",
        )
    )
    inner.end("e")
    play.run(process().start().sub(inner, each(item="x", table="=row")).end(), items=[1, 2])
    assert play.variables["table"] == [[11, 21], [12, 22]]


@pytest.mark.parametrize("how", ["", SEQUENTIAL])
def test_a_thousand_items_cost_little(play: Play, how: str) -> None:
    diagram = script("s", "=item + 1", "r", each(attributes=how, results="=r"))
    play.run(diagram, items=list(range(1000)))
    assert play.variables["results"] == list(range(1, 1001))


def test_the_cost_grows_with_the_number_of_items_not_with_its_square(play: Play) -> None:
    diagram = script("s", "=item", "r", each(results="=r"))
    play.run(diagram, items=[1])
    spent = []
    for count in (500, 4000):
        before = time.process_time()
        play.start("p", items=list(range(count)))
        spent.append(time.process_time() - before)
    assert spent[1] < spent[0] * 8 * 3


def _error(code: str) -> str:
    return f'<bpmn:errorEventDefinition errorRef="error_{code}"/>'
