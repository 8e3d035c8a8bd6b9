"""Requests by the public: catalogue, form, receipt, follow-up; and cases that officers open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from designer import create_app
from designer.config import Config
from designer.extensions import db
from designer.models import RequestLink
from designer.secrets import fingerprint
from engine.clock import ManualClock
from engine.store import Document, ProcessInstance
from tests.web import sample
from tests.web.conftest import TOKEN, Person

FORM_KEY = re.compile(r'name="_form_key" value="([^"]+)"')
KEPT = re.compile(r'name="_file:justificatif" value="([^"]+)"')


@pytest.fixture(autouse=True)
def deployed(app: Flask, clock: ManualClock) -> None:
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        db.session.commit()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    return {"csrf_token": TOKEN.search(page)[1], "_form_key": FORM_KEY.search(page)[1], "_website": ""}


def send(client: FlaskClient, **changes):
    page = client.get("/requests/adresse").text
    return client.post("/requests/adresse", data=hidden(page) | sample.ANSWERS | changes)


def cases(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ProcessInstance))


def test_everybody_sees_public_requests(client: FlaskClient) -> None:
    page = client.get("/requests").text
    assert "Faire une demande" in page
    assert 'href="/requests/adresse"' in page


def test_a_request_gives_a_reference_and_a_link_to_follow_it(app: Flask, client: FlaskClient) -> None:
    answer = send(client)
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "ADR-2026" in page.text or "CA-2026-0001" in page.text
    link = re.search(r'href="(http://localhost/follow-up/[^"]+)"', page.text)[1]
    follow = client.get(link)
    assert "Votre demande" in follow.text
    assert "Adresse vérifiée" in follow.text
    assert follow.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in follow.headers["X-Robots-Tag"]
    with app.app_context():
        stored = db.session.scalars(select(RequestLink)).one().token_hash
    assert stored == fingerprint(link.rpartition("/")[2])
    assert stored not in link


def test_the_same_form_sent_twice_is_one_request(app: Flask, client: FlaskClient) -> None:
    data = hidden(client.get("/requests/adresse").text) | sample.ANSWERS
    first = client.post("/requests/adresse", data=data)
    second = client.post("/requests/adresse", data=data | {"nom": "Autre"})
    assert first.headers["Location"] == second.headers["Location"]
    assert cases(app) == 1


def test_two_forms_are_two_requests(app: Flask, client: FlaskClient) -> None:
    send(client)
    send(client)
    assert cases(app) == 2


def test_missing_answers_come_back_with_what_was_written(app: Flask, client: FlaskClient) -> None:
    answer = send(client, nom="")
    assert answer.status_code == 422
    assert "Une réponse est à corriger" in answer.text
    assert '<a href="#nom">' in answer.text
    assert "27 quai Nord" in answer.text
    assert cases(app) == 0


def test_a_field_that_is_not_in_the_form_is_refused(app: Flask, client: FlaskClient) -> None:
    assert send(client, decision="accepte").status_code == 422
    assert cases(app) == 0


def test_a_program_that_fills_in_the_trap_opens_nothing(app: Flask, client: FlaskClient) -> None:
    answer = send(client, _website="https://exemple.com")
    assert answer.status_code == 422
    assert "Un champ caché a été rempli." in answer.text
    assert cases(app) == 0


def test_a_file_survives_an_error_and_joins_the_case(app: Flask, client: FlaskClient) -> None:
    data = hidden(client.get("/requests/adresse").text) | sample.ANSWERS
    file = (BytesIO(b"%PDF-1.7 facture"), "facture.pdf", "application/pdf")
    page = client.post("/requests/adresse", data=data | {"nom": "", "justificatif": file}).text
    kept = KEPT.search(page)[1]
    assert "facture.pdf" in page
    again = client.post("/requests/adresse", data=data | {"_file:justificatif": kept})
    assert again.status_code == 303
    with app.app_context():
        document = db.session.scalars(select(Document)).one()
        case = db.session.scalars(select(ProcessInstance)).one()
        assert (document.instance_id, document.name, document.created_by) == (case.id, "facture.pdf", None)


def test_somebody_elses_file_cannot_be_claimed(app: Flask, client: FlaskClient) -> None:
    data = hidden(client.get("/requests/adresse").text) | sample.ANSWERS
    file = (BytesIO(b"%PDF-1.7 secret"), "secret.pdf", "application/pdf")
    page = client.post("/requests/adresse", data=data | {"nom": "", "justificatif": file}).text
    send(app.test_client(), **{"_file:justificatif": KEPT.search(page)[1]})
    with app.app_context():
        assert db.session.scalars(select(Document)).one().instance_id is None


def test_too_many_requests_from_one_place_are_asked_to_wait(config: Config, clock: ManualClock) -> None:
    limited = create_app(replace(config, env="development"), clock=clock)
    client = limited.test_client()
    page = client.get("/requests/adresse").text
    answers = [client.post("/requests/adresse", data=hidden(page)).status_code for _ in range(31)]
    assert answers == [422] * 30 + [429]
    with limited.app_context():
        db.engine.dispose()


def test_a_forged_token_opens_nothing(app: Flask, client: FlaskClient) -> None:
    assert send(client, csrf_token="forged").status_code == 400
    assert cases(app) == 0


@pytest.mark.parametrize("path", ["/follow-up/nothing", "/follow-up/nothing/received", "/requests/unknown"])
def test_what_does_not_exist_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_officer_opens_a_case_in_her_own_name(app: Flask, signed_in: Callable[..., Person]) -> None:
    officer = signed_in("agent")
    page = officer.client.get("/requests/adresse").text
    assert "Ouvrir le dossier" in page
    answer = officer.client.post("/requests/adresse", data=hidden(page) | sample.ANSWERS)
    assert "/cases/" in answer.headers["Location"]
    with app.app_context():
        assert db.session.scalars(select(ProcessInstance)).one().started_by == officer.id


def test_english_says_the_same(client: FlaskClient) -> None:
    page = client.get("/requests/adresse?lang=en").text
    assert "Send the request" in page or "Submit" in page
    assert "Vous préférez parler" not in page
