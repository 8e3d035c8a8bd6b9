"""Forged forms do nothing; forms that come too late are not lost."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from designer.extensions import db
from designer.models import HeldSubmission, User
from tests.web.conftest import PASSWORD, Person


def locale_of(app: Flask, someone: Person) -> str | None:
    with app.app_context():
        return db.session.query(User).filter_by(email=someone.email).one().locale


def let_session_expire(someone: Person) -> None:
    with someone.client.session_transaction() as session:
        session["seen_at"] = int(time.time()) - 3600


@pytest.mark.parametrize("token", [{}, {"csrf_token": "forged"}], ids=["none", "wrong"])
@pytest.mark.parametrize(
    "origin", [{}, {"Origin": "https://ailleurs.example"}], ids=["own page", "elsewhere"]
)
def test_a_form_without_the_sessions_token_does_nothing(
    app: Flask, signed_in: Callable[..., Person], token: dict[str, str], origin: dict[str, str]
) -> None:
    someone = signed_in()
    answer = someone.client.post("/settings/language", data={"locale": "en"} | token, headers=origin)
    assert answer.status_code == 400
    assert "Rien n’a été fait" in answer.text
    assert locale_of(app, someone) is None
    assert ('value="en"' in answer.text) is (not origin), "only our own page's form is offered again"


def test_a_form_sent_after_the_session_ended_is_shown_again_and_sent_by_hand(
    app: Flask, signed_in: Callable[..., Person]
) -> None:
    someone = signed_in()
    token = someone.token("/settings")
    let_session_expire(someone)
    answer = someone.client.post("/settings/language", data={"locale": "en", "csrf_token": token})
    assert answer.status_code == 303
    assert locale_of(app, someone) is None
    door = someone.client.get(answer.headers["Location"])
    assert "Ce que vous avez envoyé est gardé" in door.text
    held = re.search(r'name="next" value="([^"]+)"', door.text)[1]
    answer = someone.sign_in(next=held)
    assert answer.headers["Location"].endswith(held)
    page = someone.client.get(held)
    assert 'action="/settings/language"' in page.text
    assert 'name="locale" value="en"' in page.text
    someone.client.post("/settings/language", data={"locale": "en", "csrf_token": someone.token(held)})
    assert locale_of(app, someone) == "en"


def test_somebody_else_does_not_see_a_held_form(
    app: Flask, signed_in: Callable[..., Person], person: Callable[..., Person]
) -> None:
    someone = signed_in()
    other = person()
    let_session_expire(someone)
    answer = someone.client.post("/settings/language", data={"locale": "en"})
    held = re.search(r"next=([^&]+)", answer.headers["Location"])[1].replace("%2F", "/")
    other.client = someone.client  # the same browser, at a shared desk
    assert other.sign_in().status_code == 302
    assert other.client.get(held).status_code == 404


def test_passwords_are_never_held_and_what_is_held_is_encrypted(
    app: Flask, signed_in: Callable[..., Person]
) -> None:
    someone = signed_in()
    let_session_expire(someone)
    someone.client.post(
        "/settings/language", data={"locale": "en", "password": PASSWORD, "note": "très privé"}
    )
    with app.app_context():
        row = db.session.query(HeldSubmission).one()
        kept = app.extensions["relais_vault"].decrypt(row.sealed)
        assert b"priv" not in row.sealed
        assert ["note", "très privé"] in kept["fields"]
        assert PASSWORD not in str(kept)


def test_a_form_from_elsewhere_is_not_held(app: Flask, client: FlaskClient) -> None:
    headers = {"Origin": "https://ailleurs.example"}
    assert client.post("/settings/language", data={"locale": "en"}, headers=headers).status_code == 303
    with app.app_context():
        assert db.session.query(HeldSubmission).count() == 0


def test_what_a_page_asks_by_itself_keeps_no_session_alive(signed_in: Callable[..., Person]) -> None:
    someone = signed_in()
    with someone.client.session_transaction() as session:
        session["seen_at"] = seen = int(time.time()) - 300
    someone.client.get("/settings", headers={"Sec-Fetch-Dest": "empty"})
    with someone.client.session_transaction() as session:
        assert session["seen_at"] == seen
    someone.client.get("/settings")
    with someone.client.session_transaction() as session:
        assert session["seen_at"] > seen


def test_a_script_whose_session_ended_is_told_so(client: FlaskClient) -> None:
    answer = client.get("/settings", headers={"Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 401
