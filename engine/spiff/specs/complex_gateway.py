"""Complex gateways: a condition says when enough tokens are here (BPMN 2.0, clause 13.4.5).

After it has gone on, the gateway waits for reset: it swallows the tokens that can still come along
the other flows, and is then ready for the next round.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.scopes import VIEW_SCOPE, Scope
from engine.spiff.specs.joins import Join, no_flow
from engine.spiff.specs.node import Flow
from engine.spiff.xml import b

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

#: In `run.joins`, beside the counts: the flow gave a token to the round that waits for reset.
TAKEN = " taken"
WAITING = "waitingForStart"
COUNT = "activationCount"


class ComplexGateway(Join):
    """`activationCondition` sees `activationCount`; outgoing conditions also see `waitingForStart`."""

    kind = "complex_gateway"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        text = (element.findtext(b("activationCondition")) or "").strip()
        self.activation = reader.feel(text, element) if text else None
        self.activation_text = text

    def counted(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Enough are here, or it waits for reset."""
        if not _taken(counts):
            self._try(run, counts)

    def settle(self, run: ScopeInstance, counts: dict[str, int]) -> bool:
        """Data may have changed, or the last token that could come has come."""
        if not _taken(counts):
            return self._try(run, counts)
        has = {f.id for f in self.flows_in if counts.get(f.id) or counts.get(f.id + TAKEN)}
        return not self.expects(run, has) and self._reset(run, counts)

    def _try(self, run: ScopeInstance, counts: dict[str, int]) -> bool:
        if not _here(self, counts) or any(t.task_spec is self and t.is_stopped for t in run.open.values()):
            return False
        verdict: list[bool] = []
        stop = run.top.attempt(partial(self._evaluate, run, counts, verdict))
        if stop is not None:
            self.hold_here(run, stop)
        elif verdict[0]:
            self._activate(run, counts)
        return stop is None and verdict[0]

    def _evaluate(self, run: ScopeInstance, counts: dict[str, int], verdict: list[bool]) -> None:
        seen = {COUNT: Decimal(_here(self, counts)), WAITING: True}
        value = self.activation is None or run.top.evaluate(
            self.activation, Scope(VIEW_SCOPE, run.scope, seen)
        )
        if value is not True and value is not False:
            raise Stop("condition", _neither(self.label, self.activation_text))
        verdict.append(value)

    def _activate(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        token = self.enter(run)
        token.payload = {WAITING: True, COUNT: Decimal(_here(self, counts))}
        for flow in self.flows_in:
            if counts.get(flow.id):
                counts[flow.id] -= 1
                counts[flow.id + TAKEN] = 1

    def _reset(self, run: ScopeInstance, counts: dict[str, int]) -> bool:
        """Swallow what came along the other flows; outgoing conditions are looked at once more."""
        swallowed = 0
        for flow in self.flows_in:
            if not counts.pop(flow.id + TAKEN, 0) and counts.get(flow.id):
                counts[flow.id] -= 1
                swallowed += 1
        self.tidy(run, counts)
        if self._has_conditions():
            token = self.enter(run)
            token.payload = {WAITING: False, COUNT: Decimal(swallowed)}
        run.finish_if_empty()
        return True

    def condition_scope(self, token: Token) -> Scope:
        """What an outgoing condition sees."""
        return Scope(VIEW_SCOPE, token.outer_scope, token.payload)

    def choose(self, token: Token) -> list[Flow]:
        """In the first phase one flow at least; at reset those whose condition is true, if any."""
        if token.payload.get(WAITING) is False:
            return [f for f in self.flows_out if self.is_true(f, token)]
        flows = super().choose(token)
        if not flows and self.flows_out:
            raise Stop("no_flow", no_flow(self.label))
        return flows

    def undo(self, token: Token) -> None:
        """After a correction the conditions are evaluated again; no token is lost."""

    def _run_hook(self, token: Token) -> bool:
        """A token held by its activation condition only asks again."""
        run = token.workflow
        counts = run.joins.get(self.name)
        if token.payload or counts is None:
            return True
        run.top.discard(token)
        self._try(run, counts)
        return False


def _here(gateway: ComplexGateway, counts: dict[str, int]) -> int:
    return sum(counts.get(f.id, 0) for f in gateway.flows_in)


def _taken(counts: dict[str, int]) -> bool:
    return any(key.endswith(TAKEN) for key in counts)


def _neither(label: str, text: str) -> Text:
    return Text(
        f"La condition « {text} » de l’embranchement « {label} » n’est ni vraie ni fausse.",
        f'The condition "{text}" of the gateway "{label}" is neither true nor false.',
    )
