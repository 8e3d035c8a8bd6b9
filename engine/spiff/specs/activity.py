"""Activities: mappings around the work, boundary events beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.compensation import Entry
from engine.spiff.specs.node import Flow, Node

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.specs.boundary_event import BoundaryEvent
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


#: In `run.joins`: how many tokens wait for an activity that starts with several.
TOKENS = "tokens"


class Activity(Node):
    """A task or sub-process; `begin` does its work, `complete` takes the result."""

    kind = "task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.boundary_events: list[BoundaryEvent] = []
        self.enters_by_flow = element.get("isForCompensation") != "true"
        self.start_quantity = int(element.get("startQuantity", "1"))
        self.completion_quantity = int(element.get("completionQuantity", "1"))

    def arrive(self, run: ScopeInstance, flow: Flow) -> None:
        """It starts once per `startQuantity` tokens, whatever flow they come by (clause 13.3.2)."""
        if self.start_quantity == 1:
            self.enter(run, flow_in=flow.id)
            return
        counts = run.joins.setdefault(self.name, {})
        counts[TOKENS] = counts.get(TOKENS, 0) + 1
        if counts[TOKENS] == self.start_quantity:
            del run.joins[self.name]
            self.enter(run, flow_in=flow.id)

    def stuck(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Fewer tokens came than it needs to start: hold one here, with the reason."""
        del run.joins[self.name]
        token = self.enter(run)
        run.top.queue.remove(token)
        run.top.stop(token, Stop("join", _too_few(self.label, counts[TOKENS], self.start_quantity)))

    def _run_hook(self, token: Token) -> bool:
        if self.inputs_mapped or self.outputs_mapped:
            self.open_scope(token)
        for event in self.boundary_events:
            event.listen(token)
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

    def leaving(self, token: Token) -> None:
        """Completed, it can be compensated from now on."""
        if self.compensation_handler is not None:
            token.workflow.completed_activities.append(Entry(self.name))


def _too_few(label: str, count: int, needed: int) -> Text:
    return Text(
        f"L’étape « {label} » attend {needed} jetons, et {count} seulement peuvent arriver.",
        f'The step "{label}" waits for {needed} tokens, and only {count} can arrive.',
    )
