"""Boundary events: beside an activity, not in its flow (BPMN 2.0, clause 13.5.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.specs.catching import Catching

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class BoundaryEvent(Catching):
    """A trigger puts a token here; if it interrupts, the activity ends at once."""

    kind = "boundary_event"
    enters_by_flow = False

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.read_events(element, reader)
        self.interrupting = element.get("cancelActivity", "true") != "false"
        self.repeats = not self.interrupting
        self.host_id = element.get("attachedToRef")
        self.handler = reader.handlers.get(self.name) if "compensate" in self.kinds else None

    def _run_hook(self, token: Token) -> bool:
        return True if token.arms is None else self.arm_again(token)

    def triggered(self, owner: Token, subscription: Subscription, payload: dict[str, Any]) -> None:
        """Its event has happened."""
        self.caught(owner, payload, {})

    def caught(self, owner: Token, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """Put the token here first, so that the scope does not look finished; then interrupt."""
        token = self.enter(owner.workflow, payload=payload, front=True)
        token.details = details
        if self.interrupting:
            owner.top.kill(owner)

    def _on_complete(self, token: Token) -> None:
        self.bring_in(token, token.payload)
        super()._on_complete(token)
        self.close_scope(token)
