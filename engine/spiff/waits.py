"""What an instance waits for: its open subscriptions, and what happens when one fires."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.spiff.subscriptions import Subscription
from engine.spiff.token import Token

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.specs.node import Node


class Waits:
    """The open subscriptions of one instance, by key and by owner."""

    def __init__(self, top: ProcessRun) -> None:
        self.top = top
        self._by_key: dict[int, Subscription] = {}
        self._by_owner: dict[int, list[Subscription]] = {}

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

    def open(self, subscription: Subscription) -> None:
        """Begin to wait."""
        self.restore(subscription)
        self.top.changes.opened.append(subscription)

    def close(self, subscription: Subscription) -> None:
        """Stop waiting for one event."""
        if self._by_key.pop(subscription.key, None) is not None:
            self._by_owner[subscription.owner_key].remove(subscription)
            self.top.changes.closed.append(subscription)

    def close_all(self, token: Token) -> None:
        """The token waits for nothing any more."""
        for subscription in self._by_owner.pop(token.key, ()):
            del self._by_key[subscription.key]
            self.top.changes.closed.append(subscription)

    def trigger(self, subscription_key: int, payload: dict[str, Any]) -> bool:
        """The event that a subscription waited for has happened; False when nobody waits any more."""
        subscription = self._by_key.get(subscription_key)
        owner = self.top.token(subscription.owner_key) if subscription else None
        if subscription is None or owner is None or owner.is_finished:
            return False
        node = owner.workflow.node(subscription.element_id)
        self._after_trigger(subscription, node)
        node.triggered(owner, payload)
        return True

    def _after_trigger(self, subscription: Subscription, node: Node) -> None:
        if subscription.schedule is None and node.keeps_waiting:
            return
        following = subscription.schedule.next(self.top.zone) if subscription.schedule else None
        self.close(subscription)
        if following is not None:
            subscription.schedule = following
            self.open(subscription)
