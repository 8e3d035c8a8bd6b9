"""Errors on their way up: from the element that throws to the nearest event that catches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.spiff.specs.node import Node
    from engine.spiff.token import Token


def find_catcher(token: Token, code: str) -> tuple[Token, Node] | None:
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


def throw_error(token: Token, code: str, message: str, payload: dict[str, Any]) -> bool:
    """Hand an error to whoever catches it; False: nobody does.

    The catching event sees `errorCode` and `errorMessage`; `payload` goes to the process.
    """
    found = find_catcher(token, code)
    if found is not None:
        host, catcher = found
        catcher.caught(host, payload, {"errorCode": code, "errorMessage": message})
    return found is not None
