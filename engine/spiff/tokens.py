"""Tokens: SpiffWorkflow's Task and workflows, used without task tree, prediction or copied data.

A token is a `Task` that stands alone: it enters an element, runs, and leaves by its flows; a
finished token is forgotten. State is therefore as small as the open tokens.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.feel import FeelError
from engine.spiff.changes import Changes, Event, NewIncident, Stop
from engine.spiff.scopes import ROOT_SCOPE, Scope
from engine.spiff.subscriptions import Subscription

if TYPE_CHECKING:
    from engine.spiff.compiled import CompiledProcess
    from engine.spiff.specs.node import Node

FINISHED = TaskState.FINISHED_MASK & ~TaskState.ERROR


class Token(Task):  # type: ignore[misc]
    """The position of control at one element."""

    task_spec: Node
    workflow: ScopeInstance
    _state: int

    def __init__(self, workflow: ScopeInstance, spec: Node, key: int, scope: Scope, now: datetime) -> None:
        super().__init__(workflow, spec, None, TaskState.READY, id=key)
        self.key, self.scope, self.outer_scope = key, scope, scope
        self.ready_at = self.started_at = now
        self.payload: dict[str, Any] = {}  #: variables that the triggering event brought
        self.details: dict[str, Any] = {}  #: what only the catching event sees of it
        self.completing: dict[str, Any] | None = None  #: result that waits for its incident to be resolved
        self.flow_in: str | None = None
        self.claimed_at: datetime | None = None
        self.actor: str | None = None
        self.announced = False
        workflow.open[key] = self

    def _set_state(self, value: int) -> None:
        """Finished is final: a token that cancelled itself while running stays cancelled."""
        if not self._state & FINISHED:
            self._state = value

    @property
    def is_finished(self) -> bool:
        """Whether it completed or was cancelled; a token in error is still there."""
        return bool(self._state & FINISHED)

    @property
    def is_ready(self) -> bool:
        """Whether it waits for its turn in the queue."""
        return bool(self._state == TaskState.READY)

    @property
    def is_stopped(self) -> bool:
        """Whether an incident holds it."""
        return bool(self._state == TaskState.ERROR)

    def run(self) -> None:
        """Let the element work; it completes now, or later from outside."""
        if self.task_spec._run_hook(self):
            self.complete()
        elif self._state == TaskState.READY:
            self._state = TaskState.STARTED

    def complete(self) -> None:
        """Leave the element by its flows."""
        if not self.is_finished:
            self.task_spec._on_complete(self)


class ScopeInstance:
    """What the process and its running sub-processes have in common: tokens, joins, variables."""

    key: int
    spec: Any
    top: ProcessRun
    host: Token | None
    scope: Scope
    completed: bool
    tasks: dict[int, Token]

    def set_up(self, key: int, scope: Scope) -> None:
        """Begin with no token and no join."""
        self.key, self.scope = key, scope
        self.open: dict[int, Token] = {}
        self.joins: dict[str, dict[str, int]] = {}

    def node(self, element_id: str) -> Node:
        """The element of that id in this scope."""
        found: Node = self.spec.task_specs[element_id]
        return found

    def start(self, element_ids: list[str], payload: dict[str, Any] | None = None) -> None:
        """Put a token on each of these start elements."""
        for element_id in element_ids:
            self.node(element_id).enter(self, payload=payload or {})
        self.finish_if_empty()

    def forget(self, token: Token) -> None:
        """The token is finished."""
        self.open.pop(token.key, None)
        self.tasks.pop(token.key, None)

    def finish_if_empty(self) -> None:
        """When no token is left: the scope is complete, unless a token waits in a join for ever."""
        if self.completed or self.open:
            return
        if self._report_stuck_joins():
            return
        self.completed = True
        self.top.scope_finished(self)

    def _report_stuck_joins(self) -> bool:
        for element_id, counts in self.joins.items():
            if any(counts.values()):
                self.node(element_id).stuck(self, counts)
        return bool(self.open)

    def _task_completed_notify(self, task: Task) -> None:
        """SpiffWorkflow's hook; tokens are kept by `open`."""

    def update_waiting_tasks(self) -> None:
        """SpiffWorkflow's hook; subscriptions take its place."""


class SubProcessRun(ScopeInstance, BpmnSubWorkflow):  # type: ignore[misc]
    """One running sub-process; its key is that of the token that runs it."""

    def __init__(self, spec: Any, host: Token, top: ProcessRun, scope: Scope) -> None:
        self.set_up(host.key, scope)
        self.top, self.host = top, host
        super().__init__(spec, parent_task_id=host.key, top_workflow=top, deserializing=True)

    def _calculate_depth(self) -> int:
        return 0


class ProcessRun(ScopeInstance, BpmnWorkflow):  # type: ignore[misc]
    """A process instance in memory, from one command to the next wait states."""

    def __init__(
        self, compiled: CompiledProcess, variables: dict[str, Any], now: datetime, case: Scope | None = None
    ) -> None:
        self.set_up(ROOT_SCOPE, Scope(ROOT_SCOPE, case, variables))
        self.top, self.host = self, None
        self.compiled, self.now, self.zone = compiled, now, compiled.zone
        self.queue: deque[Token] = deque()
        self.subscriptions: dict[int, Subscription] = {}
        self.scopes: dict[int, Scope] = {ROOT_SCOPE: self.scope}
        self.changes = Changes()
        self.last_key = 0
        self.instance_id: UUID | None = None
        self.looked_up: set[int] = set()  #: subscriptions whose early message was looked for
        super().__init__(compiled.spec, compiled.subprocess_specs, deserializing=True)

    # ---- keys, scopes, tokens

    def next_key(self) -> int:
        """A number unique in this instance: tokens, scopes and subscriptions share the sequence."""
        self.last_key += 1
        return self.last_key

    def new_scope(self, key: int, parent: Scope) -> Scope:
        """A child scope; its key is that of the token it belongs to."""
        scope = self.scopes[key] = Scope(key, parent)
        return scope

    def new_token(self, run: ScopeInstance, spec: Node, *, front: bool = False) -> Token:
        """A token at `spec` that waits for its turn; triggered tokens go first."""
        token = Token(run, spec, self.next_key(), run.scope, self.now)
        (self.queue.appendleft if front else self.queue.append)(token)
        return token

    def open_sub_process(self, host: Token, spec_name: str) -> None:
        """Start the inner scope of a sub-process."""
        if host.scope is host.outer_scope:
            host.scope = self.new_scope(host.key, host.outer_scope)
        inner = SubProcessRun(self.subprocess_specs[spec_name], host, self, host.scope)
        self.subprocesses[host.key] = inner
        inner.start(inner.spec.none_starts)

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

    def runs(self) -> list[ScopeInstance]:
        """The process and every running sub-process."""
        return [self, *self.subprocesses.values()]

    def open_tokens(self) -> list[Token]:
        """Every token that is not finished."""
        return [token for run in self.runs() for token in run.open.values()]

    # ---- the scheduler: one token per step, triggered tokens first

    def run_queue(self) -> None:
        """Run to the next wait states."""
        queue = self.queue
        while queue:
            token = queue.popleft()
            if token.is_ready and not token.workflow.completed:
                self.step(token)

    def step(self, token: Token) -> None:
        """Let one token work; what goes wrong is a value."""
        try:
            token.run()
        except Stop as stop:
            self.stop(token, stop)
        except FeelError as error:
            self.stop(token, Stop("expression", _feel_text(error)))

    def finish(self, token: Token, result: dict[str, Any]) -> None:
        """Complete a waiting token with what came from outside."""
        token.completing = result
        self._complete(token)

    def _complete(self, token: Token) -> None:
        try:
            token.complete()
        except Stop as stop:
            self.stop(token, stop)
        except FeelError as error:
            self.stop(token, Stop("expression", _feel_text(error)))

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
        if run.host is None or run.host.is_finished:
            return
        self.subprocesses.pop(run.key, None)
        self.finish(run.host, {})

    # ---- ending tokens

    def close(self, token: Token) -> None:
        """The token left its element normally."""
        self.close_subscriptions(token)
        token._state = TaskState.COMPLETED
        token.workflow.forget(token)

    def kill(self, token: Token) -> None:
        """End a token and everything inside it."""
        if token.is_finished:
            return
        token._state = TaskState.CANCELLED
        inner = self.subprocesses.pop(token.key, None)
        if inner is not None:
            self.kill_all(inner)
            inner.completed = True
            self.drop_scope(inner.scope)
        self.close_subscriptions(token)
        self.drop_scope(token.scope) if token.scope is not token.outer_scope else None
        token.workflow.forget(token)
        self.changes.ended_elements.append(token.key)
        self.record("element_terminated", token)

    def kill_all(self, run: ScopeInstance, but: Token | None = None) -> None:
        """End every token of a scope."""
        run.joins.clear()
        for token in list(run.open.values()):
            if token is not but:
                self.kill(token)

    # ---- subscriptions

    def subscribe(self, subscription: Subscription) -> None:
        """Begin to wait."""
        self.subscriptions[subscription.key] = subscription
        self.changes.opened.append(subscription)

    def close_subscriptions(self, token: Token) -> None:
        """The token waits for nothing any more."""
        for subscription in [s for s in self.subscriptions.values() if s.owner_key == token.key]:
            self.unsubscribe(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        """Stop waiting for one event."""
        if self.subscriptions.pop(subscription.key, None) is not None:
            self.changes.closed.append(subscription)

    def trigger(self, subscription_key: int, payload: dict[str, Any]) -> bool:
        """The event that a subscription waited for has happened; False when nobody waits any more."""
        subscription = self.subscriptions.get(subscription_key)
        owner = self.token(subscription.owner_key) if subscription else None
        if subscription is None or owner is None or owner.is_finished:
            return False
        node = owner.workflow.node(subscription.element_id)
        self._after_trigger(subscription, node)
        node.triggered(owner, payload)
        return True

    def _after_trigger(self, subscription: Subscription, node: Node) -> None:
        if subscription.schedule is None and node.keeps_waiting:
            return
        following = subscription.schedule.next(self.zone) if subscription.schedule else None
        self.unsubscribe(subscription)
        if following is not None:
            subscription.schedule = following
            self.subscribe(subscription)

    # ---- errors

    def find_catcher(self, token: Token, code: str) -> tuple[Token, Node] | None:
        """The nearest activity around `token`, itself included, that catches this error.

        An exact code goes before a boundary event that catches every error (clause 10.5.7).
        """
        host: Token | None = token
        while host is not None:
            catcher = host.task_spec.error_catcher(code)
            if catcher is not None:
                return host, host.workflow.node(catcher)
            host = host.workflow.host
        return None

    def throw_error(self, token: Token, code: str, message: str, payload: dict[str, Any]) -> bool:
        """Hand an error to whoever catches it; False: nobody does.

        The catching event sees `errorCode` and `errorMessage`; `payload` goes to the process.
        """
        found = self.find_catcher(token, code)
        if found is not None:
            host, catcher = found
            catcher.caught(host, payload, {"errorCode": code, "errorMessage": message})
        return found is not None

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


def _feel_text(error: FeelError) -> Text:
    return Text(error.message["fr"], error.message["en"])
