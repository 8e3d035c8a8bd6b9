"""A case whose process calls another: its pages name the steps of both."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from designer.extensions import db
from engine import deployments, instances, packages
from engine.catalogue import NoCatalogue
from engine.clock import ManualClock
from engine.store import UserTask
from engine.testing import process
from tests.web.conftest import Person

ASSIGNED = '<zeebe:assignmentDefinition candidateGroups="sejour"/>'


def test_the_steps_of_a_called_process_have_their_names(
    app: Flask, clock: ManualClock, signed_in: Callable[..., Person]
) -> None:
    agent = signed_in("agent", "administrator", teams=("sejour",))
    child = process("child").start("s").task("done_inside").user("read", ASSIGNED).end("e")
    parent = process("parent").start().add("callActivity", "call", attributes='calledElement="child"').end()
    files = {
        "child.bpmn": _named(
            _named(child.xml(), "done_inside", "Peser le courrier"), "read", "Lire le courrier"
        ),
        "parent.bpmn": _named(parent.xml(), "call", "Traiter le courrier"),
    }
    with app.app_context():
        deployments.deploy(
            db.session, packages.Package("p", "p", files), NoCatalogue(), now=clock.now(), by=None
        )
        case = instances.start(db.session, "parent", {}, now=clock.now()).id
        task = db.session.scalars(select(UserTask.id)).one()
        db.session.commit()
    page = agent.client.get(f"/cases/{case}").text
    assert "Peser le courrier" in page
    assert '<th scope="row">Traiter le courrier</th>' in page
    assert "En cours" in page
    assert "done_inside" not in page
    assert "Lire le courrier" in agent.client.get(f"/cases/{case}?view=journal").text
    assert agent.client.get(f"/operations/instances/{case}").status_code == 200
    assert "Lire le courrier" in agent.client.get(f"/tasks/{task}").text


def _named(xml: bytes, element_id: str, name: str) -> bytes:
    return xml.replace(
        f'id="{element_id}" name="{element_id}"'.encode(), f'id="{element_id}" name="{name}"'.encode()
    )
