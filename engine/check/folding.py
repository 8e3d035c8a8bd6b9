"""Folds the sound blocks of a graph of tokens until nothing more can be folded.

Nodes have a join (`one` token passes, `all` must come, `some` that were sent must come) and a split (a
token goes to `one`, `all` or `some` flows). A node with one flow in and one out is folded into one flow; so
are the flows from one split to one join, when the two fit; what does not fit is noted as trouble. A join and
the split that alone follows it become one node, and a flow from a node back to itself is a loop. Each folding
removes a flow, and the smaller of two sets is poured into the larger: the cost grows with the flows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

ONE, ALL, SOME = "one", "all", "some"
#: What happens when a split of the first kind meets a join of the second.
MEETINGS = {
    (ONE, ALL): "deadlock",
    (SOME, ALL): "may-wait",
    (ALL, ONE): "runs-twice",
    (SOME, ONE): "runs-twice",
}
ENTRY, EXIT = "entry", "exit"


@dataclass(slots=True)
class Trouble:
    """A split and a join that do not fit; `always`: on the path of every token.

    For `written-twice`, `split` and `join` are the two that write `name` at the same time.
    """

    kind: str
    split: Any
    join: Any
    always: bool = True
    name: str = ""


@dataclass(slots=True, eq=False)
class Edge:
    """A flow, or a folded block: the troubles found `inside` it, and who in it `writes` which variable."""

    source: Any
    target: Any
    inside: list[Trouble] = field(default_factory=list)
    writes: dict[str, Any] = field(default_factory=dict)

    def take(self, other: Edge) -> None:
        """Take over what was found in another."""
        if len(other.writes) > len(self.writes):
            self.writes, other.writes = other.writes, self.writes
        self.writes.update(other.writes)
        if len(other.inside) > len(self.inside):
            self.inside, other.inside = other.inside, self.inside
        self.inside += other.inside


class Graph:
    """Nodes with their kinds, and the flows between them."""

    def __init__(self) -> None:
        self.joins: dict[Any, str] = {EXIT: "any"}
        self.splits: dict[Any, str] = {ENTRY: ALL}
        self.into: defaultdict[Any, dict[Edge, None]] = defaultdict(dict)
        self.out: defaultdict[Any, dict[Edge, None]] = defaultdict(dict)
        self.order: list[Any] = [ENTRY]
        self.writes: dict[Any, dict[str, Any]] = {}
        self.shown: dict[Any, Any] = {ENTRY: None}

    def add(self, node: Any, join: str, split: str, writes: frozenset[str] = frozenset()) -> None:
        """A node, and the variables it writes."""
        self.joins[node], self.splits[node] = join, split
        self.order.append(node)
        self.shown[node] = node
        if writes:
            self.writes[node] = dict.fromkeys(writes, node)

    def enter(self, node: Any) -> None:
        """A token appears at the node."""
        self.connect(ENTRY, node)

    def connect(self, source: Any, target: Any) -> Edge:
        """A flow."""
        edge = Edge(source, target)
        self.out[source][edge] = None
        self.into[target][edge] = None
        return edge

    def finish(self) -> None:
        """Whatever nothing follows leads to the exit."""
        for node in self.order:
            if node is not ENTRY and not self.out[node]:
                self.connect(node, EXIT)

    def remove(self, edge: Edge) -> None:
        """Forget a flow."""
        self.out[edge.source].pop(edge, None)
        self.into[edge.target].pop(edge, None)

    def interrupt(self, host: Any, event: Any, *, interrupting: bool) -> None:
        """An event on an activity: instead of its way out, or beside it."""
        self.connect(host, event)
        self.splits[host] = ONE if interrupting and len(self.out[host]) == 2 else SOME


def fold(graph: Graph) -> tuple[list[Trouble], bool]:
    """The troubles of the graph, and whether it folded into one flow from entry to exit."""
    troubles: list[Trouble] = []
    todo = list(reversed(graph.order))
    waiting = set(todo)
    while todo:
        node = todo.pop()
        waiting.discard(node)
        for other in _fold_at(node, graph, troubles):
            if other not in waiting:
                waiting.add(other)
                todo.append(other)
    left = [edge for edges in graph.out.values() for edge in edges]
    folded = len(left) == 1 and left[0].source is ENTRY and left[0].target is EXIT
    for edge in left:
        troubles += edge.inside
    return troubles, folded


def _fold_at(node: Any, graph: Graph, troubles: list[Trouble]) -> list[Any]:
    """Fold what can be folded at the node; the nodes to look at again."""
    again = _merge_parallel(node, graph) + _drop_loop(node, graph, troubles)
    if node in (ENTRY, EXIT) or len(graph.out[node]) != 1:
        return again
    after = next(iter(graph.out[node]))
    if len(graph.into[node]) == 1:
        before = next(iter(graph.into[node]))
        return again if before is after else again + _fold_through(node, before, after, graph)
    target = after.target
    if target is not node and target is not EXIT and len(graph.into[target]) == 1:
        return again + _join_nodes(node, after, graph, troubles)
    return again


def _fold_through(node: Any, before: Edge, after: Edge, graph: Graph) -> list[Any]:
    """The node and its two flows become one flow."""
    graph.remove(before)
    graph.remove(after)
    joined = graph.connect(before.source, after.target)
    joined.take(before)
    joined.take(after)
    for name, writer in graph.writes.pop(node, {}).items():
        joined.writes[name] = writer
    return [before.source, after.target]


def _join_nodes(node: Any, between: Edge, graph: Graph, troubles: list[Trouble]) -> list[Any]:
    """A join and the split that alone follows it become one node that joins and splits."""
    split = between.target
    graph.remove(between)
    troubles += [_perhaps(t) for t in between.inside]
    graph.splits[node], graph.shown[node] = graph.splits[split], graph.shown[split]
    graph.writes.setdefault(node, {}).update(graph.writes.pop(split, {}))
    changed = [node]
    for edge in list(graph.out[split]):
        graph.out[split].pop(edge, None)
        edge.source = node
        graph.out[node][edge] = None
        changed.append(edge.target)
    return changed


def _drop_loop(node: Any, graph: Graph, troubles: list[Trouble]) -> list[Any]:
    """A flow from a node to itself: sound where one token passes and chooses."""
    loops = [edge for edge in graph.out[node] if edge.target is node]
    for edge in loops:
        if graph.joins.get(node) == ONE and graph.splits.get(node) in (ONE, SOME):
            graph.remove(edge)
            troubles += [_perhaps(t) for t in edge.inside]
            return [node]
    return []


def _merge_parallel(node: Any, graph: Graph) -> list[Any]:
    """Several flows from this node to another become one, with what is wrong about that."""
    counts = Counter(edge.target for edge in graph.out[node])
    changed = []
    for target, count in counts.items():
        if count < 2 or target is node:
            continue
        edges = [edge for edge in graph.out[node] if edge.target is target]
        split, join = graph.splits[node], graph.joins[target]
        for edge in edges:
            graph.remove(edge)
        merged = graph.connect(node, target)
        merged.inside = _written_twice(edges) if split != ONE else []
        for edge in edges:
            merged.take(edge)
        if split != ALL:
            merged.inside = [_perhaps(t) for t in merged.inside]
        kind = MEETINGS.get((split, join))
        if kind is not None:
            whole = len(graph.out[node]) == 1 and len(graph.into[target]) == 1
            merged.inside.append(Trouble(kind, graph.shown[node], target, always=whole))
        changed += [node, target]
    return changed


def _written_twice(edges: list[Edge]) -> list[Trouble]:
    """The variables that several of these branches write."""
    found: list[Trouble] = []
    writers: dict[str, Any] = {}
    for edge in edges:
        for name, writer in edge.writes.items():
            if name in writers:
                found.append(Trouble("written-twice", writers[name], writer, name=name))
            writers.setdefault(name, writer)
    return found


def _perhaps(trouble: Trouble) -> Trouble:
    trouble.always = False
    return trouble
