"""Sequence flows, gateways, scripts, sub-processes: where tokens go."""

from __future__ import annotations

import pytest

from engine.testing import process, sub_process
from tests.engine.play import Play


def test_a_line_of_scripts_runs_to_the_end(play: Play) -> None:
    line = process().start().script("a", "=x + 1", "x").script("b", "=x * 2", "x").end()
    play.run(line, x=20)
    assert (play.state, play.end_event, play.variables) == ("completed", "end", {"x": 42})
    assert play.done == ["start", "a", "b", "end"]


def test_decimals_stay_exact(play: Play) -> None:
    play.run(process().start().script("a", "=x + 0.2", "y").end(), x=0.1)
    assert str(play.variables["y"]) == "0.3"


@pytest.mark.parametrize(("amount", "end"), [(5, "low"), (15, "middle"), (25, "high")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(
    play: Play, amount: int, end: str
) -> None:
    split = process().start().exclusive("g").when("=amount > 20").end("high")
    split.at("g").when("=amount > 10").end("middle").at("g").default().end("low")
    play.run(split, amount=amount)
    assert play.end_event == end
    assert play.done.count("g") == 1


def test_an_exclusive_gateway_where_nothing_is_true_is_an_incident_and_can_be_corrected(play: Play) -> None:
    split = (
        process()
        .start()
        .exclusive("g")
        .when("=amount > 20")
        .end("high")
        .at("g")
        .when("=amount < 10")
        .end("low")
    )
    play.run(split, amount=15)
    assert play.stopped == [("g", "no_flow")]
    play.resolve("g", amount=25)
    assert (play.state, play.end_event) == ("completed", "high")


@pytest.mark.parametrize("condition", ["=missing > 3", "=word", "=number"])
def test_a_condition_that_is_neither_true_nor_false_is_an_incident(play: Play, condition: str) -> None:
    split = process().start().exclusive("g").when(condition).end("a").at("g").default().end("b")
    play.run(split, word="text", number=1)
    assert play.stopped == [("g", "condition")]
    assert play.state == "active"


def test_a_parallel_gateway_waits_for_every_branch(play: Play) -> None:
    fork = process().start().parallel("f").user("a").parallel("j").end()
    fork.at("f").user("b").to("j")
    play.run(fork)
    assert play.tasks == ["a", "b"]
    play.complete("a")
    assert (play.state, play.tasks) == ("active", ["b"])
    play.complete("b")
    assert play.state == "completed"
    assert play.done.count("j") == 1


def test_a_parallel_join_counts_per_incoming_flow(play: Play) -> None:
    """Two tokens on one flow and one on the other: the join fires once, the surplus is reported."""
    diagram = process().start().parallel("f").task("m").parallel("j").end()
    diagram.at("f").task("n").to("m")
    diagram.at("f").task("k").to("j")
    play.run(diagram)
    assert play.done.count("m") == 2
    assert play.done.count("j") == 1
    assert play.stopped == [("j", "join")]


def test_branches_do_not_lose_each_others_updates(play: Play) -> None:
    fork = process().start().parallel("f").script("a", "=1", "n").parallel("j").end()
    fork.at("f").user("b").to("j")
    play.run(fork, n=0)
    play.complete("b", other=2)
    assert play.variables == {"n": 1, "other": 2}


def test_several_flows_out_of_a_task_split_the_token(play: Play) -> None:
    diagram = process().start().task("t").user("a").at("t").user("b")
    play.run(diagram)
    assert play.tasks == ["a", "b"]
    play.complete("a").complete("b")
    assert play.state == "completed"


def test_a_conditional_flow_out_of_a_task_is_taken_only_when_true(play: Play) -> None:
    diagram = process().start().task("t").when("=x > 1").task("a").at("t").default().task("b")
    play.run(diagram, x=1)
    assert play.done == ["start", "t", "b", "b_end"]


def test_flows_that_meet_in_a_task_run_it_once_per_token(play: Play) -> None:
    diagram = process().start().parallel("f").task("a").task("m").end().at("f").task("b").to("m")
    play.run(diagram)
    assert play.done.count("m") == 2
    assert play.state == "completed"


def test_a_long_loop_ends_and_keeps_the_state_small(play: Play) -> None:
    loop = process().start().exclusive("in").script("add", "=n + 1", "n").exclusive("out")
    loop.when("=n < 1500").to("in").at("out").default().end()
    play.run(loop, n=0)
    assert play.variables == {"n": 1500}


def test_a_sub_process_has_its_own_tokens_and_ends_when_the_last_has(play: Play) -> None:
    inner = sub_process("sub").start("s1").parallel("f").user("a").end("e1").at("f").user("b").end("e2")
    play.run(process().start().sub(inner).end())
    assert play.open == ["a", "b", "sub"]
    play.complete("a")
    assert play.open == ["b", "sub"]
    play.complete("b")
    assert (play.state, play.end_event) == ("completed", "end")


def test_nested_sub_processes(play: Play) -> None:
    deep = sub_process("deep").start("s2").user("u").end("e2")
    middle = sub_process("middle").start("s1").sub(deep).end("e1")
    play.run(process().start().sub(middle).end())
    assert play.open == ["deep", "middle", "u"]
    play.complete("u")
    assert play.done[-4:] == ["deep", "e1", "middle", "end"]


def test_terminate_ends_the_other_tokens_of_its_scope_only(play: Play) -> None:
    inner = sub_process("sub").start("s1").parallel("f").user("a").end("e1")
    inner.at("f").end("stop", "<bpmn:terminateEventDefinition/>")
    diagram = process().start().parallel("g").sub(inner).end().at("g").user("other").end("e3")
    play.run(diagram)
    assert play.tasks == ["other"]
    assert [e.element_id for e in play.events("element_terminated")] == ["a"]
    play.complete("other")
    assert play.state == "completed"


def test_a_chain_of_thousands_of_elements(play: Play) -> None:
    chain = process().start()
    for number in range(2000):
        chain.task(f"t{number}")
    play.run(chain.end())
    assert play.state == "completed"


def test_history_numbers_have_no_gap_and_times_are_kept_apart(play: Play) -> None:
    play.run(process().start().user("u").end())
    play.advance(hours=2).complete("u")
    events = play.events()
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    done = next(e for e in events if e.kind == "element_completed" and e.element_id == "u")
    assert done.ready_at is not None
    assert (done.at - done.ready_at).total_seconds() == 7200
    assert done.actor == "nadia"


def test_a_loop_that_never_waits_is_an_incident_and_not_a_hang(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.spiff.process_run.MAX_STEPS", 300)
    loop = process().start().exclusive("in").task("t").exclusive("out").when("=not(stop)").to("in")
    loop.at("out").default().end()
    play.run(loop, stop=False)
    assert [kind for _, kind in play.stopped] == ["endless"]
    play.resolve(play.stopped[0][0], stop=True)
    assert play.state == "completed"
