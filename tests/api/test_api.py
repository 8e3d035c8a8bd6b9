"""A case from start to end through the API, and what the API refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask

from designer import jsons
from engine.clock import ManualClock
from tests.api.conftest import BPMN, Program
from tests.web.conftest import Person

NOBODY = "00000000-0000-7000-8000-000000000000"


def start(program: Program, key: str = "facture", **body: object) -> dict:
    answer = program.post("/process-instances", {"key": key} | body)
    assert answer.status_code == 201, answer.text
    return answer.json


def the_task(program: Program) -> dict:
    (task,) = program.get("/user-tasks").json["items"]
    return task


def test_a_case_goes_from_start_to_end(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    case = start(robot, variables={"montant": Decimal("0.1")})
    task = the_task(robot)
    assert task["name"] == "Contrôler"
    assert robot.post(f"/user-tasks/{task['id']}/claim").json["state"] == "claimed"
    done = robot.post(f"/user-tasks/{task['id']}/complete", {"variables": {"ok": True}})
    assert done.json["state"] == "completed"
    (job,) = robot.post("/jobs/activate", {"types": ["paiement"], "worker": "banque"}).json["items"]
    assert job["input"] == {"somme": Decimal("0.1")}
    paid = robot.post(f"/jobs/{job['id']}/complete", {"token": job["token"], "result": {"recu": "R1"}})
    assert paid.status_code == 204
    assert robot.get(f"/process-instances/{case['id']}").json["state"] == "completed"
    kinds = [e["kind"] for e in robot.get(f"/process-instances/{case['id']}/history").json["items"]]
    assert kinds[0] == "instance_started"
    assert kinds[-1] == "instance_completed"


def test_a_task_is_handed_to_a_colleague_who_may_do_it(
    program: Callable[..., Program], deployed: str, person: Callable[..., Person]
) -> None:
    robot, colleague, stranger = program(), person("agent", teams=("compta",)), person("agent", teams=())
    start(robot)
    task = the_task(robot)
    refused = robot.post(f"/user-tasks/{task['id']}/assign", {"assignee": stranger.id})
    assert (refused.status_code, "ne peut pas faire" in refused.text) == (422, True)
    given = robot.post(f"/user-tasks/{task['id']}/assign", {"assignee": colleague.id, "note": "Merci."})
    assert (given.json["assignee"], given.json["state"]) == (colleague.id, "claimed")


def test_numbers_are_exact_both_ways(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    exact = '{"key": "facture", "variables": {"a": 0.1, "b": 12345678901234567890.123456789, "n": 3}}'
    headers = {"Authorization": f"Bearer {robot.token}"}
    case = robot.client.post(
        "/api/v1/process-instances", data=exact, content_type="application/json", headers=headers
    ).json
    text = robot.get(f"/process-instances/{case['id']}/variables").text
    assert "12345678901234567890.123456789" in text
    assert '"a": 0.1' in text
    assert jsons.loads(text)["variables"]["n"] == 3


def test_the_same_idempotency_key_starts_one_case(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    body = {"key": deployed, "variables": {"x": 1}}
    first = robot.post("/process-instances", body, Idempotency_Key="abc")
    again = robot.post("/process-instances", body, Idempotency_Key="abc")
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert len(robot.get("/process-instances").json["items"]) == 1
    other = robot.post("/process-instances", {"key": deployed}, Idempotency_Key="abc")
    assert other.status_code == 422
    assert robot.post("/process-instances", body, Idempotency_Key="x" * 300).status_code == 400


def test_a_failed_request_keeps_no_key(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    assert robot.post("/process-instances", {"key": "nowhere"}, Idempotency_Key="k").status_code == 404
    assert robot.post("/process-instances", {"key": deployed}, Idempotency_Key="k").status_code == 201


def test_lists_are_read_page_by_page(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    made = [start(robot)["id"] for _ in range(5)]
    seen, cursor = [], ""
    while True:
        found = robot.get(f"/process-instances?limit=2{cursor}").json
        seen += [item["id"] for item in found["items"]]
        if found["next_cursor"] is None:
            break
        cursor = f"&cursor={found['next_cursor']}"
    assert seen == made[::-1]


def test_a_stale_revision_overwrites_nothing(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    case = start(robot, variables={"x": 1})
    path = f"/process-instances/{case['id']}/variables"
    tag = robot.get(path).headers["ETag"]
    assert robot.get(path, If_None_Match=tag).status_code == 304
    assert robot.put(path, {"variables": {"x": 2}}, If_Match=tag).status_code == 200
    stale = robot.put(path, {"variables": {"x": 3}}, If_Match=tag)
    assert stale.status_code == 412
    assert stale.mimetype == "application/problem+json"
    assert robot.get(path).json["variables"] == {"x": 2}


def test_a_late_worker_is_refused(program: Callable[..., Program], deployed: str, clock: ManualClock) -> None:
    robot = program()
    start(robot, variables={"montant": 1})
    robot.post(f"/user-tasks/{the_task(robot)['id']}/complete")
    wanted = {"types": ["paiement"], "worker": "lent", "lease_seconds": 60}
    (slow,) = robot.post("/jobs/activate", wanted).json["items"]
    clock.advance(timedelta(minutes=2))
    (quick,) = robot.post("/jobs/activate", wanted).json["items"]
    late = robot.post(f"/jobs/{slow['id']}/complete", {"token": slow["token"]})
    assert late.status_code == 409
    assert robot.post(f"/jobs/{quick['id']}/complete", {"token": quick["token"]}).status_code == 204


def test_a_failed_job_becomes_an_incident_that_is_resolved(
    program: Callable[..., Program], deployed: str
) -> None:
    robot = program()
    start(robot, variables={"montant": 1})
    robot.post(f"/user-tasks/{the_task(robot)['id']}/complete")
    (job,) = robot.post("/jobs/activate", {"types": ["paiement"], "worker": "w"}).json["items"]
    failed = robot.post(f"/jobs/{job['id']}/fail", {"token": job["token"], "message": "Banque fermée."})
    assert failed.json == {"outcome": "incident"}
    (incident,) = robot.get("/incidents").json["items"]
    assert incident["message"] == "Banque fermée."
    done = robot.post(f"/incidents/{incident['id']}/resolve", {"variables": {"montant": 2}})
    assert done.json["state"] == "resolved"
    assert robot.post(f"/incidents/{incident['id']}/resolve").status_code == 409
    (job,) = robot.post("/jobs/activate", {"types": ["paiement"], "worker": "w"}).json["items"]
    assert job["input"] == {"somme": 2}


def test_cancelling_a_case(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    case = start(robot)
    assert (
        robot.post(f"/process-instances/{case['id']}/cancel", {"reason": "doublon"}).json["state"]
        == "cancelled"
    )
    again = robot.post(f"/process-instances/{case['id']}/cancel")
    assert again.status_code == 409
    assert "terminé" in again.json["detail"]


def test_publishing_messages(program: Callable[..., Program]) -> None:
    robot = program()
    body = {"name": "paiement_recu", "correlation_key": "42", "dedup_key": "m1"}
    first = robot.post("/messages", body)
    assert first.status_code == 202
    assert first.json["buffered"] is True
    assert robot.post("/messages", body).json["duplicate"] is True


def test_deploying_a_package(program: Callable[..., Program]) -> None:
    robot = program()
    made = robot.post("/deployments", {"files": {"facture.bpmn": BPMN}, "note": "première"})
    assert made.status_code == 201, made.text
    (definition,) = made.json["definitions"]
    assert definition["version"] == 1
    listed = robot.get("/process-definitions").json["items"]
    assert [d["key"] for d in listed] == ["facture"]
    xml = robot.get(f"/process-definitions/{definition['id']}/xml")
    assert xml.data == BPMN.encode()
    assert robot.get(f"/process-definitions/{definition['id']}/start-form").status_code == 404


@pytest.mark.parametrize(
    "xml",
    ["", "<nonsense", "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", BPMN.replace("endEvent", "unknownEvent")],
    ids=["empty", "broken", "entities", "unknown element"],
)
def test_a_bad_package_is_refused_with_its_problems(program: Callable[..., Program], xml: str) -> None:
    robot = program()
    refused = robot.post("/deployments", {"files": {"facture.bpmn": xml}})
    assert refused.status_code == 422
    assert refused.json["diagnostics"]
    checked = robot.post("/check", {"files": {"facture.bpmn": xml}})
    assert checked.json["ok"] is False
    assert robot.get("/process-definitions").json["items"] == []


@pytest.mark.parametrize("name", ["../x.bpmn", "/x.bpmn", "a\\b.bpmn"])
def test_file_names_stay_inside_the_package(program: Callable[..., Program], name: str) -> None:
    assert program().post("/check", {"files": {name: BPMN}}).status_code == 422


def test_multipart_uploads(program: Callable[..., Program]) -> None:
    import io

    robot = program()
    data = {"files": (io.BytesIO(BPMN.encode()), "facture.bpmn"), "key": "facture"}
    headers = {"Authorization": f"Bearer {robot.token}"}
    made = robot.client.post("/api/v1/deployments", data=data, headers=headers)
    assert made.status_code == 201, made.text


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "facture", "surprise": 1}, "surprise"),
        ({}, "key"),
        ({"key": "facture", "variables": []}, "variables"),
        ({"key": "facture", "variables": {"": 1}}, "variables"),
        ({"key": "facture", "variables": {"x": "\u0000"}}, "variables"),
    ],
)
def test_wrong_bodies_name_the_field(
    program: Callable[..., Program], deployed: str, body: dict, field: str
) -> None:
    refused = program().post("/process-instances", body)
    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    assert field in str(refused.json["errors"])


def test_what_is_not_json_is_refused(program: Callable[..., Program]) -> None:
    robot = program()
    headers = {"Authorization": f"Bearer {robot.token}"}
    for text in ("{", "NaN", '{"key": NaN}', '"text"', "[" * 5000):
        answer = robot.client.post(
            "/api/v1/process-instances", data=text, content_type="application/json", headers=headers
        )
        assert answer.status_code in {400, 422}, text[:10]


def test_without_a_valid_token_nobody_gets_in(
    app: Flask, program: Callable[..., Program], clock: ManualClock
) -> None:
    robot = program()
    assert robot.get("/process-instances").status_code == 200
    assert Program(robot.client, "relais_wrong").get("/process-instances").status_code == 401
    clock.advance(timedelta(days=31))
    assert robot.get("/process-instances").status_code == 401


def test_a_token_carries_no_more_than_its_scopes_and_its_owner(
    program: Callable[..., Program], deployed: str
) -> None:
    narrow = program("administrator", scopes=["api.use", "cases.read"])
    assert narrow.get("/process-instances").status_code == 200
    refused = narrow.post("/process-instances", {"key": deployed})
    assert refused.status_code == 403
    assert refused.json["permissions"] == ["cases.start"]
    assert program("agent").get("/process-instances").status_code == 401  # agents may not use the API


def test_a_token_opens_no_page(program: Callable[..., Program]) -> None:
    robot = program()
    answer = robot.client.get("/settings", headers={"Authorization": f"Bearer {robot.token}"})
    assert answer.status_code == 303


def test_a_session_may_use_the_api_with_its_csrf_token(
    signed_in: Callable[..., Person], deployed: str
) -> None:
    someone = signed_in("administrator")
    assert someone.client.get("/api/v1/process-instances").status_code == 200
    forged = someone.client.post("/api/v1/process-instances", json={"key": deployed})
    assert forged.status_code == 400
    headers = {"X-CSRFToken": someone.token("/settings")}
    assert (
        someone.client.post("/api/v1/process-instances", json={"key": deployed}, headers=headers).status_code
        == 201
    )


def test_tasks_of_other_teams_stay_theirs(program: Callable[..., Program], deployed: str) -> None:
    start(program())
    stranger = program("process_owner", teams=("autre",), scopes=["api.use", "tasks.work"])
    assert stranger.get("/user-tasks").json["items"] == []
    task = the_task(program())
    assert stranger.get(f"/user-tasks/{task['id']}").status_code == 403
    assert stranger.post(f"/user-tasks/{task['id']}/claim").status_code == 403


@pytest.mark.parametrize(
    "path", ["process-instances", "process-definitions", "user-tasks"], ids=lambda path: path
)
def test_what_does_not_exist_is_404(program: Callable[..., Program], path: str) -> None:
    answer = program().get(f"/{path}/{NOBODY}")
    assert answer.status_code == 404
    assert answer.mimetype == "application/problem+json"


def test_the_page_of_the_api_lists_every_operation(app: Flask, signed_in: Callable[..., Person]) -> None:
    someone = signed_in("administrator")
    page = someone.client.get("/api/")
    assert page.status_code == 200
    for path in someone.client.get("/api/v1/openapi.json").json["paths"]:
        assert path.replace("{", "{") in page.text


def test_a_token_is_made_shown_once_and_revoked(app: Flask, signed_in: Callable[..., Person]) -> None:
    someone = signed_in("administrator")
    page = someone.post(
        "/settings/tokens", page="/settings/tokens", name="Paie", scopes="cases.read", days="30"
    )
    secret = page.text.split("<code>relais_")[1].split("</code>")[0]
    robot = Program(app.test_client(), f"relais_{secret}")
    assert robot.get("/process-instances").status_code == 200
    again = someone.client.get("/settings/tokens").text
    assert secret not in again
    revoke = again.split('action="/settings/tokens/')[1].split('"')[0]
    assert someone.post(f"/settings/tokens/{revoke}").status_code == 303
    assert robot.get("/process-instances").status_code == 401


def test_a_case_says_why_it_does_not_move(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    case = start(robot, variables={})
    (reason,) = robot.get(f"/process-instances/{case['id']}/why").json["items"]
    assert (reason["kind"], reason["element_id"], reason["stuck"]) == ("user_task.offered", "controler", True)
    assert reason["text"]["en"].startswith("“Contrôler” has been waiting for the team Compta for")
    assert robot.get(f"/process-instances/{NOBODY}/why").status_code == 404


def test_a_case_is_modified_by_a_plan(program: Callable[..., Program], deployed: str) -> None:
    robot = program()
    path = f"/process-instances/{start(robot, variables={'montant': 1})['id']}"
    key = robot.get(f"{path}/open-elements").json["items"][0]["key"]
    asked = {"instructions": [{"action": "move", "element_key": key, "element_id": "payer"}]}
    plan = robot.post(f"{path}/modification-plan", asked).json
    assert [line["text"]["en"] for line in plan["lines"]] == ["“Payer” starts.", "“Contrôler” is cancelled."]
    done = {**asked, "revision": plan["revision"], "reason": "erreur"}
    assert robot.post(f"{path}/modification", done).status_code == 200
    assert robot.get(f"{path}/open-elements").json["items"][0]["element_id"] == "payer"
    assert robot.post(f"{path}/modification", done).status_code == 409
    nowhere = {"instructions": [{"action": "start", "element_id": "absent"}]}
    assert "no step" in robot.post(f"{path}/modification-plan", nowhere).json["refused"]["en"]


def test_a_migration_between_a_version_and_itself_is_refused(
    program: Callable[..., Program], deployed: str
) -> None:
    robot = program()
    same = {"definition_key": "facture", "source": 1, "target": 1}
    assert robot.post("/migrations/dry-run", same).status_code == 409
    assert robot.post("/migrations", same | {"reason": "x"}).status_code == 409
    assert robot.get(f"/migrations/{NOBODY}").status_code == 404
