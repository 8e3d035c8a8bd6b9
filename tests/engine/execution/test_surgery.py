"""Surgery: move, cancel, start, restart, drop, set data; planned first, refused with a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from engine import explain, instances, jobs, surgery, user_tasks
from engine.errors import Refused, StaleRevision
from engine.sandbox import LEASE
from engine.states import JobKind
from engine.store import Job, ProcessInstance, UserTask
from engine.surgery import Instruction, Plan
from engine.testing import Diagram, timer
from tests.engine.play import USER, Play


def key_of(play: Play, element_id: str) -> int:
    """Key of the one open element of that id."""
    with play.sandbox.session() as session:
        (found,) = [e.key for e in instances.open_elements(session, play.id) if e.element_id == element_id]
    return found


def planned(play: Play, *instructions: Instruction) -> Plan:
    with play.sandbox.session() as session:
        return surgery.plan(session, play.id, instructions, now=play.sandbox.now)


def operate(play: Play, *instructions: Instruction, revision: int | None = None) -> Plan:
    seen = planned(play, *instructions).revision if revision is None else revision
    with play.sandbox.session() as session:
        done = surgery.apply(
            session, play.id, instructions, revision=seen, by="olga", reason="erreur", now=play.sandbox.now
        )
    play.sandbox.run_jobs()
    return done


def move(play: Play, source: str, target: str, **more: Any) -> Instruction:
    return Instruction("move", key_of(play, source), target, **more)


def said(plan: Plan) -> list[str]:
    return [line.text.fr.replace("\u00a0", " ") for line in plan.lines]


def three() -> Diagram:
    return Diagram("p").start().user("a").user("b").user("c").end()


def nested() -> Diagram:
    deep = Diagram("deep").start("s3").user("x").user("y").end("e3")
    inner = Diagram("inner").start("s2").user("w").sub(deep).end("e2")
    return Diagram("p").start().user("a").sub(inner).user("z").end()


def forked() -> Diagram:
    diagram = Diagram("p").start().parallel("split").user("a").parallel("join").user("after").end()
    return diagram.at("split").user("b").to("join")


# ---- what can be done


def test_a_token_is_moved_back_and_forth(play: Play) -> None:
    play.run(three()).complete("a")
    operate(play, move(play, "b", "a"))
    assert (play.tasks, play.open) == (["a"], ["a"])
    operate(play, move(play, "a", "c"))
    assert play.complete("c").state == "completed"


def test_the_plan_says_what_happens_and_changes_nothing(play: Play) -> None:
    play.run(three())
    before = len(play.events())
    plan = planned(play, move(play, "a", "c"), Instruction("variables", variables={"montant": 12}))
    assert said(plan) == ["montant devient 12.", "« c » commence.", "« a » est annulée."]
    assert (play.tasks, len(play.events())) == (["a"], before)


def test_history_keeps_who_why_and_what(play: Play) -> None:
    play.run(three())
    operate(play, move(play, "a", "b"))
    (event,) = play.events("instance_modified")
    assert (event.actor, event.data["reason"]) == ("olga", "erreur")
    assert [s["en"] for s in event.data["steps"]] == ["“b” starts.", "“a” is cancelled."]


def test_a_step_starts_once_more_with_fresh_inputs(play: Play) -> None:
    mapping = '<zeebe:ioMapping><zeebe:input source="=n" target="local"/></zeebe:ioMapping>'
    play.deploy(Diagram("p").start().service("s", extra=mapping).end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {"n": 1}, now=play.sandbox.now).id
    with play.sandbox.session() as session:
        keep = (Instruction("restart", key_of(play, "s")), Instruction("variables", variables={"n": 2}))
        plan = surgery.plan(session, play.id, keep, now=play.sandbox.now)
        surgery.apply(session, play.id, keep, revision=plan.revision, by="o", reason="", now=play.sandbox.now)
        (job,) = session.scalars(select(Job).where(Job.kind == JobKind.CONNECTOR))
        assert job.input == {"local": 2}


def test_moving_into_a_sub_process_opens_every_scope_around(play: Play) -> None:
    play.run(nested())
    plan = operate(play, move(play, "a", "y"))
    assert said(plan)[:2] == [
        "« inner » s’ouvre, sans passer par son début.",
        "« deep » s’ouvre, sans passer par son début.",
    ]
    assert play.open == ["deep", "inner", "y"]
    assert play.complete("y").complete("z").state == "completed"


def test_moving_inside_uses_the_scopes_that_are_open(play: Play) -> None:
    play.run(nested()).complete("a").complete("w")
    operate(play, move(play, "x", "y"))
    assert play.open == ["deep", "inner", "y"]
    operate(play, move(play, "y", "w"))
    assert play.open == ["inner", "w"]
    assert play.complete("w").complete("x").complete("y").complete("z").state == "completed"


def test_leaving_a_sub_process_ends_what_becomes_empty(play: Play) -> None:
    play.run(nested()).complete("a").complete("w")
    plan = operate(play, move(play, "x", "z"))
    assert [t for t in said(plan) if "annulée" in t] == [
        "« x » est annulée.",
        "« deep » est annulée.",
        "« inner » est annulée.",
    ]
    assert play.open == ["z"]


def test_boundary_events_of_an_opened_sub_process_are_waited_for(play: Play) -> None:
    inner = Diagram("inner").start("s2").user("x").end("e2")
    diagram = Diagram("p").start().user("a").sub(inner).end()
    diagram.boundary("late", "inner", timer("timeDuration", "PT1H")).end("too_late")
    play.run(diagram)
    operate(play, move(play, "a", "x"))
    play.advance(hours=2)
    assert play.end_event == "too_late"


def test_a_step_starts_beside_what_is_open(play: Play) -> None:
    play.run(three())
    operate(play, Instruction("start", element_id="c"))
    assert play.tasks == ["a", "c"]
    play.complete("c")
    assert play.state == "active"
    assert play.complete("a").complete("b").complete("c").state == "completed"


def test_variables_of_a_scope_are_set(play: Play) -> None:
    play.run(nested()).complete("a")
    operate(play, Instruction("variables", scope_key=key_of(play, "inner"), variables={"v": "x"}))
    assert "v" not in play.variables
    with play.sandbox.session() as session:
        assert instances.variables(session, play.id, key_of(play, "inner"))["v"] == "x"


def test_an_instance_that_stands_nowhere_goes_on(play: Play) -> None:
    play.run(Diagram("p").start().catch_timer("wait", "PT1H").user("b").end())
    with play.sandbox.session() as session:
        session.execute(
            update(ProcessInstance).values(
                execution_state=b'{"v":2,"last":9,"runs":[[0,[],{},{}]],"scopes":[],"subscriptions":[]}'
            )
        )
    play.advance(hours=2)
    assert play.stopped == [("p", "stalled")]
    operate(play, Instruction("start", element_id="b"))
    assert (play.stopped, play.tasks) == ([], ["b"])


# ---- what cannot


REFUSALS = [
    (three, "a", "absent", "n’existe pas"),
    (forked, "a", "join", "réunit plusieurs branches"),
]


@pytest.mark.parametrize(("diagram", "source", "target", "words"), REFUSALS)
def test_a_target_that_cannot_be_is_refused_with_a_sentence(
    play: Play, diagram: Any, source: str, target: str, words: str
) -> None:
    play.run(diagram())
    before = play.open
    plan = planned(play, move(play, source, target))
    assert plan.refused is not None
    assert words in plan.refused.fr
    with pytest.raises(Refused):
        operate(play, move(play, source, target))
    assert play.open == before


def test_boundary_events_and_events_of_a_gateway_are_no_targets(play: Play) -> None:
    diagram = Diagram("p").start().user("a").add("eventBasedGateway", "g").catch_timer("t", "PT1H").end()
    diagram.at("g").catch_timer("t2", "PT9H").end("e9")
    diagram.boundary("late", "a", timer("timeDuration", "PT1H")).end("e2")
    play.run(diagram)
    for target in ("late", "t"):
        assert planned(play, move(play, "a", target)).refused is not None
    operate(play, move(play, "a", "g"))
    play.advance(hours=2)
    assert play.state == "completed"


def test_the_last_step_is_not_simply_cancelled(play: Play) -> None:
    play.run(three())
    refused = planned(play, Instruction("cancel", key_of(play, "a"))).refused
    assert refused is not None
    assert "Annulez le dossier" in refused.fr


def test_a_join_is_never_left_with_a_branch_that_cannot_be_joined(play: Play) -> None:
    play.run(forked()).complete("a")
    assert planned(play, Instruction("cancel", key_of(play, "b"))).refused is not None
    assert planned(play, move(play, "b", "after")).refused is not None
    drop = Instruction("drop", element_id="join", scope_key=0)
    plan = operate(play, move(play, "b", "after"), drop)
    assert "« join » oublie les branches arrivées." in said(plan)
    assert play.complete("after").state == "completed"


def test_a_join_goes_on_when_its_missing_branch_is_done_again(play: Play) -> None:
    play.run(forked()).complete("a")
    operate(play, move(play, "b", "a"), Instruction("start", element_id="b"))
    assert play.tasks == ["a", "b"]
    play.complete("b")
    assert play.tasks == ["a", "after"]


def test_a_step_in_a_sub_process_that_is_open_twice_needs_a_choice(play: Play) -> None:
    inner = Diagram("inner").start("s2").user("x").user("y").end("e2")
    diagram = Diagram("p").start().parallel("split").exclusive("m").sub(inner).end()
    diagram.at("split").to("m").at("split").user("other").end("e3")
    play.run(diagram)
    with play.sandbox.session() as session:
        first, second = sorted(
            e.key for e in instances.open_elements(session, play.id) if e.element_id == "inner"
        )
    refused = planned(play, move(play, "other", "y")).refused
    assert refused is not None
    assert "ouvert 2 fois" in refused.fr
    operate(play, move(play, "other", "y", scope_key=second))
    assert play.tasks == ["x", "x", "y"]
    assert first != second


def repeated() -> Diagram:
    loop = "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
    loop += 'inputCollection="=[1,2,3]" inputElement="n"/></bpmn:extensionElements>'
    loop += "</bpmn:multiInstanceLoopCharacteristics>"
    return Diagram("p").start().add("userTask", "each", loop).user("b").end()


def test_a_repeated_step_is_moved_as_a_whole_never_one_of_its_times(play: Play) -> None:
    play.run(repeated())
    with play.sandbox.session() as session:
        keys = sorted(e.key for e in instances.open_elements(session, play.id))
        said_first = explain.why(session, play.id, now=play.sandbox.now)
    refused = planned(play, Instruction("move", keys[1], "b")).refused
    assert refused is not None
    assert "se répète" in refused.fr
    assert [r.kind for r in said_first] == ["user_task.offered"] * 3 + ["inside"]
    assert said_first[-1].text.en == "“each” is repeated: 0 of 3 are done."
    operate(play, Instruction("move", keys[0], "b"))
    assert (play.tasks, play.open) == (["b"], ["b"])
    operate(play, move(play, "b", "each"))
    assert play.tasks == ["each"] * 3


def test_a_step_of_a_called_process_ends_with_its_call(play: Play) -> None:
    called = '<bpmn:extensionElements><zeebe:calledElement processId="q"/></bpmn:extensionElements>'
    play.deploy(Diagram("q").start().user("x").end())
    play.run(Diagram("p").start().add("callActivity", "call", called).user("b").end())
    assert planned(play, Instruction("restart", key_of(play, "x"))).refused is not None
    with play.sandbox.session() as session:
        first = explain.why(session, play.id, now=play.sandbox.now)[0]
    assert first.text.en.startswith("“x” has been waiting")
    operate(play, move(play, "x", "b"))
    assert (play.tasks, play.open) == (["b"], ["b"])
    operate(play, move(play, "b", "call"))
    assert play.complete("x").complete("b").state == "completed"


def test_a_plan_is_good_for_the_state_it_was_made_for(play: Play) -> None:
    play.run(three())
    seen = planned(play, move(play, "a", "c")).revision
    play.complete("a")
    with pytest.raises(StaleRevision):
        operate(play, move(play, "b", "c"), revision=seen)
    assert play.tasks == ["b"]


# ---- what is lost is said


def test_a_claimed_task_and_its_draft_are_named(play: Play) -> None:
    play.run(three())
    with play.sandbox.session() as session:
        task_id = session.scalars(select(UserTask.id)).one()
        user_tasks.claim(session, task_id, user=USER, now=play.sandbox.now)
        user_tasks.save_draft(session, task_id, {"x": 1}, user=USER, now=play.sandbox.now)
    (warning,) = [line for line in planned(play, move(play, "a", "b")).lines if line.warning]
    assert warning.text.fr == "nadia a cette tâche entre les mains. Son brouillon sera perdu."


def test_a_robot_at_work_is_named_and_its_result_ignored(play: Play) -> None:
    play.deploy(Diagram("p").start().service("s").user("b").end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id
    with play.sandbox.session() as session:
        (job,) = jobs.claim(session, worker="w", now=play.sandbox.now, lease=LEASE)
        job_id, token = job.id, job.token
    plan = operate(play, move(play, "s", "b"))
    assert next(line.text.fr for line in plan.lines if line.warning).startswith("Un robot y travaille")
    with play.sandbox.session() as session, pytest.raises(jobs.JobNotActivated):
        jobs.complete(session, job_id, token, {}, now=play.sandbox.now)
    assert play.tasks == ["b"]


def test_what_was_completed_is_still_compensated_after_surgery(play: Play) -> None:
    diagram = Diagram("p").start().script("pay", "=1", "paid").user("a").user("b")
    diagram.add("endEvent", "undo", "<bpmn:compensateEventDefinition/>")
    diagram.boundary("comp", "pay", "<bpmn:compensateEventDefinition/>")
    handler = '<bpmn:extensionElements><zeebe:script expression="=paid + 1" resultVariable="refunded"/>'
    diagram.add(
        "scriptTask",
        "refund",
        handler + "</bpmn:extensionElements>",
        'isForCompensation="true"',
        follow=False,
    )
    diagram.body.append(
        '<bpmn:association id="assoc" sourceRef="comp" targetRef="refund" associationDirection="One"/>'
    )
    play.run(diagram)
    assert planned(play, move(play, "a", "refund")).refused is not None
    operate(play, move(play, "a", "b"))
    play.complete("b")
    assert (play.state, play.variables["refunded"]) == ("completed", 2)


def test_every_instance_after_surgery_says_why_it_stands(play: Play) -> None:
    play.run(nested())
    operate(play, move(play, "a", "y"))
    with play.sandbox.session() as session:
        found = explain.why(session, play.id, now=play.sandbox.now)
    assert next((r.kind, r.element_id) for r in found) == ("user_task.offered", "y")
