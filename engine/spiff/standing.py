"""Where an instance stands: what each of its tokens, joins and scopes waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.spiff.specs.activity import TOKENS, Activity
from engine.spiff.specs.boundary_event import BoundaryEvent
from engine.spiff.specs.event_definition import WAITING_KINDS
from engine.spiff.specs.tasks import JobElement, UserTaskElement
from engine.spiff.subscriptions import SEEN

if TYPE_CHECKING:
    from engine.spiff.process_run import ProcessRun
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.specs.node import Node
    from engine.spiff.subscriptions import Subscription
    from engine.spiff.token import Token

#: Something outside, time or a variable moves these on.
MOVING = frozenset({"incident", "job", "user_task"}) | WAITING_KINDS
#: These move only when something else of the same instance does.
DEPENDENT = frozenset({"inside", "compensation", "join", "data", "nothing"})
KINDS = MOVING | DEPENDENT


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing the instance waits for; `kind` is one of KINDS.

    `element_id` is what fires, `node` where it waits. `key` is the token's; for a join, its scope's.
    `beside`: a boundary event or event sub-process, which may come instead of the work or besides.
    `arrived` and `expected` count a join's branches.
    """

    kind: str
    element_id: str
    key: int
    node: Node
    token: Token | None = None
    subscription: Subscription | None = None
    beside: bool = False
    arrived: int = 0
    expected: int = 0

    @property
    def place(self) -> str:
        """Name of what fires, also inside a called process."""
        if self.subscription is None or self.token is None or self.subscription.of_scope:
            return self.node.label
        return self.token.workflow.node(self.element_id).label

    @property
    def is_called(self) -> bool:
        """Whether it is inside a called process."""
        return self.token is not None and self.token.workflow.definition is not None


def of(run: ProcessRun) -> list[Wait]:
    """Everything the instance waits for; at least one per open token."""
    return [wait for part in run.runs() for wait in _of_scope(run, part)]


def can_move(run: ProcessRun) -> bool:
    """Whether anything at all can still move this instance."""
    return any(wait.kind in MOVING for part in run.runs() for wait in _of_scope(run, part))


def is_body(token: Token) -> bool:
    """Whether the token stands for the whole of a repeated activity, beside those of its instances."""
    node = token.task_spec
    return isinstance(node, Activity) and node.repetition is not None and not node.is_instance(token)


def _of_scope(run: ProcessRun, part: ScopeInstance) -> Iterator[Wait]:
    for token in part.open.values():
        yield from _of_token(run, token)
    for subscription in run.waits.of(part.key):
        if subscription.of_scope and subscription.kind != SEEN:
            node = part.node(subscription.element_id)
            yield Wait(subscription.kind, node.name, part.key, node, part.host, subscription, beside=True)
    for element_id, counts in part.joins.items():
        node = part.node(element_id)
        arrived, expected = sum(1 for flow in node.flows_in if counts.get(flow.id)), len(node.flows_in)
        if isinstance(node, Activity):
            arrived, expected = counts[TOKENS], node.start_quantity
        yield Wait("join", element_id, part.key, node, arrived=arrived, expected=expected)


def _of_token(run: ProcessRun, token: Token) -> Iterator[Wait]:
    node = token.task_spec
    if token.is_stopped:
        yield Wait("incident", node.name, token.key, node, token)
    waited = token.is_stopped
    for subscription in run.waits.of(token.key):
        if subscription.of_scope or subscription.kind == SEEN:
            continue
        beside = isinstance(token.workflow.node(subscription.element_id), BoundaryEvent)
        waited = waited or not beside
        yield Wait(subscription.kind, subscription.element_id, token.key, node, token, subscription, beside)
    if not waited:
        yield Wait(_work(run, token), node.name, token.key, node, token)


def _work(run: ProcessRun, token: Token) -> str:
    if token.waits_for_data:
        return "data"
    if is_body(token):
        return "inside"
    if isinstance(token.task_spec, JobElement):
        return "job"
    if isinstance(token.task_spec, UserTaskElement):
        return "user_task"
    if token.pending is not None:
        return "compensation"
    return "inside" if token.key in run.subprocesses else "nothing"
