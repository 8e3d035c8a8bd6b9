"""Processes: the list by group, one process with its versions, the export."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from designer.extensions import db
from designer.models import ProcessGroup
from engine.clock import ManualClock
from tests.web import sample
from tests.web.conftest import Person


@pytest.fixture(autouse=True)
def deployed(app: Flask, clock: ManualClock) -> None:
    with app.app_context():
        db.session.add(ProcessGroup(key="etrangers", name="Étrangers"))
        sample.deploy(db.session, now=clock.now())
        sample.start_at_check(db.session, now=clock.now())
        db.session.commit()


def test_processes_are_listed_by_group_with_their_figures(signed_in: Callable[..., Person]) -> None:
    page = signed_in("citizen_developer").client.get("/processes").text
    assert "Étrangers</h2>" in page
    assert "1 dossier en cours · 1 tâche ouverte" in page


def test_a_process_shows_its_drawing_its_table_and_its_versions(signed_in: Callable[..., Person]) -> None:
    page = signed_in("citizen_developer").client.get("/processes/adresse").text
    assert '<svg class="bpmn"' in page
    assert '<th scope="row">Contrôler la demande</th>' in page
    assert "Version 1</a>" in page
    assert 'href="/requests/adresse"' in page


def test_a_version_is_exported_as_it_was_published(signed_in: Callable[..., Person]) -> None:
    answer = signed_in("analyst").client.get("/processes/adresse/1.bpmn")
    assert answer.data == (sample.FOLDER / "adresse.bpmn").read_bytes()
    assert "adresse-v1.bpmn" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    "path", ["/processes/unknown", "/processes/adresse?version=9", "/processes/adresse/9.bpmn"]
)
def test_what_does_not_exist_is_404(signed_in: Callable[..., Person], path: str) -> None:
    assert signed_in("administrator").client.get(path).status_code == 404


def test_an_agent_sees_processes_to_start_but_does_not_export(signed_in: Callable[..., Person]) -> None:
    agent = signed_in("agent")
    assert "Ouvrir un dossier" in agent.client.get("/processes/adresse").text
    assert agent.client.get("/processes/adresse/1.bpmn").status_code == 403
