"""Tokens: SpiffWorkflow's Task, used without task tree, prediction or copied data.

A token is a `Task` that stands alone: it enters an element, runs, and leaves by its flows; a
finished token is forgotten. State is therefore as small as the open tokens.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.spiff.scopes import Scope

if TYPE_CHECKING:
    from engine.spiff.compensation import Entry
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.specs.node import Node

FINISHED = TaskState.FINISHED_MASK & ~TaskState.ERROR


class Token(Task):  # type: ignore[misc]
    """The position of control at one element."""

    task_spec: Node
    workflow: ScopeInstance
    _state: int

    is_run = False

    def __init__(self, workflow: ScopeInstance, spec: Node, key: int, scope: Scope, now: datetime) -> None:
        super().__init__(workflow, spec, None, TaskState.READY, id=key)
        self.key, self.scope, self.outer_scope = key, scope, scope
        self.ready_at = self.started_at = now
        self.payload: dict[str, Any] = {}  #: variables that the triggering event brought
        self.details: dict[str, Any] = {}  #: what only the catching event sees of it
        self.completing: dict[str, Any] | None = None  #: result that waits for its incident to be resolved
        self.fired = False  #: it comes here because its event has happened
        self.arms: int | None = None  #: owner whose event could not be waited for at this element
        self.pending: list[Entry] | None = None  #: what it still has to compensate, oldest first
        self.pending_run: int | None = None  #: the scope those entries are of
        self.compensates: int | None = None  #: key of the token that waits for this handler
        self.kept: list[Entry] | None = None  #: what was completed inside it and can be compensated
        self.memo: dict[str, Any] = {}  #: what its element keeps with it, as values
        self.flow_in: str | None = None
        self.claimed_at: datetime | None = None
        self.actor: str | None = None
        self.announced = False
        workflow.open[key] = self
        if workflow.definition is not None:
            workflow.top.called[key] = workflow.definition

    def _set_state(self, value: int) -> None:
        """Finished is final: a token that cancelled itself while running stays cancelled."""
        if not self._state & FINISHED:
            self._state = value

    @property
    def carrier(self) -> Token:
        """The token that boundary events are on: for an instance of a repeated activity, its body."""
        body = self.memo.get("body")
        return self if body is None else self.workflow.open[int(body)]

    @property
    def is_finished(self) -> bool:
        """Whether it completed or was cancelled; a token in error is still there."""
        return bool(self._state & FINISHED)

    @property
    def is_ready(self) -> bool:
        """Whether it waits for its turn in the queue."""
        return bool(self._state == TaskState.READY)

    @property
    def waits_for_data(self) -> bool:
        """Whether no input set of its activity is there yet."""
        return bool(self._state == TaskState.WAITING)

    @property
    def is_stopped(self) -> bool:
        """Whether an incident holds it."""
        return bool(self._state == TaskState.ERROR)

    @property
    def top(self) -> ProcessRun:
        """The instance it belongs to."""
        return self.workflow.top

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
