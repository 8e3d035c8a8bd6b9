"""Standard loops (BPMN 2.0, clause 13.3.6)."""

from __future__ import annotations

import pytest

from engine import check, packages
from engine.catalogue import NoCatalogue
from engine.testing import Diagram, process, sub_process, timer
from tests.engine.play import Play


def loop(condition: str | None = None, attributes: str = "") -> str:
    inner = f"<bpmn:loopCondition>{condition}</bpmn:loopCondition>" if condition else ""
    return f"<bpmn:standardLoopCharacteristics {attributes}>{inner}</bpmn:standardLoopCharacteristics>"


def counting(marker: str) -> Diagram:
    """A script that adds 1 to n, in a loop."""
    script = '<zeebe:script expression="=n + 1" resultVariable="n"/>'
    inner = f"<bpmn:extensionElements>{script}</bpmn:extensionElements>{marker}"
    return process().start().add("scriptTask", "add", inner).end()


@pytest.mark.parametrize(
    ("marker", "before", "after"),
    [
        (loop("=n &lt; 3"), 0, 3),
        (loop("=n &lt; 3"), 5, 6),
        (loop("=n &lt; 3", 'testBefore="true"'), 0, 3),
        (loop("=n &lt; 3", 'testBefore="true"'), 5, 5),
        (loop("=true", 'loopMaximum="4"'), 0, 4),
        (loop(None, 'loopMaximum="2"'), 0, 2),
        (loop("=true", 'loopMaximum="0"'), 7, 7),
        (loop("=loopCounter &lt; 3"), 0, 3),
    ],
)
def test_how_often_a_loop_runs(play: Play, marker: str, before: int, after: int) -> None:
    play.run(counting(marker), n=before)
    assert (play.state, play.variables) == ("completed", {"n": after})


def test_rounds_come_one_after_another_and_the_condition_sees_what_a_round_wrote(play: Play) -> None:
    diagram = process().start().add("userTask", "u", loop("=again")).end()
    play.run(diagram)
    for _ in range(2):
        assert play.tasks == ["u"]
        play.complete("u", again=True)
    play.complete("u", again=False)
    assert (play.state, play.done.count("u")) == ("completed", 3)
    whole = play.events("repetition_completed")
    assert [(e.element_id, e.data["instances"]) for e in whole] == [("u", 3)]


def test_a_loop_over_a_sub_process(play: Play) -> None:
    inner = sub_process("sub").start("s1").user("u").script("add", "=n + 1", "n").end("e1")
    play.run(process().start().sub(inner, loop("=n &lt; 2")).end(), n=0)
    play.complete("u").complete("u")
    assert (play.state, play.variables["n"]) == ("completed", 2)


def test_an_interrupting_boundary_event_ends_the_whole_loop(play: Play) -> None:
    diagram = process().start().add("userTask", "u", loop("=true")).end()
    diagram.boundary("late", "u", timer("timeDuration", "PT1H")).end("too_late")
    play.run(diagram)
    play.complete("u")
    assert play.tasks == ["u"]
    play.advance(hours=2)
    assert (play.state, play.end_event, play.tasks, play.jobs) == ("completed", "too_late", [], [])


def test_a_condition_that_cannot_be_computed_is_an_incident_of_that_round(play: Play) -> None:
    play.run(counting(loop("=missing")), n=0)
    assert play.stopped == [("add", "condition")]
    play.resolve("add", missing=False)
    assert play.state == "completed"


def test_a_loop_that_could_never_end_is_refused() -> None:
    found = check.check(packages.single(counting(loop()).xml()), NoCatalogue())
    assert [d.rule for d in found] == ["bpmn.loop-without-end"]
