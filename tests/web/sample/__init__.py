"""A small process for the tests of pages: public form, one automatic step, two steps for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from engine import deployments, instances, jobs, packages
from engine.diagnostics import Text
from engine.store import ProcessDefinition

FOLDER = Path(__file__).parent
KEY = "adresse"
ANSWERS = {"nom": "Mei Chen", "adresse": "27 quai Nord, 82310 Montbreuil", "delai": "P7D"}


class Verify:
    """The one operation that the sample uses."""

    type = "tests:verify:1"
    name = Text("Vérifier une adresse", "Verify an address")
    required_inputs = allowed_inputs = frozenset({"adresse"})
    input_labels: dict[str, Text] = {}  # noqa: RUF012 - read only
    outputs: dict[str, str] = {"label": "string"}  # noqa: RUF012 - read only
    needs_connection = False

    def validate(self, inputs, known_variables):
        return ()

    def reads(self, inputs):
        return frozenset()


class Catalogue:
    """Knows `tests:verify:1` and nothing else."""

    def operation(self, type):
        return Verify() if type == Verify.type else None

    def connections(self, type):
        return None


def deploy(session: Session, *, now: datetime, by: str | None = None) -> ProcessDefinition:
    """Deploy the sample."""
    return deployments.deploy(session, packages.load_folder(FOLDER), Catalogue(), now=now, by=by)[0]


def start(session: Session, *, now: datetime, **answers: str) -> UUID:
    """A case that waits for its automatic step."""
    return instances.start(session, KEY, ANSWERS | answers, now=now).id


def start_at_check(session: Session, *, now: datetime, **answers: str) -> UUID:
    """A case that waits at « Contrôler la demande »."""
    case_id = start(session, now=now, **answers)
    job = take_job(session, now=now)
    jobs.complete(session, job.id, job.token, {"label": "27 Quai Nord"}, now=now)
    return case_id


def take_job(session: Session, *, now: datetime) -> jobs.Job:
    """Claim the oldest connector job."""
    (job,) = jobs.claim(session, worker="test", now=now, lease=timedelta(minutes=1), connectors_only=True)
    return job


def start_stopped(session: Session, *, now: datetime, code: str = "HTTP_404", **answers: str) -> UUID:
    """A case whose automatic step has stopped with an incident."""
    case_id = start(session, now=now, **answers)
    job = take_job(session, now=now)
    message = Text("Le service d’adresses a répondu 404.", "The address service answered 404.")
    jobs.fail(session, job.id, job.token, message=message, code=code, retry=False, now=now)
    return case_id
