"""A complete engine on a database of its own, with a clock that moves when told.

Scenarios, tests and "try it" run real processes here; outside work is answered by a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from engine import deployments, internal_jobs, jobs
from engine.catalogue import Catalogue, NoCatalogue
from engine.clock import ManualClock
from engine.diagnostics import Text
from engine.errors import JobNotActivated
from engine.packages import Package
from engine.states import JobKind, JobState
from engine.store import Base, Job, ProcessDefinition

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
MAX_JOBS = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """A connector job as an answering function sees it."""

    type: str
    element_id: str
    input: dict[str, Any]
    variables: dict[str, Any]
    headers: dict[str, str]
    attempt: int


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that is not a result: `retry` later, or stop with `code`."""

    message: str
    code: str | None = None
    retry: bool = False
    bpmn_error: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)


Answer = Callable[[Call], Mapping[str, Any] | Failure]


def no_answer(call: Call) -> Failure:
    """What happens to a job nobody answers for: an incident that says so."""
    return Failure(f"nobody answers for {call.type} at {call.element_id}", code="NO_ANSWER")


class Sandbox:
    """One engine; `session()` commits when its block ends well."""

    def __init__(
        self,
        *,
        catalogue: Catalogue | None = None,
        now: datetime = START,
        engine: Engine | None = None,
    ) -> None:
        self.clock = ManualClock(now)
        self.catalogue = catalogue or NoCatalogue()
        self.engine = engine or memory_engine()
        self.calls: list[Call] = []

    def close(self) -> None:
        """Give the database's connections back."""
        self.engine.dispose()

    @property
    def now(self) -> datetime:
        """The sandbox's present."""
        return self.clock.now()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session that commits at the end, and rolls back on an error."""
        with Session(self.engine) as session, session.begin():
            yield session

    def deploy(self, package: Package) -> list[ProcessDefinition]:
        """Deploy; the definitions stay readable after the session."""
        with self.session() as session:
            made = deployments.deploy(session, package, self.catalogue, now=self.now)
            session.flush()
            for definition in made:
                session.refresh(definition)
            session.expunge_all()
        return made

    # ---- time and jobs

    def run_jobs(self, answer: Answer = no_answer) -> int:
        """Do every job that is due now, and those they lead to; returns how many."""
        done = 0
        while self._run_one(answer):
            done += 1
            if done > MAX_JOBS:
                raise RuntimeError(f"more than {MAX_JOBS} jobs at one instant: the process loops")
        return done

    def advance(self, by: timedelta, answer: Answer = no_answer) -> None:
        """Let time pass; each timer fires at its own instant, in order."""
        target = self.now + by
        self.run_jobs(answer)
        while (due := self.next_due()) is not None and due <= target:
            self.clock.set(max(due, self.now))
            self.run_jobs(answer)
        self.clock.set(target)
        self.run_jobs(answer)

    def next_due(self) -> datetime | None:
        """When the next waiting job is due."""
        with self.session() as session:
            query = select(func.min(Job.due_at)).where(Job.state != JobState.FAILED)
            return session.scalar(query)

    def _run_one(self, answer: Answer) -> bool:
        with self.session() as session:
            claimed = jobs.claim(session, worker="sandbox", now=self.now, lease=LEASE)
            if not claimed:
                return False
            job = claimed[0]
            kind, job_id, token, call = job.kind, job.id, job.token, _call(job)
        # Somebody may end what the job was for between its claim and its report.
        with suppress(JobNotActivated):
            if kind == JobKind.CONNECTOR:
                self.calls.append(call)
                self._report(job_id, token, answer(call))
            else:
                with self.session() as session:
                    internal_jobs.run(session, job_id, token, now=self.now)
        return True

    def _report(self, job_id: UUID, token: Any, result: Mapping[str, Any] | Failure) -> None:
        with self.session() as session:
            if not isinstance(result, Failure):
                jobs.complete(session, job_id, token, result, now=self.now)
            elif result.bpmn_error:
                jobs.throw_bpmn_error(
                    session,
                    job_id,
                    token,
                    result.code or "",
                    result.message,
                    result.variables,
                    now=self.now,
                )
            else:
                text = Text(result.message, result.message)
                jobs.fail(
                    session, job_id, token, message=text, code=result.code, retry=result.retry, now=self.now
                )


def memory_engine() -> Engine:
    """A SQLite database in memory, shared by all sessions of one engine."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _foreign_keys)
    Base.metadata.create_all(engine)
    return engine


def _foreign_keys(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=ON")


def _call(job: Job) -> Call:
    return Call(
        job.type, job.element_id, job.input or {}, job.variables or {}, job.headers or {}, job.attempt
    )
