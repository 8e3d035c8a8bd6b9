"""Which elements can still send a token along a flow: backwards over flows, boundary events and links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.spiff.specs.node import Node

Upstream = dict[str, frozenset[str]]


def upstream(spec: Any, gateway: Node) -> Upstream:
    """By incoming flow of `gateway`: elements from which a path leads to it that avoids the gateway.

    BPMN 2.0, clause 13.4.3: paths that visit the gateway itself do not count.
    """
    before = _before(spec)
    return {flow.id: frozenset(_reach(flow.source, gateway.name, before)) for flow in gateway.flows_in}


def _before(spec: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in spec.task_specs.values():
        for flow in node.flows_in:
            found.setdefault(node.name, []).append(flow.source)
        host = getattr(node, "host_id", None)
        if host:
            found.setdefault(node.name, []).append(host)
        for target in node.leads_to(spec):
            found.setdefault(target, []).append(node.name)
    return found


def _reach(start: str, gateway: str, before: dict[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name != gateway and name not in seen:
            seen.add(name)
            todo += before.get(name, ())
    return seen
