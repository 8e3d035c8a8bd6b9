"""Operations: incidents by cause, corrections, uncertain effects, instances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from designer.models import AuditEntry
from engine import documents, effects, instances
from engine.clock import ManualClock
from engine.diagnostics import Text
from engine.store import Effect, Incident, Job, ProcessInstance
from tests.web import sample
from tests.web.conftest import NOON, Person


@pytest.fixture
def operator(signed_in: Callable[..., Person]) -> Person:
    return signed_in("connector_maintainer")


@pytest.fixture
def stopped(app: Flask, clock: ManualClock) -> list[UUID]:
    """Three cases stopped for one cause, one for another; the incident of each."""
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        for code in ("HTTP_404", "HTTP_404", "HTTP_404", "HTTP_500"):
            sample.start_stopped(db.session, now=clock.now(), code=code)
            clock.advance(timedelta(minutes=1))
        found = list(db.session.scalars(select(Incident.id).order_by(Incident.created_at)))
        db.session.commit()
    return found


@pytest.fixture
def uncertain(app: Flask, clock: ManualClock) -> UUID:
    """An effect nobody knows for sure."""
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        sample.start(db.session, now=clock.now())
        job = sample.take_job(db.session, now=clock.now())
        effects.before_call(db.session, job, idempotency="none", now=clock.now())
        lost = Text("La réponse s’est perdue.", "The answer was lost.")
        effects.mark_uncertain(db.session, job.id, job.token, message=lost, now=clock.now())
        effect_id = db.session.scalars(select(Effect.id)).one()
        db.session.commit()
    return effect_id


def states(app: Flask, table=Incident) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(table.state)))


def test_causes_are_grouped_and_the_biggest_comes_first(operator: Person, stopped: list[UUID]) -> None:
    page = operator.client.get("/operations/incidents").text
    assert "4 dossiers sont arrêtés pour 2 causes. La première en explique 3." in page
    assert page.index("3 dossiers arrêtés") < page.index("Autres causes")
    assert "Le service d’adresses a répondu 404." in page
    assert "CA-2026-0001" in page


def test_nothing_stopped_is_said_plainly(operator: Person) -> None:
    page = operator.client.get("/operations/incidents").text
    assert "Rien n’est arrêté" in page


def test_one_example_is_tried_again(app: Flask, operator: Person, stopped: list[UUID]) -> None:
    assert operator.post(f"/operations/incidents/{stopped[0]}/retry").status_code == 303
    assert states(app) == ["open", "open", "open", "resolved"]
    assert states(app, Job).count("created") == 1


def test_data_is_corrected_with_its_type_before_the_retry(
    app: Flask, operator: Person, stopped: list[UUID]
) -> None:
    page = operator.client.get(f"/operations/incidents/{stopped[0]}").text
    assert 'value="27 quai Nord, 82310 Montbreuil"' in page
    assert ">Nouvelle adresse</label>" in page
    assert '<option value="P7D" selected>Une semaine</option>' in page
    fields = {"variable-adresse": "28 quai Nord", "variable-nom": "Mei Chen", "variable-delai": "P7D"}
    assert operator.post(f"/operations/incidents/{stopped[0]}/retry", **fields).status_code == 303
    with app.app_context():
        case_id = db.session.get(Incident, stopped[0]).instance_id
        assert instances.variables(db.session, case_id)["adresse"] == "28 quai Nord"
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "incident.retried")).one()
        assert entry.details == {"corrected": ["adresse"]}


CORRECTIONS = [
    (Decimal("12.5"), "12,75", Decimal("12.75")),
    (Decimal("12.5"), "douze", "Écrivez un nombre"),
    (True, "false", False),
    (True, "peut-être", "Choisissez oui ou non."),
    (date(2026, 11, 2), "2026-11-03", date(2026, 11, 3)),
    (date(2026, 11, 2), "hier", "Écrivez une date"),
    (["a"], '["a", "b"]', ["a", "b"]),
    (["a"], "[a, b]", "guillemets droits"),
    (["a"], "[1 +", "#variable-essai"),
]


@pytest.mark.parametrize(("before", "sent", "after"), CORRECTIONS)
def test_each_kind_of_data_is_corrected_as_what_it_is(
    app: Flask, operator: Person, stopped: list[UUID], before: Any, sent: str, after: Any
) -> None:
    with app.app_context():
        case_id = db.session.get(Incident, stopped[0]).instance_id
        instances.set_variables(db.session, case_id, {"essai": before}, now=NOON, by=None)
        db.session.commit()
    answer = operator.post(f"/operations/incidents/{stopped[0]}/retry", **{"variable-essai": sent})
    with app.app_context():
        stored = instances.variables(db.session, case_id)["essai"]
    refused = isinstance(after, str)
    assert answer.status_code == (422 if refused else 303)
    assert stored == (before if refused else after)
    if refused:
        assert after in answer.text
        assert 'href="#variable-essai"' in answer.text


def test_every_case_of_a_cause_is_tried_again(app: Flask, operator: Person, stopped: list[UUID]) -> None:
    assert operator.post(f"/operations/incidents/{stopped[1]}/retry-all").status_code == 303
    assert states(app) == ["open", "resolved", "resolved", "resolved"]


def test_retrying_twice_is_a_conflict(operator: Person, stopped: list[UUID]) -> None:
    operator.post(f"/operations/incidents/{stopped[0]}/retry")
    assert operator.post(f"/operations/incidents/{stopped[0]}/retry").status_code == 409
    assert "Cet incident est levé" in operator.client.get(f"/operations/incidents/{stopped[0]}").text


def test_the_picture_of_the_robot_is_shown(
    app: Flask, operator: Person, stopped: list[UUID], clock: ManualClock
) -> None:
    with app.app_context():
        incident = db.session.get(Incident, stopped[0])
        picture = documents.add(
            db.session,
            "ecran.png",
            "image/png",
            b"\x89PNG",
            kind="screenshot",
            now=clock.now(),
            instance_id=incident.instance_id,
        )
        incident.document_ids = [str(picture.id)]
        db.session.commit()
        path = f"/cases/documents/{picture.id}?inline=1"
    assert f'<img src="{path}"' in operator.client.get(f"/operations/incidents/{stopped[0]}").text
    assert operator.client.get(path).mimetype == "image/png"


def test_an_uncertain_effect_that_happened_lets_the_case_go_on(
    app: Flask, operator: Person, uncertain: UUID
) -> None:
    path = f"/operations/effects/{uncertain}"
    assert "a-t-il eu lieu" in operator.client.get(path).text
    answer = operator.post(
        f"{path}/settle", outcome="happened", proof="Fiche vue à 14 h 02", result='{label: "ok"}'
    )
    assert answer.status_code == 303
    assert states(app, Effect) == ["done"]
    with app.app_context():
        case_id = db.session.scalars(select(ProcessInstance.id)).one()
        assert instances.variables(db.session, case_id)["verification"] == {"label": "ok"}
        assert db.session.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "effect.settled")
        ).one()["proof"]


@pytest.fixture
def typed_in(app: Flask, uncertain: UUID) -> str:
    """The page of an uncertain effect of the web robot."""
    steps = [
        {"do": "open", "url": "/"},
        {"do": "fill", "field": "N° de dossier", "value": "CA-1"},
        {"do": "read", "field": "N° d’enregistrement", "as": "enregistrement"},
    ]
    with app.app_context():
        job = db.session.scalars(select(Job)).one()
        job.type, job.input = "web_robot:type_in:1", {"steps": steps}
        db.session.commit()
    return f"/operations/effects/{uncertain}"


def test_the_steps_of_an_uncertain_effect_are_told_in_words(operator: Person, typed_in: str) -> None:
    page = operator.client.get(typed_in).text
    assert "<li>remplir «\u00a0N° de dossier\u00a0»</li>" in page
    assert "{do:" not in page
    assert "fill in “N° de dossier”" in operator.client.get(f"{typed_in}?lang=en").text


def test_the_result_is_entered_value_by_value(app: Flask, operator: Person, typed_in: str) -> None:
    assert 'name="result-values.enregistrement"' in operator.client.get(typed_in).text
    fields = {"result-values.enregistrement": "2026-118", "outcome": "happened", "proof": "Vu dans la fiche"}
    assert operator.post(f"{typed_in}/settle", **fields).status_code == 303
    with app.app_context():
        case_id = db.session.scalars(select(ProcessInstance.id)).one()
        given = instances.variables(db.session, case_id)["verification"]
    assert given == {"values": {"enregistrement": "2026-118"}}


def test_an_effect_that_did_not_happen_is_tried_again(app: Flask, operator: Person, uncertain: UUID) -> None:
    operator.post(
        f"/operations/effects/{uncertain}/settle", outcome="not_happened", proof="Rien dans la fiche"
    )
    assert (states(app, Effect), states(app, Job)) == (["not_done"], ["created"])


@pytest.mark.parametrize(
    ("fields", "anchor"),
    [
        ({"proof": "vu"}, "#outcome"),
        ({"outcome": "happened"}, "#proof"),
        ({"outcome": "happened", "proof": "vu", "result": "12"}, "#result"),
    ],
)
def test_settling_asks_for_an_answer_and_its_proof(
    app: Flask, operator: Person, uncertain: UUID, fields: dict[str, str], anchor: str
) -> None:
    answer = operator.post(f"/operations/effects/{uncertain}/settle", **fields)
    assert answer.status_code == 422
    assert f'href="{anchor}"' in answer.text
    assert states(app, Effect) == ["uncertain"]


def test_an_uncertain_effect_is_never_simply_retried(app: Flask, operator: Person, uncertain: UUID) -> None:
    with app.app_context():
        incident_id = db.session.scalars(select(Incident.id)).one()
    assert operator.post(f"/operations/incidents/{incident_id}/retry").status_code == 409
    assert states(app, Effect) == ["uncertain"]


def test_jobs_and_instances_are_listed(operator: Person, stopped: list[UUID]) -> None:
    assert "Arrêtée" in operator.client.get("/operations/jobs").text
    page = operator.client.get("/operations/instances?state=stopped").text
    assert page.count("Arrêté</span>") == 4


def test_the_inside_of_an_instance_and_its_data(app: Flask, operator: Person, stopped: list[UUID]) -> None:
    with app.app_context():
        case_id = db.session.get(Incident, stopped[0]).instance_id
    path = f"/operations/instances/{case_id}"
    page = operator.client.get(path).text
    assert "Historique" in page
    assert "HTTP_404" in page
    history = page[page.index("Historique</h2>") :]
    assert "Contrôler la demande" not in history
    assert "{" not in history[: history.index("</section>")]
    assert operator.post(f"{path}/variables", **{"variable-nom": "Mei Li"}).status_code == 303
    assert "Mei Li" in operator.client.get(path).text


def test_cancelling_names_its_consequence_and_ends_the_case(
    app: Flask, operator: Person, stopped: list[UUID]
) -> None:
    with app.app_context():
        case_id = db.session.get(Incident, stopped[0]).instance_id
    path = f"/operations/instances/{case_id}"
    assert "Le dossier s’arrête là où il est et ne repart pas." in operator.client.get(path).text
    assert operator.post(f"{path}/cancel", reason="Doublon").status_code == 303
    assert operator.post(f"{path}/cancel").status_code == 409


def test_reading_is_not_acting(app: Flask, signed_in: Callable[..., Person], stopped: list[UUID]) -> None:
    auditor = signed_in("auditor")
    page = auditor.client.get("/operations/incidents").text
    assert "Réessayer un exemple" not in page
    assert auditor.post(f"/operations/incidents/{stopped[0]}/retry").status_code == 403
    assert signed_in("agent").client.get("/operations/incidents").status_code == 403
