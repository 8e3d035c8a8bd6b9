"""User tasks: who may, once, and nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import user_tasks
from engine.errors import NotAllowed, StaleRevision, TaskClaimedByOther, TaskNotOpen
from engine.store import UserTask
from engine.testing import process
from engine.user_tasks import User
from tests.engine.play import Play

NADIA = User("nadia", frozenset({"sejour"}))
KARIM = User("karim", frozenset({"sejour"}))
STRANGER = User("zoe", frozenset({"factures"}))
OFFERED = (
    '<zeebe:assignmentDefinition candidateGroups="sejour, accueil"/>'
    '<zeebe:taskSchedule dueDate="=now() + duration(&quot;P2D&quot;)"/>'
    '<zeebe:priorityDefinition priority="80"/>'
)


@pytest.fixture
def task(play: Play) -> UserTask:
    play.run(process().start().user("u", OFFERED).end())
    with play.sandbox.session() as session:
        found = session.scalars(select(UserTask)).one()
        assert {c.name for c in found.candidates} == {"sejour", "accueil"}
        session.expunge_all()
    return found


def act(play: Play, function, task: UserTask, *args, **kwargs):
    with play.sandbox.session() as session:
        function(session, task.id, *args, now=play.sandbox.now, **kwargs)


def test_priority_and_due_date_are_evaluated(play: Play, task: UserTask) -> None:
    assert task.priority == 80
    assert task.due_at is not None
    assert (task.due_at - play.sandbox.now).days == 2


def test_a_task_is_claimed_once(play: Play, task: UserTask) -> None:
    act(play, user_tasks.claim, task, user=NADIA)
    act(play, user_tasks.claim, task, user=NADIA)
    with pytest.raises(TaskClaimedByOther):
        act(play, user_tasks.claim, task, user=KARIM)
    with pytest.raises(TaskClaimedByOther):
        act(play, user_tasks.complete, task, {}, user=KARIM)
    act(play, user_tasks.release, task, user=NADIA)
    act(play, user_tasks.claim, task, user=KARIM)
    assert [e.kind for e in play.events() if e.kind.startswith("user_task")] == [
        "user_task_claimed",
        "user_task_released",
        "user_task_claimed",
    ]


def test_a_stranger_may_do_nothing(play: Play, task: UserTask) -> None:
    for function in (user_tasks.claim, user_tasks.release):
        with pytest.raises(NotAllowed):
            act(play, function, task, user=STRANGER)
    with pytest.raises(NotAllowed):
        act(play, user_tasks.complete, task, {}, user=STRANGER)


def test_a_second_submission_finds_the_task_done(play: Play, task: UserTask) -> None:
    act(play, user_tasks.complete, task, {"a": 1}, user=NADIA)
    with pytest.raises(TaskNotOpen):
        act(play, user_tasks.complete, task, {"a": 2}, user=NADIA)
    assert (play.state, play.variables) == ("completed", {"a": 1})


def test_a_draft_is_kept_as_typed_and_a_stale_one_refused(play: Play, task: UserTask) -> None:
    act(play, user_tasks.claim, task, user=NADIA)
    act(play, user_tasks.save_draft, task, {"nom": "Ch"}, user=NADIA, revision=1)
    with pytest.raises(StaleRevision):
        act(play, user_tasks.save_draft, task, {"nom": "x"}, user=NADIA, revision=1)
    with play.sandbox.session() as session:
        assert session.scalars(select(UserTask)).one().draft == {"nom": "Ch"}


def test_a_lane_is_the_candidate_group_when_nobody_is_named(play: Play) -> None:
    diagram = process().start().user("u").end()
    diagram.body.append(
        '<bpmn:laneSet id="ls"><bpmn:lane id="l" name="Bureau du séjour">'
        "<bpmn:flowNodeRef>u</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    play.run(diagram)
    with play.sandbox.session() as session:
        assert [c.name for c in session.scalars(select(UserTask)).one().candidates] == ["Bureau du séjour"]
