"""The sample cases: true to life, the same every time, and nothing left that would fire at the start."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connectors.web_robot.gestad.records import Records
from designer.demo import hours
from designer.demo.stories import STORIES
from designer.models import RequestLink
from engine import instances
from engine.states import OPEN_TASK, EffectState, IncidentState, JobKind, JobState
from engine.store import Document, Effect, HistoryEvent, Incident, Job, ProcessInstance, UserTask
from tests.demo.conftest import Installed, make

PARIS = ZoneInfo("Europe/Paris")
pytestmark = pytest.mark.xdist_group("demo")


def cases(session: Session) -> list[ProcessInstance]:
    return list(session.scalars(select(ProcessInstance).order_by(ProcessInstance.reference)))


def open_tasks(session: Session) -> list[UserTask]:
    query = select(UserTask).where(UserTask.state.in_(OPEN_TASK)).order_by(UserTask.due_at)
    return list(session.scalars(query))


def test_thirty_samples_of_which_some_are_open(session: Session) -> None:
    found = cases(session)
    assert len(found) == len(STORIES) == 30
    assert all(case.is_sample for case in found)
    assert Counter(case.end_event_id for case in found) == {
        "adresse_changee": 18,
        "demande_classee": 2,
        "demande_transmise": 1,
        None: 9,
    }


def test_case_numbers_follow_the_order_of_arrival(session: Session) -> None:
    arrivals = [case.started_at for case in cases(session)]
    assert arrivals == sorted(arrivals)


def test_every_case_went_the_way_of_its_address(session: Session) -> None:
    paths = Counter(instances.variables(session, case.id)["parcours"] for case in cases(session))
    assert set(paths) == {"automatique", "assisté", "agent", "autre prefecture"}
    assert min(paths.values()) >= 2


def test_tasks_wait_one_of_them_overdue(session: Session, installed: Installed) -> None:
    tasks = open_tasks(session)
    assert [task.due_at < installed.now for task in tasks] == [True] + [False] * 5
    soon = [task for task in tasks if timedelta(0) < task.due_at - installed.now < timedelta(days=2)]
    assert len(soon) >= 2
    (taken,) = [task for task in tasks if task.assignee is not None]
    assert taken.draft["complement"] == "Bâtiment B"


def test_one_incident_with_its_picture_and_one_uncertain_effect(session: Session) -> None:
    found = session.scalars(select(Incident).order_by(Incident.created_at)).all()
    assert [(i.kind, i.code, i.state) for i in found] == [
        ("uncertain_effect", None, IncidentState.OPEN),
        ("job_failed", "TIMEOUT", IncidentState.OPEN),
    ]
    assert "Rechercher" in found[1].message["fr"]
    pictures = select(Document).where(Document.instance_id == found[1].instance_id)
    assert all(d.content.startswith(b"\x89PNG") for d in session.scalars(pictures))
    assert found[1].document_ids
    uncertain = session.scalars(select(Effect).where(Effect.state == EffectState.UNCERTAIN)).one()
    assert uncertain.id == found[0].effect_id


def test_no_intent_stays_without_outcome(session: Session) -> None:
    assert session.scalar(select(func.count()).where(Effect.state == EffectState.INTENDED)) == 0


def test_nothing_is_due_when_the_worker_starts(session: Session, installed: Installed) -> None:
    waiting = session.scalars(select(Job).where(Job.state != JobState.FAILED)).all()
    assert {job.kind for job in waiting} == {JobKind.TIMER}
    assert all(job.due_at > installed.now + timedelta(hours=12) for job in waiting)


def test_nothing_happened_in_the_future(session: Session, installed: Installed) -> None:
    assert session.scalar(select(func.max(HistoryEvent.at))) <= installed.now


def test_people_worked_in_office_hours(session: Session) -> None:
    acts = session.scalars(select(HistoryEvent).where(HistoryEvent.actor.is_not(None))).all()
    assert len(acts) > 30
    assert len({act.actor for act in acts}) == 2
    for act in acts:
        here = act.at.astimezone(PARIS)
        assert hours.is_open(here.date()), (act.kind, here)
        assert 9 <= here.hour <= 17, (act.kind, here)


def test_people_took_their_tasks_before_finishing_them(session: Session) -> None:
    done = session.scalars(select(UserTask).where(UserTask.completed_at.is_not(None))).all()
    lengths = [(task.completed_at - task.claimed_at).total_seconds() / 60 for task in done]
    assert len(lengths) > 12
    assert all(3 <= length <= 20 for length in lengths)


def test_the_document_that_never_came_closed_the_case(session: Session) -> None:
    case = cases(session)[0]
    told = select(HistoryEvent.element_id).where(HistoryEvent.instance_id == case.id)
    assert case.end_event_id == "demande_classee"
    assert "trente_jours" in session.scalars(told).all()


def test_the_application_holds_what_was_typed(session: Session, installed: Installed) -> None:
    """One row per case that says so, under the number in the case; the lost answer had its effect."""
    records = Records(installed.config.data_dir / "gestad.sqlite")
    rows = {row["dossier"]: row for row in records.rows()}
    assert len(rows) == len(records.rows()) == 19
    records.close()
    for case in cases(session):
        known = instances.variables(session, case.id)
        if "enregistrement" in known:
            row = rows[case.reference]
            assert row["enregistrement"] == known["enregistrement"]
            assert (row["voie"], row["commune"]) == (known["voie"], known["commune"].upper())
    assert {row["saisi_par"] for row in rows.values()} == {"robot", "agent"}


def test_every_request_has_its_follow_up_link(session: Session) -> None:
    linked = session.scalars(select(RequestLink.instance_id)).all()
    assert sorted(linked) == sorted(case.id for case in cases(session))


def digest(made: Installed) -> list[tuple[object, ...]]:
    """What people can see of the cases, without identifiers."""
    engine = made.engine
    with Session(engine) as session:
        rows = [
            (case.reference, case.title, case.started_at, case.ended_at, case.end_event_id)
            for case in cases(session)
        ]
        events = select(
            ProcessInstance.reference,
            HistoryEvent.seq,
            HistoryEvent.at,
            HistoryEvent.kind,
            HistoryEvent.element_id,
        ).join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        rows += [tuple(row) for row in session.execute(events.order_by("reference", "seq"))]
    engine.dispose()
    return rows


@pytest.mark.slow
def test_the_same_moment_makes_the_same_past(installed: Installed, tmp_path: Path) -> None:
    assert digest(make(tmp_path, installed.now)) == digest(installed)


@pytest.mark.slow
def test_a_past_over_new_year_made_on_a_sunday_night(tmp_path: Path) -> None:
    made = make(tmp_path, datetime(2027, 1, 17, 1, 10, tzinfo=UTC))
    engine = made.engine
    with Session(engine) as session:
        found = cases(session)
        assert {case.reference[:8] for case in found} == {"CA-2026-", "CA-2027-"}
        assert sum(case.ended_at is None for case in found) == 9
        assert open_tasks(session)[0].due_at < made.now
        assert len(session.scalars(select(Incident)).all()) == 2
    engine.dispose()
