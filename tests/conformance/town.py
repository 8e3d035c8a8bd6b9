"""Plays one case of the betsy suite on a real engine: scripts are jobs, waiting takes time.

Everything goes through the engine's public functions and is stored between two steps. Time moves
only as far as the case asks; a task that waits ten seconds holds its job for ten seconds while
timers, signals and other branches go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import history, incidents, instances, internal_jobs, jobs, packages
from engine.errors import InvalidState, JobNotActivated
from engine.sandbox import LEASE, Sandbox
from engine.spiff import xml
from engine.spiff.xml import b
from engine.states import JobKind, JobState
from engine.store import Job, ProcessInstance
from tests.conformance.translation import READ, WRITES

SECONDS = {"WAIT_TEN_SECONDS": 10, "CREATE_TIMESTAMP_LOG_1": 10, "CREATE_TIMESTAMP_LOG_2": 10}
MARGIN = timedelta(seconds=1)
STEPS = 5000
TEXT = "String"


@dataclass(order=True)
class Held:
    """A task that takes time: when it is done, and whose job it is."""

    due: datetime
    job_id: UUID = field(compare=False)
    token: Any = field(compare=False)
    outcome: dict[str, Any] | None = field(compare=False)


class RunsForEver(Exception):
    """The case took more steps than any case of the suite needs."""


class Town:
    """The processes of one file, and what their scripts have written."""

    def __init__(self, content: bytes) -> None:
        self.sandbox = Sandbox()
        self.trace: list[str] = []
        self.held: list[Held] = []
        self.spans: dict[str, tuple[datetime, datetime]] = {}
        self.steps = 0
        self.keys = [d.key for d in self.sandbox.deploy(packages.single(content, "betsy.bpmn"))]
        self.drawn = _starts(content)

    def play(self, key: str, variables: Mapping[str, Any], *, others: bool, delay: timedelta) -> None:
        """Start the process (and, first, the file's other ones that people can start); let time pass."""
        for other in self.keys if others else []:
            if other != key and other in self.drawn:
                self._start(other, {})
        self._start(key, variables)
        self._advance(self.sandbox.now + delay + MARGIN)
        while self.held:
            self._advance(min(self.held).due)

    def main(self, *names: str) -> str:
        """The process that the case starts: the one named like it, else the first that can be started."""
        startable = [k for k in self.keys if k in self.drawn] or self.keys
        return next((n for n in names if n in self.keys), startable[0])

    def close(self) -> list[str]:
        """What went wrong, in words; the trace is complete now."""
        problems = self._incidents() + self._uncaught_escalations()
        self.sandbox.close()
        overlap = len(self.spans) == 2 and max(s for s, _ in self.spans.values()) < min(
            e for _, e in self.spans.values()
        )
        if overlap:
            self.trace.append("EXECUTION_parallel")
        return problems

    # ---- steps

    def _start(self, key: str, variables: Mapping[str, Any]) -> None:
        with suppress(InvalidState), self.sandbox.session() as session:
            instances.start(session, key, variables, now=self.sandbox.now)
        self._work()

    def _advance(self, until: datetime) -> None:
        self._work()
        while (due := self._next()) is not None and due <= until:
            self.sandbox.clock.set(max(due, self.sandbox.now))
            self._work()
        self.sandbox.clock.set(max(until, self.sandbox.now))
        self._work()

    def _next(self) -> datetime | None:
        with self.sandbox.session() as session:
            due = session.scalar(select(func.min(Job.due_at)).where(Job.state == JobState.CREATED))
        return min([*(h.due for h in self.held), *([due] if due else [])], default=None)

    def _work(self) -> None:
        while self._release() or self._do_one():
            self.steps += 1
            if self.steps > STEPS:
                raise RunsForEver(f"more than {STEPS} steps")

    def _release(self) -> bool:
        """End one task whose time is over."""
        done = [h for h in self.held if h.due <= self.sandbox.now]
        if done:
            self.held.remove(min(done))
            self._report(min(done))
        return bool(done)

    def _claim(self, session: Session, types: tuple[str, ...] | None) -> list[Job]:
        return jobs.claim(session, worker="betsy", now=self.sandbox.now, lease=LEASE, types=types)

    def _do_one(self) -> bool:
        """Do the next job; a message that is under way arrives before the next script begins."""
        with self.sandbox.session() as session:
            claimed = self._claim(session, types=()) or self._claim(session, types=None)
            if not claimed:
                return False
            job = claimed[0]
            kind, job_id, token, work = job.kind, job.id, job.token, (job.type, job.input, job.headers)
        if kind != JobKind.CONNECTOR:
            with suppress(JobNotActivated), self.sandbox.session() as session:
                internal_jobs.run(session, job_id, token, now=self.sandbox.now)
            return True
        outcome = self._execute(work[0], work[1] or {}, work[2] or {})
        seconds = next((s for word, s in SECONDS.items() if word in work[0]), 0)
        end = self.sandbox.now + timedelta(seconds=seconds)
        if "TIMESTAMP" in work[0]:
            self.spans[work[0]] = (self.sandbox.now, end)
        held = Held(end, job_id, token, outcome)
        self.held.append(held) if seconds else self._report(held)
        return True

    def _report(self, done: Held) -> None:
        with suppress(JobNotActivated), self.sandbox.session() as session:
            now = self.sandbox.now
            if done.outcome is None:
                jobs.throw_bpmn_error(session, done.job_id, done.token, "ERR_CODE", "thrown", {}, now=now)
            else:
                jobs.complete(session, done.job_id, done.token, done.outcome, now=now)

    def _execute(
        self, keyword: str, given: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """Do what a script's keyword says; None: it throws."""
        result: dict[str, Any] = {}
        for word in [w.strip() for w in keyword.replace(",", " ").split()]:
            if word == "THROW_ERROR":
                return None
            if word.startswith("INCREMENT_INTEGER_VARIABLE"):
                result["integerVariable"] = (given.get(READ) or 0) + 1
            if word == "SET_STRING_DATA":
                result[headers[WRITES]] = TEXT
            self._write(word, given.get(READ))
        return result

    def _write(self, word: str, data: Any) -> None:
        if word == "CREATE_MARKER_FILE":
            if "MARKER_exists" not in self.trace:
                self.trace.append("MARKER_exists")
        elif word == "INCREMENT_INTEGER_VARIABLE_AND_LOG":
            self.trace.append("INCREMENT")
        elif word == "LOG_DATA":
            self.trace.append("DATA_correct" if data == TEXT else "DATA_wrong")
        elif word.startswith("SCRIPT_") or not word.isupper():
            self.trace.append("SCRIPT_" + word.removeprefix("SCRIPT_"))

    # ---- what went wrong

    def _incidents(self) -> list[str]:
        with self.sandbox.session() as session:
            found = [(i.kind, i.message["en"]) for i in incidents.open_incidents(session)]
        for word in dict.fromkeys(_word(kind) for kind, _ in found):
            self.trace.append(word)
        return [message for _, message in found]

    def _uncaught_escalations(self) -> list[str]:
        with self.sandbox.session() as session:
            ids = session.scalars(select(ProcessInstance.id)).all()
            thrown = [e for i in ids for e in history.of(session, i) if e.kind == "escalation_thrown"]
            lost = [e.element_id for e in thrown if (e.data or {}).get("caught_by") is None]
        found = [f"escalation at {element}" for element in lost]
        if found:
            self.trace.append("ERROR_thrownEscalationEvent")
        return found


def _word(kind: str) -> str:
    return "ERROR_thrownErrorEvent" if kind == "uncaught_error" else "ERROR_runtime"


def _starts(content: bytes) -> set[str]:
    """Processes that can be started by hand: a start event that waits for nothing, or none at all."""
    found = set()
    for process in xml.read(content).iter(b("process")):
        starts = process.findall(b("startEvent"))
        plain = [s for s in starts if not any("EventDefinition" in str(c.tag) for c in s)]
        waiting = [e for e in process if e.get("instantiate") == "true"]
        if plain or not (starts or waiting):
            found.add(process.get("id") or "")
    return found
