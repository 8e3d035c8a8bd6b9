"""Boundary events: beside an activity, not in its flow (BPMN 2.0, clause 13.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.specs.node import Node

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

WAITING_KINDS = ("timer", "message")


class BoundaryEvent(Node):
    """A trigger puts a token here; if it interrupts, the activity ends at once."""

    kind = "boundary_event"
    enters_by_flow = False

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)
        self.interrupting = element.get("cancelActivity", "true") != "false"
        self.keeps_waiting = not self.interrupting
        self.host_id = element.get("attachedToRef")

    def arm(self, host: Token) -> None:
        """The activity begins: wait for the event beside it."""
        if self.definition.kind in WAITING_KINDS:
            self.definition.subscribe(host, self.name)

    def triggered(self, owner: Token, payload: dict[str, Any]) -> None:
        """Its timer is due or its message arrived."""
        self.caught(owner, payload, {})

    def caught(self, host: Token, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """Put the token here first, so that the scope does not look finished; then interrupt."""
        token = self.enter(host.workflow, payload=payload, front=True)
        token.details = details
        if self.interrupting:
            host.workflow.top.kill(host)

    def _on_complete(self, token: Token) -> None:
        if self.outputs_mapped:
            self.open_scope(token)
            for name, value in token.details.items():
                token.scope.set_local(name, value)
        self.map_outputs(token, token.payload)
        super()._on_complete(token)
        self.close_scope(token)
