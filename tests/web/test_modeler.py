"""The workshop's pages and what its islands ask, without a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from designer.models import AuditEntry, Draft, Grant, ProcessGroup, User
from engine.clock import ManualClock
from engine.store import ProcessDefinition
from tests.web import modeler_sample as sample
from tests.web.conftest import Person
from uuid import UUID

META = re.compile(r'name="csrf-token" content="([^"]+)"')
KEY = "demande_acte"
BASE = f"/modeler/processes/{KEY}"


class Designer:
    """Somebody at the modeler; speaks as the islands do."""

    def __init__(self, person: Person) -> None:
        self.person, self.client = person, person.client
        self.csrf = person.token("/settings")

    def post(self, path: str, **fields: object):
        return self.client.post(path, data={**fields, "csrf_token": self.csrf})

    def diagram(self) -> tuple[bytes, str]:
        answer = self.client.get(f"{BASE}/diagram")
        assert answer.status_code == 200
        return answer.data, answer.headers["ETag"]

    def put(self, content: bytes, revision: str, path: str = f"{BASE}/diagram", **headers: str):
        sent = {"X-CSRFToken": self.csrf, "If-Match": revision, "Content-Type": "application/xml", **headers}
        return self.client.put(path, data=content, headers=sent)

    def check(self, content: bytes, lang: str = "fr"):
        headers = {"X-CSRFToken": self.csrf}
        answer = self.client.post(f"{BASE}/check?lang={lang}", data=content, headers=headers)
        assert answer.status_code == 200
        return answer.json["diagnostics"]

    def publish(self, revision: str, note: str = ""):
        return self.client.post(
            f"{BASE}/publish",
            json={"revision": revision.strip('"'), "note": note},
            headers={"X-CSRFToken": self.csrf},
        )


@pytest.fixture(autouse=True)
def groups(app: Flask) -> None:
    sample.wire(app)
    with app.app_context():
        db.session.add_all(
            [ProcessGroup(key="etat_civil", name="État civil"), ProcessGroup(key="voirie", name="Voirie")]
        )
        db.session.commit()


@pytest.fixture
def designer(signed_in: Callable[..., Person]) -> Designer:
    return Designer(signed_in("citizen_developer"))


@pytest.fixture
def drawn(designer: Designer) -> Designer:
    """A designer with a new draft."""
    answer = designer.post("/modeler/new", name="Demande d’acte", group="etat_civil")
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == BASE
    return designer


def test_a_new_process_starts_as_a_draft_with_a_start_event(app: Flask, drawn: Designer) -> None:
    content, revision = drawn.diagram()
    assert b'<bpmn:process id="demande_acte" name="Demande d\xe2\x80\x99acte" isExecutable="true">' in content
    assert b'name="relais:group" value="etat_civil"' in content
    assert b'name="relais:prefix" value="DA"' in content
    page = drawn.client.get(BASE).text
    assert "Brouillon de la version 1" in page
    assert revision.strip('"') in page
