"""The state of a running instance as one small versioned JSON document, without the spec.

Variables are not in it (they are rows); results that wait for an incident are, in typed form.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from engine import values
from engine.errors import StateUnreadable
from engine.spiff import old_states
from engine.spiff.calls import EMPTY, Callee, Library
from engine.spiff.compensation import Entry
from engine.spiff.compiled import CompiledProcess
from engine.spiff.process_run import ProcessRun
from engine.spiff.runs import CalledRun, ScopeInstance, SubProcessRun
from engine.spiff.scopes import CASE_SCOPE, ROOT_SCOPE, Scope
from engine.spiff.subscriptions import Subscription
from engine.spiff.token import Token

VERSION = 2


def dump(run: ProcessRun) -> bytes:
    """The instance's state between two advances."""
    return json.dumps(
        {
            "v": VERSION,
            "last": run.last_key,
            "runs": [_run_state(r) for r in run.runs()],
            "scopes": [[s.key, s.parent.key] for s in run.scopes.values() if s.key and s.parent],
            "subscriptions": [s.to_state() for s in run.waits],
        },
        separators=(",", ":"),
    ).encode()


def load(
    state: bytes | None,
    compiled: CompiledProcess,
    variables: dict[int, dict[str, Any]],
    now: datetime,
    case: Scope,
    library: Library = EMPTY,
) -> ProcessRun:
    """The instance that `dump` described; `variables` by scope key. Raises StateUnreadable.

    Processes that it has called are found again in `library`.
    """
    document = old_states.migrated(_document(state))
    if document.get("v") != VERSION:
        raise StateUnreadable(f"state version {document.get('v')} is not one of: 1 to {VERSION}")
    run = ProcessRun(compiled, variables.get(ROOT_SCOPE, {}), now, case)
    run.last_key, run.library = document["last"], library
    for key, parent in document["scopes"]:
        above = case if parent == CASE_SCOPE else run.scopes[parent]
        run.scopes[key] = Scope(key, above, variables.get(key, {}))
    for part in document["runs"]:
        _restore_run(run, part)
    for row in document["subscriptions"]:
        run.waits.restore(Subscription.from_state(row))
    return run


def _document(state: bytes | None) -> dict[str, Any]:
    try:
        found = json.loads(state or b"")
    except ValueError as error:
        raise StateUnreadable(f"{error}") from error
    if not isinstance(found, dict):
        raise StateUnreadable("it is no document")
    return found


def _run_state(run: ScopeInstance) -> list[Any]:
    extra = {
        "comp": [e.to_state() for e in run.completed_activities] or None,
        "int": 1 if run.interrupted else None,
    }
    if isinstance(run, CalledRun):
        extra |= _call_state(run)
    return [run.key, [_token_state(t) for t in run.open.values()], run.joins, _given(extra)]


def _call_state(run: CalledRun) -> dict[str, Any]:
    task, definition = run.callee.global_task, run.definition
    called = str(definition.id) if definition is not None and task is None else None
    return {"scope": run.scope.key, "global": task, "called": called}


def _token_state(token: Token) -> list[Any]:
    """What every token has, then what this one has besides."""
    extra = {
        "result": None if token.completing is None else values.dumps(token.completing),
        "payload": values.dumps(token.payload) if token.payload else None,
        "details": values.dumps(token.details) if token.details else None,
        "fired": 1 if token.fired else None,
        "arms": token.arms,
        "pending": None if token.pending is None else [e.to_state() for e in token.pending],
        "in": token.pending_run,
        "for": token.compensates,
        "kept": None if token.kept is None else [e.to_state() for e in token.kept],
        "memo": values.dumps(token.memo) if token.memo else None,
    }
    return [
        token.key,
        token.task_spec.name,
        int(token._state),
        token.scope.key,
        token.outer_scope.key,
        token.ready_at.isoformat(),
        int(token.announced),
        _given(extra),
    ]


def _given(extra: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if value is not None}


def _restore_run(top: ProcessRun, part: list[Any]) -> None:
    key, tokens, joins, extra = part
    run: ScopeInstance = top
    if key != ROOT_SCOPE:
        host = top.token(key)
        if host is None:
            raise StateUnreadable(f"sub-process {key} has no token")
        run = top.subprocesses[key] = _restored_inner(top, host, extra)
    run.joins, run.interrupted = joins, "int" in extra
    run.completed_activities = [Entry.from_state(e) for e in extra.get("comp", ())]
    for row in tokens:
        _restore_token(top, run, row)


def _restored_inner(top: ProcessRun, host: Token, extra: dict[str, Any]) -> SubProcessRun:
    around = host.workflow
    if "scope" not in extra:
        return SubProcessRun(around.program.subprocess_specs[host.task_spec.name], host, top, host.scope)
    if "global" in extra:
        task = extra["global"]
        callee = Callee(around.program.global_tasks[task], around.definition, around.decision_source(), task)
    else:
        callee = top.library.get(UUID(extra["called"]))
    return CalledRun(callee, host, top, top.scopes[extra["scope"]])


def _restore_token(top: ProcessRun, run: ScopeInstance, row: list[Any]) -> None:
    key, element_id, state, scope, outer, ready_at, announced, extra = row
    if element_id not in run.spec.task_specs:
        raise StateUnreadable(f"element {element_id} is not in this version of the process")
    token = Token(run, run.node(element_id), key, top.scopes[outer], datetime.fromisoformat(ready_at))
    token._state = state
    if token.waits_for_data:
        top.hungry.append(token)
    token.scope, token.announced = top.scopes[scope], bool(announced)
    _restore_extra(top, token, extra)


def _restore_extra(top: ProcessRun, token: Token, extra: dict[str, Any]) -> None:
    token.completing = values.loads(extra["result"]) if "result" in extra else None
    token.payload = values.loads(extra["payload"]) if "payload" in extra else {}
    token.details = values.loads(extra["details"]) if "details" in extra else {}
    token.memo = values.loads(extra["memo"]) if "memo" in extra else {}
    token.fired = "fired" in extra
    token.pending_run, token.compensates = extra.get("in"), extra.get("for")
    if "pending" in extra:
        token.pending = [Entry.from_state(e) for e in extra["pending"]]
    if "kept" in extra:
        token.kept = [Entry.from_state(e) for e in extra["kept"]]
    if "arms" in extra:
        token.arms = extra["arms"]
        top.arming.setdefault(extra["arms"], []).append(token)
