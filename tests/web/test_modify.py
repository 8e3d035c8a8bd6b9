"""Operators modify a case and change versions: plan first, then do; only those who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from designer.models import AuditEntry
from engine import definitions, deployments, instances, internal_jobs, jobs, packages
from engine.catalogue import NoCatalogue
from engine.clock import ManualClock
from engine.store import MigratedInstance
from engine.testing import Diagram
from tests.web.conftest import DAY, Person

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def draw(*steps: str) -> bytes:
    diagram = Diagram("p").start()
    for step in steps:
        diagram.user(step)
    return diagram.end().xml()


def deploy(clock: ManualClock, *steps: str) -> None:
    package = packages.single(draw(*steps), "p.bpmn")
    deployments.deploy(db.session(), package, NoCatalogue(), now=clock.now())


@pytest.fixture
def owner(signed_in: Callable[..., Person]) -> Person:
    return signed_in("process_owner")


@pytest.fixture
def case(app: Flask, clock: ManualClock) -> UUID:
    """A case at the first of two steps."""
    with app.app_context():
        deploy(clock, "Ecouter", "Decider")
        found = instances.start(db.session(), "p", {}, now=clock.now()).id
        db.session.commit()
    return found


def place(app: Flask, case: UUID) -> tuple[str, int]:
    with app.app_context():
        (found,) = instances.open_elements(db.session(), case)
    return found.element_id, found.key


def test_a_case_is_moved_by_a_plan_that_is_shown_first(app: Flask, owner: Person, case: UUID) -> None:
    path, key = f"/operations/instances/{case}", place(app, case)[1]
    page = owner.client.get(path).text
    assert "Pourquoi ce dossier n’avance pas" in page
    assert f'href="{path}/modify"' in page
    assert owner.client.get(f"{path}/modify").status_code == 200
    fields = {f"do-{key}": "move", f"to-{key}": "Decider"}
    plan = owner.post(f"{path}/modify/plan", **fields)
    assert (plan.status_code, place(app, case)[0]) == (200, "Ecouter")
    assert "Voici ce qui se passerait" in plan.text
    assert "«\u00a0Ecouter\u00a0» est annulée." in plan.text
    kept = dict(HIDDEN.findall(plan.text)) | {"reason": "mauvais départ"}
    assert owner.post(f"{path}/modify", **kept).status_code == 303
    assert place(app, case)[0] == "Decider"
    story = owner.client.get(f"/cases/{case}").text
    assert "Vous avez modifié le dossier." in story
    assert "mauvais départ" in story
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "case.modified")).one()
        assert entry.details["reason"] == "mauvais départ"


def test_a_refused_plan_says_why_and_offers_no_button(app: Flask, owner: Person, case: UUID) -> None:
    key = place(app, case)[1]
    plan = owner.post(f"/operations/instances/{case}/modify/plan", **{f"do-{key}": "cancel"})
    assert plan.status_code == 422
    assert "Annulez le dossier, ou commencez une autre étape." in plan.text
    assert 'name="revision"' not in plan.text


def test_a_case_that_moved_meanwhile_gets_a_new_plan(app: Flask, owner: Person, case: UUID) -> None:
    key = place(app, case)[1]
    fields = {f"do-{key}": "move", f"to-{key}": "Decider", "reason": "x", "revision": "999"}
    answer = owner.post(f"/operations/instances/{case}/modify", **fields)
    assert answer.status_code == 409
    assert "Le dossier a bougé entre-temps." in answer.text
    assert place(app, case)[0] == "Ecouter"


def test_without_a_reason_nothing_changes(app: Flask, owner: Person, case: UUID) -> None:
    key = place(app, case)[1]
    fields = {f"do-{key}": "restart", "revision": "1", "reason": " "}
    answer = owner.post(f"/operations/instances/{case}/modify", **fields)
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text


@pytest.mark.parametrize("role", ["connector_maintainer", "auditor", "agent"])
def test_only_owners_and_administrators_may(signed_in: Callable[..., Person], case: UUID, role: str) -> None:
    someone = signed_in(role)
    path = f"/operations/instances/{case}"
    assert someone.client.get(f"{path}/modify").status_code == 403
    assert someone.post(f"{path}/modify").status_code == 403
    assert someone.post(f"{path}/modify/plan").status_code == 403
    assert someone.client.get("/operations/migrations/new").status_code == 403
    assert someone.post("/operations/migrations").status_code == 403


def work(app: Flask, clock: ManualClock) -> None:
    """Do the engine's own jobs that are due."""
    with app.app_context():
        while found := jobs.claim(db.session(), worker="w", now=clock.now(), lease=DAY):
            internal_jobs.run(db.session(), found[0].id, found[0].token, now=clock.now())
            db.session.commit()


def version(app: Flask, case: UUID) -> int:
    with app.app_context():
        found = instances.get(db.session(), case)
        return definitions.get(db.session(), found.definition_id).version


def test_cases_change_version_after_a_dry_run_and_go_back(
    app: Flask, owner: Person, case: UUID, clock: ManualClock
) -> None:
    with app.app_context():
        deploy(clock, "Recevoir", "Decider")
        db.session.commit()
    assert "Processus" in owner.client.get("/operations/migrations/new").text
    page = owner.client.get("/operations/migrations/new?process=p&source=1&target=2").text
    assert "1 dossier y attend" in page.replace("\u00a0", " ")
    pair = {"process": "p", "source": "1", "target": "2"}
    dry = owner.post("/operations/migrations/dry-run", **pair)
    assert "Aucun dossier ne passe. 1 dossier reste." in dry.text.replace("\u00a0", " ")
    assert "n’a pas d’étape correspondante" in dry.text
    mapped = pair | {"to-Ecouter": "Recevoir"}
    dry = owner.post("/operations/migrations/dry-run", **mapped)
    assert "Faire passer 1 dossier" in dry.text.replace("\u00a0", " ")
    started = owner.post("/operations/migrations", **mapped, reason="nouvelle loi")
    assert started.status_code == 303
    assert "attend son tour" in owner.client.get(started.location).text
    work(app, clock)
    assert (version(app, case), place(app, case)[0]) == (2, "Recevoir")
    page = owner.client.get(started.location).text
    assert "Passé" in page
    assert "nouvelle loi" in page
    assert "de la version 1 à la version 2" in owner.client.get(f"/cases/{case}").text
    assert owner.post(f"{started.location}/instances/{case}/undo").status_code == 303
    assert (version(app, case), place(app, case)[0]) == (1, "Ecouter")
    assert owner.post(f"{started.location}/instances/{case}/undo").status_code == 409


def test_everything_goes_back_together(app: Flask, owner: Person, case: UUID, clock: ManualClock) -> None:
    with app.app_context():
        deploy(clock, "Ecouter", "Decider", "Ecrire")
        db.session.commit()
    pair = {"process": "p", "source": "1", "target": "2"}
    started = owner.post("/operations/migrations", **pair, reason="loi")
    work(app, clock)
    assert owner.post(f"{started.location}/undo").status_code == 303
    work(app, clock)
    assert version(app, case) == 1
    with app.app_context():
        assert db.session.scalars(select(MigratedInstance.state)).all() == ["undone"]


def test_a_migration_needs_a_reason(app: Flask, owner: Person, case: UUID, clock: ManualClock) -> None:
    with app.app_context():
        deploy(clock, "Ecouter")
        db.session.commit()
    answer = owner.post("/operations/migrations", process="p", source="1", target="2")
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
