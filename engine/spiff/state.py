"""The state of a running instance as one small versioned JSON document, without the spec.

Variables are not in it (they are rows); results that wait for an incident are, in typed form.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from engine import values
from engine.errors import StateUnreadable
from engine.spiff.compiled import CompiledProcess
from engine.spiff.process_run import ProcessRun
from engine.spiff.runs import ScopeInstance, SubProcessRun
from engine.spiff.scopes import ROOT_SCOPE, Scope
from engine.spiff.subscriptions import Subscription
from engine.spiff.token import Token

VERSION = 1


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
    state: bytes,
    compiled: CompiledProcess,
    variables: dict[int, dict[str, Any]],
    now: datetime,
    case: Scope,
) -> ProcessRun:
    """The instance that `dump` described; `variables` by scope key. Raises StateUnreadable."""
    document = json.loads(state)
    if document.get("v") != VERSION:
        raise StateUnreadable(f"state version {document.get('v')} is not one of: {VERSION}")
    run = ProcessRun(compiled, variables.get(ROOT_SCOPE, {}), now, case)
    run.last_key = document["last"]
    for key, parent in document["scopes"]:
        run.scopes[key] = Scope(key, run.scopes[parent], variables.get(key, {}))
    for part in document["runs"]:
        _restore_run(run, part)
    for row in document["subscriptions"]:
        run.waits.restore(Subscription.from_state(row))
    return run


def _run_state(run: ScopeInstance) -> list[Any]:
    tokens = [_token_state(t) for t in run.open.values()]
    return [run.key, tokens, run.joins]


def _token_state(token: Token) -> list[Any]:
    completing = None if token.completing is None else values.dumps(token.completing)
    payload = values.dumps(token.payload) if token.payload else None
    details = values.dumps(token.details) if token.details else None
    return [
        token.key,
        token.task_spec.name,
        int(token._state),
        token.scope.key,
        token.outer_scope.key,
        token.ready_at.isoformat(),
        int(token.announced),
        completing,
        payload,
        details,
    ]


def _restore_run(top: ProcessRun, part: list[Any]) -> None:
    key, tokens, joins = part
    run: ScopeInstance = top
    if key != ROOT_SCOPE:
        host = top.token(key)
        if host is None:
            raise StateUnreadable(f"sub-process {key} has no token")
        spec = top.subprocess_specs[host.task_spec.name]
        run = top.subprocesses[key] = SubProcessRun(spec, host, top, top.scopes[key])
    run.joins = joins
    for row in tokens:
        _restore_token(top, run, row)


def _restore_token(top: ProcessRun, run: ScopeInstance, row: list[Any]) -> None:
    key, element_id, state, scope, outer, ready_at, announced, completing, payload, details = row
    if element_id not in run.spec.task_specs:
        raise StateUnreadable(f"element {element_id} is not in this version of the process")
    token = Token(run, run.node(element_id), key, top.scopes[outer], datetime.fromisoformat(ready_at))
    token._state = state
    token.scope, token.announced = top.scopes[scope], bool(announced)
    token.completing = None if completing is None else values.loads(completing)
    token.payload = values.loads(payload) if payload else {}
    token.details = values.loads(details) if details else {}
