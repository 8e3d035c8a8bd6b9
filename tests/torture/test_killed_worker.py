"""The robot's worker is killed again and again: the legacy application holds each request once, right."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.torture.installation import Installation, installation, killing
from tests.torture.requests import generate

#: How long a busy machine may need; a case that stands still is found long before, as an incident.
PATIENCE_SECONDS_PER_FILE = 60


@pytest.mark.browser
@pytest.mark.postgresql
@pytest.mark.timeout(2400)
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_thirty_files_with_a_worker_that_is_killed(
    own_database_url: str, chromium: str, tmp_path: Path
) -> None:
    check(own_database_url, tmp_path, int(os.environ.get("RELAIS_FILES", "30")), every=(5.0, 30.0))


@pytest.mark.torture
@pytest.mark.timeout(36000)
@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True, scope="session")
def test_five_hundred_files_with_a_worker_that_is_killed(
    own_database_url: str, chromium: str, tmp_path: Path
) -> None:
    check(own_database_url, tmp_path, int(os.environ.get("RELAIS_FILES", "500")), every=(5.0, 30.0))


def check(database_url: str, folder: Path, count: int, *, every: tuple[float, float]) -> None:
    """Send the requests, kill while they are worked on, and compare what the outside world has seen."""
    submissions = generate(count, seed=count)
    with installation(database_url, folder) as made, made.api() as api:
        begin = time.monotonic()
        references = {send(api, number, s): s for number, s in enumerate(submissions)}
        assert len(references) == count, "a repeated request must start nothing twice"
        with killing(made, seed=count, every=every):
            work_until_done(made, api, count)
        print(f"{count} files, {made.kills} kills, {time.monotonic() - begin:.0f} s")
        assert made.kills >= 3
        compare_rows(made, references)
        compare_mails(made, references)


def send(api: httpx.Client, number: int, submission: dict[str, Any]) -> str:
    """Start a case; the same request is sent twice, as a nervous client would."""
    body = {"key": "changement_adresse", "submission": submission}
    headers = {"Idempotency-Key": f"demande-{number}"}
    answers = [api.post("/process-instances", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201], answers[0].text
    assert answers[0].json()["id"] == answers[1].json()["id"]
    return str(answers[0].json()["reference"])


def work_until_done(made: Installation, api: httpx.Client, count: int) -> None:
    """People do their part until every case has ended."""
    deadline = time.monotonic() + 60 + count * PATIENCE_SECONDS_PER_FILE
    while time.monotonic() < deadline:
        decide(api)
        settle(made, api)
        assert (stopped := incidents(api)) == [], stopped
        if not open_cases(api):
            return
        time.sleep(1)
    pytest.fail(f"still open: {open_cases(api)}\n" + (made.folder / "processes.log").read_text()[-6000:])


def decide(api: httpx.Client) -> None:
    """The agent records the addresses that the machine could not find."""
    for task in api.get("/user-tasks", params={"state": "created", "limit": 100}).json()["items"]:
        variables = api.get(f"/process-instances/{task['instance_id']}/variables").json()["variables"]
        answer = {name: variables[name] for name in ("voie", "code_postal", "commune")}
        if task["element_id"] == "controler_demande":
            answer["suite"] = "enregistrer"
        done = api.post(f"/user-tasks/{task['id']}/complete", json={"submission": answer})
        assert done.status_code == 200, done.text


def settle(made: Installation, api: httpx.Client) -> None:
    """The operator looks into the mail catcher before saying whether a message had left."""
    for effect in api.get("/effects", params={"state": "uncertain", "limit": 100}).json()["items"]:
        case = api.get(f"/process-instances/{effect['instance_id']}").json()
        assert effect["operation"] == "email:send:1", "the robot looks its files up by itself"
        happened = any(case["reference"] in m["subject"] for m in made.mails())
        body = {"happened": happened, "result": {"message_id": "found", "recipients": []} if happened else {}}
        settled = api.post(f"/effects/{effect['id']}/settle", json=body)
        assert settled.status_code == 200, settled.text


def incidents(api: httpx.Client) -> list[dict[str, Any]]:
    """Open incidents that nobody expects."""
    found = api.get("/incidents", params={"limit": 100}).json()["items"]
    return [i for i in found if i["kind"] != "uncertain_effect"]


def open_cases(api: httpx.Client) -> list[str]:
    """Cases that have not ended."""
    found = api.get("/process-instances", params={"state": "active", "limit": 100}).json()["items"]
    return [c["reference"] for c in found]


def compare_rows(made: Installation, references: dict[str, dict[str, Any]]) -> None:
    """Exactly one row per request, with what the person had written."""
    rows = made.rows()
    assert sorted(r["dossier"] for r in rows) == sorted(references)
    for row in rows:
        asked = references[row["dossier"]]
        year, month, day = asked["date_emmenagement"].split("-")
        assert row["numero_etranger"] == asked["numero_etranger"]
        assert (row["voie"], row["code_postal"]) == (asked["voie"], asked["code_postal"])
        assert row["commune"] == asked["commune"].upper()
        assert row["date_effet"] == f"{day}/{month}/{year}"


def compare_mails(made: Installation, references: dict[str, dict[str, Any]]) -> None:
    """Exactly one certificate per request, to the right person."""
    sent = sorted(
        (m["subject"].rpartition("(dossier ")[2].rstrip(")"), m["recipients"]) for m in made.mails()
    )
    assert len(sent) == len(references)
    assert sorted(reference for reference, _ in sent) == sorted(references)
    for reference, recipients in sent:
        assert recipients == [references[reference]["courriel"]]
