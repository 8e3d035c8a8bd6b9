"""Compensation: what was completed is undone, newest first (BPMN 2.0, clauses 10.7 and 13.5.5).

A completed activity with a compensation handler leaves an entry in its scope; a completed
sub-process leaves one that holds its own entries, and its variables stay as they were. Whoever
throws takes the entries over and runs their handlers one after another.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.runs import SubProcessRun

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token


@dataclass(slots=True)
class Entry:
    """A completed activity that can be compensated.

    `scope_key`: the variables it had, kept for it; None when it reads those of its scope as they are.
    """

    element_id: str
    scope_key: int | None = None
    inner: list[Entry] = field(default_factory=list)

    def to_state(self) -> list[Any]:
        """JSON-able form."""
        return [self.element_id, self.scope_key, [e.to_state() for e in self.inner]]

    @classmethod
    def from_state(cls, state: list[Any]) -> Entry:
        """The entry that `to_state` described."""
        return cls(state[0], state[1], [cls.from_state(e) for e in state[2]])


def forget(top: ProcessRun, entries: list[Entry]) -> None:
    """Nobody can compensate these any more: the variables kept for them end."""
    for entry in entries:
        forget(top, entry.inner)
        if entry.scope_key is not None and entry.scope_key in top.scopes:
            top.drop_scope(top.scopes[entry.scope_key])
    entries.clear()


def take(run: ScopeInstance, activity: str | None) -> tuple[ScopeInstance, list[Entry]]:
    """The entries that a throw in `run` compensates, taken out of their scope: oldest first.

    Without `activity`, all of the throw's own scope; an event sub-process speaks for the scope it
    belongs to. With it, those of this activity, also in scopes around (clause 10.5.1).
    """
    while activity is None and run.host is not None and run.host.task_spec.is_event_sub_process:
        run = run.host.workflow
    around: ScopeInstance | None = run
    while around is not None:
        taken = [e for e in around.completed_activities if activity in (None, e.element_id)]
        if taken or activity is None:
            around.completed_activities = [e for e in around.completed_activities if e not in taken]
            return around, taken
        around = around.host.workflow if around.host is not None else None
    return run, []


def begin(thrower: Token, run: ScopeInstance, entries: list[Entry]) -> bool:
    """Let `thrower` run the handlers of these entries of `run`; True when there is nothing to do."""
    thrower.pending, thrower.pending_run = entries, run.key
    return _next(thrower)


def handler_done(token: Token) -> None:
    """A handler has ended: on with the next, or the thrower goes on."""
    give_back(token)
    thrower = token.top.token(token.compensates or 0)
    if thrower is not None and _next(thrower):
        _finished(thrower)


def give_back(token: Token) -> None:
    """The variables kept for this handler end."""
    if token.compensates is not None and token.outer_scope is not token.workflow.scope:
        token.top.drop_scope(token.outer_scope)


def _next(thrower: Token) -> bool:
    """Start the newest handler; True when none is left."""
    run = thrower.top.run_of(thrower.pending_run or 0)
    while thrower.pending and run is not None:
        if _start(thrower, run, thrower.pending.pop()):
            return False
    return True


def _start(thrower: Token, run: ScopeInstance, entry: Entry) -> bool:
    """Start what undoes this entry; False when it was done at once."""
    top, node = thrower.top, run.node(entry.element_id)
    handler = node.compensation_handler
    if handler is None:
        return _revive(thrower, run, entry)
    token = run.node(handler).enter(run, front=True)
    token.compensates = thrower.key
    forget(top, entry.inner)
    if entry.scope_key is not None:
        token.scope = token.outer_scope = top.scopes[entry.scope_key]
    return True


def _revive(thrower: Token, run: ScopeInstance, entry: Entry) -> bool:
    """A completed sub-process opens once more, with its variables as they were, to undo what was in it."""
    top, node = thrower.top, run.node(entry.element_id)
    host = node.enter(run, queued=False)
    host._state = TaskState.STARTED
    host.compensates, host.pending, host.pending_run = thrower.key, [], host.key
    host.scope = top.scopes[entry.scope_key or 0]
    inner = SubProcessRun(run.program.subprocess_specs[entry.element_id], host, top, host.scope)
    top.subprocesses[host.key] = inner
    handler = inner.spec.compensation_sub_process
    if handler is not None:
        inner.completed_activities = entry.inner
        handler.enter(inner, front=True).compensates = host.key
        return True
    host.pending = entry.inner
    if not _next(host):
        return True
    _end_revived(host)
    return False


def _finished(thrower: Token) -> None:
    if thrower.compensates is None:
        thrower.pending = thrower.pending_run = None
        thrower.task_spec.compensated(thrower)
        return
    _end_revived(thrower)
    handler_done(thrower)


def _end_revived(host: Token) -> None:
    top = host.top
    inner = top.subprocesses.pop(host.key)
    forget(top, inner.completed_activities)
    inner.completed = True
    top.close(host)
    top.record("element_compensated", host)
    top.drop_scope(host.scope)
