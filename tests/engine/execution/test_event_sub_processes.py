"""Event sub-processes (BPMN 2.0, clauses 10.3.5 and 13.5.4)."""

from __future__ import annotations

import threading

import pytest

from engine.sandbox import Failure
from engine.spiff.compiled import compile_process
from engine.testing import Diagram, condition, extensions, mapping, process, sub_process, timer
from tests.engine.play import Play


def handler(inner: str, *, interrupting: bool = True, key: str = "es") -> Diagram:
    return (
        sub_process(key)
        .start(f"{key}_on", inner, interrupting=interrupting)
        .user(f"{key}_u")
        .end(f"{key}_end")
    )


def diagram_with(trigger: str, *, interrupting: bool) -> Diagram:
    diagram = process()
    triggers = {
        "message": lambda: diagram.message("ring", "=number"),
        "signal": lambda: diagram.signal("ring"),
        "timer": lambda: timer("timeDuration", "PT1H"),
        "conditional": lambda: condition("=high"),
        "escalation": lambda: diagram.escalation("UP"),
    }
    diagram.start().event_sub(handler(triggers[trigger](), interrupting=interrupting)).user("u")
    if trigger == "escalation":
        return diagram.throw("raise", diagram.escalation("UP")).user("v").end()
    return diagram.user("v").end()


def fire(play: Play, trigger: str) -> None:
    if trigger == "message":
        play.publish("ring", "7", note="hello")
    elif trigger == "signal":
        play.signal("ring", note="hello")
    elif trigger == "timer":
        play.advance(hours=1)
    elif trigger == "conditional":
        play.set(high=True)
    else:
        play.complete("u")


KINDS = ["message", "signal", "timer", "conditional", "escalation"]


@pytest.mark.parametrize("trigger", KINDS)
def test_interrupting_it_takes_its_scope_over(play: Play, trigger: str) -> None:
    play.run(diagram_with(trigger, interrupting=True), number=7, high=False)
    fire(play, trigger)
    assert (play.tasks, play.open) == (["es_u"], ["es", "es_u"])
    play.complete("es_u")
    assert (play.state, play.jobs) == ("completed", [])


@pytest.mark.parametrize("trigger", KINDS)
def test_not_interrupting_it_runs_beside(play: Play, trigger: str) -> None:
    play.run(diagram_with(trigger, interrupting=False), number=7, high=False)
    fire(play, trigger)
    beside = "v" if trigger == "escalation" else "u"
    assert play.tasks == ["es_u", beside]
    for task in ("u", "v") if beside == "u" else ("v",):
        play.complete(task)
    assert play.state == "active", "its scope waits for it"
    play.complete("es_u")
    assert play.state == "completed"


@pytest.mark.parametrize("trigger", ["message", "signal", "conditional"])
def test_not_interrupting_it_repeats(play: Play, trigger: str) -> None:
    play.run(diagram_with(trigger, interrupting=False), number=7, high=False)
    for _ in range(3):
        fire(play, trigger)
        play.set(high=False)
    assert play.tasks == ["es_u", "es_u", "es_u", "u"]


def test_a_cycle_starts_it_again_and_again(play: Play) -> None:
    diagram = process().start().event_sub(handler(timer("timeCycle", "R3/PT1H"), interrupting=False))
    play.run(diagram.user("u").end()).advance(hours=9)
    assert play.tasks == ["es_u"] * 3 + ["u"]


def test_an_interrupting_one_starts_only_once_and_ends_those_that_run_beside(play: Play) -> None:
    diagram = process().start()
    diagram.event_sub(handler(diagram.signal("a"), key="soft", interrupting=False))
    diagram.event_sub(handler(diagram.signal("b"), key="hard"))
    play.run(diagram.user("u").end())
    play.signal("a")
    assert play.tasks == ["soft_u", "u"]
    play.signal("b")
    play.signal("b")
    play.signal("a")
    assert play.tasks == ["hard_u"]


def test_one_in_a_sub_process_concerns_that_scope_only(play: Play) -> None:
    inner = sub_process("sub").start("s1").event_sub(handler(process().signal("stop"))).user("a").end("e1")
    diagram = process().start().parallel("f").sub(inner).end().at("f").user("b").end("e3")
    diagram.signal("stop")
    play.run(diagram).signal("stop")
    assert play.tasks == ["b", "es_u"]
    play.complete("es_u")
    assert play.open == ["b"]


def test_one_inside_another(play: Play) -> None:
    deep = handler(process().signal("deep"), key="deep")
    outer = (
        sub_process("es").start("es_on", process().signal("outer")).event_sub(deep).user("es_u").end("es_end")
    )
    diagram = process().start().event_sub(outer).user("u").end()
    for name in ("deep", "outer"):
        diagram.signal(name)
    play.run(diagram).signal("deep")
    assert play.tasks == ["u"]
    play.signal("outer")
    play.signal("deep")
    assert play.tasks == ["deep_u"]
    play.complete("deep_u")
    assert play.state == "completed"


def test_it_hears_only_while_its_scope_is_open(play: Play) -> None:
    inner = sub_process("sub").start("s1").event_sub(handler(process().signal("ring"))).user("a").end("e1")
    diagram = process().start().sub(inner).user("after").end()
    diagram.signal("ring")
    play.run(diagram).complete("a").signal("ring")
    assert play.tasks == ["after"]


def test_untriggered_it_does_not_keep_its_scope_open(play: Play) -> None:
    diagram = process().start()
    play.run(diagram.event_sub(handler(diagram.message("ring", "=number"))).end(), number=1)
    assert (play.state, play.jobs) == ("completed", [])


def test_start_variables_are_there_when_it_begins_to_listen(play: Play) -> None:
    diagram = process()
    diagram.start("on", diagram.message("order")).event_sub(handler(diagram.message("ring", "=number")))
    play.deploy(diagram.user("u").end())
    play.id = play.publish("order", number=12).started[0]
    play.publish("ring", "12")
    assert play.tasks == ["es_u"]


def test_what_it_brings_goes_into_the_process_and_mappings_choose(play: Play) -> None:
    diagram = process().start()
    chosen = extensions(mapping(outputs={"why": "=note"}))
    inner = sub_process("es").start("es_on", chosen + diagram.signal("ring")).user("es_u").end("es_end")
    play.run(diagram.event_sub(inner).user("u").end()).signal("ring", note="rain", more=1)
    assert play.variables == {"why": "rain"}


# ---- errors


def failing(call: object) -> Failure:
    return Failure("no", "E", bpmn_error=True, variables={"why": "x"})


def test_an_error_starts_the_event_sub_process_of_its_scope(play: Play) -> None:
    diagram = process().start()
    seen = extensions(mapping(outputs={"code": "=errorCode"}))
    inner = sub_process("es").start("es_on", seen + diagram.error("E")).user("es_u").end("es_end")
    diagram.event_sub(inner).parallel("f").service("s").end().at("f").user("u").end("e2")
    play.run(diagram, failing)
    assert (play.tasks, play.variables["code"]) == (["es_u"], "E")


def test_an_exact_code_goes_before_one_for_every_error(play: Play) -> None:
    diagram = process().start()
    diagram.event_sub(handler(diagram.error(None), key="any")).event_sub(
        handler(diagram.error("E"), key="one")
    )
    play.run(diagram.service("s").end(), failing)
    assert play.tasks == ["one_u"]


def test_a_boundary_event_goes_before_the_event_sub_process_around(play: Play) -> None:
    diagram = process().start()
    diagram.event_sub(handler(diagram.error("E"))).service("s").end()
    diagram.boundary("near", "s", diagram.error("E")).user("near_u").end("e2")
    play.run(diagram, failing)
    assert play.tasks == ["near_u"]


def test_an_error_inside_an_event_sub_process_skips_its_siblings(play: Play) -> None:
    root = process()
    first = sub_process("es").start("es_on", root.signal("ring")).service("s").end("es_end")
    inner = sub_process("sub").start("s1").event_sub(first).event_sub(handler(root.error("E"), key="sibling"))
    diagram = root.start().sub(inner.user("a").end("e1")).end()
    diagram.boundary("outside", "sub", diagram.error("E")).user("outside_u").end("e2")
    play.run(diagram).signal("ring", answer=failing)
    assert play.tasks == ["outside_u"]


def test_an_uncaught_error_inside_one_is_an_incident(play: Play) -> None:
    diagram = process().start()
    inner = sub_process("es").start("es_on", diagram.signal("ring")).end("boom", diagram.error("LOST"))
    play.run(diagram.event_sub(inner).user("u").end()).signal("ring")
    assert play.stopped == [("boom", "uncaught_error")]


def test_a_key_that_cannot_be_evaluated_is_an_incident_that_does_not_stop_the_process(play: Play) -> None:
    diagram = process().start()
    diagram.event_sub(handler(diagram.message("ring", "=number"))).user("u").user("v").end()
    play.run(diagram)
    assert (play.stopped, play.tasks) == ([("es", "correlation")], ["u"])
    play.complete("u").resolve("es", number=5)
    assert play.stopped == []
    play.publish("ring", "5")
    assert play.tasks == ["es_u"]


def test_a_terminate_inside_ends_only_the_event_sub_process(play: Play) -> None:
    diagram = process().start()
    inner = sub_process("es").start("es_on", diagram.signal("ring"), interrupting=False).parallel("es_f")
    inner.user("es_u").end("es_e").at("es_f").end("es_stop", "<bpmn:terminateEventDefinition/>")
    play.run(diagram.event_sub(inner).user("u").end()).signal("ring")
    assert play.tasks == ["u"]


def test_specs_never_change() -> None:
    """Four threads use one compiled process; it is the same afterwards."""
    from datetime import UTC, datetime

    from engine.spiff.process_run import ProcessRun

    diagram = process().start()
    diagram.event_sub(handler(diagram.signal("ring"), interrupting=False)).task("t").catch(
        "wait", diagram.signal("go")
    ).end()
    compiled = compile_process(diagram.xml())
    shape = {n.name: [*sorted(vars(n)), str(len(n.outputs))] for n in compiled.nodes()}
    ends: list[bool] = []

    def play_one() -> None:
        for _ in range(50):
            run = ProcessRun(compiled, {}, datetime(2026, 1, 1, tzinfo=UTC))
            run.start(["start"])
            run.run_queue()
            for name in ("ring", "ring", "go"):
                key = next(s.key for s in run.waits if s.name == name)
                run.waits.trigger(key, {})
                run.run_queue()
            ends.append(len(run.open) == 2)

    threads = [threading.Thread(target=play_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == [True] * 200
    assert shape == {n.name: [*sorted(vars(n)), str(len(n.outputs))] for n in compiled.nodes()}
