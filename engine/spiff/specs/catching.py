"""What every event that waits has in common: its definitions, and what it brings into the process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.spiff.changes import Stop
from engine.spiff.specs.event_definition import WAITING_KINDS, EventDefinition
from engine.spiff.specs.node import Node

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class Catching(Node):
    """A node with event definitions: any of them fires it, or all when it is parallel multiple."""

    repeats = False  #: it may fire again while its owner is open

    def read_events(self, element: Element, reader: Reader) -> None:
        """Take the definitions from this event's element."""
        self.definitions: tuple[EventDefinition, ...] = reader.event_definitions(element)
        several = len(self.definitions) > 1
        self.parallel_multiple = several and element.get("parallelMultiple") == "true"

    @property
    def kinds(self) -> set[str]:
        """Kinds of its definitions."""
        return {d.kind for d in self.definitions}

    def listen(self, owner: Token | ScopeInstance) -> None:
        """Wait for everything that something outside, time or a variable triggers."""
        for definition in self.definitions:
            if definition.kind in WAITING_KINDS:
                definition.subscribe(owner, self.name)

    def triggered(self, owner: Any, subscription: Subscription, payload: dict[str, Any]) -> None:
        """What `owner` waited for has happened at this element."""
        raise NotImplementedError(f"{self.name} waits for nothing")

    def caught(self, owner: Any, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """An error, escalation or cancellation was caught at this element on behalf of `owner`."""
        raise NotImplementedError(f"{self.name} catches nothing")

    def catches(self, kind: str, code: str) -> bool | None:
        """True: exactly this code; False: every code; None: not at all."""
        found = {d.code for d in self.definitions if d.kind == kind}
        return True if code in found else False if None in found else None

    def hold(self, owner: Any, stop: Stop) -> None:
        """It cannot be waited for: a token here says why, and makes `owner` listen again afterwards."""
        run: ScopeInstance = owner if owner.is_run else owner.workflow
        for subscription in [s for s in run.top.waits.of(owner.key) if s.element_id == self.name]:
            run.top.waits.close(subscription)
        token = self.enter(run, queued=False)
        token.arms = owner.key
        if not owner.is_run:
            run.top.arming.setdefault(owner.key, []).append(token)
        run.top.stop(token, stop)

    def arm_again(self, token: Token) -> bool:
        """After such an incident: listen, unless the owner has ended meanwhile."""
        top, run = token.workflow.top, token.workflow
        owner: Any = run if self.is_event_sub_process else top.token(token.arms or 0)
        if owner is not None:
            self.listen(owner)
        if token in top.arming.get(token.arms or 0, ()):
            top.arming[token.arms or 0].remove(token)
        top.discard(token)
        return False

    def bring_in(self, token: Token, payload: dict[str, Any]) -> None:
        """Take over what the event brought; only output mappings see its `details`."""
        if self.maps_outputs and token.scope is token.outer_scope:
            self.open_scope(token)
        for name, value in token.details.items() if self.maps_outputs else ():
            token.scope.set_local(name, value)
        self.map_outputs(token, payload)
