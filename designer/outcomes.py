"""What came out of a job, and how the engine is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from connectors.sdk import Attachment, Operation
from designer.wiring import CannotCall
from engine import effects, jobs
from engine.diagnostics import Text
from engine.errors import EngineError
from engine.store import Job


class Outcome(Protocol):
    """One of the four ends of a call."""

    @property
    def name(self) -> str:
        """For logs."""

    @property
    def attachments(self) -> Sequence[Attachment]:
        """Evidence to keep with the incident."""

    def report(self, session: Session, job: Job, documents: Sequence[UUID], now: datetime) -> None:
        """Tell the engine, in the caller's transaction."""


@dataclass(frozen=True, slots=True)
class Done:
    """It worked."""

    result: Mapping[str, Any]
    name: str = "done"
    attachments: Sequence[Attachment] = ()

    def report(self, session: Session, job: Job, documents: Sequence[UUID], now: datetime) -> None:
        """The result goes into the case."""
        jobs.complete(session, job.id, _token(job), self.result, now=now)


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work; `retry` says whether it may later, `sent` whether it may have had its effect."""

    message: Text
    code: str | None = None
    retry: bool = False
    after: timedelta | None = None
    sent: str = "no"
    attachments: Sequence[Attachment] = ()
    name: str = "failed"

    def report(self, session: Session, job: Job, documents: Sequence[UUID], now: datetime) -> None:
        """Try again later, or an incident."""
        jobs.fail(
            session,
            job.id,
            _token(job),
            message=self.message,
            code=self.code,
            retry=self.retry,
            after=self.after,
            sent=self.sent,
            document_ids=documents,
            now=now,
        )


@dataclass(frozen=True, slots=True)
class Thrown:
    """A business outcome for the diagram."""

    code: str
    message: Text
    variables: Mapping[str, Any] = field(default_factory=dict)
    name: str = "bpmn_error"
    attachments: Sequence[Attachment] = ()

    def report(self, session: Session, job: Job, documents: Sequence[UUID], now: datetime) -> None:
        """The error event with this code takes over."""
        jobs.throw_bpmn_error(
            session, job.id, _token(job), self.code, self.message.fr, self.variables, now=now
        )


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether the effect took place: a person settles it."""

    message: Text
    name: str = "uncertain"
    attachments: Sequence[Attachment] = ()

    def report(self, session: Session, job: Job, documents: Sequence[UUID], now: datetime) -> None:
        """An incident of kind `uncertain_effect`."""
        effects.mark_uncertain(
            session, job.id, _token(job), message=self.message, document_ids=documents, now=now
        )


def unusable(refused: CannotCall) -> Failed:
    """The job cannot be tried before somebody mends the installation."""
    return Failed(refused.message, code=refused.code)


def our_defect(error: EngineError) -> Failed:
    """The connector gave a result that cannot be kept."""
    return Failed(
        Text(
            f"Le résultat du connecteur ne peut pas être enregistré\u00a0: {error}.",
            f"The connector’s result cannot be stored: {error}.",
        ),
        code="INVALID_OUTPUT",
    )


def lost_answer(operation: Operation) -> Text:
    """What to tell when a former call got no answer."""
    title = operation.title
    return Text(
        f"L’opération «\u00a0{title.fr}\u00a0» a peut-être déjà eu son effet\u00a0: la réponse s’est perdue. "
        "Rien n’a été refait. Vérifiez dans l’application, puis dites ce qu’il en est.",
        f"The operation “{title.en}” may already have had its effect: the answer was lost. "
        "Nothing was repeated. Look into the application, then say how it is.",
    )


def _token(job: Job) -> UUID:
    if job.token is None:
        raise ValueError("a job must be claimed before it is reported")
    return job.token
