"""A program with a token, and a small deployed process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from designer import jsons
from designer.accounts import tokens
from designer.extensions import clock as app_clock
from designer.extensions import db
from designer.models import User
from designer.roles import PERMISSIONS
from engine import deployments, packages
from engine.catalogue import NoCatalogue
from tests.web.conftest import (  # noqa: F401 - fixtures
    Person,
    app,
    client,
    clock,
    config,
    person,
    schema_engine,
    signed_in,
)

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="relais:test">
  <bpmn:process id="facture" name="Facture" isExecutable="true">
    <bpmn:startEvent id="arrivee"/>
    <bpmn:sequenceFlow id="f1" sourceRef="arrivee" targetRef="controler"/>
    <bpmn:userTask id="controler" name="Contrôler">
      <bpmn:extensionElements>
        <zeebe:assignmentDefinition candidateGroups="compta"/>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="f2" sourceRef="controler" targetRef="payer"/>
    <bpmn:serviceTask id="payer" name="Payer">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="paiement" retries="1"/>
        <zeebe:ioMapping><zeebe:input source="=montant" target="somme"/></zeebe:ioMapping>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f3" sourceRef="payer" targetRef="fin"/>
    <bpmn:endEvent id="fin"/>
  </bpmn:process>
</bpmn:definitions>
"""


class Program:
    """Somebody else's program, acting for a person."""

    def __init__(self, browser: FlaskClient, token: str) -> None:
        self.client, self.token = browser, token

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """A request with the token; `body` as exact JSON."""
        sent = {"Authorization": f"Bearer {self.token}"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        data = None if body is None else jsons.dumps(body)
        return self.client.open(
            f"/api/v1{path}", method=method, data=data, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.send("POST", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.send("PUT", path, body, **headers)


@pytest.fixture
def program(app: Flask, person: Callable[..., Person]) -> Callable[..., Program]:  # noqa: F811
    """A program with a token of somebody with these roles (administrator when none is named)."""

    def make(*roles: str, scopes: list[str] | None = None, teams: tuple[str, ...] = ("compta",)) -> Program:
        someone = person(*(roles or ("administrator",)), teams=teams)
        with app.app_context():
            user = db.session.get_one(User, UUID(someone.id))
            _token, secret = tokens.create(
                db.session(),
                user,
                name="test",
                scopes=scopes or list(PERMISSIONS),
                days=30,
                now=app_clock.now(),
            )
            db.session.commit()
        return Program(app.test_client(), secret)

    return make


@pytest.fixture
def deployed(app: Flask) -> str:  # noqa: F811
    """The key of a deployed process: a user task for `compta`, then a job of type `paiement`."""
    with app.app_context():
        deployments.deploy(db.session(), packages.single(BPMN.encode()), NoCatalogue(), now=app_clock.now())
        db.session.commit()
    return "facture"
