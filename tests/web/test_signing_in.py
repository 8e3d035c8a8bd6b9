"""The door: who gets in, what a wrong try says, how long a session lasts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from designer import create_app
from designer.config import Config
from engine.clock import ManualClock
from tests.web.conftest import PASSWORD, TOKEN, Person


def test_the_right_password_opens_the_door_and_leads_back(person: Callable[..., Person]) -> None:
    someone = person("administrator")
    answer = someone.sign_in(next="/settings")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/settings")
    assert "Nadia Benali" in someone.client.get("/settings").text


def test_the_way_back_never_leads_outside(person: Callable[..., Person]) -> None:
    answer = person().sign_in(next="https://exemple.com/")
    assert "exemple.com" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("known", [True, False], ids=["wrong password", "unknown address"])
def test_a_wrong_pair_says_the_same_whether_the_account_exists(
    person: Callable[..., Person], client: FlaskClient, known: bool
) -> None:
    someone = person() if known else Person(client, "", "personne@exemple.fr")
    answer = someone.sign_in("pas le bon mot")
    assert answer.status_code == 200
    assert "L’adresse ou le mot de passe ne convient pas." in answer.text
    assert "Erreur\u00a0:" in answer.text.split("</title>")[0]


def test_five_wrong_passwords_close_the_account_for_a_quarter_of_an_hour(
    person: Callable[..., Person], clock: ManualClock
) -> None:
    someone = person()
    for _ in range(5):
        someone.sign_in("pas le bon mot")
    assert "Trop d’essais" in someone.sign_in().text
    clock.advance(timedelta(minutes=16))
    assert someone.sign_in().status_code == 302


def test_signing_out_ends_the_session(signed_in: Callable[..., Person]) -> None:
    someone = signed_in()
    assert someone.post("/sign-out").status_code == 302
    assert someone.client.get("/settings").status_code == 303


def test_the_door_speaks_english_when_asked(client: FlaskClient) -> None:
    assert "Sign in" in client.get("/sign-in?lang=en").text
    assert "Sign in" in client.get("/sign-in").text  # the choice is kept
    assert "Se connecter" in client.get("/sign-in?lang=fr").text


def test_cookies_are_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_answers_carry_the_security_headers(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_changing_the_password(signed_in: Callable[..., Person]) -> None:
    someone = signed_in()
    short = someone.post("/settings/password", old=PASSWORD, new="court")
    assert short.status_code == 422
    assert "au moins 12 signes" in short.text
    wrong = someone.post("/settings/password", old="autre chose", new="une autre phrase longue")
    assert wrong.status_code == 422
    done = someone.post("/settings/password", old=PASSWORD, new="une autre phrase longue")
    assert done.status_code == 303


def test_a_program_gets_json_and_a_person_a_page(client: FlaskClient) -> None:
    page = client.get("/nowhere")
    assert page.status_code == 404
    assert "Cette page n’existe pas" in page.text
    assert client.get("/nowhere?lang=en").text.count("This page does not exist")
    json = client.get("/nowhere", headers={"Accept": "application/json"})
    assert json.mimetype == "application/problem+json"
    assert json.json["status"] == 404


def test_a_defect_gives_a_reference_and_no_detail(app: Flask, client: FlaskClient) -> None:
    from designer.access import public

    @public
    def broken() -> str:
        raise ZeroDivisionError("secret detail")

    app.add_url_rule("/broken", "broken", broken)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "donnez ce numéro" in answer.text


def test_too_large_a_request_is_refused(app: Flask, config: Config, signed_in: Callable[..., Person]) -> None:
    someone = signed_in()
    app.config["MAX_CONTENT_LENGTH"] = 10
    answer = someone.client.post("/settings/language", data={"locale": "x" * 100})
    assert answer.status_code == 413


def test_many_tries_from_one_place_are_slowed_down(app: Flask, config: Config) -> None:
    client = create_app(replace(config, env="development")).test_client()
    data = {
        "email": "a@exemple.fr",
        "password": "x",
        "csrf_token": TOKEN.search(client.get("/sign-in").text)[1],
    }
    answers = [client.post("/sign-in", data=data) for _ in range(22)]
    assert answers[-1].status_code == 429
    assert "Trop d’essais" in answers[-1].text
