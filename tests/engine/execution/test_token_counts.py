"""How many tokens: quantities, implicit starts, ends and splits (BPMN 2.0, clauses 10.3.1 and 13.2)."""

from __future__ import annotations

import pytest

from engine.testing import process, sub_process
from tests.engine.play import Play


def test_completion_and_start_quantity(play: Play) -> None:
    diagram = process().start().add("task", "many", attributes='completionQuantity="3"').user("each")
    diagram.add("task", "gather", attributes='startQuantity="3"').end()
    play.run(diagram)
    assert play.tasks == ["each"] * 3
    play.complete("each").complete("each")
    assert "gather" not in play.done
    play.complete("each")
    assert (play.state, play.done.count("gather")) == ("completed", 1)


def test_tokens_that_are_too_few_to_start_are_an_incident(play: Play) -> None:
    play.run(process().start().add("task", "gather", attributes='startQuantity="2"').end())
    assert play.stopped == [("gather", "join")]
    play.resolve("gather")
    assert (play.state, play.done) == ("completed", ["start", "gather", "end"])


def test_without_start_event_everything_that_no_flow_leads_to_begins(play: Play) -> None:
    diagram = process().add("userTask", "a", follow=False).task("after")
    diagram.add("scriptTask", "b", _script("=x + 1", "y"), follow=False)
    play.run(diagram, x=1)
    assert play.tasks == ["a"]
    assert play.variables == {"x": 1, "y": 2}
    play.complete("a")
    assert (play.state, play.end_event) == ("completed", None)


def test_a_sub_process_without_events(play: Play) -> None:
    inner = sub_process("sub").add("task", "a", follow=False).add("task", "b", follow=False)
    play.run(process().start().sub(inner).end())
    assert sorted(play.done) == ["a", "b", "end", "start", "sub"]


def test_an_empty_sub_process_ends_at_once(play: Play) -> None:
    play.run(process().start().sub(sub_process("sub")).end())
    assert play.done == ["start", "sub", "end"]


def test_several_none_starts_begin_together(play: Play) -> None:
    diagram = process().start("s1").user("a").end("e1").start("s2").user("b").end("e2")
    play.run(diagram, x=1)
    assert play.tasks == ["a", "b"]
    play.complete("a").complete("b")
    assert (play.state, play.variables) == ("completed", {"x": 1})


@pytest.mark.parametrize(("x", "taken"), [(1, ["a", "c"]), (5, ["b", "c"]), (9, ["a", "b", "c"])])
def test_conditional_default_and_plain_flows_out_of_one_task(play: Play, x: int, taken: list[str]) -> None:
    """The unconditional flow is taken besides; the default only when no condition holds."""
    diagram = process().start().task("t").when("=x > 3").task("b").at("t").when("=x > 7").to("a")
    diagram.at("t").default().task("a").at("t").task("c")
    play.run(diagram, x=x)
    assert sorted(set(play.done) & {"a", "b", "c"}) == taken


def _script(expression: str, variable: str) -> str:
    return (
        "<bpmn:extensionElements>"
        f'<zeebe:script expression="{expression}" resultVariable="{variable}"/></bpmn:extensionElements>'
    )
