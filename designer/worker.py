"""Workers: claim a job, call its connector outside any transaction, report once.

One protocol (`JobRunner.run`), one driver here (`Worker`: a poller and a thread pool).

    claim (commit) → record the intent (commit) → call → report (commit)

A report that meets a conflict is tried again with the result that is already there; the connector is
never called again for it. A report whose lease is gone is dropped: whoever holds the job now decides.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from connectors import registry
from connectors.sdk import NOT_FOUND, BpmnError, ConnectorError, Found, RetryableError
from designer.config import Config
from designer.outcomes import Done, Failed, Outcome, Thrown, Uncertain, lost_answer, our_defect, unusable
from designer.secrets import Vault
from designer.wiring import Call, CannotCall, CaseFiles, Wiring
from engine import effects, internal_jobs, jobs, watchdog
from engine.clock import Clock, SystemClock
from engine.diagnostics import Text
from engine.errors import EngineError, InstanceEnded, InvalidValue, JobNotActivated
from engine.states import JobKind, JobState
from engine.store import Job

log = structlog.get_logger("relais.worker")

CONFLICT_WAITS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
UNKNOWN_TYPES_EVERY_SECONDS = 60.0


def _worker_name() -> str:
    """Unique per start of a process: a process id alone comes back."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


@dataclass
class JobRunner:
    """Runs claimed jobs by the protocol; has no thread of its own."""

    engine: Engine
    wiring: Wiring
    clock: Clock
    lease: timedelta
    name: str = field(default_factory=_worker_name)
    _types: frozenset[str] = field(default=frozenset(), init=False)
    _types_until: float = field(default=0.0, init=False)

    def transaction(self) -> AbstractContextManager[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        return self.wiring.transaction()

    def claim(self, limit: int) -> list[Job]:
        """Up to `limit` due jobs, held for the lease; detached from any session."""
        with Session(self.engine, expire_on_commit=False) as session:
            types = self._served(session)
            now = self.clock.now()
            found = jobs.claim(session, worker=self.name, now=now, lease=self.lease, limit=limit, types=types)
            if found:
                session.commit()
            session.expunge_all()
            return found

    def run_due(self, limit: int = 100) -> int:
        """Claim and run up to `limit` due jobs one after the other, here and now; how many there were."""
        done = 0
        while done < limit and (claimed := self.claim(1)):
            self.run(claimed[0])
            done += 1
        return done

    def run(self, job: Job) -> None:
        """One claimed job from its call to its report. Raises nothing that a job can cause."""
        with structlog.contextvars.bound_contextvars(job=str(job.id), instance=str(job.instance_id)):
            if job.kind != JobKind.CONNECTOR:
                self._run_internal(job)
                return
            started = time.monotonic()
            outcome = self._outcome(job)
            self._report(job, outcome)
            seconds = round(time.monotonic() - started, 3)
            log.info("job.run", type=job.type, outcome=outcome.name, attempt=job.attempt, seconds=seconds)

    # --- the engine's own jobs --------------------------------------------------------------------------

    def _run_internal(self, job: Job) -> None:
        def work(session: Session) -> None:
            internal_jobs.run(session, job.id, job.token, now=self.clock.now())

        try:
            self._commit(work)
        except JobNotActivated:
            log.warning("job.lease_lost", kind=job.kind)
        except (EngineError, SQLAlchemyError) as error:
            log.exception("job.internal_failed", kind=job.kind, exc_info=error)
            self._postpone(job)

    def _postpone(self, job: Job) -> None:
        """Try an engine job again later; its lease would end anyway, this only waits longer each time."""

        def work(session: Session) -> None:
            held = session.get(Job, job.id, with_for_update=True)
            if held is not None and held.token == job.token:
                held.state, held.token = JobState.CREATED, None
                held.due_at = self.clock.now() + jobs.back_off(job.attempt)

        self._commit(work)

    # --- connector jobs ---------------------------------------------------------------------------------

    def _outcome(self, job: Job) -> Outcome:
        try:
            with self.transaction() as session:
                call = self.wiring.call(session, job)
            decision = self._decide(job, call)
        except CannotCall as refused:
            return unusable(refused)
        if decision == "check":
            return self._check_then_call(call)
        if decision == "uncertain":
            return Uncertain(lost_answer(call.operation))
        return _called(call)

    def _decide(self, job: Job, call: Call) -> str:
        """`call`, `check` or `uncertain`; for anything but a read the intent is on record afterwards."""
        if call.operation.effect == "read":
            return "call"
        idempotency = call.operation.idempotency_for(call.args, call.context.connection)
        with self.transaction() as session:
            return effects.before_call(session, job, idempotency=idempotency, now=self.clock.now())

    def _check_then_call(self, call: Call) -> Outcome:
        try:
            answer = call.operation.was_done(call.args, call.context)
        except (ConnectorError, BpmnError) as error:
            log.warning("job.check_failed", type=call.operation.type, error=str(error))
            return Uncertain(lost_answer(call.operation))
        if isinstance(answer, Found):
            return Done(answer.result)
        return _called(call) if answer is NOT_FOUND else Uncertain(lost_answer(call.operation))

    def _report(self, job: Job, outcome: Outcome) -> None:
        """Bring the outcome into the instance; what the engine refuses becomes an incident."""
        assert job.token is not None  # noqa: S101 - a claimed job has one
        documents = self._keep_evidence(job, outcome)
        try:
            self._commit(lambda session: outcome.report(session, job, documents, self.clock.now()))
        except (JobNotActivated, InstanceEnded):
            log.warning("job.lease_lost", outcome=outcome.name)
        except (InvalidValue, EngineError) as error:
            log.exception("job.report_refused", outcome=outcome.name)
            self._report_defect(job, error)

    def _report_defect(self, job: Job, error: EngineError) -> None:
        failure = our_defect(error)
        try:
            self._commit(lambda session: failure.report(session, job, (), self.clock.now()))
        except EngineError:
            log.exception("job.lost", type=job.type)

    def _keep_evidence(self, job: Job, outcome: Outcome) -> tuple[UUID, ...]:
        if not outcome.attachments:
            return ()
        files = CaseFiles(self.transaction, job, self.clock.now)
        kept = [files.add(a.name, a.media_type, a.data, "screenshot") for a in outcome.attachments]
        return tuple(UUID(ref["id"]) for ref in kept)

    def _commit(self, work: Callable[[Session], object]) -> None:
        """Do `work` in a transaction; database conflicts and short outages are waited out."""
        for wait in (*CONFLICT_WAITS, None):
            try:
                with self.transaction() as session:
                    work(session)
            except OperationalError as error:
                if wait is None:
                    raise
                log.warning("database.conflict", wait_seconds=wait, error=str(error.orig))
                time.sleep(wait)
            else:
                return

    def _served(self, session: Session) -> frozenset[str]:
        """Job types to claim: those installed, and those written like ours that nobody installed.

        The latter become incidents that say so. Other types are left to outside workers.
        """
        if time.monotonic() >= self._types_until:
            installed = registry.default().types()
            waiting = session.scalars(
                select(Job.type).where(Job.kind == JobKind.CONNECTOR, Job.type.not_in(installed)).distinct()
            )
            self._types = frozenset(installed) | {name for name in waiting if _is_ours(name)}
            self._types_until = time.monotonic() + UNKNOWN_TYPES_EVERY_SECONDS
        return self._types


class Worker:
    """The driver `threads`: one poller, one pool, one heartbeat that keeps long calls' leases."""

    def __init__(self, runner: JobRunner, *, concurrency: int = 4, poll_seconds: float = 1.0) -> None:
        self._runner, self._concurrency, self._poll_seconds = runner, concurrency, poll_seconds
        self._wake, self._stopping = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(concurrency, thread_name_prefix="relais-job")
        self._held: dict[UUID, Job] = {}
        self._guard = threading.Lock()
        self._watched = False
        self._threads = [
            threading.Thread(target=self._poll, name="relais-poller", daemon=True),
            threading.Thread(target=self._beat, name="relais-heartbeat", daemon=True),
        ]

    def start(self) -> None:
        """Begin to work; every commit of this process wakes the poller."""
        event.listen(Session, "after_commit", self._woken)
        for thread in self._threads:
            thread.start()
        log.info("worker.started", worker=self._runner.name, concurrency=self._concurrency)

    def stop(self, timeout_seconds: float = 30.0) -> bool:
        """Claim nothing more, wait for running calls; whether all of them finished in time."""
        self._stopping.set()
        self._wake.set()
        if event.contains(Session, "after_commit", self._woken):
            event.remove(Session, "after_commit", self._woken)
        deadline = time.monotonic() + timeout_seconds
        self._threads[0].join(timeout_seconds)
        while self._in_flight() and time.monotonic() < deadline:
            time.sleep(0.02)
        finished = self._in_flight() == 0
        self._pool.shutdown(wait=finished, cancel_futures=True)
        log.info("worker.stopped", worker=self._runner.name, finished=finished)
        return finished

    def _woken(self, _session: Session) -> None:
        self._wake.set()

    def _in_flight(self) -> int:
        with self._guard:
            return len(self._held)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            if not self._claim_and_submit():
                self._wake.wait(self._poll_seconds)

    def _claim_and_submit(self) -> bool:
        free = self._concurrency - self._in_flight()
        if free <= 0:
            return False
        try:
            self._let_the_watchdog_begin()
            claimed = self._runner.claim(free)
        except SQLAlchemyError as error:
            log.warning("worker.cannot_claim", error=str(error))
            return False
        for job in claimed:
            with self._guard:
                self._held[job.id] = job
            self._pool.submit(self._work, job)
        return bool(claimed)

    def _let_the_watchdog_begin(self) -> None:
        """Once per start: the round that looks for silent instances goes on for ever afterwards."""
        if not self._watched:
            with self._runner.transaction() as session:
                watchdog.ensure(session, now=self._runner.clock.now())
            self._watched = True

    def _work(self, job: Job) -> None:
        try:
            self._runner.run(job)
        except Exception:  # the job's lease ends and it is claimed again; the thread must live on
            log.exception("job.crashed", job=str(job.id), type=job.type)
        finally:
            with self._guard:
                self._held.pop(job.id, None)
            self._wake.set()

    def _beat(self) -> None:
        """Extend the lease of every running job three times per lease."""
        while not self._stopping.wait(self._runner.lease.total_seconds() / 3) or self._in_flight():
            with self._guard:
                held = list(self._held.values())
            for job in held:
                self._extend(job)

    def _extend(self, job: Job) -> None:
        runner = self._runner
        try:
            with runner.transaction() as session:
                assert job.token is not None  # noqa: S101 - a claimed job has one
                jobs.extend(session, job.id, job.token, now=runner.clock.now(), lease=runner.lease)
        except JobNotActivated:
            log.debug("job.no_longer_held", job=str(job.id))
        except SQLAlchemyError as error:
            log.warning("worker.cannot_extend", error=str(error))


def make_runner(config: Config, engine: Engine, vault: Vault, clock: Clock | None = None) -> JobRunner:
    """A runner for this installation."""
    used = clock or SystemClock()

    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    wiring = Wiring(vault, transaction, config.allowed_private_hosts, now=used.now)
    return JobRunner(engine, wiring, used, config.lease)


def make_worker(config: Config, engine: Engine, vault: Vault, clock: Clock | None = None) -> Worker:
    """A worker for this installation, not yet started."""
    runner = make_runner(config, engine, vault, clock)
    return Worker(runner, concurrency=config.worker_concurrency, poll_seconds=config.poll_seconds)


def _called(call: Call) -> Outcome:
    """Call the connector; its three errors become outcomes."""
    try:
        return Done(call.operation.run(call.args, call.context))
    except BpmnError as thrown:
        message = Text(thrown.message.fr, thrown.message.en)
        return Thrown(str(thrown.code), message, thrown.variables)
    except ConnectorError as error:
        return _failed(error)


def _failed(error: ConnectorError) -> Failed:
    again = error if isinstance(error, RetryableError) else None
    after = timedelta(seconds=again.after_seconds) if again and again.after_seconds is not None else None
    return Failed(
        Text(error.message.fr, error.message.en),
        code=error.code,
        retry=again is not None,
        after=after,
        sent=again.sent if again else "no",
        attachments=error.attachments,
    )


def _is_ours(type: str) -> bool:
    """Whether a job type has the form `kind:operation:version`."""
    parts = type.split(":")
    return len(parts) == 3 and all(part.isidentifier() for part in parts[:2]) and parts[2].isdigit()
