"""Cases: finding one, reading where it stands and why, downloading its documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from designer.accounts import people
from designer.extensions import db
from designer.models import ProcessGroup, User
from engine import documents
from engine.clock import ManualClock
from engine.store import ProcessInstance
from tests.web import sample
from tests.web.conftest import Person


@pytest.fixture
def case(app: Flask, clock: ManualClock) -> UUID:
    """A case at « Contrôler la demande », opened a week ago."""
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        case_id = sample.start_at_check(db.session, now=clock.now(), delai="P14D")
        db.session.commit()
    clock.advance(timedelta(days=7))
    return case_id


@pytest.fixture
def agent(signed_in: Callable[..., Person]) -> Person:
    return signed_in("agent", teams=("sejour",))


@pytest.mark.parametrize("words", ["Mei", "2026-0001", "quai Nord"], ids=["title", "reference", "data"])
def test_a_case_is_found_by_title_reference_and_data(agent: Person, case: UUID, words: str) -> None:
    page = agent.client.get("/cases", query_string={"contains": words}).text
    assert f'href="/cases/{case}"' in page


@pytest.mark.parametrize("filters", [{"contains": "zzz"}, {"state": "completed"}, {"process": "autre"}])
def test_filters_leave_the_others_out(agent: Person, case: UUID, filters: dict[str, str]) -> None:
    page = agent.client.get("/cases", query_string=filters).text
    assert "Aucun dossier ne correspond" in page


def test_a_percent_sign_is_searched_for_as_it_is(agent: Person, case: UUID) -> None:
    assert "Aucun dossier ne correspond" in agent.client.get("/cases?contains=%25").text


def test_the_page_says_why_the_case_stands_still(agent: Person, case: UUID) -> None:
    page = agent.client.get(f"/cases/{case}").text
    assert "Pourquoi le dossier n’avance pas" in page
    assert "attend l’équipe Sejour depuis le lundi 23 novembre." in page
    assert "ouvert depuis 7 jours" in page
    assert "<dt>Nouvelle adresse</dt><dd>27 quai Nord, 82310 Montbreuil</dd>" in page
    assert "La demande a été déposée en ligne." in page


def test_the_drawing_has_its_table(agent: Person, case: UUID) -> None:
    page = agent.client.get(f"/cases/{case}").text
    assert 'class="flow trail' in page
    assert '<th scope="row">Vérifier l’adresse</th><td>Relais</td><td>Faite</td>' in page
    assert '<th scope="row">Contrôler la demande</th><td>Bureau du séjour</td><td>En cours</td>' in page


def test_a_stopped_case_shows_its_incident(
    app: Flask, case: UUID, clock: ManualClock, signed_in: Callable[..., Person]
) -> None:
    with app.app_context():
        stopped = sample.start_stopped(db.session, now=clock.now(), nom="Ana Lopes")
        db.session.commit()
    page = signed_in("administrator").client.get(f"/cases/{stopped}").text
    assert "Le service d’adresses a répondu 404." in page
    assert "Voir l’incident" in page
    assert "is-late" in page


def test_the_journal_lists_every_fact(agent: Person, case: UUID) -> None:
    page = agent.client.get(f"/cases/{case}?view=journal").text
    assert "Dossier ouvert" in page
    assert "Étape terminée" in page


def test_a_document_is_downloaded_and_never_run(
    app: Flask, agent: Person, case: UUID, clock: ManualClock
) -> None:
    with app.app_context():
        document = documents.add(
            db.session,
            'reçu "2".html',
            "text/html",
            b"<script>1</script>",
            kind="upload",
            now=clock.now(),
            instance_id=case,
        )
        path = f"/cases/documents/{document.id}?inline=1"
        db.session.commit()
    answer = agent.client.get(path)
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="re_u _2_.html"')
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_may_be_shown_in_place(app: Flask, agent: Person, case: UUID, clock: ManualClock) -> None:
    with app.app_context():
        picture = documents.add(
            db.session,
            "écran.png",
            "image/png",
            b"\x89PNG",
            kind="screenshot",
            now=clock.now(),
            instance_id=case,
        )
        path = f"/cases/documents/{picture.id}?inline=1"
        db.session.commit()
    answer = agent.client.get(path)
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert answer.mimetype == "image/png"


def test_rights_end_at_the_process_group(
    app: Flask, case: UUID, person: Callable[..., Person], clock: ManualClock
) -> None:
    someone = person()
    with app.app_context():
        db.session.add_all(
            [ProcessGroup(key="finances", name="Finances"), ProcessGroup(key="etrangers", name="Étrangers")]
        )
        db.session.flush()
        account = db.session.scalars(select(User).where(User.email == someone.email)).one()
        people.set_roles(account, [("agent", "finances")])
        db.session.commit()
    someone.sign_in()
    assert someone.client.get(f"/cases/{case}").status_code == 403
    assert str(case) not in someone.client.get("/cases").text


def test_a_guest_is_sent_to_the_door(app: Flask, case: UUID) -> None:
    answer = app.test_client().get(f"/cases/{case}")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_an_unknown_case_is_404(agent: Person) -> None:
    assert agent.client.get("/cases/01a20641-f7b1-7d0a-97e1-85c4fc675335").status_code == 404


def test_an_ended_case_says_so(app: Flask, agent: Person, case: UUID, clock: ManualClock) -> None:
    from engine import instances

    with app.app_context():
        instances.cancel(db.session, case, now=clock.now(), by=agent.id, reason="Doublon")
        db.session.commit()
        assert db.session.get(ProcessInstance, case).state == "cancelled"
    page = agent.client.get(f"/cases/{case}").text
    assert "Annulé" in page
    assert "Vous avez annulé le dossier." in page
    assert "Doublon" in page
