"""Forms through the API: the same fields, the same rules, the same sentences as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from designer.extensions import clock as app_clock
from designer.extensions import db
from tests.api.conftest import Program
from tests.web import sample

GOOD = {"nom": "Mei Chen", "adresse": "27 quai Nord, 82310 Montbreuil", "delai": "P7D"}
CHECKED = {"heberge": "non", "date_justificatif": "2026-11-01", "hotes": [], "note": "Vu."}


@pytest.fixture
def robot(app: Flask, program: Callable[..., Program]) -> Program:
    with app.app_context():
        sample.deploy(db.session(), now=app_clock.now())
        db.session.commit()
    return program(teams=("sejour",))


@pytest.fixture
def task(app: Flask, robot: Program) -> dict[str, Any]:
    """The open task « Contrôler la demande »."""
    with app.app_context():
        sample.start_at_check(db.session(), now=app_clock.now())
        db.session.commit()
    (found,) = robot.get("/user-tasks").json["items"]
    return dict(found)


def test_a_submission_is_validated_by_the_start_form(robot: Program) -> None:
    wrong = robot.post("/process-instances", {"key": "adresse", "submission": {"nom": ""}})
    assert wrong.status_code == 422
    assert {"nom", "adresse"} <= set(wrong.json["errors"])
    right = robot.post("/process-instances", {"key": "adresse", "submission": GOOD})
    assert right.status_code == 201, right.text
    both = robot.post("/process-instances", {"key": "adresse", "submission": GOOD, "variables": {}})
    assert both.status_code == 422


def test_errors_speak_the_language_of_the_request(robot: Program) -> None:
    body = {"key": "adresse", "submission": {}}
    french = robot.post("/process-instances", body).json
    english = robot.post("/process-instances?lang=en", body).json
    assert french["errors"].keys() == english["errors"].keys()
    assert french["errors"] != english["errors"]
    assert french["title"] != english["title"]


def test_the_start_form_is_read_with_its_first_values(robot: Program) -> None:
    (definition,) = robot.get("/process-definitions").json["items"]
    form = robot.get(f"/process-definitions/{definition['id']}/start-form").json
    assert form["schema"]["id"] == "demande"
    assert form["values"]["delai"] == "P7D"


def test_a_draft_is_kept_and_a_stale_one_overwrites_nothing(robot: Program, task: dict[str, Any]) -> None:
    path = f"/user-tasks/{task['id']}"
    tag = robot.get(path).headers["ETag"]
    kept = robot.put(f"{path}/draft", {"draft": {"note": "à revoir"}}, If_Match=tag)
    assert kept.status_code == 200
    assert kept.json["draft"] == {"note": "à revoir"}
    assert robot.put(f"{path}/draft", {"draft": {}}, If_Match=tag).status_code == 412
    assert robot.get(path).json["draft"] == {"note": "à revoir"}


def test_a_task_with_a_form_takes_only_what_the_form_accepts(robot: Program, task: dict[str, Any]) -> None:
    path = f"/user-tasks/{task['id']}"
    assert robot.get(f"{path}/form").json["schema"]["id"] == "controle"
    assert robot.post(f"{path}/complete", {"variables": {"heberge": "non"}}).status_code == 422
    wrong = robot.post(f"{path}/complete", {"submission": {"heberge": "peut-être"}})
    assert wrong.status_code == 422
    assert "heberge" in wrong.json["errors"]
    done = robot.post(f"{path}/complete", {"submission": CHECKED})
    assert done.status_code == 200, done.text
    again = robot.post(f"{path}/complete", {"submission": CHECKED})
    assert again.status_code in {403, 409}, "the second of two submissions changes nothing"


def test_a_task_taken_by_somebody_else_is_theirs(
    robot: Program, task: dict[str, Any], program: Callable[..., Program]
) -> None:
    other = program("process_owner", teams=("sejour",), scopes=["api.use", "tasks.work"])
    assert other.post(f"/user-tasks/{task['id']}/claim").status_code == 200
    taken = robot.post(f"/user-tasks/{task['id']}/claim")
    assert taken.status_code == 409
    assert "a pris cette tâche" in taken.json["detail"]
    assert other.post(f"/user-tasks/{task['id']}/release").json["state"] == "created"
