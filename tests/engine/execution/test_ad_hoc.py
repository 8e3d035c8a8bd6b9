"""Ad-hoc sub-processes (BPMN 2.0, clauses 10.3.5 and 13.3.5)."""

from __future__ import annotations

import pytest

from engine.testing import Diagram, process, sub_process
from tests.engine.play import Play


def ad_hoc(attributes: str = "", extra: str = "", tasks: str = "userTask") -> Diagram:
    """User tasks a, b and c; a leads to a2."""
    inner = sub_process("free").add(tasks, "a", follow=False).add("task", "a2")
    inner.add(tasks, "b", follow=False).add(tasks, "c", follow=False)
    diagram = process().start()
    return diagram.add("adHocSubProcess", "free", extra + inner.content(), attributes).task("after").end()


def until(condition: str) -> str:
    return f"<bpmn:completionCondition>{condition}</bpmn:completionCondition>"


def only(collection: str) -> str:
    setting = f'<zeebe:adHoc activeElementsCollection="{collection}"/>'
    return f"<bpmn:extensionElements>{setting}</bpmn:extensionElements>"


def test_everything_that_no_flow_leads_to_begins_together(play: Play) -> None:
    play.run(ad_hoc())
    assert play.tasks == ["a", "b", "c"]
    play.complete("b").complete("a")
    assert "a2" in play.done
    play.complete("c")
    assert (play.state, play.done.count("after")) == ("completed", 1)


def test_sequential_one_after_another_in_the_order_of_the_file(play: Play) -> None:
    play.run(ad_hoc('ordering="Sequential"'))
    for task in ("a", "b", "c"):
        assert play.tasks == [task]
        play.complete(task)
    assert play.state == "completed"


def test_the_completion_condition_ends_what_still_runs(play: Play) -> None:
    play.run(ad_hoc(extra=until("=enough")), enough=False)
    play.complete("a")
    assert play.tasks == ["b", "c"]
    play.complete("b", enough=True)
    assert (play.state, play.tasks) == ("completed", [])
    assert sorted(e.element_id for e in play.events("element_terminated")) == ["c"]


def test_what_still_runs_may_go_on_to_its_end(play: Play) -> None:
    play.run(ad_hoc('cancelRemainingInstances="false"', until("=enough")), enough=False)
    play.complete("a", enough=True)
    assert (play.state, play.tasks) == ("active", ["b", "c"])
    play.complete("b").complete("c")
    assert play.state == "completed"


def test_sequential_with_a_condition_begins_nothing_more(play: Play) -> None:
    play.run(ad_hoc('ordering="Sequential"', until("=enough")), enough=False)
    play.complete("a")
    play.complete("b", enough=True)
    assert (play.state, play.done.count("after")) == ("completed", 1)
    assert "c" not in [e.element_id for e in play.events()]


def test_only_some_activities(play: Play) -> None:
    play.run(ad_hoc(extra=only("=chosen")), chosen=["c", "a"])
    assert play.tasks == ["a", "c"]
    play.complete("a").complete("c")
    assert (play.state, "b" in play.done) == ("completed", False)


@pytest.mark.parametrize("chosen", [["ghost"], "a", None, [1]])
def test_activities_that_are_not_there_are_an_incident(play: Play, chosen: object) -> None:
    play.run(ad_hoc(extra=only("=chosen")), chosen=chosen)
    assert play.stopped == [("free", "ad_hoc")]
    play.resolve("free", chosen=[])
    assert play.state == "completed"


def test_a_condition_that_cannot_be_computed_holds_the_activity(play: Play) -> None:
    play.run(ad_hoc(extra=until("=missing")))
    play.complete("b")
    assert play.stopped == [("b", "condition")]
    play.resolve("b", missing=True)
    assert play.state == "completed"


def test_tasks_that_are_done_at_once(play: Play) -> None:
    play.run(ad_hoc('ordering="Sequential"', tasks="task"))
    assert play.done == ["start", "a", "a2", "b", "c", "free", "after", "end"]
