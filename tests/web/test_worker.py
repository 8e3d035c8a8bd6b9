"""Jobs end to end: claimed, called over real HTTP, reported once, whatever goes wrong on the way."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from designer.config import Config
from designer.models import Connection
from designer.secrets import Vault
from designer.wiring import save_settings
from designer.worker import JobRunner, Worker, make_runner
from engine import deployments, documents, effects, instances, jobs, packages
from engine.clock import ManualClock
from engine.diagnostics import Text
from engine.ids import new_id
from engine.store import Base, Document, Effect, Incident, Job
from tests.web.conftest import NOON, schema_engine  # noqa: F401 - fixture

BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="relais:test">
  <bpmn:process id="envoi" isExecutable="true">
    <bpmn:startEvent id="debut"/>
    <bpmn:sequenceFlow id="f1" sourceRef="debut" targetRef="appel"/>
    <bpmn:serviceTask id="appel" name="Appel">
      <bpmn:extensionElements>
        <zeebe:taskDefinition type="{type}" retries="3"/>
        <zeebe:ioMapping>
          <zeebe:input source="=adresse" target="url"/>
        </zeebe:ioMapping>
        <zeebe:taskHeaders>{headers}<zeebe:header key="resultVariable" value="reponse"/></zeebe:taskHeaders>
      </bpmn:extensionElements>
    </bpmn:serviceTask>
    <bpmn:sequenceFlow id="f2" sourceRef="appel" targetRef="fin"/>
    <bpmn:endEvent id="fin"/>
  </bpmn:process>
</bpmn:definitions>
"""


class Agreeable:
    """A catalogue that finds nothing to say: what is missing at run time was there at publication."""

    def operation(self, type: str) -> Any:
        return SimpleNamespace(
            type=type,
            name=Text(type, type),
            required_inputs=frozenset(),
            allowed_inputs=frozenset({"url"}),
            input_labels={},
            outputs={},
            needs_connection=False,
            validate=lambda inputs, known: (),
            reads=lambda inputs: frozenset(),
        )

    def connections(self, type: str) -> None:
        return None


class Service:
    """A real HTTP server that remembers what it was asked and answers as told."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.answers: list[int | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                service.requests.append((self.command, dict(self.headers)))
                status = service.answers.pop(0) if service.answers else 200
                length = int(self.headers.get("Content-Length") or 0)
                self.rfile.read(length)
                if status is None:  # the answer is lost
                    self.connection.close()
                    return
                body = json.dumps({"montant": 0.1}).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - http.server's name

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.close()


@pytest.fixture
def engine(schema_engine: Engine) -> Iterator[Engine]:  # noqa: F811
    yield schema_engine
    with schema_engine.begin() as connection:
        for rows in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(rows))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


@pytest.fixture
def vault() -> Vault:
    return Vault(["k" * 40])


@pytest.fixture
def runner(engine: Engine, service: Service, clock: ManualClock, vault: Vault, tmp_path: Any) -> JobRunner:
    config = Config(data_dir=tmp_path, env="test", allowed_private_hosts=frozenset({service.host}))
    return make_runner(replace(config, database_url=str(engine.url)), engine, vault, clock)


@pytest.fixture
def started(engine: Engine, service: Service, clock: ManualClock) -> Callable[..., UUID]:
    """Start a case whose service task has this job type."""

    def start(type: str = "http_request:read:1", connection: str = "") -> UUID:
        header = f'<zeebe:header key="connection" value="{connection}"/>' if connection else ""
        xml = BPMN.format(type=type, headers=header).encode()
        with Session(engine) as session, session.begin():
            deployments.deploy(session, packages.single(xml), Agreeable(), now=clock.now())
            address = f"http://{service.host}/x"
            return instances.start(session, "envoi", {"adresse": address}, now=clock.now()).id

    return start


def state_of(engine: Engine, instance_id: UUID) -> str:
    with Session(engine) as session:
        return instances.get(session, instance_id).state


def incident_of(engine: Engine, instance_id: UUID) -> Incident:
    with Session(engine) as session:
        return session.scalars(select(Incident).where(Incident.instance_id == instance_id)).one()


def test_a_result_reaches_the_case_exactly(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service
) -> None:
    case = started()
    assert runner.run_due() == 1
    assert state_of(engine, case) == "completed"
    with Session(engine) as session:
        answer = instances.variables(session, case)["reponse"]
    assert str(answer["body"]["montant"]) == "0.1"
    assert len(service.requests) == 1


def test_a_failure_is_tried_again_later_and_ends_as_an_incident(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service, clock: ManualClock
) -> None:
    service.answers = [503, 503, 503]
    case = started()
    for _ in range(3):
        assert runner.run_due() == 1
        assert runner.run_due() == 0, "not before its time"
        clock.advance(timedelta(hours=2))
    assert runner.run_due() == 0
    assert incident_of(engine, case).kind == "job_failed"
    assert len(service.requests) == 3


def test_a_lost_answer_is_never_blindly_repeated(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service, clock: ManualClock
) -> None:
    service.answers = [None]
    case = started("http_request:send:1")
    runner.run_due()
    clock.advance(timedelta(hours=2))
    runner.run_due()
    assert len(service.requests) == 1
    incident = incident_of(engine, case)
    assert incident.kind == "uncertain_effect"
    with Session(engine) as session, session.begin():
        effects.settle(session, incident.effect_id, happened=True, result={}, by="nadia", now=clock.now())
    assert state_of(engine, case) == "completed"


def test_a_worker_killed_after_the_call_leaves_the_question_to_a_person(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service, clock: ManualClock
) -> None:
    case = started("http_request:send:1")
    (job,) = runner.claim(1)
    with runner.transaction() as session:
        assert effects.before_call(session, job, idempotency="none", now=clock.now()) == "call"
    clock.advance(timedelta(minutes=5))  # the worker died; its lease ends
    assert runner.run_due() == 1
    assert service.requests == []
    assert incident_of(engine, case).kind == "uncertain_effect"


def test_a_result_survives_a_conflict_without_a_second_call(
    engine: Engine,
    runner: JobRunner,
    started: Callable[..., UUID],
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = started("http_request:send:1")
    real, failures = jobs.complete, [1, 2, 3]

    def conflicting(*args: Any, **options: Any) -> None:
        if failures:
            failures.pop()
            raise OperationalError("UPDATE", {}, Exception("could not serialize access"))
        real(*args, **options)

    monkeypatch.setattr(jobs, "complete", conflicting)
    runner.run_due()
    assert state_of(engine, case) == "completed"
    assert len(service.requests) == 1
    with Session(engine) as session:
        assert [e.state for e in session.scalars(select(Effect))] == ["done"]


def test_a_result_that_comes_after_the_lease_is_dropped(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service, clock: ManualClock
) -> None:
    case = started()
    (slow,) = runner.claim(1)
    clock.advance(timedelta(minutes=5))
    (quick,) = runner.claim(1)
    runner.run(slow)
    assert state_of(engine, case) == "active"
    runner.run(quick)
    assert state_of(engine, case) == "completed"


@pytest.mark.parametrize(
    ("type", "connection", "words"),
    [
        ("tampon:apposer:1", "", "Aucun connecteur installé"),
        ("http_request:read:9", "", "Aucun connecteur installé"),
        ("http_request:read:1", "absente", "n’existe pas"),
        ("email:send:1", "", "quelle connexion"),
    ],
    ids=["unknown connector", "unknown version", "unknown connection", "no connection"],
)
def test_what_is_missing_is_said(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], type: str, connection: str, words: str
) -> None:
    case = started(type, connection)
    assert runner.run_due() == 1
    assert words in incident_of(engine, case).message["fr"]


def test_other_job_types_are_left_to_outside_workers(runner: JobRunner, started: Callable[..., UUID]) -> None:
    started("paiement")
    assert runner.run_due() == 0


def test_secrets_reach_the_service_and_nothing_else(
    engine: Engine,
    runner: JobRunner,
    started: Callable[..., UUID],
    service: Service,
    vault: Vault,
    clock: ManualClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "tres-secret-42"
    caplog.set_level("DEBUG")
    row = Connection(id=new_id(), name="bureau", connector="http_request", created_at=NOON, updated_at=NOON)
    save_settings(row, {"base_url": f"http://{service.host}", "auth": "bearer", "token": secret}, vault)
    assert secret not in repr(row)
    assert secret not in str(row.settings)
    assert secret.encode() not in (row.sealed or b"")
    with Session(engine) as session, session.begin():
        session.add(row)
    service.answers = [401]
    case = started("http_request:read:1", "bureau")
    runner.run_due()
    assert any(secret in str(headers) for _, headers in service.requests)
    assert secret not in caplog.text
    message = incident_of(engine, case).message
    with Session(engine) as session:
        job = session.scalars(select(Job)).one()
        assert secret not in str([job.input, job.variables, job.headers, job.last_error, message])


def test_a_key_that_changed_is_said_and_nothing_is_called(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service
) -> None:
    row = Connection(id=new_id(), name="bureau", connector="http_request", created_at=NOON, updated_at=NOON)
    save_settings(row, {"base_url": f"http://{service.host}", "token": "x" * 8}, Vault(["ancienne cle" * 4]))
    with Session(engine) as session, session.begin():
        session.add(row)
    case = started("http_request:read:1", "bureau")
    runner.run_due()
    assert incident_of(engine, case).code == "SECRET_UNREADABLE"
    assert service.requests == []


def test_threads_run_what_appears_and_stop_when_asked(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], service: Service
) -> None:
    worker = Worker(runner, concurrency=2, poll_seconds=30)
    worker.start()
    try:
        time.sleep(0.1)  # the poller sleeps: the commit of `started` has to wake it
        cases = [started() for _ in range(4)]
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and any(state_of(engine, case) == "active" for case in cases):
            time.sleep(0.02)
    finally:
        assert worker.stop(20)
    assert [state_of(engine, case) for case in cases] == ["completed"] * 4
    assert len(service.requests) == 4


def test_an_upload_whose_form_is_never_finished_goes_after_a_day(
    engine: Engine, runner: JobRunner, started: Callable[..., UUID], clock: ManualClock
) -> None:
    case = started()
    runner.run_due()

    def upload(name: str, instance_id: UUID | None = None) -> UUID:
        with Session(engine) as session, session.begin():
            kept = documents.add(
                session,
                name,
                "application/pdf",
                b"%PDF-",
                kind="upload",
                now=clock.now(),
                instance_id=instance_id,
            )
            return kept.id

    def left() -> list[str]:
        with Session(engine) as session:
            return sorted(session.scalars(select(Document.name)))

    upload("abandonné.pdf")
    adopted = upload("adopté.pdf")
    upload("du dossier.pdf", case)
    with Session(engine) as session, session.begin():
        documents.adopt(session, [adopted], case)
    clock.advance(timedelta(hours=23))
    upload("récent.pdf")
    assert runner.run_due() == 0
    clock.advance(timedelta(hours=1))
    assert runner.run_due() == 2
    assert left() == ["adopté.pdf", "du dossier.pdf", "récent.pdf"]
    clock.advance(timedelta(hours=23))
    runner.run_due()
    assert left() == ["adopté.pdf", "du dossier.pdf"]
