"""Conditional events: they fire when their condition becomes true (BPMN 2.0, clause 10.5.5)."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionInvalid
from engine.testing import condition, extensions, mapping, process, sub_process
from tests.engine.play import Play


def test_a_catch_waits_until_its_condition_becomes_true(play: Play) -> None:
    play.run(process().start().catch("wait", condition("=amount > 10")).end(), amount=1)
    assert (play.open, play.jobs) == (["wait"], [])
    play.set(amount=5)
    assert play.state == "active"
    play.set(amount=11)
    assert play.state == "completed"
    assert play.events("condition_met")[0].data == {"condition": "amount > 10"}


def test_a_condition_that_is_true_on_arrival_fires_at_once(play: Play) -> None:
    play.run(process().start().catch("wait", condition("=amount > 10")).end(), amount=11)
    assert play.state == "completed"


def test_a_parallel_branch_that_writes_the_variable_wakes_it(play: Play) -> None:
    diagram = process().start().parallel("f").catch("wait", condition("=n = 2")).end("e1")
    diagram.at("f").user("u").script("s", "=n + 1", "n").end("e2")
    play.run(diagram, n=1).complete("u")
    assert play.state == "completed"


def test_a_condition_on_a_variable_that_does_not_exist_yet_waits(play: Play) -> None:
    play.run(process().start().catch("wait", condition("=reply = 42")).end())
    assert (play.stopped, play.open) == ([], ["wait"])
    play.set(reply=42)
    assert play.state == "completed"


def test_a_condition_that_is_not_a_boolean_is_an_incident_and_waits_again_afterwards(play: Play) -> None:
    play.run(process().start().catch("wait", condition("=reply")).end())
    play.set(reply="soon")
    assert ("wait", "condition") in play.stopped
    play.resolve("wait", reply=False)
    assert play.stopped == []
    play.set(reply=True)
    assert play.state == "completed"


def test_an_interrupting_boundary(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("high", "u", condition("=amount > 10")).end("stopped")
    play.run(diagram, amount=1).set(amount=20)
    assert (play.end_event, play.tasks) == ("stopped", [])


def test_a_non_interrupting_boundary_fires_at_each_change_from_false_to_true(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("high", "u", condition("=amount > 10"), interrupting=False).task("tell")
    play.run(diagram, amount=1)
    for amount, told in ((11, 1), (12, 1), (3, 1), (15, 2)):
        play.set(amount=amount)
        assert play.done.count("tell") == told
    assert play.tasks == ["u"]


def test_a_boundary_condition_that_fails_does_not_hold_its_activity(play: Play) -> None:
    diagram = process().start().user("u").end("done")
    diagram.boundary("high", "u", condition("=amount")).end("stopped")
    play.run(diagram).set(amount="much")
    assert play.stopped == [("high", "condition")]
    play.complete("u")
    assert (play.state, play.end_event, play.stopped) == ("completed", "done", [])


def test_conditions_of_a_scope_read_its_own_variables(play: Play) -> None:
    extra = extensions(mapping(inputs={"limit": "=10"}))
    inner = sub_process("sub").start("s1").catch("wait", condition("=amount > limit")).end("e1")
    play.run(process().start().sub(inner, extra).end(), amount=1).set(amount=11)
    assert play.state == "completed"


@pytest.mark.parametrize("value", ["=now()", "=x and y"])
def test_a_condition_is_read_once_and_keeps_the_state_small(play: Play, value: str) -> None:
    play.run(process().start().catch("wait", condition(value + " = true")).end(), x=False, y=False)
    assert play.open == ["wait"]


def filtered(attributes: str) -> str:
    kept = extensions(f"<zeebe:conditionalFilter {attributes}/>")
    return condition("=n > 1").replace("<bpmn:condition>", f"{kept}<bpmn:condition>")


def test_a_filter_names_the_variables_that_count(play: Play) -> None:
    play.run(process().start().catch("wait", filtered('variableNames="go"')).end(), n=0)
    play.set(n=5)
    assert play.state == "active"
    play.set(go=True)
    assert play.state == "completed"


def test_a_filter_on_kinds_of_change_is_refused(play: Play) -> None:
    with pytest.raises(DefinitionInvalid, match="variableEvents"):
        play.deploy(process().start().catch("wait", filtered('variableEvents="create"')).end())
