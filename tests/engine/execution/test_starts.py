"""What starts instances: several start events, all together, conditions, messages exactly once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import messages, starts
from engine.errors import DefinitionInvalid
from engine.store import ProcessInstance
from engine.testing import HEADER, Diagram, condition, extensions, mapping, process, timer
from tests.engine.play import Play


def newest(play: Play) -> Play:
    with play.sandbox.session() as session:
        query = select(ProcessInstance.id).order_by(ProcessInstance.id.desc())
        play.id = session.scalars(query).first()
    return play


def evaluate(play: Play, **variables: object) -> int:
    with play.sandbox.session() as session:
        return len(starts.evaluate_conditions(session, variables, now=play.sandbox.now))


def several() -> Diagram:
    diagram = process()
    diagram.start("by_hand").user("a").end("e1")
    diagram.start("by_message", diagram.message("order")).user("b").end("e2")
    diagram.start("by_signal", diagram.signal("go")).user("c").end("e3")
    diagram.start("by_time", timer("timeCycle", "R1/P1D")).user("d").end("e4")
    return diagram.start("by_condition", condition("=stock < 3")).user("e").end("e5")


def test_each_start_event_begins_at_its_own_place(play: Play) -> None:
    play.run(several())
    assert play.tasks == ["a"]
    play.publish("order")
    assert newest(play).tasks == ["b"]
    play.signal("go")
    assert newest(play).tasks == ["c"]
    play.sandbox.advance(timedelta(days=1))
    assert newest(play).tasks == ["d"]
    assert evaluate(play, stock=5) == 0
    assert evaluate(play, stock=2) == 1
    assert (newest(play).tasks, play.variables) == (["e"], {"stock": 2})


def test_a_start_event_with_several_definitions_starts_with_each(play: Play) -> None:
    diagram = process()
    inner = diagram.message("order") + diagram.signal("go") + timer("timeDuration", "PT1H")
    play.deploy(diagram.start("on", inner).user("u").end())
    play.publish("order", n=1)
    play.signal("go", n=2)
    play.sandbox.advance(timedelta(hours=1))
    assert play.all == [("p", "active")] * 3


def together() -> Diagram:
    diagram = process()
    inner = diagram.message("paid") + diagram.signal("open") + timer("timeCycle", "R2/PT1H")
    diagram.add("startEvent", "all", inner, 'parallelMultiple="true"', follow=False)
    return diagram.user("u").end()


def test_a_parallel_multiple_start_waits_until_everything_has_happened(play: Play) -> None:
    play.deploy(together())
    assert play.publish("paid", sum=3).buffered is False
    play.signal("open", door=1)
    assert play.all == []
    play.sandbox.advance(timedelta(hours=1))
    assert (newest(play).tasks, play.variables) == (["u"], {"sum": 3, "door": 1})
    play.sandbox.advance(timedelta(hours=1))
    play.publish("paid", sum=4)
    play.publish("paid", sum=5)
    assert len(play.all) == 1
    play.signal("open", door=2)
    assert newest(play).variables == {"sum": 4, "door": 2}
    assert len(play.all) == 2


def test_a_new_version_takes_every_start_over(play: Play) -> None:
    play.deploy(several())
    play.deploy(process().start().user("only").end())
    assert play.publish("order").started == []
    assert play.signal("go").started == []
    play.sandbox.advance(timedelta(days=2))
    assert (evaluate(play, stock=1), play.all) == (0, [])


@pytest.mark.parametrize(
    "inner",
    [timer("timeDuration", "=days"), timer("timeCycle", "=null"), condition("=1 +")],
)
def test_a_start_must_be_known_when_it_is_published(play: Play, inner: str) -> None:
    with pytest.raises(DefinitionInvalid):
        play.deploy(process().start("on", inner).end())
    assert play.all == []


def ordered() -> Diagram:
    diagram = process()
    return diagram.start("on", diagram.message("order")).user("u").end()


def test_a_repeated_message_starts_once(play: Play) -> None:
    play.deploy(ordered())
    for _ in range(3):
        with play.sandbox.session() as session:
            messages.publish(session, "order", "", {}, now=play.sandbox.now, dedup_key="mail-17")
    assert play.all == [("p", "active")]


def test_a_message_that_came_before_the_process_was_published_starts_it(play: Play) -> None:
    assert play.publish("order", n=1).buffered
    assert play.publish("order", n=2).buffered
    play.deploy(ordered())
    assert play.all == [("p", "active")] * 2
    assert newest(play).variables == {"n": 2}
    play.deploy(process().start().end())
    play.deploy(ordered())
    assert len(play.all) == 2, "each message is taken once"


def test_one_instance_at_a_time_per_correlation_key(play: Play) -> None:
    play.deploy(ordered())
    play.publish("order", "ada", n=1)
    assert play.publish("order", "ada", n=2).buffered
    play.publish("order", "bob", n=3)
    assert len(play.all) == 2
    with play.sandbox.session() as session:
        query = select(ProcessInstance.id).order_by(ProcessInstance.id)
        play.id = session.scalars(query).first()
    play.complete("u")
    assert play.all == [("p", "completed"), ("p", "active"), ("p", "active")]
    assert newest(play).variables == {"n": 2}
    play.complete("u")
    assert len(play.all) == 3


def test_an_instance_that_waits_takes_the_message_before_another_is_started(play: Play) -> None:
    diagram = process()
    diagram.start("on", diagram.message("ring", "=number")).exclusive("in")
    diagram.catch("again", diagram.message("ring", "=number")).user("u").end()
    play.deploy(diagram)
    play.publish("ring", number=4)
    again = play.publish("ring", "4")
    assert (again.started, len(again.woken)) == ([], 1)
    assert newest(play).tasks == ["u"]


def test_two_processes_of_one_file_talk_to_each_other(play: Play) -> None:
    asks, answers = process("asks"), process("answers")
    carry = extensions(mapping(inputs={"number": "=number"}))
    asks.start("asks_on").add("sendTask", "ask", carry, 'messageRef="message_question"')
    asks.catch("wait", asks.message("answer", "=number")).end("asked")
    answers.start("on", answers.message("question"))
    answers.throw("reply", carry + answers.message("answer", "=number")).end("answered")
    roots = "".join(dict.fromkeys([*answers.roots, *asks.roots]))
    opened = '<bpmn:process id="{}" isExecutable="true">{}</bpmn:process>'
    both = [opened.format(d.key, d.content()) for d in (asks, answers)]
    play.deploy(f"{HEADER}{roots}{''.join(both)}</bpmn:definitions>".encode())
    play.start("asks", number=12)
    assert play.all == [("asks", "completed"), ("answers", "completed")]
