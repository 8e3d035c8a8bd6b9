"""Cases: finding one, reading where it stands and why, downloading its documents."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from designer.accounts import people
from designer.extensions import db
from designer.models import ProcessGroup, User
from engine import documents, instances
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
    page = agent.client.get("/cases", query_string={"q": words}).text
    assert f'href="/cases/{case}"' in page


@pytest.mark.parametrize("filters", [{"q": "zzz"}, {"state": "completed"}, {"process": "autre"}])
def test_filters_leave_the_others_out(agent: Person, case: UUID, filters: dict[str, str]) -> None:
    page = agent.client.get("/cases", query_string=filters).text
    assert "Aucun dossier ne correspond" in page


def test_a_percent_sign_is_searched_for_as_it_is(agent: Person, case: UUID) -> None:
    assert "Aucun dossier ne correspond" in agent.client.get("/cases?q=%25").text


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
    with app.app_context():
        instances.cancel(db.session, case, now=clock.now(), by=agent.id, reason="Doublon")
        db.session.commit()
        assert db.session.get(ProcessInstance, case).state == "cancelled"
    page = agent.client.get(f"/cases/{case}").text
    assert "Annulé" in page
    assert "Vous avez annulé le dossier." in page
    assert "Doublon" in page


def _send(agent: Person, case: UUID, name: str, content: bytes):
    data = {"csrf_token": agent.token("/settings"), "document": (io.BytesIO(content), name)}
    return agent.client.post(f"/cases/{case}/documents", data=data, content_type="multipart/form-data")


def test_an_agent_adds_a_document(agent: Person, case: UUID) -> None:
    assert _send(agent, case, "Facture d’eau.pdf", b"%PDF-1.7 ...").status_code == 303
    page = agent.client.get(f"/cases/{case}").text
    assert "Facture d’eau.pdf" in page
    assert "Vous avez ajouté le document" in page


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("", b"", "Choisissez un fichier."),
        ("vide.pdf", b"", "est vide"),
        ("outil.exe", b"MZ", "n’est pas d’un type accepté"),
        ("page.pdf", b"<html>", "n’est pas celui d’un fichier PDF"),
        ("gros.pdf", b"%PDF-" + bytes(10 * 1024 * 1024), "dépasse 10"),
    ],
    ids=["none", "empty", "type", "content", "size"],
)
def test_a_wrong_document_is_refused_with_a_reason(
    agent: Person, case: UUID, name: str, content: bytes, said: str
) -> None:
    answer = _send(agent, case, name, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Aucun document pour l’instant." in agent.client.get(f"/cases/{case}").text


def test_readers_and_ended_cases_take_no_document(
    app: Flask, agent: Person, case: UUID, clock: ManualClock, signed_in: Callable[..., Person]
) -> None:
    reader = signed_in("auditor", email="audit@exemple.fr")
    assert _send(reader, case, "a.pdf", b"%PDF-").status_code == 403
    assert "Ajouter un document" not in reader.client.get(f"/cases/{case}").text
    with app.app_context():
        instances.cancel(db.session, case, by=None, reason="", now=clock.now())
        db.session.commit()
    assert _send(agent, case, "a.pdf", b"%PDF-").status_code == 409
    assert "Ajouter un document" not in agent.client.get(f"/cases/{case}").text


def test_the_pictures_of_the_robot_are_one_gallery(
    app: Flask, agent: Person, case: UUID, clock: ManualClock
) -> None:
    with app.app_context():
        for number in range(16):
            documents.add(
                db.session, f"ecran-{number}.png", "image/png", b"\x89PNG", kind="screenshot",
                now=clock.now(), instance_id=case,
            )  # fmt: skip
        db.session.commit()
    page = agent.client.get(f"/cases/{case}").text
    assert "16 images du robot" in page
    assert page.count("<img") == 16
    assert '<table class="table table-cards docs">' not in page


def test_the_legend_of_a_stopped_case_says_stopped(app: Flask, agent: Person, clock: ManualClock) -> None:
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        stopped = sample.start_stopped(db.session, now=clock.now())
        db.session.commit()
    page = agent.client.get(f"/cases/{stopped}").text
    assert "Arrêté ici" in page
    assert "Le dossier est ici" not in page
