"""People, rights, the journal, and one's own settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from designer.models import AuditEntry, ProcessGroup, User
from tests.web.conftest import PASSWORD, Person


def stored(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


@pytest.fixture
def administrator(signed_in: Callable[..., Person]) -> Person:
    return signed_in("administrator")


def test_opening_an_account_with_roles_in_a_group(app: Flask, administrator: Person) -> None:
    with app.app_context():
        db.session.add(ProcessGroup(key="urbanisme", name="Urbanisme"))
        db.session.commit()
    form = {
        "email": "Awa.Diop@Exemple.fr",
        "name": "Awa Diop",
        "password": PASSWORD,
        "roles": ["agent@", "analyst@urbanisme", "roi@"],
        "new_teams": "guichet, etat-civil",
    }
    answer = administrator.client.post(
        "/users/new", data=form | {"csrf_token": administrator.token("/users/new")}
    )
    assert answer.status_code == 303, answer.text
    with app.app_context():
        awa = stored("awa.diop@exemple.fr")
        assert {(grant.role, grant.group_key) for grant in awa.grants} == {
            ("agent", None),
            ("analyst", "urbanisme"),
        }
        assert awa.team_keys == {"guichet", "etat-civil"}
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "user.created")).one()
        assert entry.actor == administrator.id
        assert PASSWORD not in str(entry.details)
    assert "Awa Diop" in administrator.client.get("/users").text
    journal = administrator.client.get("/journal").text
    assert "user.created" in journal
    assert PASSWORD not in journal


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "pas une adresse", "n’est pas complète"),
        ("email", "personne0@exemple.fr", "a déjà un compte"),
        ("password", "court", "au moins 12 signes"),
        ("name", "  ", "Écrivez le nom"),
    ],
)
def test_a_wrong_account_says_what_to_mend_and_keeps_the_rest(
    administrator: Person, field: str, value: str, words: str
) -> None:
    form = {"email": "b@exemple.fr", "name": "Bruno", "password": PASSWORD, "roles": "agent@"} | {
        field: value
    }
    answer = administrator.post("/users/new", page="/users/new", **form)
    assert answer.status_code == 422
    assert words in answer.text
    assert PASSWORD not in answer.text
    assert 'value="agent@"' in answer.text


def test_closing_an_account_ends_its_sessions(
    app: Flask, administrator: Person, signed_in: Callable[..., Person]
) -> None:
    other = signed_in("agent")
    assert other.client.get("/settings").status_code == 200
    path = f"/users/{other.id}"
    assert administrator.post(path, page=path, name="Parti").status_code == 303
    assert other.client.get("/settings").status_code == 303
    assert "compte est fermé" in other.sign_in().text
    with app.app_context():
        assert not db.session.get_one(User, UUID(other.id)).grants


def test_administrators_cannot_lock_themselves_out(app: Flask, administrator: Person) -> None:
    path = f"/users/{administrator.id}"
    answer = administrator.post(path, page=path, name="Moi", active="1", roles="agent@")
    assert answer.status_code == 422
    assert "vous retirer l’administration" in answer.text
    with app.app_context():
        assert db.session.get_one(User, UUID(administrator.id)).may("users.manage")


def test_a_new_password_given_by_an_administrator_works(
    administrator: Person, person: Callable[..., Person]
) -> None:
    other = person("agent")
    path = f"/users/{other.id}"
    fields = {"name": "Nadia", "active": "1", "roles": "agent@"}
    assert administrator.post(path, page=path, password="trop court", **fields).status_code == 422
    assert administrator.post(path, page=path, password="encore une phrase", **fields).status_code == 303
    assert other.sign_in("encore une phrase").status_code == 302


def test_choosing_a_language_is_kept_for_the_account(app: Flask, signed_in: Callable[..., Person]) -> None:
    someone = signed_in("agent")
    assert someone.post("/settings/language", locale="en").status_code == 303
    assert 'lang="en"' in someone.client.get("/settings").text
    assert someone.post("/settings/language", locale="xx").status_code == 404


def test_the_journal_goes_back_page_by_page(app: Flask, administrator: Person) -> None:
    from designer import audit

    with app.test_request_context():
        for number in range(150):
            audit.record(db.session(), f"tried.{number}", "test", number)
        db.session.commit()
    page = administrator.client.get("/journal").text
    older = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0]
    seen = (
        re.findall(r"tried\.(\d+)", page),
        re.findall(r"tried\.(\d+)", administrator.client.get(older).text),
    )
    assert len(seen[0]) == 100
    assert {int(number) for number in seen[0] + seen[1]} == set(range(150))


def test_the_home_page_is_the_first_one_open_to_the_person(signed_in: Callable[..., Person]) -> None:
    assert signed_in("agent").client.get("/").headers["Location"] == "/tasks"
    assert signed_in("auditor").client.get("/").headers["Location"] == "/cases"
    assert signed_in().client.get("/").headers["Location"] == "/settings"


def test_groups_that_processes_name_can_be_given(app: Flask, administrator: Person) -> None:
    from tests.web import sample
    from tests.web.conftest import NOON

    with app.app_context():
        sample.deploy(db.session(), now=NOON)
        db.session.commit()
    assert 'value="agent@etrangers"' in administrator.client.get("/users/new").text
    form = {"email": "c@exemple.fr", "name": "Chloé", "password": PASSWORD, "roles": "agent@etrangers"}
    assert administrator.post("/users/new", page="/users/new", **form).status_code == 303
    with app.app_context():
        assert stored("c@exemple.fr").groups_where("tasks.work") == {"etrangers"}
