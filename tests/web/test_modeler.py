"""The workshop's pages and what its islands ask, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from designer.extensions import db
from designer.modeler import copies
from designer.models import AuditEntry, Draft, Grant, User
from engine import deployments, packages
from engine.catalogue import NoCatalogue
from engine.clock import ManualClock
from engine.store import ProcessDefinition
from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from tests.web.modeler_sample import BASE, KEY, Designer


@pytest.fixture(autouse=True)
def groups(app: Flask) -> None:
    sample.prepare(app)


@pytest.fixture
def designer(signed_in: Callable[..., Person]) -> Designer:
    return Designer(signed_in("citizen_developer"))


@pytest.fixture
def drawn(designer: Designer) -> Designer:
    """A designer with a new draft."""
    sample.make(designer)
    return designer


@pytest.fixture
def published(drawn: Designer) -> Designer:
    """A designer whose process is in service."""
    answer = drawn.put(sample.diagram(), drawn.diagram()[1])
    assert drawn.publish(answer.json["revision"]).status_code == 200
    return drawn


def limited(app: Flask, signed_in: Callable[..., Person], role: str, group: str) -> Designer:
    """Somebody with a role in one group only."""
    someone = signed_in()
    with app.app_context():
        db.session.get_one(User, UUID(someone.id)).grants = [Grant(role=role, group_key=group)]
        db.session.commit()
    return Designer(someone)


def test_a_new_process_starts_as_a_draft_with_a_start_event(drawn: Designer) -> None:
    content, revision = drawn.diagram()
    assert '<bpmn:process id="demande_acte" name="Demande d’acte" isExecutable="true">'.encode() in content
    assert b'name="relais:group" value="etat_civil"' in content
    assert b'name="relais:prefix" value="DA"' in content
    page = drawn.client.get(BASE).text
    assert "Brouillon de la version 1" in page
    assert revision.strip('"') in page
    assert 'data-modeler-action="publish"' in page


def test_the_editor_alone_may_use_inline_styles(drawn: Designer) -> None:
    assert "'unsafe-inline'" in drawn.client.get(BASE).headers["Content-Security-Policy"]
    policy = drawn.client.get(f"{BASE}/versions").headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "", "group": "etat_civil"}, "Donnez un nom au processus"),
        ({"name": "x" * 201, "group": "etat_civil"}, "trop long"),
        ({"name": "Acte", "group": "inconnu"}, "Choisissez un groupe"),
        ({"name": "Acte", "group": "etat_civil", "key": "é pas bon"}, "Ce nom technique ne convient pas"),
        ({"name": "Acte", "group": "etat_civil", "key": KEY}, "porte déjà le nom technique"),
    ],
)
def test_a_wrong_new_process_is_explained_and_kept(
    drawn: Designer, fields: dict[str, str], told: str
) -> None:
    answer = drawn.post("/modeler/new", **fields)
    assert answer.status_code == 422
    assert told in answer.text
    assert "<title>Erreur" in answer.text


def test_two_processes_of_one_name_have_two_technical_names(drawn: Designer) -> None:
    answer = drawn.post("/modeler/new", name="Demande d’acte", group="voirie")
    assert answer.headers["Location"] == "/modeler/processes/demande_acte_2"


def test_saving_gives_a_new_revision_and_the_name(app: Flask, drawn: Designer) -> None:
    _content, revision = drawn.diagram()
    answer = drawn.put(sample.diagram(name="Demander un acte"), revision)
    assert answer.status_code == 200
    assert answer.json["saved_at"].startswith("2026-11-23T12:00")
    assert drawn.diagram() == (sample.diagram(name="Demander un acte"), f'"{answer.json["revision"]}"')
    with app.app_context():
        assert db.session.scalar(select(Draft.name)) == "Demander un acte"


def test_the_same_save_sent_twice_is_one(drawn: Designer) -> None:
    _content, revision = drawn.diagram()
    first, second = drawn.put(sample.diagram(), revision), drawn.put(sample.diagram(), revision)
    assert second.status_code == 200
    assert first.json["revision"] == second.json["revision"]


def test_a_save_without_its_revision_is_refused(drawn: Designer) -> None:
    answer = drawn.client.put(f"{BASE}/diagram", data=sample.diagram(), headers={"X-CSRFToken": drawn.csrf})
    assert answer.status_code == 428
    assert "version" in answer.json["message"]


def test_two_people_on_one_draft_lose_nothing(
    app: Flask, drawn: Designer, signed_in: Callable[..., Person]
) -> None:
    other = Designer(signed_in("citizen_developer", email="karim@exemple.fr"))
    _content, seen = drawn.diagram()
    theirs = other.put(sample.diagram(name="De Karim"), seen).json["revision"]

    answer = drawn.put(sample.diagram(name="De Nadia"), seen)
    assert answer.status_code == 412
    assert answer.json == {
        "revision": theirs,
        "changed_by": "Nadia Benali",
        "changed_at": "2026-11-23T12:00:00+00:00",
    }
    assert b"De Karim" in other.diagram()[0]
    drawn.put(sample.diagram(name="De Nadia, suite"), seen)
    with app.app_context():
        kept = copies.listed(db.session.scalars(select(Draft)).one())
    # Karim wrote over the blank page that Nadia had made; of what was refused only the newest is kept.
    assert [(copy.kind, copy.by) for copy in kept if copy.kind == "refused"] == [("refused", drawn.person.id)]

    mine = drawn.put(sample.diagram(name="De Nadia, suite"), f'"{theirs}"')
    assert mine.status_code == 200
    page = drawn.client.get(f"{BASE}/versions").text
    assert "Copies gardées" in page
    assert "N’a pas été enregistré" in page
    with app.app_context():
        draft = db.session.scalars(select(Draft)).one()
        contents = [copies.read(draft, copy.id)[1] for copy in copies.listed(draft)]
    assert any(b"De Karim" in content for content in contents)


def test_a_copy_is_downloaded_taken_up_and_dropped(app: Flask, drawn: Designer) -> None:
    blank, seen = drawn.diagram()
    drawn.put(sample.diagram(), seen)
    drawn.put(sample.diagram(name="Refusé"), seen)
    with app.app_context():
        (copy,) = copies.listed(db.session.scalars(select(Draft)).one())
    file = drawn.client.get(f"{BASE}/copies/{copy.id}")
    assert "Refusé".encode() in file.data
    assert "demande_acte.bpmn" in file.headers["Content-Disposition"]
    assert drawn.post(f"{BASE}/copies/{copy.id}/restore").status_code == 303
    assert drawn.diagram()[0] == sample.diagram(name="Refusé")
    with app.app_context():
        (left,) = copies.listed(db.session.scalars(select(Draft)).one())
    assert drawn.client.get(f"{BASE}/copies/{left.id}").data == sample.diagram()
    assert drawn.post(f"{BASE}/copies/{left.id}/forget").status_code == 303
    assert drawn.client.get(f"{BASE}/copies/{left.id}").status_code == 404
    assert blank


def test_the_check_speaks_both_languages(drawn: Designer) -> None:
    broken = sample.diagram(task='<zeebe:formDefinition formId="absent"/>')
    (french,) = drawn.check(broken)
    (english,) = drawn.check(broken, "en")
    assert french["rule"] == "form.missing"
    assert french["element_id"] == "check"
    assert "absent" in french["message"]
    assert french["message"] != english["message"]
    assert drawn.check(sample.diagram(), "fr") == []


def test_publishing_makes_a_version_and_says_where(app: Flask, drawn: Designer) -> None:
    revision = drawn.put(sample.diagram(), drawn.diagram()[1]).json["revision"]
    answer = drawn.publish(revision, "Premier essai")
    assert answer.status_code == 200, answer.text
    assert answer.json == {"version": 1, "url": f"/processes/{KEY}?version=1"}
    with app.app_context():
        definition = db.session.scalars(select(ProcessDefinition)).one()
        assert (definition.key, definition.version) == (KEY, 1)
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "process.published")).one()
        assert entry.details == {"version": 1, "group": "etat_civil"}
    page = drawn.client.get(answer.json["url"]).text
    assert "Premier essai" in page
    assert f'href="{BASE}"' in page
    assert "Version 1" in drawn.client.get(BASE).text


def test_what_is_published_can_be_drawn_further_in_the_open_page(published: Designer) -> None:
    _content, revision = published.diagram()
    answer = published.put(sample.diagram(name="Deuxième"), revision)
    assert answer.status_code == 200
    assert "Brouillon de la version 2" in published.client.get(BASE).text
    assert published.publish(answer.json["revision"]).json["version"] == 2


def test_publishing_nothing_new_is_said(published: Designer) -> None:
    answer = published.publish(published.diagram()[1])
    assert answer.status_code == 422
    assert "Rien n’a changé depuis la version 1" in answer.json["diagnostics"][0]["message"]


def test_a_package_with_problems_is_not_published(app: Flask, drawn: Designer) -> None:
    broken = sample.diagram(task='<zeebe:formDefinition formId="absent"/>')
    revision = drawn.put(broken, drawn.diagram()[1]).json["revision"]
    answer = drawn.publish(revision)
    assert answer.status_code == 422
    assert [d["rule"] for d in answer.json["diagnostics"]] == ["form.missing"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ProcessDefinition)) == 0


def test_an_older_revision_is_not_published(drawn: Designer) -> None:
    _content, seen = drawn.diagram()
    drawn.put(sample.diagram(), seen)
    answer = drawn.publish(seen)
    assert answer.status_code == 412
    assert answer.json["changed_by"] == "Nadia Benali"


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"note": "x"}', b'{"revision": 8}'])
def test_a_malformed_publication_is_refused(drawn: Designer, body: bytes) -> None:
    answer = drawn.client.post(f"{BASE}/publish", data=body, headers={"X-CSRFToken": drawn.csrf})
    assert answer.status_code in (400, 428)
    assert answer.json["message"]


def test_the_technical_name_of_a_process_stays(drawn: Designer) -> None:
    (found,) = drawn.check(sample.diagram(key="autre"))
    assert found["rule"] == "modeler.key-changed"
    assert KEY in found["hint"]


def deploy_elsewhere(app: Flask, clock: ManualClock, content: bytes) -> None:
    with app.app_context():
        package = packages.single(content, f"{KEY}.bpmn")
        deployments.deploy(db.session, package, NoCatalogue(), now=clock.now())
        db.session.commit()


def test_a_deployed_process_is_opened_without_writing_and_drafted_by_the_first_change(
    app: Flask, clock: ManualClock, designer: Designer
) -> None:
    deploy_elsewhere(app, clock, sample.diagram())
    assert "Version 1" in designer.client.get(BASE).text
    content, revision = designer.diagram()
    assert (content, revision) == (sample.diagram(), '"v1"')
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
    answer = designer.put(sample.diagram(name="Changé"), revision)
    assert answer.status_code == 200
    assert "Brouillon de la version 2" in designer.client.get(BASE).text
    assert designer.publish(answer.json["revision"]).json["version"] == 2


def test_a_version_from_elsewhere_takes_the_place_of_an_unchanged_draft(
    app: Flask, clock: ManualClock, published: Designer
) -> None:
    _content, seen = published.diagram()
    deploy_elsewhere(app, clock, sample.diagram(name="D’ailleurs"))
    assert published.diagram() == (sample.diagram(name="D’ailleurs"), '"v2"')
    refused = published.put(sample.diagram(name="Le mien"), seen)
    assert (refused.status_code, refused.json["revision"]) == (412, "v2")
    assert published.put(sample.diagram(name="Le mien"), '"v2"').status_code == 200


def test_a_changed_draft_says_that_a_newer_version_exists(
    app: Flask, clock: ManualClock, published: Designer
) -> None:
    published.put(sample.diagram(name="Le mien"), published.diagram()[1])
    deploy_elsewhere(app, clock, sample.diagram(name="D’ailleurs"))
    assert "a été publiée hors de ce brouillon" in published.client.get(BASE).text
    assert b"Le mien" in published.diagram()[0]


def test_templates_offer_the_connectors_in_both_languages(designer: Designer) -> None:
    french = designer.client.get("/modeler/templates?lang=fr").json
    english = designer.client.get("/modeler/templates?lang=en").json
    assert {"relais.email.send", "relais.http_request.send"} <= {t["id"] for t in french}
    assert {t["name"] for t in french} != {t["name"] for t in english}
    mail = next(t for t in french if t["id"] == "relais.email.send")
    connection = next(p for p in mail["properties"] if p.get("id") == "connection")
    assert connection["type"] == "Dropdown"


def test_the_draft_is_deleted_and_what_is_published_stays(published: Designer) -> None:
    published.put(sample.diagram(name="Changé"), published.diagram()[1])
    assert "La version 1 reste en service" in published.client.get(f"{BASE}/delete").text
    answer = published.post(f"{BASE}/delete")
    assert answer.headers["Location"] == f"/processes/{KEY}"
    assert published.diagram() == (sample.diagram(), '"v1"')


def test_a_draft_never_published_leaves_nothing(drawn: Designer) -> None:
    assert drawn.post(f"{BASE}/delete").headers["Location"] == "/processes"
    assert drawn.client.get(BASE).status_code == 404
    assert "Demande d’acte" not in drawn.client.get("/processes?lang=en").text.split("toasts")[0]


def test_an_unknown_process_is_404_and_a_script_is_told_in_json(designer: Designer) -> None:
    assert designer.client.get("/modeler/processes/inconnu").status_code == 404
    answer = designer.client.get("/modeler/processes/inconnu/diagram")
    assert answer.status_code == 404
    assert "n’existe" in answer.json["message"]


# ------------------------------------------------------------------------------------------ rights


def test_who_only_reads_looks_and_exports(drawn: Designer, signed_in: Callable[..., Person]) -> None:
    reader = Designer(signed_in("auditor"))
    page = reader.client.get(BASE).text
    assert "&#34;readOnly&#34;: true" in page or '"readOnly": true' in page
    assert 'data-modeler-action="publish"' not in page
    assert 'data-modeler-action="import"' not in page
    assert reader.client.get(f"{BASE}/diagram.bpmn").status_code == 200
    assert reader.check(sample.diagram()) == []
    assert reader.put(sample.diagram(), reader.diagram()[1]).status_code == 403
    assert reader.publish(reader.diagram()[1]).status_code == 403
    for path in ("/modeler/new", "/modeler/import", f"{BASE}/settings", f"{BASE}/delete"):
        assert reader.client.get(path).status_code == 403


def test_an_agent_sees_nothing_of_the_workshop(drawn: Designer, signed_in: Callable[..., Person]) -> None:
    agent = signed_in("agent")
    for path in (BASE, f"{BASE}/diagram", f"{BASE}/package.zip", "/modeler/templates"):
        assert agent.client.get(path).status_code == 403


def test_rights_hold_in_their_group_only(
    app: Flask, drawn: Designer, signed_in: Callable[..., Person]
) -> None:
    stranger = limited(app, signed_in, "citizen_developer", "voirie")
    _content, seen = drawn.diagram()
    for path in (BASE, f"{BASE}/diagram", f"{BASE}/settings", f"{BASE}/forms", f"{BASE}/package.zip"):
        assert stranger.client.get(path).status_code == 403
    assert stranger.put(sample.diagram(), seen).status_code == 403
    assert stranger.publish(seen).status_code == 403
    assert "État civil" not in stranger.client.get("/modeler/new").text
    assert stranger.post("/modeler/new", name="Acte", group="etat_civil").status_code == 422
    assert stranger.post("/modeler/new", name="Acte", group="voirie").status_code == 303


def test_nobody_publishes_into_a_group_or_over_a_process_of_others(
    app: Flask, published: Designer, signed_in: Callable[..., Person]
) -> None:
    stranger = limited(app, signed_in, "citizen_developer", "voirie")
    stranger.post("/modeler/new", name="Trottoir", group="voirie")
    path = "/modeler/processes/trottoir"
    for content in (
        sample.diagram(key="trottoir", group="etat_civil"),
        sample.diagram(key="trottoir", group="voirie").replace(
            b"</bpmn:definitions>", sample.SECOND_PROCESS + b"</bpmn:definitions>"
        ),
    ):
        seen = stranger.client.get(f"{path}/diagram").headers["ETag"]
        saved = stranger.put(content, seen, f"{path}/diagram")
        answer = stranger.publish(saved.json["revision"], path=f"{path}/publish")
        assert answer.status_code == 403, answer.json
        assert "publier les processus" in answer.json["message"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ProcessDefinition)) == 1


def test_a_forged_token_changes_nothing_and_is_told_in_json(drawn: Designer) -> None:
    before = drawn.diagram()
    answer = drawn.put(sample.diagram(), before[1], **{"X-CSRFToken": "forged"})
    assert answer.status_code == 400
    assert "ne vient pas de cette session" in answer.json["message"]
    assert drawn.diagram() == before
    assert drawn.client.post(f"{BASE}/delete", data={}).status_code == 400


def test_an_ended_session_is_told_to_the_script(drawn: Designer, app: Flask) -> None:
    guest = app.test_client()
    answer = guest.put(
        f"{BASE}/diagram", data=sample.diagram(), headers={"Sec-Fetch-Dest": "empty", "If-Match": '"1"'}
    )
    assert answer.status_code == 401
