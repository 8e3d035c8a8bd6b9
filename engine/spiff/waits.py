"""What an instance waits for: its open subscriptions, and what happens when one fires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.feel import FeelError
from engine.spiff.changes import Event, Stop, feel_text
from engine.spiff.subscriptions import SEEN, Subscription
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.specs.catching import Catching


class Waits:
    """The open subscriptions of one instance, by key and by owner."""

    def __init__(self, top: ProcessRun) -> None:
        self.top = top
        self._by_key: dict[int, Subscription] = {}
        self._by_owner: dict[int, list[Subscription]] = {}
        self.conditions: dict[int, Subscription] = {}  #: those among them that wait for a condition
        self._fresh = False  #: a condition was never looked at

    def __contains__(self, key: int) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Subscription]:
        return iter(self._by_key.values())

    def of(self, owner_key: int) -> list[Subscription]:
        """What this owner waits for."""
        return list(self._by_owner.get(owner_key, ()))

    def restore(self, subscription: Subscription) -> None:
        """Put back what was waited for when the instance was saved."""
        self._by_key[subscription.key] = subscription
        self._by_owner.setdefault(subscription.owner_key, []).append(subscription)
        if subscription.kind == "conditional":
            self.conditions[subscription.key] = subscription
            self._fresh = self._fresh or subscription.held is None

    def open(self, subscription: Subscription) -> None:
        """Begin to wait."""
        self.restore(subscription)
        self.top.changes.opened.append(subscription)

    def close(self, subscription: Subscription) -> None:
        """Stop waiting for one event."""
        if subscription.key in self._by_key:
            self._by_owner[subscription.owner_key].remove(subscription)
            self._forget(subscription)

    def close_all(self, owner_key: int) -> None:
        """The token, and the scope inside it, wait for nothing any more."""
        for subscription in self._by_owner.pop(owner_key, ()):
            self._forget(subscription)

    def close_scope(self, run: ScopeInstance) -> None:
        """The event sub-processes of this scope cannot start any more."""
        for subscription in [s for s in self.of(run.key) if s.of_scope]:
            self.close(subscription)

    def _forget(self, subscription: Subscription) -> None:
        del self._by_key[subscription.key]
        self.conditions.pop(subscription.key, None)
        self.top.changes.closed.append(subscription)

    # ---- firing

    def trigger(self, subscription_key: int, payload: dict[str, Any]) -> bool:
        """The event that a subscription waited for has happened; False when nobody waits any more."""
        subscription = self._by_key.get(subscription_key)
        owner = self.owner(subscription) if subscription is not None else None
        if subscription is None or owner is None:
            return False
        node = self._node(subscription, owner)
        self._note(subscription, node)
        if node.parallel_multiple:
            self._see(subscription, payload, owner, node)
            return True
        self._renew(subscription, node)
        node.triggered(owner, subscription, payload)
        return True

    def owner(self, subscription: Subscription) -> Token | ScopeInstance | None:
        """Who waits; None when it has ended."""
        if subscription.of_scope:
            return next((r for r in self.top.runs() if r.key == subscription.owner_key), None)
        token = self.top.token(subscription.owner_key)
        return None if token is None or token.is_finished else token

    def _node(self, subscription: Subscription, owner: Token | ScopeInstance) -> Catching:
        run: Any = owner if subscription.of_scope else owner.workflow  # type: ignore[union-attr]
        node: Catching = run.node(subscription.element_id)
        return node

    def _note(self, subscription: Subscription, node: Catching) -> None:
        if subscription.kind == "conditional":
            data = {"condition": node.definitions[subscription.index].text}
            self.top.changes.events.append(Event("condition_met", subscription.element_id, data=data))
        elif subscription.kind == "signal":
            data = {"signal": subscription.name or ""}
            self.top.changes.events.append(Event("signal_caught", subscription.element_id, data=data))

    def _renew(self, subscription: Subscription, node: Catching) -> None:
        """A timer that repeats is set again; what repeats anyway stays open; all else is over."""
        if subscription.schedule is None and node.repeats:
            return
        following = subscription.schedule.next(self.top.zone) if subscription.schedule else None
        self.close(subscription)
        if following is not None and node.repeats:
            subscription.schedule = following
            self.open(subscription)

    def _see(
        self,
        subscription: Subscription,
        payload: dict[str, Any],
        owner: Token | ScopeInstance,
        node: Catching,
    ) -> None:
        """One of several events that must all happen: the last fires (clause 10.5.1)."""
        self.close(subscription)
        seen = Subscription(
            self.top.next_key(), subscription.owner_key, subscription.element_id, SEEN, subscription.index
        )
        seen.of_scope, seen.payload = subscription.of_scope, payload
        self.restore(seen)
        together = [s for s in self.of(seen.owner_key) if s.element_id == seen.element_id]
        if any(s.kind != SEEN for s in together):
            return
        merged: dict[str, Any] = {}
        for part in together:
            merged |= part.payload or {}
            self.close(part)
        if node.repeats:
            node.listen(owner)
        node.triggered(owner, seen, merged)

    # ---- conditions

    def check_conditions(self) -> None:
        """Fire each condition that has become true since it was last looked at (clause 10.5.5).

        Only those that read a variable written since are evaluated; what cannot be is an incident at
        its event, which waits again afterwards.
        """
        written = self.top.scope.written
        if not written and not self._fresh:
            return
        names = set(written)
        written.clear()
        self._fresh = False
        for subscription in list(self.conditions.values()):
            if subscription.key in self.conditions:
                self._check(subscription, names)

    def _check(self, subscription: Subscription, written: set[str]) -> None:
        owner = self.owner(subscription)
        if owner is None:
            return
        node = self._node(subscription, owner)
        definition = node.definitions[subscription.index]
        if subscription.held is not None and written.isdisjoint(definition.watched):
            return
        try:
            holds = definition.holds(owner)
        except Stop as stop:
            node.hold(owner, stop)
            return
        except FeelError as error:
            node.hold(owner, Stop("expression", feel_text(error)))
            return
        before, subscription.held = subscription.held, holds
        if holds and not before:
            self.trigger(subscription.key, {})
