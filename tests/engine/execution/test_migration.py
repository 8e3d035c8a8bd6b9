"""Running instances move to another version, stay with a reason, or go back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import agreement, definitions, execution, explain, instances, jobs, migration, user_tasks
from engine.errors import Refused
from engine.migration import Verdict
from engine.sandbox import LEASE
from engine.states import JobKind
from engine.store import Job, MessageSubscription, MigratedInstance, ProcessInstance, UserTask
from engine.testing import Diagram, timer
from tests.engine.play import USER, Play


def ids(play: Play) -> tuple[UUID, UUID]:
    """The first and the newest version."""
    with play.sandbox.session() as session:
        found = definitions.versions(session, "p")
        return found[-1].id, found[0].id


def dry(play: Play, **mapping: str) -> Verdict:
    with play.sandbox.session() as session:
        (found,) = migration.dry_run(session, *ids(play), mapping, now=play.sandbox.now)
    return found


def migrate(play: Play, **mapping: str) -> tuple[UUID, str]:
    """Move everything; the migration and what became of the instance."""
    with play.sandbox.session() as session:
        moved = migration.start(session, *ids(play), mapping, by="olga", reason="loi", now=play.sandbox.now)
    play.sandbox.run_jobs()
    with play.sandbox.session() as session:
        return moved, session.get_one(MigratedInstance, (moved, play.id)).state


def version(play: Play) -> int:
    with play.sandbox.session() as session:
        case = session.get_one(ProcessInstance, play.id)
        return definitions.get(session, case.definition_id).version


def agrees(play: Play) -> None:
    with play.sandbox.session() as session:
        row = session.execute(select(execution.INSTANCE)).mappings().one()
        run = execution.load(session, row, play.sandbox.now)
        rows = agreement.rows_of(session, [play.id])[play.id]
        assert [d.words.en for d in agreement.differences(run, rows)] == []
        assert explain.why(session, play.id, now=play.sandbox.now)


def one(*steps: str) -> Diagram:
    diagram = Diagram("p").start()
    for step in steps:
        diagram.user(step)
    return diagram.end()


def test_a_case_moves_and_goes_on_by_the_new_version(play: Play) -> None:
    play.run(one("a"))
    play.deploy(one("a", "b"))
    assert dry(play).moves
    assert migrate(play)[1] == "moved"
    agrees(play)
    assert version(play) == 2
    play.complete("a")
    assert play.tasks == ["b"]
    assert play.complete("b").state == "completed"
    (event,) = play.events("instance_migrated")
    assert (event.actor, event.data["from"], event.data["to"]) == ("olga", 1, 2)
    assert event.data["reason"] == "loi"


def test_a_mapping_by_hand_takes_task_draft_and_holder_along(play: Play) -> None:
    play.run(one("a"))
    with play.sandbox.session() as session:
        task_id = session.scalars(select(UserTask.id)).one()
        user_tasks.claim(session, task_id, user=USER, now=play.sandbox.now)
        user_tasks.save_draft(session, task_id, {"x": 1}, user=USER, now=play.sandbox.now)
    play.deploy(one("b"))
    assert [r.en for r in dry(play).reasons] == ['"a" has no matching step in the new version.']
    assert migrate(play, a="b")[1] == "moved"
    agrees(play)
    with play.sandbox.session() as session:
        task = session.get_one(UserTask, task_id)
        assert (task.element_id, task.name, task.assignee) == ("b", "b", "nadia")
        assert task.draft == {"x": 1}
    assert play.complete("b").state == "completed"


def test_who_stays_stays_with_a_reason(play: Play) -> None:
    play.run(one("a"))
    play.deploy(one("b"))
    moved, state = migrate(play)
    assert (state, version(play), play.tasks) == ("stayed", 1, ["a"])
    with play.sandbox.session() as session:
        ((item, _case),) = migration.items(session, moved)
        assert item.message["fr"] == "« a » n’a pas d’étape correspondante dans la nouvelle version."


def test_another_kind_or_another_sub_process_is_refused(play: Play) -> None:
    play.run(one("a"))
    play.deploy(Diagram("p").start().service("a").end())
    assert "du même genre" in dry(play).reasons[0].fr
    play.deploy(Diagram("p").start().sub(Diagram("s").start("s2").user("a").end("e2")).end())
    assert "même sous-processus" in dry(play).reasons[0].fr


def test_inside_a_sub_process_everything_follows(play: Play) -> None:
    play.run(Diagram("p").start().sub(Diagram("s").start("s2").user("a").end("e2")).end())
    play.deploy(Diagram("p").start().sub(Diagram("t").start("t2").user("x").end("f2")).user("z").end())
    assert migrate(play, s="t", a="x")[1] == "moved"
    agrees(play)
    assert play.complete("x").tasks == ["z"]


def test_a_timer_keeps_its_due_time_and_its_new_name(play: Play) -> None:
    play.run(Diagram("p").start().catch_timer("t", "PT2H").end())
    play.deploy(Diagram("p").start().catch_timer("u", "P9D").user("after").end())
    play.advance(hours=1)
    assert [n.fr for n in dry(play, t="u").notes] == ["« t » garde son échéance."]
    migrate(play, t="u")
    assert play.jobs == ["timer u"]
    agrees(play)
    play.advance(hours=1, minutes=1)
    assert play.tasks == ["after"]


def test_a_message_subscription_keeps_name_and_key(play: Play) -> None:
    play.run(Diagram("p").start().catch_message("m", "paid", '="k"').end())
    play.deploy(Diagram("p").start().catch_message("n", "settled", '="other"').end("done"))
    migrate(play, m="n")
    with play.sandbox.session() as session:
        waiting = session.scalars(select(MessageSubscription)).one()
        assert (waiting.element_id, waiting.message_name, waiting.correlation_key) == ("n", "paid", "k")
    play.publish("paid", "k")
    assert play.end_event == "done"


def test_events_beside_a_step_are_dropped_and_added(play: Play) -> None:
    diagram = one("a")
    diagram.boundary("old", "a", timer("timeDuration", "PT1H")).end("was_old")
    play.run(diagram)
    diagram = one("a")
    diagram.boundary("new", "a", timer("timeDuration", "PT3H")).end("is_new")
    play.deploy(diagram)
    migrate(play)
    agrees(play)
    assert play.jobs == ["timer new"]
    play.advance(hours=2)
    assert play.state == "active"
    play.advance(hours=2)
    assert play.end_event == "is_new"


def test_a_new_event_that_cannot_be_waited_for_keeps_the_case_where_it_is(play: Play) -> None:
    play.run(one("a"))
    diagram = one("a")
    diagram.boundary("new", "a", timer("timeDuration", "=unknown")).end("is_new")
    play.deploy(diagram)
    assert not dry(play).moves
    assert migrate(play)[1] == "stayed"


def test_a_robot_at_work_is_not_disturbed(play: Play) -> None:
    play.deploy(Diagram("p").start().service("s").end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id
    with play.sandbox.session() as session:
        (job,) = jobs.claim(session, worker="w", now=play.sandbox.now, lease=LEASE)
        job_id, token = job.id, job.token
    play.deploy(Diagram("p").start().service("s").user("b").end())
    assert migrate(play)[1] == "stayed"
    with play.sandbox.session() as session:
        jobs.complete(session, job_id, token, {}, now=play.sandbox.now)
    assert play.state == "completed"


def test_a_waiting_job_follows_if_it_is_the_same_work(play: Play) -> None:
    play.deploy(Diagram("p").start().service("s").end())
    with play.sandbox.session() as session:
        play.id = instances.start(session, "p", {}, now=play.sandbox.now).id
        for job in session.scalars(select(Job)):
            job.due_at = play.sandbox.now + timedelta(minutes=5)
    play.deploy(Diagram("p").start().service("s", "other").end())
    assert "une autre opération" in dry(play).reasons[0].fr
    play.deploy(Diagram("p").start().service("t").user("b").end())
    assert migrate(play, s="t")[1] == "moved"
    agrees(play)
    play.advance(lambda call: {}, minutes=6)
    assert (play.sandbox.calls[-1].element_id, play.tasks) == ("t", ["b"])


def test_an_incident_follows_its_element(play: Play) -> None:
    play.run(Diagram("p").start().exclusive("g").when("=x > 1").end())
    play.deploy(Diagram("p").start().exclusive("h").when("=x > 0").end())
    migrate(play, g="h")
    agrees(play)
    assert play.stopped == [("h", "condition")] or play.stopped[0][0] == "h"
    play.resolve("h", x=1)
    assert play.state == "completed"


def forked(*, third: bool) -> Diagram:
    diagram = Diagram("p").start().parallel("split").user("a").parallel("join").end()
    diagram.at("split").user("b").to("join", "from_b")
    return diagram.at("split").user("c").to("join", "from_c") if third else diagram


def test_branches_that_arrived_at_a_join_are_kept(play: Play) -> None:
    play.run(forked(third=False)).complete("a")
    play.deploy(forked(third=True))
    assert migrate(play)[1] == "moved"
    agrees(play)
    play.complete("b")
    assert (play.state, play.stopped) == ("active", [("join", "join")])


def test_a_join_that_would_be_complete_is_refused(play: Play) -> None:
    play.run(forked(third=True)).complete("a").complete("b")
    play.deploy(forked(third=False))
    assert not dry(play, c="b").moves


def calling(*after: str) -> Diagram:
    called = '<bpmn:extensionElements><zeebe:calledElement processId="q"/></bpmn:extensionElements>'
    diagram = Diagram("p").start().add("callActivity", "call", called)
    for step in after:
        diagram.user(step)
    return diagram.end()


def test_a_called_process_keeps_its_version(play: Play) -> None:
    play.deploy(Diagram("q").start().user("a").user("inner").end())
    play.run(calling())
    play.deploy(calling("a"))
    assert migrate(play)[1] == "moved"
    agrees(play)
    with play.sandbox.session() as session:
        task = session.scalars(select(UserTask).where(UserTask.state == "created")).one()
        assert (task.element_id, definitions.get(session, task.definition_id).key) == ("a", "q")
    assert play.complete("a").complete("inner").tasks == ["a"]
    with play.sandbox.session() as session:
        task = session.scalars(select(UserTask).where(UserTask.state == "created")).one()
        assert definitions.get(session, task.definition_id).version == 2


# ---- going back


def test_until_its_next_step_a_case_goes_back(play: Play) -> None:
    diagram = one("a")
    diagram.boundary("old", "a", timer("timeDuration", "PT1H")).end("was_old")
    play.run(diagram)
    diagram = one("b")
    diagram.boundary("new", "b", timer("timeDuration", "PT3H")).end("is_new")
    play.deploy(diagram)
    moved, _ = migrate(play, a="b")
    with play.sandbox.session() as session:
        instances.set_variables(session, play.id, {"kept": 1}, now=play.sandbox.now)
        migration.undo(session, moved, play.id, by="olga", now=play.sandbox.now)
    assert (version(play), play.tasks, play.jobs) == (1, ["a"], ["timer old"])
    agrees(play)
    assert play.variables == {"kept": 1}
    play.advance(hours=2)
    assert play.end_event == "was_old"


def test_after_its_next_step_it_does_not(play: Play) -> None:
    play.run(one("a", "c"))
    play.deploy(one("a", "b"))
    moved, _ = migrate(play)
    play.complete("a")
    with pytest.raises(Refused), play.sandbox.session() as session:
        migration.undo(session, moved, play.id, by="olga", now=play.sandbox.now)
    assert play.tasks == ["b"]


def test_everything_goes_back_as_jobs(play: Play) -> None:
    play.run(one("a", "c"))
    first = play.id
    play.start("p")
    play.deploy(one("a", "b"))
    moved, _ = migrate(play)
    play.complete("a")
    with play.sandbox.session() as session:
        assert migration.undo_all(session, moved, by="olga", now=play.sandbox.now) == 2
    play.sandbox.run_jobs()
    with play.sandbox.session() as session:
        found = {case.id: item.state for item, case in migration.items(session, moved)}
    assert found == {first: "undone", play.id: "moved"}


def test_a_waiting_migration_is_said(play: Play) -> None:
    play.run(one("a"))
    play.deploy(one("a", "b"))
    with play.sandbox.session() as session:
        migration.start(session, *ids(play), {}, by="o", reason="", now=play.sandbox.now)
        found = explain.why(session, play.id, now=play.sandbox.now)
        assert [r.kind for r in found] == ["user_task.offered", JobKind.MIGRATE]
