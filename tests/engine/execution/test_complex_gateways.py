"""Complex gateways: activation, then reset (BPMN 2.0, clause 13.4.5)."""

from __future__ import annotations

from engine.testing import Diagram, process
from tests.engine.play import Play


def activation(text: str) -> str:
    return f"<bpmn:activationCondition>{text}</bpmn:activationCondition>"


def vote(condition: str = "=activationCount >= 2") -> Diagram:
    """Three user tasks a, b and c; `z` after enough of them."""
    diagram = process().start().parallel("f").user("a").add("complexGateway", "j", activation(condition))
    diagram.user("z").end()
    diagram.at("f").user("b").to("j").at("f").user("c").to("j")
    return diagram


def test_it_goes_on_when_the_activation_condition_holds_and_swallows_the_rest(play: Play) -> None:
    play.run(vote())
    play.complete("a")
    assert play.tasks == ["b", "c"]
    play.complete("b")
    assert play.tasks == ["c", "z"]
    play.complete("c")
    assert play.tasks == ["z"]
    play.complete("z")
    assert (play.state, play.done.count("z")) == ("completed", 1)


def test_it_is_ready_again_once_every_token_that_could_come_has_come(play: Play) -> None:
    diagram = process().start().exclusive("top").parallel("f").user("a")
    diagram.add("complexGateway", "j", activation("=activationCount >= 1")).script("n1", "=n + 1", "n")
    diagram.exclusive("x").when("=n < 2").to("top").at("x").default().end()
    diagram.at("f").user("b").to("j")
    play.run(diagram, n=0)
    play.complete("b")
    assert play.tasks == ["a", "a", "b"]
    play.complete("a").complete("a").complete("b")
    assert play.state == "completed"
    assert play.variables["n"] == 2


def test_the_condition_may_read_data_and_is_looked_at_again_when_everything_stands_still(play: Play) -> None:
    play.run(vote("=enough"), enough=False)
    play.complete("a")
    assert play.tasks == ["b", "c"]
    play.complete("b", enough=True)
    assert play.tasks == ["c", "z"]


def test_outgoing_conditions_see_the_phase(play: Play) -> None:
    diagram = process().start().parallel("f").user("a")
    diagram.add("complexGateway", "j", activation("=activationCount >= 1"))
    diagram.when("=waitingForStart").task("first").end("e1")
    diagram.at("j").when("=not(waitingForStart)").task("afterwards").end("e2")
    diagram.at("f").user("b").to("j")
    play.run(diagram)
    play.complete("a")
    assert "first" in play.done
    assert "afterwards" not in play.done
    play.complete("b")
    assert play.done.count("first") == play.done.count("afterwards") == 1
    assert play.state == "completed"


def test_a_condition_that_never_holds_is_an_incident_that_can_be_corrected(play: Play) -> None:
    play.run(vote("=enough"), enough=False)
    play.complete("a").complete("b").complete("c")
    assert play.stopped == [("j", "join")]
    play.resolve("j", enough=True)
    assert play.tasks == ["z"]


def test_a_condition_that_is_neither_true_nor_false_is_an_incident(play: Play) -> None:
    play.run(vote("=missing"))
    play.complete("a")
    assert play.stopped == [("j", "condition")]
    play.resolve("j", missing=True)
    assert play.tasks == ["b", "c", "z"]
    play.complete("b").complete("c").complete("z")
    assert (play.state, play.done.count("z")) == ("completed", 1)


def test_diverging_it_takes_every_true_condition(play: Play) -> None:
    diagram = process().start().add("complexGateway", "g").when("=a").task("x").end("e1")
    diagram.at("g").when("=b").task("y").end("e2").at("g").default().task("z").end("e3")
    play.run(diagram, a=True, b=True)
    assert sorted(set(play.done) & {"x", "y", "z"}) == ["x", "y"]
