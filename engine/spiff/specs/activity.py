"""Activities: mappings around the work, boundary events beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.specs.node import Node

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.specs.boundary_event import BoundaryEvent
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class Activity(Node):
    """A task or sub-process; `begin` does its work, `complete` takes the result."""

    kind = "task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.boundary_events: list[BoundaryEvent] = []

    def _run_hook(self, token: Token) -> bool:
        if self.inputs_mapped or self.outputs_mapped:
            self.open_scope(token)
        for event in self.boundary_events:
            event.arm(token)
        return self.begin(token)

    def begin(self, token: Token) -> bool:
        """Do the work; True when it is done at once. An abstract task does nothing (clause 13.3.3)."""
        return True

    def result(self, token: Token) -> dict[str, Any]:
        """What came from outside, as variables."""
        return token.completing or {}

    def _on_complete(self, token: Token) -> None:
        self.map_outputs(token, self.result(token))
        super()._on_complete(token)
        self.close_scope(token)

    def error_catcher(self, code: str) -> str | None:
        """The boundary event with exactly this code, else one that catches every error."""
        for event in self.boundary_events:
            if event.definition.kind == "error" and event.definition.code == code:
                return event.name
        for event in self.boundary_events:
            if event.definition.kind == "error" and event.definition.code is None:
                return event.name
        return None
