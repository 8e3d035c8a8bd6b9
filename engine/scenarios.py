"""Scenarios: a process run from a data file, with a moving clock and answered jobs.

A scenario says how the process starts, what people and the world do, and what must come out. It is
the citizen developer's test: it runs in the browser, by `relais test`, and before publishing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from engine import definitions, history, incidents, instances, messages, signals, timers, user_tasks, values
from engine.catalogue import Catalogue
from engine.errors import EngineError, InvalidState, SubmissionInvalid
from engine.packages import Package
from engine.sandbox import START, Call, Failure, Sandbox
from engine.states import OPEN_TASK
from engine.store import ProcessDefinition, UserTask


class ScenarioInvalid(EngineError):
    """The scenario's file cannot be understood."""


@dataclass(frozen=True)
class Scenario:
    """One data file: see processes/README.md for its keys."""

    name: str
    description: str
    start: Mapping[str, Any]
    mocks: tuple[Mapping[str, Any], ...]
    steps: tuple[Mapping[str, Any], ...]
    expect: Mapping[str, Any]
    now: datetime
    process: str | None = None


@dataclass
class Outcome:
    """What came out: failures in words, and what was covered."""

    scenario: str
    failures: list[str] = field(default_factory=list)
    state: str = ""
    end_event: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    visited: dict[str, int] = field(default_factory=dict)
    flows: dict[str, int] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether everything that was expected came out."""
        return not self.failures


def load(name: str, content: bytes) -> Scenario:
    """Read a scenario's file. Raises ScenarioInvalid."""
    try:
        data = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ScenarioInvalid(f"{name}: {error}") from error
    unknown = data.keys() - {"description", "process", "now", "start", "mock", "step", "expect"}
    if unknown:
        raise ScenarioInvalid(f"{name}: unknown keys {', '.join(sorted(unknown))}")
    return Scenario(
        name,
        data.get("description", name),
        data.get("start", {}),
        tuple(data.get("mock", ())),
        tuple(data.get("step", ())),
        data.get("expect", {}),
        data.get("now", START).astimezone(UTC),
        data.get("process"),
    )


def run(package: Package, scenario: Scenario, catalogue: Catalogue) -> Outcome:
    """Deploy the package into a fresh sandbox and play the scenario."""
    sandbox = Sandbox(catalogue=catalogue, now=scenario.now)
    try:
        return _Play(sandbox, package, scenario).play()
    finally:
        sandbox.close()


class _Play:
    """One scenario being played."""

    def __init__(self, sandbox: Sandbox, package: Package, scenario: Scenario) -> None:
        self.sandbox, self.scenario = sandbox, scenario
        self.outcome = Outcome(scenario.name)
        self.used = [0] * len(scenario.mocks)
        made = sandbox.deploy(package)
        wanted = scenario.process or made[0].key
        self.definition: ProcessDefinition = next(d for d in made if d.key == wanted)

    def play(self) -> Outcome:
        """Start, do every step, compare."""
        try:
            instance_id = self._start()
            for number, step in enumerate(self.scenario.steps, start=1):
                self._do(instance_id, number, step)
        except EngineError as error:
            self.outcome.failures.append(_in_words(error))
            return self.outcome
        self._look(instance_id)
        self._compare(instance_id)
        return self.outcome

    def answer(self, call: Call) -> Mapping[str, Any] | Failure:
        """The next mock for this job; the last one that fits is used again."""
        fitting = [
            (index, mock)
            for index, mock in enumerate(self.scenario.mocks)
            if mock.get("job", call.type) == call.type
            and mock.get("element", call.element_id) == call.element_id
        ]
        if not fitting:
            return Failure(f"no [[mock]] answers {call.type} at {call.element_id}", code="NO_ANSWER")
        index, mock = next(((i, m) for i, m in fitting if self.used[i] < m.get("times", 1)), fitting[-1])
        self.used[index] += 1
        if "fails" in mock:
            failure = mock["fails"]
            return Failure(
                failure.get("message", "failed"), failure.get("code"), retry=failure.get("retry", False)
            )
        if "throws" in mock:
            thrown = mock["throws"]
            variables = thrown.get("variables", {})
            return Failure(thrown.get("message", ""), thrown["code"], bpmn_error=True, variables=variables)
        returned: Mapping[str, Any] = mock.get("returns", {})
        return returned

    def _start(self) -> UUID:
        with self.sandbox.session() as session:
            given = dict(self.scenario.start)
            if self.definition.start_form:
                form = definitions.form(session, self.definition.id, self.definition.start_form)
                zone = definitions.compiled(session, self.definition.id).zone
                submission = form.validate(given, {}, now=self.sandbox.now, zone=zone)
                if submission.errors:
                    raise SubmissionInvalid(submission.errors)
                given = submission.values
            started = instances.start(session, self.definition.key, given, now=self.sandbox.now)
        self.sandbox.run_jobs(self.answer)
        return started.id

    def _do(self, instance_id: UUID, number: int, step: Mapping[str, Any]) -> None:
        if "advance" in step:
            self.sandbox.advance(_length(step["advance"]), self.answer)
        elif "task" in step:
            self._complete_task(instance_id, number, step)
        elif "message" in step:
            self._publish(step)
        elif "signal" in step:
            with self.sandbox.session() as session:
                signals.broadcast(session, step["signal"], step.get("payload", {}), now=self.sandbox.now)
        elif "resolve" in step:
            self._resolve(instance_id, number, step)
        else:
            raise ScenarioInvalid(f"step {number}: expected advance, task, message, signal or resolve")
        self.sandbox.run_jobs(self.answer)

    def _complete_task(self, instance_id: UUID, number: int, step: Mapping[str, Any]) -> None:
        user = user_tasks.User(step.get("user", "scenario"), may_see_all=True)
        with self.sandbox.session() as session:
            task = session.scalars(
                select(UserTask).where(
                    UserTask.instance_id == instance_id,
                    UserTask.element_id == step["task"],
                    UserTask.state.in_(OPEN_TASK),
                )
            ).first()
            if task is None:
                raise InvalidState(f"step {number}: no open task « {step['task']} »")
            zone = definitions.compiled(session, self.definition.id).zone
            user_tasks.submit_form(
                session, task.id, step.get("submit", {}), user=user, now=self.sandbox.now, zone=zone
            )

    def _publish(self, step: Mapping[str, Any]) -> None:
        with self.sandbox.session() as session:
            messages.publish(
                session,
                step["message"],
                str(step.get("key", "")),
                step.get("payload", {}),
                now=self.sandbox.now,
            )

    def _resolve(self, instance_id: UUID, number: int, step: Mapping[str, Any]) -> None:
        with self.sandbox.session() as session:
            found = [
                i for i in incidents.open_incidents(session, instance_id) if i.element_id == step["resolve"]
            ]
            if not found:
                raise InvalidState(f"step {number}: no incident at « {step['resolve']} »")
            incidents.resolve(
                session, found[0].id, by="scenario", now=self.sandbox.now, variables=step.get("variables", {})
            )

    def _look(self, instance_id: UUID) -> None:
        with self.sandbox.session() as session:
            instance = instances.get(session, instance_id)
            trail = history.trail(history.of(session, instance_id))
            self.outcome.state, self.outcome.end_event = instance.state, instance.end_event_id
            self.outcome.variables = instances.variables(session, instance_id)
            self.outcome.visited, self.outcome.flows = {**trail.active, **trail.done}, trail.flows
            self.outcome.calls = self.sandbox.calls

    def _compare(self, instance_id: UUID) -> None:
        expect, outcome = self.scenario.expect, self.outcome
        self._same("state", expect.get("state"), outcome.state)
        self._same("end_event", expect.get("end_event"), outcome.end_event)
        for name, wanted in expect.get("variables", {}).items():
            self._same(f"variable {name}", values.from_python(wanted), outcome.variables.get(name))
        for element in expect.get("visited", ()):
            if element not in outcome.visited:
                outcome.failures.append(f"{element} was not visited")
        for element in expect.get("not_visited", ()):
            if element in outcome.visited:
                outcome.failures.append(f"{element} was visited")
        self._compare_open(instance_id)

    def _compare_open(self, instance_id: UUID) -> None:
        expect = self.scenario.expect
        with self.sandbox.session() as session:
            stopped = [i.element_id for i in incidents.open_incidents(session, instance_id)]
            query = select(UserTask.element_id).where(
                UserTask.instance_id == instance_id, UserTask.state.in_(OPEN_TASK)
            )
            waiting = sorted(session.scalars(query))
        self._same("incidents", sorted(expect.get("incidents", ())), sorted(stopped))
        if "tasks" in expect:
            self._same("open tasks", sorted(expect["tasks"]), waiting)

    def _same(self, what: str, wanted: Any, got: Any) -> None:
        if wanted is not None and wanted != got:
            self.outcome.failures.append(f"{what}: expected {_shown(wanted)}, got {_shown(got)}")


def _length(text: str) -> timedelta:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    due = timers.schedule("timeDuration", text, now=moment, zone=UTC).due
    return due - moment


def _shown(value: Any) -> str:
    return str(values.to_python(value)) if not isinstance(value, str) else value


def _in_words(error: EngineError) -> str:
    if isinstance(error, SubmissionInvalid):
        return "; ".join(f"{path}: {text.fr}" for path, text in error.errors.items())
    return str(error)
