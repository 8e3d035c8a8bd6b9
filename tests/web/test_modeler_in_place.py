"""What an open editor asks: other files, people and teams, arranging a file, the present session."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask

from designer.diagram import parse
from designer.extensions import db
from designer.modeler.menus import executed, samples
from designer.models import Team
from engine import definitions
from engine.check import supported
from engine.clock import ManualClock
from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from tests.web.modeler_sample import BASE, KEY, Designer

PROPS = re.compile(r'data-props="([^"]*)"')
WITHOUT_PLACES = (
    sample.HEAD.encode() + b'<bpmn:process id="other"><bpmn:startEvent id="a"/><bpmn:endEvent id="b"/>'
    b'<bpmn:sequenceFlow id="c" sourceRef="a" targetRef="b"/></bpmn:process></bpmn:definitions>'
)


@pytest.fixture
def designer(app: Flask, signed_in: Callable[..., Person]) -> Designer:
    sample.prepare(app)
    someone = Designer(signed_in("citizen_developer"))
    sample.make(someone)
    return someone


def props(designer: Designer, path: str = BASE) -> dict[str, Any]:
    """What the page gives its island."""
    found = PROPS.search(designer.client.get(path).text)
    assert found
    return dict(json.loads(unescape(found[1])))


def send(designer: Designer, path: str, content: bytes | str) -> Any:
    return designer.client.post(path, data=content, headers={"X-CSRFToken": designer.csrf})


def make(designer: Designer, kind: str, name: str) -> Any:
    return send(designer, f"{BASE}/files", json.dumps({"kind": kind, "name": name}))


def test_a_process_to_call_is_made_drawn_and_published_with_its_caller(
    app: Flask, designer: Designer
) -> None:
    made = make(designer, "diagram", "Envoi du courrier")
    assert (made.status_code, made.json["id"]) == (201, "envoi_courrier")
    assert made.json in designer.client.get(f"{BASE}/process-choices").json
    page = props(designer, made.json["editUrl"])
    assert [entry["name"] for entry in page["files"]] == ["Demande d’acte", "Envoi du courrier"]
    assert page["processId"] == "envoi_courrier"
    called = designer.client.get(page["draftUrl"])
    drawn = sample.diagram(key="envoi_courrier", name="Envoi du courrier")
    saved = designer.put(drawn, called.headers["ETag"], page["draftUrl"])
    assert designer.client.get(page["draftUrl"]).data == drawn
    designer.put(sample.diagram(), designer.diagram()[1])
    answer = designer.publish(saved.json["revision"], path=page["publishUrl"])
    assert answer.status_code == 200, answer.json
    with app.app_context():
        assert definitions.latest(db.session(), "envoi_courrier").version == 1
        assert definitions.latest(db.session(), KEY).version == 1


def test_a_form_is_made_in_place(designer: Designer) -> None:
    made = make(designer, "form", "Demande").json
    assert made in designer.client.get(f"{BASE}/form-choices").json
    assert designer.client.get(made["editUrl"]).status_code == 200


@pytest.mark.parametrize(
    ("kind", "name"), [("form", ""), ("diagram", "x" * 201), ("script", "Nom"), ("", "Nom")]
)
def test_what_cannot_be_made_is_explained(designer: Designer, kind: str, name: str) -> None:
    answer = make(designer, kind, name)
    assert answer.status_code == 422
    assert answer.json["message"]


def test_an_unknown_file_of_the_package_is_not_found(designer: Designer) -> None:
    assert designer.client.get(f"{BASE}?file=absent.bpmn").status_code == 404
    assert designer.client.get(f"{BASE}/diagram?file=absent.bpmn").status_code == 404


def test_a_file_is_arranged_without_being_kept(designer: Designer) -> None:
    before = designer.diagram()
    answer = send(designer, f"{BASE}/arranged", WITHOUT_PLACES)
    assert answer.status_code == 200
    assert not parse(answer.data).laid_out
    assert f'id="{KEY}"'.encode() in answer.data
    assert designer.diagram() == before
    refused = send(designer, f"{BASE}/arranged", b"<bpmn:definitions")
    assert refused.status_code == 422
    assert refused.json["message"]


def test_the_directory_names_teams_and_people(app: Flask, designer: Designer) -> None:
    with app.app_context():
        db.session.add(Team(key="guichet", name="Guichet"))
        db.session.commit()
    found = designer.client.get("/modeler/directory").json
    assert found["teams"] == [{"id": "guichet", "name": "Guichet"}]
    assert {"id": designer.person.id, "name": "Nadia Benali"} in found["people"]


def test_the_directory_is_for_those_who_draw(signed_in: Callable[..., Person]) -> None:
    assert signed_in("auditor").client.get("/modeler/directory").status_code == 403


def test_a_stale_token_is_named_and_the_present_one_given(designer: Designer) -> None:
    content, revision = designer.diagram()
    designer.csrf = "stale"
    refused = designer.put(content, revision)
    assert (refused.status_code, refused.json["reason"]) == (400, "csrf")
    now = designer.client.get("/modeler/session").json
    assert now["user"] == designer.person.id
    designer.csrf = now["csrf"]
    assert designer.put(content, revision).status_code == 200


def test_who_changed_the_draft_a_moment_ago_is_named(
    app: Flask, clock: ManualClock, designer: Designer, signed_in: Callable[..., Person]
) -> None:
    colleague = Designer(signed_in("citizen_developer", email="karim@exemple.fr"))
    assert props(colleague)["other"] == "Nadia Benali"
    assert props(designer)["other"] is None
    read_only = props(colleague, props(colleague)["readUrl"])
    assert read_only["readOnly"] is True
    clock.advance(timedelta(minutes=11))
    assert props(colleague)["other"] is None


def test_menus_follow_the_check() -> None:
    offered = set(executed())
    nodes = set(supported.FLOW_NODES) - {"intermediateCatchEvent", "boundaryEvent"}
    assert nodes <= offered
    assert not offered & set(supported.NOT_EXECUTED)
    for event, kinds in supported.EVENT_DEFINITIONS.items():
        named = {name.partition(":")[2] for name in samples() if name.startswith(f"{event}:")}
        assert set(kinds) <= named, "an event of the check is missing among the constructs of the editor"
        assert {kind for kind in named if f"{event}:{kind}" in offered} <= set(kinds)
