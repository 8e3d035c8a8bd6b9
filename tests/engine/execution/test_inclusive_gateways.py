"""Inclusive gateways: join what can still come, leave by every true condition (BPMN 2.0, clause 13.4.3)."""

from __future__ import annotations

import pytest

from engine.testing import Diagram, process, timer
from tests.engine.play import Play


def choice() -> Diagram:
    """A split into user tasks a and b by their conditions, d by default; joined before z."""
    diagram = process().start().add("inclusiveGateway", "split")
    diagram.when("=a").user("ua").add("inclusiveGateway", "join").script("z", "=n + 1", "n").end()
    diagram.at("split").when("=b").user("ub").to("join")
    diagram.at("split").default().user("ud").to("join")
    return diagram


@pytest.mark.parametrize(
    ("a", "b", "tasks"),
    [(True, True, ["ua", "ub"]), (True, False, ["ua"]), (False, True, ["ub"]), (False, False, ["ud"])],
)
def test_one_token_leaves_by_every_true_condition_and_the_join_waits_for_exactly_those(
    play: Play, a: bool, b: bool, tasks: list[str]
) -> None:
    play.run(choice(), a=a, b=b, n=0)
    assert play.tasks == tasks
    for task in tasks:
        assert play.variables["n"] == 0
        play.complete(task)
    assert (play.state, play.variables["n"]) == ("completed", 1)
    assert play.done.count("join") == 1


def test_without_a_true_condition_and_without_a_default_it_is_an_incident(play: Play) -> None:
    diagram = process().start().add("inclusiveGateway", "split").when("=a").end("e1")
    diagram.at("split").when("=b").end("e2")
    play.run(diagram, a=False, b=False)
    assert play.stopped == [("split", "no_flow")]
    play.resolve("split", b=True)
    assert play.end_event == "e2"


def test_a_flow_without_condition_is_always_taken(play: Play) -> None:
    diagram = process().start().add("inclusiveGateway", "split").when("=a").task("x").end("e1")
    diagram.at("split").task("y").end("e2")
    play.run(diagram, a=False)
    assert play.done == ["start", "split", "y", "e2"]


def test_a_condition_that_cannot_be_computed_does_not_count_as_false(play: Play) -> None:
    play.run(choice(), a=True, n=0)
    assert play.stopped == [("split", "condition")]


def test_a_join_waits_for_a_boundary_path_that_may_still_come(play: Play) -> None:
    diagram = process().start().parallel("f").user("slow").add("inclusiveGateway", "j").user("z").end()
    diagram.at("f").task("quick").to("j")
    diagram.boundary("late", "slow", timer("timeDuration", "PT1H")).task("remind").to("j")
    play.run(diagram)
    assert play.tasks == ["slow"]
    play.advance(hours=2)
    assert play.tasks == ["z"]
    play.complete("z")
    assert (play.state, play.done.count("j")) == ("completed", 1)


def test_a_join_does_not_wait_for_a_branch_that_leads_elsewhere(play: Play) -> None:
    diagram = process().start().parallel("f").task("a").add("inclusiveGateway", "j").task("z").end()
    diagram.at("f").exclusive("x").when("=to_join").task("b").to("j")
    diagram.at("x").default().user("elsewhere").end("other")
    play.run(diagram, to_join=False)
    assert "z" in play.done
    assert play.tasks == ["elsewhere"]


def test_inside_a_loop_it_joins_once_per_round(play: Play) -> None:
    diagram = process().start().exclusive("top").add("inclusiveGateway", "split")
    diagram.when("=true").task("a").add("inclusiveGateway", "join").script("count", "=n + 1", "n")
    diagram.at("split").when("=n > 0").task("b").to("join")
    diagram.at("count").exclusive("again").when("=n < 3").to("top").at("again").default().end()
    play.run(diagram, n=0)
    assert (play.state, play.variables["n"]) == ("completed", 3)
    assert (play.done.count("join"), play.done.count("b")) == (3, 2)


def test_a_token_that_can_reach_the_flow_that_has_one_is_not_waited_for(play: Play) -> None:
    """Conditions (iv) to (vi) of the clause: another way to a flow that already has a token."""
    diagram = process().start().parallel("f").task("a").exclusive("m").add("inclusiveGateway", "j")
    diagram.task("z").end()
    diagram.at("f").user("u").exclusive("x").when("=left").to("m")
    diagram.at("x").default().to("j")
    play.run(diagram, left=False)
    assert play.done.count("z") == 1
    play.complete("u")
    assert play.done.count("z") == 2
    assert play.state == "completed"


def test_two_joins_that_wait_for_each_other_are_an_incident(play: Play) -> None:
    diagram = process().start().parallel("f").add("parallelGateway", "p1").add("inclusiveGateway", "j1")
    diagram.exclusive("back").when("=false").to("p1").at("back").default().end()
    diagram.at("f").task("b").to("j1")
    play.run(diagram)
    assert [kind for _, kind in play.stopped] in (["join"], ["join", "join"])
    assert play.state == "active"
