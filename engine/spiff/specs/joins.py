"""What gateways that join have in common: they count tokens per incoming flow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.specs.node import Flow, Node

if TYPE_CHECKING:
    from engine.spiff.reachability import Upstream
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token


class Join(Node):
    """Tokens wait here, per incoming flow, in `run.joins`."""

    #: Set when the scope is read, for gateways that ask whether more tokens can come.
    upstream: Upstream

    def arrive(self, run: ScopeInstance, flow: Flow) -> None:
        """With one incoming flow there is nothing to wait for."""
        if len(self.flows_in) < 2:
            self.enter(run, flow_in=flow.id)
            return
        counts = run.joins.setdefault(self.name, {})
        counts[flow.id] = counts.get(flow.id, 0) + 1
        self.counted(run, counts)

    def counted(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """One more token is here."""

    def consume(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Take one token from every flow that has one."""
        for flow in self.flows_in:
            if counts.get(flow.id):
                counts[flow.id] -= 1
        self.tidy(run, counts)

    def tidy(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Forget the join when nothing waits in it."""
        if not any(counts.values()):
            run.joins.pop(self.name, None)

    def expects(self, run: ScopeInstance, has: set[str]) -> bool:
        """Whether a token can still come along a flow not in `has`, and not along one of those.

        BPMN 2.0, clause 13.4.3.
        """
        places = {t.task_spec.name for t in run.open.values()}
        places |= {name for name, counts in run.joins.items() if any(counts.values())}
        lacking: set[str] = set()
        covered: set[str] = {self.name}
        for flow_id, names in self.upstream.items():
            (covered if flow_id in has else lacking).update(names)
        return bool(places & (lacking - covered))

    def stuck(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """A branch that this join waits for has already ended: hold a token here, with the reason."""
        missing = [f.id for f in self.flows_in if not counts.get(f.id)]
        self.hold_here(run, Stop("join", _stuck(self.label, missing)))

    def hold_here(self, run: ScopeInstance, stop: Stop) -> Token:
        """A token that does not go on, with the reason."""
        token = self.enter(run)
        token._state = TaskState.READY
        run.top.queue.remove(token)
        run.top.stop(token, stop)
        return token

    def undo(self, token: Token) -> None:
        """Going on after an incident: the tokens that did arrive are taken as they are."""
        super().undo(token)
        token.workflow.joins.pop(self.name, None)


def _stuck(label: str, missing: list[str]) -> Text:
    flows = ", ".join(missing)
    return Text(
        f"L’embranchement « {label} » attend un chemin qui ne peut plus arriver ({flows}).",
        f'The gateway "{label}" waits for a path that can no longer arrive ({flows}).',
    )


def no_flow(label: str) -> Text:
    """What an incident says about a gateway where no condition holds."""
    return Text(
        f"Aucune condition n’est vraie à l’embranchement « {label} », et il n’a pas de chemin par défaut.",
        f'No condition holds at the gateway "{label}", and it has no default flow.',
    )
