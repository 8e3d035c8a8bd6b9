"""Compensation and transactions (BPMN 2.0, clauses 10.3.6, 10.7 and 13.5.5)."""

from __future__ import annotations

import pytest

from engine.errors import DefinitionInvalid
from engine.sandbox import Failure
from engine.testing import (
    CANCEL,
    COMPENSATE,
    Diagram,
    compensate,
    extensions,
    mapping,
    process,
    sub_process,
)
from tests.engine.play import Play


def undone(play: Play) -> list[str]:
    return [e for e in play.done if e.startswith("undo")]


def booking(key: str = "p") -> Diagram:
    return process(key).start().task("a").undone_by("undo_a", "a").task("b").undone_by("undo_b", "b")


def test_a_throw_compensates_what_was_completed_newest_first(play: Play) -> None:
    diagram = booking().user("c").undone_by("undo_c", "c").throw("back", COMPENSATE).end()
    play.run(diagram)
    assert undone(play) == []
    play.complete("c")
    assert undone(play) == ["undo_c", "undo_b", "undo_a"]
    assert play.done[-2:] == ["back", "end"]
    assert play.events("compensation_thrown")[0].data == {"activity": None, "handlers": 3}


def test_what_is_not_completed_is_not_compensated(play: Play) -> None:
    diagram = process().start().parallel("f").user("u").undone_by("undo_u", "u").end("e1")
    diagram.at("f").task("a").undone_by("undo_a", "a").throw("back", COMPENSATE).end()
    play.run(diagram)
    assert undone(play) == ["undo_a"]


def test_only_the_activity_that_is_named(play: Play) -> None:
    play.run(booking().throw("back", compensate("a")).end())
    assert undone(play) == ["undo_a"]


def test_each_completion_is_compensated_once(play: Play) -> None:
    loop = process().start().exclusive("in").script("a", "=n + 1", "n").undone_by("undo_a", "a")
    loop.exclusive("out").when("=n < 3").to("in").at("out").default().throw("back", COMPENSATE)
    play.run(loop.throw("again", COMPENSATE).end(), n=0)
    assert undone(play) == ["undo_a"] * 3
    assert [e.data["handlers"] for e in play.events("compensation_thrown")] == [3, 0]


def test_the_thrower_waits_until_a_handler_is_done(play: Play) -> None:
    handler = Diagram("undo_a").add(
        "userTask", "undo_a", extensions("<zeebe:userTask/>"), 'isForCompensation="true"', follow=False
    )
    play.run(process().start().task("a").undone_by(handler, "a").throw("back", COMPENSATE).end())
    assert (play.tasks, play.open) == (["undo_a"], ["back", "undo_a"])
    play.complete("undo_a")
    assert (play.state, undone(play)) == ("completed", ["undo_a"])


def test_a_compensation_end(play: Play) -> None:
    play.run(booking().end("back", COMPENSATE))
    assert (play.state, play.end_event, undone(play)) == ("completed", "back", ["undo_b", "undo_a"])


def test_nothing_to_compensate(play: Play) -> None:
    play.run(process().start().throw("back", COMPENSATE).end())
    assert play.state == "completed"


# ---- sub-processes


def inner_booking(extra: Diagram | None = None) -> Diagram:
    """Two bookings whose handlers note the sub-process's own variable as it was."""
    inner = sub_process("sub").start("s1").task("a").undone_by(noting("undo_a"), "a")
    if extra is not None:
        inner.event_sub(extra)
    return inner.script("more", "=own + 1", "own").task("b").undone_by(noting("undo_b"), "b").end("e1")


def noting(key: str) -> Diagram:
    kept = extensions(
        '<zeebe:script expression="=own" resultVariable="seen"/>'
        + mapping(outputs={"log": "=append(log, seen)"})
    )
    return Diagram(key).add("scriptTask", key, kept, 'isForCompensation="true"', follow=False)


OWN = extensions(mapping(inputs={"own": "=n"}))


def test_a_completed_sub_process_is_compensated_with_its_variables_as_they_were(play: Play) -> None:
    diagram = process().start().sub(inner_booking(), OWN).script("later", "=99", "n").user("u")
    play.run(diagram.throw("back", COMPENSATE).end(), n=5, log=[])
    play.complete("u")
    assert undone(play) == ["undo_b", "undo_a"]
    assert play.variables["log"] == [6, 6]
    assert play.state == "completed"


def test_each_run_of_a_sub_process_keeps_its_own_variables(play: Play) -> None:
    loop = process().start().exclusive("in").sub(inner_booking(), OWN).script("count", "=n + 10", "n")
    loop.exclusive("out").when("=n < 25").to("in").at("out").default().user("u").throw("back", COMPENSATE)
    play.run(loop.end(), n=5, log=[])
    play.complete("u")
    assert play.variables["log"] == [16, 16, 6, 6]


def test_a_handler_of_the_sub_process_goes_before_those_inside(play: Play) -> None:
    diagram = process().start().sub(inner_booking(), OWN).undone_by("undo_all", "sub")
    play.run(diagram.throw("back", COMPENSATE).end(), n=5, log=[])
    assert undone(play) == ["undo_all"]


def test_a_compensation_event_sub_process_says_what_is_undone(play: Play) -> None:
    inside = sub_process("es").start("es_on", COMPENSATE).task("first").throw("es_back", compensate("a"))
    inside.task("last").end("es_end")
    diagram = process().start().sub(inner_booking(inside), OWN).user("u").throw("back", COMPENSATE).end()
    play.run(diagram, n=5, log=[])
    play.complete("u")
    assert undone(play) == ["undo_a"]
    assert play.variables["log"] == [6]
    assert [e for e in play.done if e in ("first", "undo_a", "last", "back")] == [
        "first",
        "undo_a",
        "last",
        "back",
    ]
    assert play.state == "completed"


def test_an_activity_of_a_scope_around_can_be_named(play: Play) -> None:
    inner = sub_process("sub").start("s1").throw("back", compensate("a")).end("e1")
    play.run(process().start().task("a").undone_by("undo_a", "a").sub(inner).end())
    assert undone(play) == ["undo_a"]


def test_a_throw_inside_a_sub_process_concerns_that_scope_only(play: Play) -> None:
    inner = sub_process("sub").start("s1").task("b").undone_by("undo_b", "b").throw("back", COMPENSATE)
    play.run(process().start().task("a").undone_by("undo_a", "a").sub(inner.end("e1")).end())
    assert undone(play) == ["undo_b"]


def test_an_event_sub_process_compensates_the_scope_it_took_over(play: Play) -> None:
    diagram = process().start()
    inner = sub_process("es").start("es_on", diagram.signal("stop")).throw("back", COMPENSATE).end("es_end")
    diagram.event_sub(inner).task("a").undone_by("undo_a", "a").user("u").end()
    play.run(diagram).signal("stop")
    assert (undone(play), play.state) == (["undo_a"], "completed")


def test_a_handler_that_fails_is_caught_around(play: Play) -> None:
    handler = Diagram("undo_a").add(
        "serviceTask",
        "undo_a",
        extensions('<zeebe:taskDefinition type="x"/>'),
        'isForCompensation="true"',
        follow=False,
    )
    inner = (
        sub_process("sub").start("s1").task("a").undone_by(handler, "a").throw("back", COMPENSATE).end("e1")
    )
    diagram = process().start().sub(inner).end()
    diagram.boundary("caught", "sub", diagram.error("E")).end("handled")
    play.run(diagram, lambda call: Failure("no", "E", bpmn_error=True))
    assert (play.state, play.end_event) == ("completed", "handled")


# ---- transactions


def transaction() -> Diagram:
    inner = (
        sub_process("tx").start("s1").parallel("f").task("a").undone_by("undo_a", "a").user("other").end("e1")
    )
    inner.at("f").task("b").undone_by("undo_b", "b").user("u").exclusive("x")
    inner.when("=ok").end("e2").at("x").default().end("cancel", CANCEL)
    return inner


def placed() -> Diagram:
    diagram = process().start().sub(transaction(), tag="transaction").end("booked")
    diagram.boundary("cancelled", "tx", CANCEL).end("given_up")
    diagram.boundary("hazard", "tx", diagram.error("E")).end("broken")
    return diagram


def test_a_cancel_end_ends_compensates_and_leaves_by_the_cancel_boundary(play: Play) -> None:
    play.run(placed()).complete("u", ok=False)
    assert (play.state, play.end_event) == ("completed", "given_up")
    assert undone(play) == ["undo_b", "undo_a"]
    assert [e.element_id for e in play.events("element_terminated")] == ["other", "tx"]
    assert len(play.events("transaction_cancelled")) == 1


def test_a_transaction_that_ends_well_goes_on(play: Play) -> None:
    play.run(placed()).complete("u", ok=True).complete("other")
    assert (play.end_event, undone(play)) == ("booked", [])


def test_a_completed_transaction_can_be_compensated_from_outside(play: Play) -> None:
    diagram = process().start().sub(transaction(), tag="transaction").throw("back", COMPENSATE).end()
    play.run(diagram).complete("u", ok=True).complete("other")
    assert sorted(undone(play)) == ["undo_a", "undo_b"]


def test_an_error_out_of_a_transaction_is_a_hazard_and_compensates_nothing(play: Play) -> None:
    inner = sub_process("tx").start("s1").task("a").undone_by("undo_a", "a").service("s").end("e1")
    diagram = process().start().sub(inner, tag="transaction").end("booked")
    diagram.boundary("hazard", "tx", diagram.error("E")).end("broken")
    play.run(diagram, lambda call: Failure("no", "E", bpmn_error=True))
    assert (play.end_event, undone(play)) == ("broken", [])


def test_the_variables_that_were_kept_go_when_nobody_can_compensate_any_more(play: Play) -> None:
    from sqlalchemy import func, select

    from engine.store import VariableRow

    play.run(process().start().sub(inner_booking(), OWN).user("u").end(), n=5, log=[])
    count = select(func.count()).select_from(VariableRow).where(VariableRow.scope_key != 0)
    with play.sandbox.session() as session:
        assert session.scalar(count) == 1
    play.complete("u")
    with play.sandbox.session() as session:
        assert session.scalar(count) == 0


def test_a_compensation_event_sub_process_of_a_process_is_refused(play: Play) -> None:
    inside = sub_process("es").start("es_on", COMPENSATE).end("es_end")
    with pytest.raises(DefinitionInvalid, match="not undone any more"):
        play.deploy(process().start().event_sub(inside).user("u").end())
