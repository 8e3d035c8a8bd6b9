"""A process instance in memory: its scheduler, scopes and history, on SpiffWorkflow's BpmnWorkflow."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.feel import FeelError
from engine.spiff import compensation
from engine.spiff.calls import EMPTY, Callee, Definition
from engine.spiff.changes import Changes, Event, NewIncident, Stop, feel_text
from engine.spiff.runs import CalledRun, ScopeInstance, SubProcessRun
from engine.spiff.scopes import ROOT_SCOPE, Scope
from engine.spiff.token import Token
from engine.spiff.waits import Waits

if TYPE_CHECKING:
    from engine.spiff.compiled import CompiledProcess
    from engine.spiff.specs.decision_task import DecisionSource
    from engine.spiff.specs.node import Node


#: Steps of one advance; a loop in which nothing waits ends here with an incident.
MAX_STEPS = 250_000


class ProcessRun(ScopeInstance, BpmnWorkflow):  # type: ignore[misc]
    """A process instance in memory, from one command to the next wait states."""

    def __init__(
        self, compiled: CompiledProcess, variables: dict[str, Any], now: datetime, case: Scope | None = None
    ) -> None:
        self.set_up(ROOT_SCOPE, Scope(ROOT_SCOPE, case, variables))
        self.top, self.host = self, None
        self.compiled, self.now, self.zone = compiled, now, compiled.zone
        self.program, self.definition = compiled, None
        self.library = EMPTY
        self.called: dict[int, Definition] = {}  #: by element key: the called process it belongs to
        self.queue: deque[Token] = deque()
        self.waits = Waits(self)
        self.scopes: dict[int, Scope] = {ROOT_SCOPE: self.scope}
        self.changes = Changes()
        self.last_key = 0
        self.steps = 0  #: taken since the instance was loaded
        self.script_seconds = 0.0  #: that Python scripts have taken since then
        self.instance_id: UUID | None = None
        self.decisions: DecisionSource = lambda called: None
        self.hungry: list[Token] = []  #: activities whose input sets are not there yet
        self.arming: dict[int, list[Token]] = {}  #: by owner: events that could not be waited for
        self.looked_up: set[int] = set()  #: subscriptions whose early message was looked for
        super().__init__(compiled.spec, compiled.subprocess_specs, deserializing=True)

    def decision_source(self) -> DecisionSource:
        """Those bound to the instance's version."""
        return self.decisions

    # ---- keys, scopes, tokens

    def next_key(self) -> int:
        """A number unique in this instance: tokens, scopes and subscriptions share the sequence."""
        self.last_key += 1
        return self.last_key

    def new_scope(self, key: int, parent: Scope) -> Scope:
        """A child scope; its key is that of the token it belongs to."""
        scope = self.scopes[key] = Scope(key, parent)
        return scope

    def new_token(self, run: ScopeInstance, spec: Node, *, front: bool = False, queued: bool = True) -> Token:
        """A token at `spec` that waits for its turn; triggered tokens go first."""
        token = Token(run, spec, self.next_key(), run.scope, self.now)
        if queued:
            (self.queue.appendleft if front else self.queue.append)(token)
        return token

    def open_scope(self, host: Token, spec_name: str) -> SubProcessRun:
        """Open the inner scope of a sub-process; it has no token yet."""
        if host.scope is host.outer_scope:
            host.scope = self.new_scope(host.key, host.outer_scope)
        host.task_spec.declare(host.scope)
        spec = host.workflow.program.subprocess_specs[spec_name]
        inner = self.subprocesses[host.key] = SubProcessRun(spec, host, self, host.scope)
        return inner

    def open_sub_process(self, host: Token, spec_name: str) -> None:
        """Start the inner scope of a sub-process."""
        inner = self.open_scope(host, spec_name)
        if host.task_spec.is_event_sub_process:
            inner.start([host.task_spec.start_id], host.payload, host.details)
        else:
            inner.start(inner.spec.none_starts)

    def call(self, host: Token, callee: Callee, variables: dict[str, Any]) -> CalledRun:
        """Open a called process with these variables of its own; it has no token yet."""
        key = self.next_key()
        scope = self.scopes[key] = Scope(key, self.scope.parent)
        for name, value in variables.items():
            scope.set_local(name, value)
        inner = self.subprocesses[host.key] = CalledRun(callee, host, self, scope)
        return inner

    def end_inside(self, host: Token) -> None:
        """End the sub-process or called process that this token runs, if it runs one."""
        inner = self.subprocesses.pop(host.key, None)
        if inner is not None:
            self.kill_all(inner)
            inner.completed = True
            compensation.forget(self, inner.completed_activities)
            self.drop_scope(inner.scope)

    def drop_scope(self, scope: Scope) -> None:
        """The variables of this scope end here."""
        if self.scopes.pop(scope.key, None) is not None:
            self.changes.dropped_scopes.append(scope.key)

    def token(self, key: int) -> Token | None:
        """The open token with that key, in whatever scope."""
        for run in self.runs():
            if key in run.open:
                return run.open[key]
        return None

    def run_of(self, key: int) -> ScopeInstance | None:
        """The running scope with that key; None when it has ended."""
        found: ScopeInstance | None = self if key == ROOT_SCOPE else self.subprocesses.get(key)
        return found

    def runs(self) -> list[ScopeInstance]:
        """The process and every running sub-process."""
        return [self, *self.subprocesses.values()]

    def label(self, element_id: str) -> str:
        """The name people gave the element, in this process or in one that it has called; else its id."""
        programs = [self.compiled, *(r.program for r in self.runs() if r.definition is not None)]
        found = [program.node(element_id) for program in programs]
        return next((node.label for node in found if node is not None), element_id)

    def open_tokens(self) -> list[Token]:
        """Every token that is not finished."""
        return [token for run in self.runs() for token in run.open.values()]

    # ---- the scheduler: one token per step, triggered tokens first

    def run_queue(self) -> None:
        """Run to the next wait states; joins go on when everything stands still."""
        self._drain()
        while any(run.settle_joins() for run in self._joining()):
            self._drain()
        for run in self._joining():
            run.report_stuck_joins()

    def _joining(self) -> list[ScopeInstance]:
        return [run for run in self.runs() if run.joins]

    def _drain(self) -> None:
        queue, waits, conditions = self.queue, self.waits, self.waits.conditions
        if conditions:
            waits.check_conditions()
        if self.hungry:
            self._offer_data()
        while queue:
            token = queue.popleft()
            if token.is_ready and not token.workflow.completed:
                self.steps += 1
                if self.steps > MAX_STEPS:
                    self.stop(token, Stop("endless", _endless(token.task_spec.label)))
                    continue
                self.step(token)
                if conditions:
                    waits.check_conditions()
                if self.hungry:
                    self._offer_data()

    def wait_for_data(self, token: Token) -> None:
        """The token stands before its activity until an input set is there (clause 13.3.2)."""
        token._state = TaskState.WAITING
        self.hungry.append(token)

    def _offer_data(self) -> None:
        """After a step: activities whose data has been written meanwhile begin."""
        for token in list(self.hungry):
            if not token.waits_for_data:
                self.hungry.remove(token)
            elif token.task_spec.data_set(token) is not None or not token.task_spec.data.input_sets:
                self.hungry.remove(token)
                token._state = TaskState.READY
                self.queue.append(token)

    def attempt(self, act: Callable[[], object]) -> Stop | None:
        """Do something that may stop a token; what goes wrong is a value."""
        try:
            act()
        except Stop as stop:
            return stop
        except FeelError as error:
            return Stop("expression", feel_text(error))
        return None

    def step(self, token: Token) -> None:
        """Let one token work; what goes wrong holds it."""
        stop = self.attempt(token.run)
        if stop is not None:
            self.stop(token, stop)

    def finish(self, token: Token, result: dict[str, Any]) -> None:
        """Complete a waiting token with what came from outside."""
        token.completing = result
        self._complete(token)

    def _complete(self, token: Token) -> None:
        stop = self.attempt(token.complete)
        if stop is not None:
            self.stop(token, stop)

    def stop(self, token: Token, stop: Stop) -> None:
        """Hold the token; an incident says why."""
        token._state = TaskState.ERROR
        self.changes.incidents.append(
            NewIncident(token.key, token.task_spec.name, stop.kind, stop.message, stop.code)
        )

    def restart(self, token: Token) -> None:
        """Try again what stopped: the completion if it had a result, else the element from its entry."""
        if token.completing is not None:
            token._state = TaskState.STARTED
            self._complete(token)
            return
        token.task_spec.undo(token)
        token._state = TaskState.READY
        self.queue.append(token)

    def scope_finished(self, run: ScopeInstance) -> None:
        """A scope has no token left: its activity completes, or the instance does."""
        self.waits.close_scope(run)
        if run.host is None:
            compensation.forget(self, run.completed_activities)
        elif not run.host.is_finished:
            self.subprocesses.pop(run.key, None)
            if run.completed_activities or run.spec.compensation_sub_process:
                run.host.kept = run.completed_activities
            self.finish(run.host, run.host.task_spec.inner_result(run))

    # ---- ending tokens

    def close(self, token: Token) -> None:
        """The token left its element normally."""
        self._stop_waiting(token)
        token._state = TaskState.COMPLETED
        token.workflow.forget(token)

    def discard(self, token: Token) -> None:
        """The token was here only to say that an event cannot be waited for."""
        token._state = TaskState.CANCELLED
        token.workflow.forget(token)
        self.changes.ended_elements.append(token.key)
        token.workflow.finish_if_empty()

    def _stop_waiting(self, token: Token) -> None:
        self.waits.close_all(token.key)
        if self.arming:
            for held in self.arming.pop(token.key, ()):
                self.discard(held)

    def kill(self, token: Token) -> None:
        """End a token and everything inside it."""
        if token.is_finished:
            return
        token._state = TaskState.CANCELLED
        self.end_inside(token)
        self._stop_waiting(token)
        self._forget_kept(token)
        token.task_spec.killed(token)
        token.workflow.forget(token)
        self.changes.ended_elements.append(token.key)
        self.record("element_terminated", token)

    def kill_all(self, run: ScopeInstance, but: Token | None = None) -> None:
        """End every token of a scope."""
        run.joins.clear()
        for token in list(run.open.values()):
            if token is not but:
                self.kill(token)

    def _forget_kept(self, token: Token) -> None:
        """Variables of its own and those kept for compensation end with a token that is killed."""
        compensation.forget(self, token.kept or [])
        compensation.forget(self, token.pending or [])
        compensation.give_back(token)
        if token.scope is not token.outer_scope:
            self.drop_scope(token.scope)

    def interrupt(self, run: ScopeInstance, taker: Token) -> None:
        """An interrupting event sub-process takes over: everything else in its scope ends."""
        self.kill_all(run, but=taker)
        self.waits.close_scope(run)
        run.interrupted = True

    # ---- evaluation and history

    def evaluate(self, expression: Expression, scope: Scope) -> Any:
        """The expression's value, on this instance's clock."""
        return expression.evaluate(scope, now=self.now, zone=self.zone)

    def record(self, kind: str, token: Token, data: Any = None) -> None:
        """Note what happened to an element instance."""
        self.changes.events.append(
            Event(
                kind,
                token.task_spec.name,
                token.key,
                ready_at=token.ready_at,
                claimed_at=token.claimed_at,
                started_at=token.started_at,
                actor=token.actor,
                data=data,
            )
        )

    def announce_waiting(self) -> None:
        """Once per token that still waits: the element became active."""
        for token in self.open_tokens():
            if not token.announced:
                token.announced = True
                self.record("element_activated", token)


def _endless(label: str) -> Text:
    return Text(
        f"Le dossier tourne en rond sans jamais attendre ; il a été arrêté à « {label} » "
        f"après {MAX_STEPS} pas. Corrigez ce qui devait faire sortir de la boucle, puis relancez.",
        f'The case goes round without ever waiting; it was stopped at "{label}" '
        f"after {MAX_STEPS} steps. Correct what should have left the loop, then try again.",
    )
