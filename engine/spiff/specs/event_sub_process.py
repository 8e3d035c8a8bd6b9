"""Event sub-processes: inside a scope, started by an event (BPMN 2.0, clauses 10.3.5 and 13.5.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.specs.catching import Catching
from engine.spiff.specs.sub_process import SubProcess
from engine.spiff.xml import b, local

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


NEVER_COMPENSATED = Text(
    "Ce sous-processus défait une étape terminée, mais un processus terminé n’est plus défait. "
    "Placez-le dans un sous-processus.",
    "This sub-process undoes a completed activity, but a completed process is not undone any more. "
    "Put it into a sub-process.",
)


class EventSubProcess(SubProcess, Catching):
    """Its scope listens for its start event; interrupting, it takes the scope over."""

    kind = "event_sub_process"
    is_event_sub_process = True

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.enters_by_flow = False
        start = element.find(b("startEvent"))
        if start is None:
            raise ValueError(f"event sub-process {self.name} has no start event")
        self.read_events(start, reader)
        parent = element.getparent()
        if "compensate" in self.kinds and parent is not None and local(parent) == "process":
            reader.report("bpmn.compensation-scope", element, NEVER_COMPENSATED)
        self.start_id = start.get("id") or ""
        self.interrupting = start.get("isInterrupting", "true") != "false"
        self.repeats = not self.interrupting

    def triggered(self, owner: ScopeInstance, subscription: Subscription, payload: dict[str, Any]) -> None:
        """Its event has happened."""
        self.caught(owner, payload, {})

    def caught(self, owner: ScopeInstance, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """Start, in front of everything else; interrupting: end what runs in the scope."""
        token = self.enter(owner, payload=payload, front=True)
        token.details = details
        if self.interrupting:
            owner.top.interrupt(owner, token)

    def _run_hook(self, token: Token) -> bool:
        return super()._run_hook(token) if token.arms is None else self.arm_again(token)
