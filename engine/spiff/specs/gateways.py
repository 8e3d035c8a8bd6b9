"""Exclusive and parallel gateways (BPMN 2.0, clauses 13.4.1 and 13.4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.specs.node import Flow, Node

if TYPE_CHECKING:
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token


class ExclusiveGateway(Node):
    """Every token passes through; it leaves by the first flow whose condition holds."""

    kind = "exclusive_gateway"

    def choose(self, token: Token) -> list[Flow]:
        """The first true condition in the order of the file, else the default flow."""
        if len(self.flows_out) < 2 and not self._has_conditions():
            return self.flows_out
        for flow in self.flows_out:
            if self.is_true(flow, token):
                return [flow]
        fallback = [f for f in self.flows_out if f.id == self.default]
        if not fallback:
            raise Stop("no_flow", _no_flow(self.label))
        return fallback


class ParallelGateway(Node):
    """Waits for one token on every incoming flow, then sends one along every outgoing flow."""

    kind = "parallel_gateway"

    def choose(self, token: Token) -> list[Flow]:
        """Every outgoing flow."""
        return self.flows_out

    def arrive(self, run: ScopeInstance, flow: Flow) -> None:
        """Count per incoming flow; one token of each is consumed, the rest stays for the next round."""
        if len(self.flows_in) < 2:
            self.enter(run, flow_in=flow.id)
            return
        counts = run.joins.setdefault(self.name, {})
        counts[flow.id] = counts.get(flow.id, 0) + 1
        if all(counts.get(f.id) for f in self.flows_in):
            self._consume(run, counts)
            self.enter(run)

    def _consume(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        for flow in self.flows_in:
            counts[flow.id] -= 1
        if not any(counts.values()):
            del run.joins[self.name]

    def stuck(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """A branch that this join waits for has already ended: hold a token here, with the reason."""
        missing = [f.id for f in self.flows_in if not counts.get(f.id)]
        token = self.enter(run)
        token._state = TaskState.READY
        run.top.queue.remove(token)
        run.top.stop(token, Stop("join", _stuck(self.label, missing)))

    def undo(self, token: Token) -> None:
        """Going on after an incident: the tokens that did arrive are taken as they are."""
        super().undo(token)
        token.workflow.joins.pop(self.name, None)


def _no_flow(label: str) -> Text:
    return Text(
        f"Aucune condition n’est vraie à l’embranchement « {label} », et il n’a pas de chemin par défaut.",
        f'No condition holds at the gateway "{label}", and it has no default flow.',
    )


def _stuck(label: str, missing: list[str]) -> Text:
    flows = ", ".join(missing)
    return Text(
        f"L’embranchement « {label} » attend un chemin qui ne peut plus arriver ({flows}).",
        f'The gateway "{label}" waits for a path that can no longer arrive ({flows}).',
    )
