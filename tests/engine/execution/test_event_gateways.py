"""Event-based gateways: the first event decides (BPMN 2.0, clauses 10.6.6 and 13.4.4)."""

from __future__ import annotations

from engine.testing import Diagram, condition, process, timer
from tests.engine.play import Play


def choice() -> Diagram:
    diagram = process().start().event_gateway("g")
    diagram.catch("paid", diagram.message("paid", "=number")).end("done")
    diagram.at("g").catch("stop", diagram.signal("stop")).end("stopped")
    diagram.at("g").catch("late", timer("timeDuration", "P10D")).end("reminded")
    diagram.at("g").catch("soon", timer("timeDuration", "P1D")).end("warned")
    return diagram.at("g").catch("small", condition("=amount < 5")).end("dropped")


def test_a_message_decides_and_the_rest_is_not_waited_for(play: Play) -> None:
    play.run(choice(), number=1, amount=10)
    assert play.open == ["late", "paid", "small", "soon", "stop"]
    assert play.jobs == ["timer late", "timer soon"]
    play.publish("paid", "1", sum=3)
    assert (play.state, play.end_event, play.jobs) == ("completed", "done", [])
    assert play.variables["sum"] == 3
    gateway = next(e for e in play.events("element_completed") if e.element_id == "g")
    assert gateway.data == {"flows": ["p_f2"]}


def test_of_several_timers_the_first_due_decides(play: Play) -> None:
    play.run(choice(), number=1, amount=10).advance(days=2)
    assert play.end_event == "warned"


def test_a_signal_or_a_condition_decides(play: Play) -> None:
    play.run(choice(), number=1, amount=10).signal("stop")
    assert play.end_event == "stopped"
    play.start("p", number=2, amount=10).set(amount=4)
    assert play.end_event == "dropped"


def test_a_condition_that_is_true_on_arrival_decides_at_once(play: Play) -> None:
    play.run(choice(), number=1, amount=1)
    assert play.end_event == "dropped"


def test_an_early_message_decides_at_once(play: Play) -> None:
    diagram = process().start().user("u").event_gateway("g")
    diagram.catch("paid", diagram.message("paid", "=number")).end("done")
    diagram.at("g").catch("late", timer("timeDuration", "P1D")).end("reminded")
    play.run(diagram, number=1)
    play.publish("paid", "1")
    play.complete("u")
    assert play.end_event == "done"


def test_a_receive_task_behind_the_gateway(play: Play) -> None:
    diagram = process().start().event_gateway("g")
    diagram.message("paid", "=number")
    diagram.add("receiveTask", "take", "", 'messageRef="message_paid"').user("u").end()
    diagram.at("g").catch("late", timer("timeDuration", "P1D")).end("reminded")
    play.run(diagram, number=1)
    play.publish("paid", "1")
    assert play.tasks == ["u"]


def test_a_key_that_is_null_stops_the_gateway_and_leaves_nothing_behind(play: Play) -> None:
    play.run(choice(), amount=10)
    assert (play.stopped, play.jobs) == ([("g", "correlation")], [])
    play.resolve("g", number=4)
    play.publish("paid", "4")
    assert play.end_event == "done"


def started(parallel: bool) -> Diagram:
    diagram = process()
    kind = 'eventGatewayType="Parallel"' if parallel else ""
    diagram.event_gateway("g", f'instantiate="true" {kind}', follow=False)
    diagram.catch("a", diagram.message("a", "=number")).user("after_a").end("e1")
    return diagram.at("g").catch("b", diagram.message("b", "=number")).user("after_b").end("e2")


def newest(play: Play, published: object) -> None:
    play.id = published.started[0]  # type: ignore[attr-defined]


def test_an_instantiating_gateway_starts_an_instance_with_the_event_that_came(play: Play) -> None:
    play.deploy(started(parallel=False))
    newest(play, play.publish("b", number=7))
    assert (play.tasks, play.open, play.variables) == (["after_b"], ["after_b"], {"number": 7})
    newest(play, play.publish("a", number=8))
    assert play.tasks == ["after_a"]


def test_a_parallel_one_waits_for_the_other_events_too(play: Play) -> None:
    play.deploy(started(parallel=True))
    newest(play, play.publish("b", "7", number=7))
    assert play.open == ["a", "after_b"]
    play.complete("after_b")
    assert play.state == "active"
    again = play.publish("a", "7")
    assert (again.started, len(again.woken)) == ([], 1)
    play.complete("after_a")
    assert play.state == "completed"


def test_an_instantiating_receive_task(play: Play) -> None:
    diagram = process()
    diagram.message("order")
    diagram.add("receiveTask", "take", "", 'messageRef="message_order" instantiate="true"', follow=False)
    play.deploy(diagram.user("u").end())
    newest(play, play.publish("order", item="pen"))
    assert (play.tasks, play.done, play.variables) == (["u"], ["take"], {"item": "pen"})
