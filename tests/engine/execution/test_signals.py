"""Signals: broadcast to everybody who waits, kept for nobody (BPMN 2.0, clause 10.5.1)."""

from __future__ import annotations

from sqlalchemy import select

from engine import instances
from engine.store import SignalSubscription
from engine.testing import Diagram, extensions, mapping, process, sub_process
from tests.engine.play import Play


def waiting(key: str = "p") -> Diagram:
    diagram = process(key).start()
    return diagram.catch("wait", diagram.signal("news")).end()


def rows(play: Play) -> list[str]:
    with play.sandbox.session() as session:
        return list(session.scalars(select(SignalSubscription.element_id)))


def test_a_broadcast_reaches_every_waiting_instance_of_every_process(play: Play) -> None:
    play.run(waiting("a"))
    play.start("a").run(waiting("b"))
    assert rows(play) == ["wait"] * 3
    sent = play.signal("news", colour="red")
    assert len(sent.woken) == 3
    assert play.all == [("a", "completed"), ("a", "completed"), ("b", "completed")]
    assert play.variables == {"colour": "red"}
    assert rows(play) == []


def test_another_name_is_not_heard(play: Play) -> None:
    play.run(waiting()).signal("other")
    assert play.open == ["wait"]


def test_nobody_waits_nothing_is_kept(play: Play) -> None:
    diagram = process().start().user("u")
    play.run(diagram.catch("wait", diagram.signal("news")).end())
    play.signal("news")
    play.complete("u")
    assert play.open == ["wait"]


def test_a_thrown_signal_reaches_others_and_what_waits_in_its_own_instance(play: Play) -> None:
    play.run(waiting("listener"))
    diagram = process("both").start().parallel("f").catch("here", process().signal("news")).end("e1")
    diagram.at("f").user("u").throw(
        "tell", extensions(mapping(inputs={"item": "=1 + 1"})) + diagram.signal("news")
    )
    diagram.end("e2")
    play.run(diagram)
    play.complete("u")
    assert play.all == [("listener", "completed"), ("both", "completed")]
    assert play.variables == {"item": 2}
    kinds = [e.kind for e in play.events() if e.kind.startswith("signal")]
    assert kinds == ["signal_thrown", "signal_caught"]


def test_what_begins_to_wait_after_the_throw_does_not_hear_it(play: Play) -> None:
    diagram = process().start().throw("tell", process().signal("news"))
    diagram.catch("wait", diagram.signal("news")).end()
    play.run(diagram)
    assert play.open == ["wait"]


def test_a_signal_end_throws(play: Play) -> None:
    play.run(waiting("listener"))
    diagram = process("thrower").start()
    play.run(diagram.end("tell", diagram.signal("news")))
    assert play.all == [("listener", "completed"), ("thrower", "completed")]


def test_a_signal_start_creates_an_instance_of_the_newest_version_only(play: Play) -> None:
    diagram = process()
    play.deploy(diagram.start("on", diagram.signal("news")).user("old").end())
    again = process()
    play.deploy(again.start("on", again.signal("news")).user("new").end())
    assert play.signal("news", n=1).started == ["p"]
    assert play.all == [("p", "active")]
    with play.sandbox.session() as session:
        found = session.scalars(select(instances.ProcessInstance.id)).one()
    play.id = found
    assert (play.tasks, play.variables) == (["new"], {"n": 1})


def test_an_interrupting_signal_boundary_ends_its_activity(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("stop", "u", diagram.signal("news")).end("stopped")
    play.run(diagram).signal("news")
    assert (play.end_event, play.tasks, rows(play)) == ("stopped", [], [])


def test_a_non_interrupting_signal_boundary_repeats(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.boundary("note", "u", diagram.signal("news"), interrupting=False).task("read")
    play.run(diagram)
    for _ in range(3):
        play.signal("news")
    assert (play.done.count("read"), play.tasks, rows(play)) == (3, ["u"], ["note"])


def test_a_signal_name_can_be_computed(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", diagram.signal('="news " + string(year)')).end(), year=2026)
    play.signal("news 2026")
    assert play.state == "completed"


def test_a_signal_name_that_is_null_is_an_incident(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.catch("wait", diagram.signal("=missing")).end())
    assert play.stopped == [("wait", "signal")]
    play.resolve("wait", missing="x")
    play.signal("x")
    assert play.state == "completed"


def test_a_scope_that_hears_its_own_signal_is_interrupted_by_it(play: Play) -> None:
    inner = (
        sub_process("sub").start("s1").user("a").throw("tell", process().signal("stop")).user("b").end("e1")
    )
    diagram = process().start().sub(inner).end()
    diagram.boundary("heard", "sub", diagram.signal("stop")).end("stopped")
    play.run(diagram).complete("a")
    assert (play.state, play.end_event, play.tasks) == ("completed", "stopped", [])
