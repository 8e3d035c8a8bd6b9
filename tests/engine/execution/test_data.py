"""Data objects, properties, data inputs and outputs (BPMN 2.0, clauses 10.4 and 13.3.2)."""

from __future__ import annotations

from engine import check, packages
from engine.catalogue import NoCatalogue
from engine.testing import Diagram, process, sub_process
from tests.engine.play import Play

DATA = (
    '<bpmn:dataObject id="object_1" name="letter"/>'
    '<bpmn:dataObjectReference id="reference_1" name="Letter [signed]" dataObjectRef="object_1"/>'
)


def specification(reads: str | None = None, writes: str | None = None) -> str:
    inputs = f'<bpmn:dataInput id="{reads}"/>' if reads else ""
    outputs = f'<bpmn:dataOutput id="{writes}"/>' if writes else ""
    taken = f"<bpmn:inputSet><bpmn:dataInputRefs>{reads}</bpmn:dataInputRefs></bpmn:inputSet>"
    given = f"<bpmn:outputSet><bpmn:dataOutputRefs>{writes}</bpmn:dataOutputRefs></bpmn:outputSet>"
    sets = (taken if reads else "<bpmn:inputSet/>") + (given if writes else "<bpmn:outputSet/>")
    return f"<bpmn:ioSpecification>{inputs}{outputs}{sets}</bpmn:ioSpecification>"


def association(kind: str, source: str, target: str, inner: str = "") -> str:
    tag = f"bpmn:data{kind}Association"
    ends = f"<bpmn:sourceRef>{source}</bpmn:sourceRef><bpmn:targetRef>{target}</bpmn:targetRef>"
    return f"<{tag}>{ends}{inner}</{tag}>"


def script(expression: str, variable: str) -> str:
    inner = f'<zeebe:script expression="{expression}" resultVariable="{variable}"/>'
    return f"<bpmn:extensionElements>{inner}</bpmn:extensionElements>"


def writing_and_reading(inner: str = "", diagram: Diagram | None = None) -> Diagram:
    """`write` gives the data object its value through its output; `read` sees it as its input."""
    write = script("=&quot;text&quot;", "out") + specification(writes="out")
    write += association("Output", "out", "reference_1", inner)
    read = script("=given + &quot;!&quot;", "seen") + specification(reads="given")
    read += association("Input", "reference_1", "given")
    diagram = (diagram or process()).start(f"s_{diagram.key}" if diagram else "start")
    diagram.add("scriptTask", "write", write).user("u").add("scriptTask", "read", read)
    diagram.end(f"e_{diagram.key}")
    diagram.body.insert(0, DATA)
    return diagram


def test_a_data_object_is_written_through_an_output_and_read_through_an_input(play: Play) -> None:
    play.run(writing_and_reading())
    assert play.variables == {"letter": "text"}
    play.complete("u")
    assert (play.state, play.variables) == ("completed", {"letter": "text", "seen": "text!"})


def test_a_transformation_is_feel(play: Play) -> None:
    play.run(writing_and_reading("<bpmn:transformation>=upper case(out)</bpmn:transformation>"))
    assert play.variables == {"letter": "TEXT"}


def test_an_activity_starts_only_with_the_data_of_its_input_set(play: Play) -> None:
    read = (
        script("=given", "seen") + specification(reads="given") + association("Input", "reference_1", "given")
    )
    diagram = process().start().add("scriptTask", "read", read).end()
    diagram.body.insert(0, DATA)
    play.run(diagram)
    assert play.stopped == [("read", "data")]
    play.resolve("read", letter="late")
    assert play.variables == {"letter": "late", "seen": "late"}


def test_an_association_without_input_or_output_is_a_drawing(play: Play) -> None:
    drawn = '<bpmn:property id="p_1" name="__targetRef_placeholder"/>' + association(
        "Input", "reference_1", "p_1"
    )
    diagram = process().start().add("task", "t", drawn).end()
    diagram.body.insert(0, DATA)
    play.run(diagram)
    assert (play.state, play.variables) == ("completed", {})


def test_a_repeated_activity_takes_its_items_from_a_data_object(play: Play) -> None:
    marker = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>given</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>out</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="item"/><bpmn:outputDataItem id="result"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    inner = script("=item * 2", "result") + specification(reads="given", writes="out")
    inner += association("Input", "object_1", "given") + association("Output", "out", "results") + marker
    diagram = process().start().add("scriptTask", "each", inner).end()
    diagram.body.insert(0, DATA + '<bpmn:dataObject id="results"/>')
    play.run(diagram, letter=[1, 2])
    assert play.variables == {"letter": [1, 2], "results": [2, 4]}


def test_a_data_store_is_refused_by_name() -> None:
    write = script("=1", "made") + specification(writes="made") + association("Output", "made", "store_1")
    diagram = process().start().add("scriptTask", "write", write).end()
    diagram.body.insert(0, '<bpmn:dataStoreReference id="store_1" name="Register"/>')
    found = check.check(packages.single(diagram.xml()), NoCatalogue())
    assert [d.rule for d in found if d.severity == "error"] == ["bpmn.data-store"]


def test_an_event_has_its_data_without_a_specification(play: Play) -> None:
    """The data input of a throw event is not one of the process (BPMN 2.0, clause 10.4.1)."""
    inner = '<bpmn:dataInput id="told"/>' + association("Input", "reference_1", "told")
    inner += "<bpmn:inputSet><bpmn:dataInputRefs>told</bpmn:dataInputRefs></bpmn:inputSet>"
    diagram = process().start().user("u")
    diagram.add("intermediateThrowEvent", "tell", inner + diagram.signal("news")).end()
    diagram.body.insert(0, DATA)
    play.run(diagram, letter="text").complete("u")
    assert (play.state, play.events("signal_thrown")[0].element_id) == ("completed", "tell")


def test_a_data_object_lives_and_ends_with_its_sub_process(play: Play) -> None:
    """Each run has its own; the one of the same name outside is another (BPMN 2.0, clause 10.4.1)."""
    inner = writing_and_reading(diagram=sub_process("sub"))
    play.run(process().start().sub(inner).user("after").end(), letter="outside")
    assert play.variables["letter"] == "outside"
    play.complete("u")
    assert (play.tasks, play.variables) == (["after"], {"letter": "outside", "seen": "text!"})
