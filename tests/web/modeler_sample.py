"""Diagrams for the tests of the workshop, and somebody who speaks as its islands do."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from designer.extensions import db
from designer.modeler.places import with_places
from designer.models import ProcessGroup
from tests.web.conftest import Person

KEY = "demande_acte"
BASE = f"/modeler/processes/{KEY}"

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:relais:tests">'
)


def diagram(
    *,
    key: str = "demande_acte",
    name: str = "Demande d’acte",
    group: str = "etat_civil",
    inside: str = "",
    task: str = "",
) -> bytes:
    """Start, one task for a person, end; `task` goes into the task, `inside` into the process."""
    content = f"""{HEAD}
<bpmn:process id="{key}" name="{name}" isExecutable="true">
  <bpmn:extensionElements>
    <zeebe:properties><zeebe:property name="relais:group" value="{group}"/></zeebe:properties>
  </bpmn:extensionElements>
  <bpmn:startEvent id="start"/>
  <bpmn:userTask id="check" name="Contrôler">
    <bpmn:extensionElements><zeebe:userTask/>{task}</bpmn:extensionElements>
  </bpmn:userTask>
  <bpmn:endEvent id="end"/>
  <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="check"/>
  <bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="end"/>
  {inside}
</bpmn:process></bpmn:definitions>""".encode()
    return with_places(content)


def prepare(app: Flask) -> None:
    """Two groups of processes."""
    with app.app_context():
        db.session.add(ProcessGroup(key="etat_civil", name="État civil"))
        db.session.add(ProcessGroup(key="voirie", name="Voirie"))
        db.session.commit()


#: Another process of the file, under the name of the one in service.
SECOND_PROCESS = b"""<bpmn:process id="demande_acte" isExecutable="true">
<bpmn:extensionElements>
  <zeebe:properties><zeebe:property name="relais:group" value="voirie"/></zeebe:properties>
</bpmn:extensionElements>
<bpmn:startEvent id="a"/><bpmn:endEvent id="b"/><bpmn:sequenceFlow id="c" sourceRef="a" targetRef="b"/>
</bpmn:process>"""


class Designer:
    """Somebody at the modeler."""

    def __init__(self, person: Person) -> None:
        self.person, self.client = person, person.client
        self.csrf = person.token("/settings")

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form of a page."""
        return self.client.post(path, data={**fields, "csrf_token": self.csrf})

    def diagram(self) -> tuple[bytes, str]:
        """The diagram and its ETag."""
        answer = self.client.get(f"{BASE}/diagram")
        assert answer.status_code == 200
        return answer.data, answer.headers["ETag"]

    def put(
        self, content: bytes, revision: str, path: str = f"{BASE}/diagram", **headers: str
    ) -> TestResponse:
        """Save a file over a revision."""
        sent = {"X-CSRFToken": self.csrf, "If-Match": revision, "Content-Type": "application/xml", **headers}
        return self.client.put(path, data=content, headers=sent)

    def check(self, content: bytes, lang: str = "fr") -> list[dict[str, Any]]:
        """What the check says of a diagram."""
        headers = {"X-CSRFToken": self.csrf}
        answer = self.client.post(f"{BASE}/check?lang={lang}", data=content, headers=headers)
        assert answer.status_code == 200
        found: list[dict[str, Any]] = answer.json["diagnostics"]
        return found

    def publish(self, revision: str, note: str = "", path: str = f"{BASE}/publish") -> TestResponse:
        """Publish a revision of the diagram."""
        body = {"revision": revision.strip('"'), "note": note}
        return self.client.post(path, json=body, headers={"X-CSRFToken": self.csrf})


def make(designer: Designer) -> None:
    """A new process, by the page."""
    answer = designer.post("/modeler/new", name="Demande d’acte", group="etat_civil")
    assert (answer.status_code, answer.headers["Location"]) == (303, BASE)
