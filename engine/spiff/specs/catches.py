"""Events that a token waits at or begins with: start, intermediate catch, receive task (clause 13.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.changes import Stop
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.catching import Catching
from engine.spiff.specs.node import Node

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class StartEvent(Catching):
    """Its trigger belongs to the definition or to the scope; a token only passes, with what came."""

    kind = "start_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.read_events(element, reader)

    def begin_scope(self, run: ScopeInstance, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """Pass at once."""
        token = self.enter(run, payload=payload, queued=False)
        token.details = details
        run.top.step(token)

    def _on_complete(self, token: Token) -> None:
        self.bring_in(token, token.payload)
        super()._on_complete(token)
        self.close_scope(token)


class _Waiting(Catching):
    """What a token waits at, by itself or as a target of an event-based gateway."""

    def triggered(self, owner: Token, subscription: Subscription, payload: dict[str, Any]) -> None:
        """It happened: go on with what it brought."""
        if owner.task_spec is self:
            owner.top.finish(owner, payload)
        else:
            owner.task_spec.chosen(owner, self, payload)

    def fire(self, run: ScopeInstance, payload: dict[str, Any], flow_in: str | None) -> None:
        """A token comes here because the event has happened already."""
        token = self.enter(run, payload=payload, flow_in=flow_in, front=True)
        token.fired = True

    def begin_scope(self, run: ScopeInstance, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """It started the instance: alone, or as one of the targets of an event-based gateway."""
        for flow in self.flows_in:
            source = run.node(flow.source)
            if isinstance(source, EventGateway) and source.instantiates:
                source.begin_with(run, self, payload)
                return
        self.fire(run, payload, None)

    def hold(self, owner: Token, stop: Stop) -> None:
        """It cannot be waited for: the waiting token itself stops, and waits again afterwards."""
        owner.top.waits.close_all(owner.key)
        owner.top.stop(owner, stop)

    def wait(self, token: Token) -> bool:
        """Wait from now on; True when the event has happened already."""
        if token.fired:
            token.completing = token.payload
            return True
        self.listen(token)
        return False


class CatchEvent(_Waiting):
    """Waits for its event from the moment the token arrives."""

    kind = "catch_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.read_events(element, reader)

    def _run_hook(self, token: Token) -> bool:
        if self.maps_inputs:
            self.open_scope(token)
        return self.wait(token)

    def _on_complete(self, token: Token) -> None:
        self.bring_in(token, token.completing or {})
        super()._on_complete(token)
        self.close_scope(token)


class ReceiveTask(Activity, _Waiting):
    """A task that waits for a message; with `instantiate` and no incoming flow it starts the process."""

    kind = "receive_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.read_events(element, reader)
        self.instantiates = element.get("instantiate") == "true"

    @property
    def instantiates_alone(self) -> bool:
        """Whether its message starts an instance (clause 13.3.3)."""
        return self.instantiates and not self.flows_in

    def begin(self, token: Token) -> bool:
        """Wait."""
        return self.wait(token)


class LinkCatch(Node):
    """Where tokens go on that reached a link throw of the same name in this scope (clause 10.5.1)."""

    kind = "catch_event"
    enters_by_flow = False

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.link = reader.event_definitions(element)[0].link


class EventGateway(Node):
    """Waits for several events at once; the first to happen decides (clause 13.4.4)."""

    kind = "event_gateway"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.instantiates = element.get("instantiate") == "true"
        self.parallel = element.get("eventGatewayType") == "Parallel"

    def targets(self, run: ScopeInstance) -> list[_Waiting]:
        """The events and receive tasks behind it, in the order of its flows."""
        return [run.node(flow.target) for flow in self.flows_out]

    def _run_hook(self, token: Token) -> bool:
        for target in self.targets(token.workflow):
            target.listen(token)
        return False

    def chosen(self, token: Token, target: _Waiting, payload: dict[str, Any]) -> None:
        """The first event: its way is taken, the others are not waited for any more."""
        flow = next(f for f in self.flows_out if f.target == target.name)
        token.top.close(token)
        token.top.record("element_completed", token, {"flows": [flow.id]})
        target.fire(token.workflow, payload, flow.id)

    def begin_with(self, run: ScopeInstance, first: _Waiting, payload: dict[str, Any]) -> None:
        """It starts the instance with this event; parallel: the other events must happen too."""
        token = self.enter(run, queued=False)
        run.top.close(token)
        taken = [f for f in self.flows_out if self.parallel or f.target == first.name]
        run.top.record("element_completed", token, {"flows": [f.id for f in taken]})
        for flow in taken:
            if flow.target != first.name:
                run.node(flow.target).arrive(run, flow)
        first.fire(run, payload, next(f.id for f in taken if f.target == first.name))
