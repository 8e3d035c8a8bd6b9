"""Data objects, properties, data inputs and outputs (BPMN 2.0, clauses 10.4 and 13.3.2)."""

from __future__ import annotations

import pytest

from engine import check, explain, packages
from engine.catalogue import NoCatalogue
from engine.explain import Names
from engine.testing import Diagram, process, sub_process, timer
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


# ---- input and output sets (clauses 10.4.1, 10.4.2 and 13.3.2)


def sets(inputs: list[list[str]], outputs: list[list[str]], optional: tuple[str, ...] = ()) -> str:
    """An ioSpecification with these sets, in this order."""
    names = [list(dict.fromkeys(n for one in side for n in one)) for side in (inputs, outputs)]
    text = "".join(f'<bpmn:dataInput id="{n}"/>' for n in names[0])
    text += "".join(f'<bpmn:dataOutput id="{n}"/>' for n in names[1])
    for side, word in ((inputs, "Input"), (outputs, "Output")):
        for one in side:
            inner = "".join(f"<bpmn:data{word}Refs>{n}</bpmn:data{word}Refs>" for n in one)
            spared = [n for n in one if n in optional]
            inner += "".join(f"<bpmn:optional{word}Refs>{n}</bpmn:optional{word}Refs>" for n in spared)
            text += f"<bpmn:{word.lower()}Set>{inner}</bpmn:{word.lower()}Set>"
    return f"<bpmn:ioSpecification>{text}</bpmn:ioSpecification>"


def objects(*names: str) -> str:
    return "".join(f'<bpmn:dataObject id="{name}"/>' for name in names)


def reading(inputs: list[list[str]], expression: str, optional: tuple[str, ...] = ()) -> str:
    """A script that sees the data object `x` as its input `in_x`."""
    names = dict.fromkeys(n for one in inputs for n in one)
    text = script(expression, "seen") + sets(inputs, [], optional)
    return text + "".join(association("Input", n.removeprefix("in_"), n) for n in names)


def alone(element: str, inner: str, declared: str) -> Diagram:
    diagram = process().start().add(element, "step", inner).end()
    diagram.body.insert(0, declared)
    return diagram


def beside(inner: str, other: str, declared: str) -> Diagram:
    """`read` and the user task `u`, whose output goes to a data object, run together."""
    diagram = process().start().add("parallelGateway", "fork")
    diagram.add("scriptTask", "read", inner).end("end_1")
    diagram.at("fork").add("userTask", "u", other).end("end_2")
    diagram.body.insert(0, declared)
    return diagram


WRITES = specification(writes="made") + association("Output", "made", "letter")


def test_an_activity_waits_until_another_branch_has_written_its_data(play: Play) -> None:
    play.run(beside(reading([["in_letter"]], "=in_letter"), WRITES, objects("letter")))
    assert (play.open, play.stopped) == (["read", "u"], [])
    assert play.tasks == ["u"]
    play.complete("u", made="text")
    assert (play.state, play.variables["seen"]) == ("completed", "text")


def test_the_wait_for_data_ends_when_a_person_writes_the_variable(play: Play) -> None:
    play.run(beside(reading([["in_letter"]], "=in_letter"), WRITES, objects("letter")))
    play.set(letter="by hand")
    assert play.variables["seen"] == "by hand"
    assert play.open == ["u"]


def test_nothing_can_give_the_data_any_more(play: Play) -> None:
    play.run(beside(reading([["in_letter"]], "=in_letter"), "", objects("letter")))
    assert play.stopped == []
    play.complete("u")
    assert play.stopped == [("read", "data")]
    play.resolve("read", letter="late")
    assert (play.state, play.variables["seen"]) == ("completed", "late")


def test_what_waits_for_data_says_which(play: Play) -> None:
    play.run(beside(reading([["in_letter"]], "=in_letter"), WRITES, objects("letter")))
    with play.sandbox.session() as session:
        found = explain.why(session, play.id, now=play.sandbox.now, names=Names(reader="olga"))
    reason = next(r for r in found if r.kind == "data")
    assert (reason.element_id, "« letter »" in reason.text.fr) == ("read", True)


def test_an_activity_that_waits_for_data_is_not_active_yet(play: Play) -> None:
    """Its boundary events listen from when it begins (clause 13.3.2)."""
    inner = specification(reads="in_letter") + association("Input", "letter", "in_letter")
    diagram = beside(inner, WRITES, objects("letter"))
    diagram.body = [part.replace("scriptTask", "userTask") for part in diagram.body]
    diagram.boundary("late", "read", timer("timeDuration", "PT1H")).end("end_late")
    play.run(diagram).advance(hours=2)
    assert play.open == ["read", "u"]
    play.complete("u", made="text")
    assert play.tasks == ["read"]
    play.advance(hours=2)
    assert (play.state, "late" in play.done) == ("completed", True)


def test_a_wait_for_data_ends_with_the_sub_process_around_it(play: Play) -> None:
    sub = Diagram("sub").start("s2").add("parallelGateway", "fork")
    sub.add("scriptTask", "read", reading([["in_letter"]], "=in_letter")).end("e2")
    sub.at("fork").catch_timer("long", "PT2H").end("e3")
    diagram = process().start().sub(sub).end()
    diagram.boundary("late", "sub", timer("timeDuration", "PT1H")).end("end_late")
    diagram.body.insert(0, objects("letter"))
    play.run(diagram)
    assert play.open == ["long", "read", "sub"]
    play.advance(hours=1)
    assert (play.state, play.stopped) == ("completed", [])


def test_the_first_input_set_that_is_there_is_taken(play: Play) -> None:
    inner = reading([["in_a"], ["in_b", "in_c"]], "=[in_a, in_b, in_c]")
    play.run(alone("scriptTask", inner, objects("a", "b", "c")), a=1, b=2, c=3)
    assert play.variables["seen"] == [1, None, None]
    play.run(alone("scriptTask", inner, objects("a", "b", "c")), b=2, c=3)
    assert play.variables["seen"] == [None, 2, 3]
    play.run(alone("scriptTask", inner, objects("a", "b", "c")), b=2)
    assert play.stopped == [("step", "data")]


def test_an_optional_input_is_not_waited_for(play: Play) -> None:
    inner = reading([["in_a", "in_b"]], "=[in_a, in_b]", optional=("in_b",))
    play.run(alone("scriptTask", inner, objects("a", "b")), a=1)
    assert play.variables["seen"] == [1, None]


def test_an_activity_that_gives_no_output_set_stops(play: Play) -> None:
    inner = script("=given", "made") + sets([], [["made"]]) + association("Output", "made", "letter")
    play.run(alone("scriptTask", inner, objects("letter")))
    assert play.stopped == [("step", "data")]
    play.resolve("step", given="text")
    assert (play.state, play.variables["letter"]) == ("completed", "text")


def test_the_first_output_set_that_is_there_is_given(play: Play) -> None:
    inner = sets([], [["a"], ["b"]]) + association("Output", "a", "x") + association("Output", "b", "y")
    play.run(alone("userTask", inner, objects("x", "y")), x="before")
    play.complete("step", b=2)
    assert (play.variables["x"], play.variables["y"]) == ("before", 2)


def test_an_input_set_names_the_output_sets_that_may_follow(play: Play) -> None:
    inner = (
        "<bpmn:ioSpecification>"
        '<bpmn:dataInput id="in_a"/><bpmn:dataOutput id="o1"/><bpmn:dataOutput id="o2"/>'
        '<bpmn:inputSet id="i"><bpmn:dataInputRefs>in_a</bpmn:dataInputRefs>'
        "<bpmn:outputSetRefs>second</bpmn:outputSetRefs></bpmn:inputSet>"
        '<bpmn:outputSet id="first"><bpmn:dataOutputRefs>o1</bpmn:dataOutputRefs></bpmn:outputSet>'
        '<bpmn:outputSet id="second"><bpmn:dataOutputRefs>o2</bpmn:dataOutputRefs>'
        "<bpmn:inputSetRefs>i</bpmn:inputSetRefs></bpmn:outputSet></bpmn:ioSpecification>"
    )
    inner += association("Input", "a", "in_a")
    inner += association("Output", "o1", "x") + association("Output", "o2", "y")
    play.run(alone("userTask", inner, objects("a", "x", "y")), a=1)
    play.complete("step", o1=1, o2=2)
    assert play.variables == {"a": 1, "y": 2}


def test_a_collection_takes_lists_only(play: Play) -> None:
    inner = script("=given", "made") + specification(writes="made") + association("Output", "made", "letters")
    declared = '<bpmn:dataObject id="letters" isCollection="true"/>'
    play.run(alone("scriptTask", inner, declared), given="one")
    assert play.stopped == [("step", "data")]
    play.resolve("step", given=["one"])
    assert play.variables["letters"] == ["one"]


# ---- properties and data objects have a scope (clause 10.4.1)


def inside(writer: str, reader: str, declared: str) -> str:
    """The inside of a sub-process: a user task that writes, then a script that reads."""
    return (
        declared
        + '<bpmn:startEvent id="s2"/><bpmn:endEvent id="e2"/>'
        + f'<bpmn:userTask id="w">{writer}</bpmn:userTask><bpmn:scriptTask id="r">{reader}</bpmn:scriptTask>'
        + '<bpmn:sequenceFlow id="f1" sourceRef="s2" targetRef="w"/>'
        + '<bpmn:sequenceFlow id="f2" sourceRef="w" targetRef="r"/>'
        + '<bpmn:sequenceFlow id="f3" sourceRef="r" targetRef="e2"/>'
    )


@pytest.mark.parametrize("kind", ["property", "dataObject"])
def test_data_of_a_sub_process_ends_with_it(play: Play, kind: str) -> None:
    declared = f'<bpmn:{kind} id="own" name="note"/>'
    writer = specification(writes="made") + association("Output", "made", "own")
    reads = reading([["in_own"]], "=in_own")
    play.run(alone("subProcess", inside(writer, reads, declared), ""), note="outside")
    play.complete("w", made="inside")
    assert (play.state, play.variables["seen"], play.variables["note"]) == ("completed", "inside", "outside")


def test_each_instance_of_a_repeated_sub_process_has_its_own_data(play: Play) -> None:
    marker = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements>"
        '<zeebe:loopCharacteristics inputCollection="=[1, 2]" inputElement="item" '
        'outputCollection="all" outputElement="=mine"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    ends = '<bpmn:dataObject id="own" name="note"/>'
    writer = specification(writes="made") + association("Output", "made", "own")
    reads = script("=in_own", "mine") + sets([["in_own"]], []) + association("Input", "own", "in_own")
    inner = inside(writer, reads, ends + '<bpmn:property id="q" name="mine"/>') + marker
    play.run(alone("subProcess", inner, ""))
    assert play.tasks == ["w", "w"]
    play.complete("w", made="x").complete("w", made="y")
    assert play.state == "completed"
    assert sorted(play.variables["all"]) == ["x", "y"]


def test_a_property_of_a_task_lives_while_it_runs(play: Play) -> None:
    inner = '<bpmn:property id="own" name="note"/>' + script("=given", "note")
    play.run(alone("scriptTask", inner, ""), given="text")
    assert (play.state, play.variables) == ("completed", {"given": "text"})


def test_a_property_of_the_process_is_its_variable(play: Play) -> None:
    inner = script("=given", "made") + specification(writes="made") + association("Output", "made", "own")
    play.run(alone("scriptTask", inner, '<bpmn:property id="own" name="note"/>'), given="text")
    assert play.variables["note"] == "text"


# ---- assignments (clause 10.4.2)


def assigned(source: str, to: str) -> str:
    return f"<bpmn:assignment><bpmn:from>{source}</bpmn:from><bpmn:to>{to}</bpmn:to></bpmn:assignment>"


def test_assignments_write_parts_of_the_target_one_after_another(play: Play) -> None:
    parts = assigned("=out", "letter.text") + assigned("=upper case(out)", "=letter.title")
    inner = script("=&quot;t&quot;", "out") + specification(writes="out")
    play.run(alone("scriptTask", inner + association("Output", "out", "reference_1", parts), DATA))
    assert play.variables["letter"] == {"text": "t", "title": "T"}


def refused(diagram: Diagram) -> list[str]:
    found = check.check(packages.single(diagram.xml()), NoCatalogue())
    return [d.rule for d in found if d.severity == "error"]


def test_an_assignment_to_something_else_than_the_target_is_refused() -> None:
    assert refused(writing_and_reading(assigned("=out", "other"))) == ["bpmn.data-assignment"]


def test_data_that_a_nearer_namesake_hides_is_refused() -> None:
    writer = specification(writes="made") + association("Output", "made", "outer")
    inner = inside(writer, reading([["in_own"]], "=in_own"), '<bpmn:dataObject id="own" name="note"/>')
    diagram = alone("subProcess", inner, '<bpmn:dataObject id="outer" name="note"/>')
    assert refused(diagram) == ["bpmn.data-hidden"]


def test_data_of_another_sub_process_is_refused() -> None:
    inner = inside("", reading([["in_own"]], "=in_own"), '<bpmn:dataObject id="own"/>')
    diagram = process().start().add("subProcess", "sub", inner)
    reads = script("=in_x", "seen") + sets([["in_x"]], []) + association("Input", "own", "in_x")
    diagram.add("scriptTask", "step", reads).end()
    assert refused(diagram) == ["bpmn.data-reach"]
