"""Running scopes: the tokens and joins of a process or sub-process."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.task import Task

from engine.spiff.scopes import Scope
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.calls import Callee, Definition
    from engine.spiff.compensation import Entry
    from engine.spiff.compiled import CompiledProcess
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.specs.decision_task import DecisionSource
    from engine.spiff.specs.node import Node


class ScopeInstance:
    """What the process and its running sub-processes have in common: tokens, joins, variables."""

    key: int
    spec: Any
    top: ProcessRun
    host: Token | None
    scope: Scope
    completed: bool
    is_run = True
    tasks: dict[int, Token]
    program: CompiledProcess
    definition: Definition | None  #: of a called process; None: the instance's own

    def set_up(self, key: int, scope: Scope) -> None:
        """Begin with no token and no join."""
        self.key, self.scope = key, scope
        self.open: dict[int, Token] = {}
        self.joins: dict[str, dict[str, int]] = {}
        self.completed_activities: list[Entry] = []  #: that can be compensated, oldest first
        self.starting = False  #: its first tokens are being put
        self.interrupted = False  #: an interrupting event sub-process has taken over

    def decision_source(self) -> DecisionSource:
        """Where the decisions that its tasks call are found."""
        raise NotImplementedError

    def node(self, element_id: str) -> Node:
        """The element of that id in this scope."""
        found: Node = self.spec.task_specs[element_id]
        return found

    def start(
        self,
        element_ids: list[str],
        payload: dict[str, Any] | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """Put a token on each of these start elements, then let the scope's event sub-processes listen.

        Start events pass at once, so that what they bring is there when keys and conditions of event
        sub-processes are evaluated; nothing behind them has run yet.
        """
        self.starting = True
        for element_id in element_ids:
            self.node(element_id).begin_scope(self, payload or {}, details or {})
        self.starting = False
        if self.open or self.joins:
            self.listen()
        self.finish_if_empty()

    def listen(self) -> None:
        """The event sub-processes of this scope can start from now on (clause 13.5.4)."""
        for node in self.spec.event_sub_processes:
            stop = self.top.attempt(partial(node.listen, self))
            if stop is not None:
                node.hold(self, stop)

    def forget(self, token: Token) -> None:
        """The token is finished."""
        self.open.pop(token.key, None)
        self.tasks.pop(token.key, None)

    def finish_if_empty(self) -> None:
        """When no token is left, and none waits in a join: the scope is complete.

        One that was opened again to be compensated ends when that is done.
        """
        reopened = self.host is not None and self.host.pending is not None
        if self.completed or self.open or self.joins or self.starting or reopened:
            return
        if self.host is not None and self.host.task_spec.more_inside(self.host, self):
            return
        self.completed = True
        self.top.scope_finished(self)

    def settle_joins(self) -> bool:
        """Nothing runs any more: let the first join go on to which no further token can come."""
        waiting = list(self.joins.items())
        return any(self.node(name).settle(self, counts) for name, counts in waiting)

    def report_stuck_joins(self) -> None:
        """Nothing can happen here any more, and tokens wait in joins: say so."""
        if not self.open and not self.completed:
            for element_id, counts in list(self.joins.items()):
                self.node(element_id).stuck(self, counts)

    def _task_completed_notify(self, task: Task) -> None:
        """SpiffWorkflow's hook; tokens are kept by `open`."""

    def update_waiting_tasks(self) -> None:
        """SpiffWorkflow's hook; subscriptions take its place."""


class SubProcessRun(ScopeInstance, BpmnSubWorkflow):  # type: ignore[misc]
    """One running sub-process; its key is that of the token that runs it."""

    def __init__(self, spec: Any, host: Token, top: ProcessRun, scope: Scope) -> None:
        self.set_up(host.key, scope)
        self.top, self.host = top, host
        self.program, self.definition = host.workflow.program, host.workflow.definition
        super().__init__(spec, parent_task_id=host.key, top_workflow=top, deserializing=True)

    def _calculate_depth(self) -> int:
        return 0

    def decision_source(self) -> DecisionSource:
        """Those of the process around it."""
        return self.top.decision_source() if self.host is None else self.host.workflow.decision_source()


class CalledRun(SubProcessRun):
    """One running called process: its own version, and variables that see nothing of the caller's."""

    def __init__(self, callee: Callee, host: Token, top: ProcessRun, scope: Scope) -> None:
        super().__init__(callee.program.spec, host, top, scope)
        self.callee = callee
        self.program, self.definition = callee.program, callee.definition

    def decision_source(self) -> DecisionSource:
        """Those bound to the called version."""
        return self.callee.decisions
