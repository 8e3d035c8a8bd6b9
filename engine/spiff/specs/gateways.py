"""Exclusive, parallel and inclusive gateways (BPMN 2.0, clauses 13.4.1 to 13.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.spiff.changes import Stop
from engine.spiff.specs.joins import Join, no_flow
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
            raise Stop("no_flow", no_flow(self.label))
        return fallback


class ParallelGateway(Join):
    """Waits for one token on every incoming flow, then sends one along every outgoing flow.

    One token of each is consumed; the rest stays for the next round.
    """

    kind = "parallel_gateway"

    def choose(self, token: Token) -> list[Flow]:
        """Every outgoing flow."""
        return self.flows_out

    def counted(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Goes on as soon as every flow has brought one."""
        if all(counts.get(f.id) for f in self.flows_in):
            self.consume(run, counts)
            self.enter(run)


class InclusiveGateway(Join):
    """Waits for every token that can still come, then leaves by every flow whose condition holds."""

    kind = "inclusive_gateway"

    def choose(self, token: Token) -> list[Flow]:
        """Flows without condition and those whose condition is true, else the default flow."""
        flows = super().choose(token)
        if not flows and self.flows_out:
            raise Stop("no_flow", no_flow(self.label))
        return flows

    def settle(self, run: ScopeInstance, counts: dict[str, int]) -> bool:
        """Nothing else runs: go on, unless a token can still come along a flow that brought none."""
        has = {flow_id for flow_id, count in counts.items() if count}
        if not has or self.expects(run, has):
            return False
        self.consume(run, counts)
        self.enter(run)
        return True
