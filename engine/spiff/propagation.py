"""Errors and escalations on their way up: from the element that throws to the nearest that catches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.specs.catching import Catching
    from engine.spiff.token import Token


@dataclass(frozen=True, slots=True)
class Catch:
    """The event that catches: on an activity (its token is the owner) or in a scope."""

    owner: Token | ScopeInstance
    node: Catching
    exact: bool  #: it names this very code


def find_catcher(token: Token, code: str, kind: str = "error") -> Catch | None:
    """Who catches this error or escalation, thrown by `token`: the nearest around it.

    On each level, boundary events of the activity come first, then event sub-processes of the scope
    it runs in, unless it is itself one of those (clauses 10.5.7 and 13.5.4): what an event
    sub-process throws goes to the boundary of its scope's activity.
    """
    host: Token | None = token
    while host is not None:
        node, run = host.task_spec, host.workflow
        found = _best(host.carrier, node.boundary_events, code, kind)
        if found is None and not node.is_event_sub_process and not run.interrupted:
            found = _best(run, run.spec.event_sub_processes, code, kind)
        if found is not None:
            return found
        host = run.host
    return None


def _best(owner: Token | ScopeInstance, candidates: Iterable[Catching], code: str, kind: str) -> Catch | None:
    """The one with exactly this code, else one that catches every code."""
    caught = [(node, node.catches(kind, code)) for node in candidates]
    for exact in (True, False):
        for node, how in caught:
            if how is exact:
                return Catch(owner, node, exact)
    return None


def throw_error(token: Token, code: str, message: str, payload: dict[str, Any]) -> bool:
    """Hand an error to whoever catches it; False: nobody does.

    The catching event sees `errorCode` and `errorMessage`; `payload` goes to the process.
    """
    found = find_catcher(token, code)
    if found is not None:
        found.node.caught(found.owner, payload, {"errorCode": code, "errorMessage": message})
    return found is not None


def throw_escalation(token: Token, code: str, payload: dict[str, Any]) -> str | None:
    """Hand an escalation to whoever catches it; its element, None when nobody does.

    The catching event sees `escalationCode`.
    """
    found = find_catcher(token, code, "escalation")
    if found is None:
        return None
    found.node.caught(found.owner, payload, {"escalationCode": code})
    return found.node.name
