"""A layout for files that have none: layered from left to right, sub-processes nested, lanes kept."""

from __future__ import annotations

from collections.abc import Iterator

from designer.diagram.kinds import ARTIFACTS, CALLS, CONVERSATIONS, DATA, FLOW_NODES, SUB_PROCESSES
from designer.diagram.model import Box, Edge, Line, Node, Point, Shape
from designer.diagram.placement import Block, Placer, add_strip, node_size
from designer.diagram.routing import route_between

_HEAD, _POOL_GAP, _PAD, _TITLE = 30.0, 48.0, 16.0, 30.0
_STRIP = DATA.keys() | ARTIFACTS.keys()


def lay_out(nodes: dict[str, Node], edges: dict[str, Edge]) -> tuple[list[Shape], list[Line]]:
    """Shapes and lines for a whole file."""
    whole = Block()
    y = 0.0
    for process, pool in _pools(nodes):
        block = _Container(nodes, edges, None, process).block()
        y = _stack(whole, nodes, block, process, pool, y)
    _level_pools(whole, nodes)
    _add_loose(whole, nodes, y)
    _join(whole, edges)
    shapes = [
        Shape(nodes[k], box, expanded=_is_open(nodes[k], whole, nodes)) for k, box in whole.boxes.items()
    ]
    return shapes, [Line(edges[k], points, whole.labels.get(k)) for k, points in whole.lines.items()]


def _pools(nodes: dict[str, Node]) -> Iterator[tuple[str | None, Node | None]]:
    """Each process with its pool, in document order; pools without a process at their place."""
    participants = [n for n in nodes.values() if n.type == "participant"]
    for participant in participants:
        yield participant.process if participant.has_content else None, participant
    known = {p.process for p in participants if p.has_content}
    rest = dict.fromkeys(n.process for n in nodes.values() if n.type in FLOW_NODES and n.process not in known)
    for process in rest:
        yield process, None


def _stack(
    whole: Block, nodes: dict[str, Node], block: Block, process: str | None, pool: Node | None, y: float
) -> float:
    lanes = _lane_depth(nodes, block)
    left = (_HEAD if pool else 0.0) + _HEAD * lanes
    if pool is not None and process is None:
        whole.boxes[pool.id] = Box(0, y, 600, 60)
        return y + 60 + _POOL_GAP
    if pool is not None:
        whole.boxes[pool.id] = Box(0, y, left + block.w, block.h)
    _add_lanes(whole, nodes, block, _HEAD if pool else 0.0, y)
    whole.include(block, left, y)
    return y + block.h + _POOL_GAP


def _lane_depth(nodes: dict[str, Node], block: Block) -> int:
    return max((_depth(nodes, lane) for lane in block.bands), default=0)


def _depth(nodes: dict[str, Node], lane: str) -> int:
    depth, current = 1, nodes[lane].lane
    while current in nodes and depth < 20:
        depth, current = depth + 1, nodes[current].lane
    return depth


def _add_lanes(whole: Block, nodes: dict[str, Node], block: Block, x: float, y: float) -> None:
    """Leaf lanes from their bands, outer lanes as the union of what they hold."""
    right = x + _HEAD * _lane_depth(nodes, block) + block.w
    extents: dict[str, tuple[float, float]] = {}
    for leaf, (top, height) in block.bands.items():
        lane: str | None = leaf
        while lane in nodes and lane is not None:
            low, high = extents.get(lane, (top, top + height))
            extents[lane] = (min(low, top), max(high, top + height))
            lane = nodes[lane].lane
    for lane_id, (low, high) in sorted(extents.items(), key=lambda item: _depth(nodes, item[0])):
        left = x + _HEAD * (_depth(nodes, lane_id) - 1)
        whole.boxes[lane_id] = Box(left, y + low, right - left, high - low)


def _level_pools(whole: Block, nodes: dict[str, Node]) -> None:
    """All pools and lanes end at the same x."""
    frames = [k for k in whole.boxes if nodes[k].type in ("participant", "lane")]
    right = max((whole.boxes[k].right for k in frames), default=0.0)
    for key in frames:
        box = whole.boxes[key]
        whole.boxes[key] = Box(box.x, box.y, right - box.x, box.h)


def _add_loose(whole: Block, nodes: dict[str, Node], y: float) -> None:
    """Conversations and whatever else stands alone, in one row under the rest."""
    placed_processes = {nodes[k].process for k in whole.boxes}
    x = 16.0
    for node in nodes.values():
        loose = node.type in CONVERSATIONS or (node.type in _STRIP and node.process not in placed_processes)
        if loose and node.id not in whole.boxes and node.type != "dataStore":
            w, h = node_size(node)
            whole.boxes[node.id] = Box(x, y, w, h)
            x += max(w, 96.0) + 32


def _join(whole: Block, edges: dict[str, Edge]) -> None:
    """Message flows, and whatever else connects two containers."""
    for edge in edges.values():
        if edge.id not in whole.lines and edge.source in whole.boxes and edge.target in whole.boxes:
            whole.lines[edge.id] = _between(whole.boxes[edge.source], whole.boxes[edge.target])


def _between(source: Box, target: Box) -> tuple[Point, ...]:
    """Straight up or down when one is a pool above or below; else a path with two bends."""
    wide, other = (source, target) if source.w > target.w else (target, source)
    if wide.w > 300 and wide.x <= other.centre.x <= wide.right:
        x = other.centre.x
        down = source.y < target.y
        return Point(x, source.bottom if down else source.y), Point(x, target.y if down else target.bottom)
    if source.bottom <= target.y or target.bottom <= source.y:
        return _vertical(source, target)
    return route_between(source, target)


def _vertical(source: Box, target: Box) -> tuple[Point, ...]:
    down = source.bottom <= target.y
    start = Point(source.centre.x, source.bottom if down else source.y)
    end = Point(target.centre.x, target.y if down else target.bottom)
    if abs(start.x - end.x) < 0.5:
        return start, Point(start.x, end.y)
    turn = end.y - 14 if down else end.y + 14
    return start, Point(start.x, turn), Point(end.x, turn), end


def _is_open(node: Node, whole: Block, nodes: dict[str, Node]) -> bool:
    if node.type in CALLS:
        return False
    return node.type not in SUB_PROCESSES or any(nodes[k].parent == node.id for k in whole.boxes)


class _Container:
    """The flow inside one process or sub-process."""

    def __init__(
        self, nodes: dict[str, Node], edges: dict[str, Edge], parent: str | None, process: str | None
    ) -> None:
        self.nodes, self.edges, self.parent, self.process = nodes, edges, parent, process
        inside = [n for n in nodes.values() if n.parent == parent and n.process == process]
        self.flow = [n for n in inside if n.type in FLOW_NODES]
        self.strip = [n for n in inside if n.type in _STRIP and n.type != "dataStore"]
        self.inner: dict[str, Block] = {}

    def block(self) -> Block:
        """Everything inside, placed; empty when there is nothing."""
        if not self.flow and not self.strip:
            return Block()
        ids = {n.id for n in self.flow}
        lanes, lane_of = self._lanes()
        placer = Placer(self.flow, self._flows(ids), self._sizes(), lanes, lane_of)
        block = placer.place() if self.flow else Block()
        for node_id, inner in self.inner.items():
            box = block.boxes[node_id]
            block.include(inner, box.x + _PAD, box.y + _TITLE)
        add_strip(block, self.strip, list(self.edges.values()))
        if self.strip and block.bands:
            last = list(block.bands)[-1]
            block.bands[last] = (block.bands[last][0], block.h - block.bands[last][0])
        return block

    def _flows(self, ids: set[str]) -> list[Edge]:
        """Sequence flows, and the associations that lead from a compensation event to its handler."""
        kinds = ("sequenceFlow", "association")
        return [e for e in self.edges.values() if e.type in kinds and e.source in ids and e.target in ids]

    def _sizes(self) -> dict[str, tuple[float, float]]:
        sizes = {}
        for node in self.flow:
            attached = sum(1 for n in self.flow if n.attached_to == node.id)
            sizes[node.id] = node_size(node, attached)
            if node.type in SUB_PROCESSES and node.has_content:
                sizes[node.id] = self._open_size(node)
        return sizes

    def _open_size(self, node: Node) -> tuple[float, float]:
        inner = _Container(self.nodes, self.edges, node.id, node.process).block()
        if not inner.boxes:
            return node_size(node)
        self.inner[node.id] = inner
        return inner.w + 2 * _PAD, inner.h + _TITLE + _PAD

    def _lanes(self) -> tuple[list[str | None], dict[str, str | None]]:
        if self.parent is not None:
            return [None], {n.id: None for n in self.flow}
        outer = {n.lane for n in self.nodes.values() if n.type == "lane"}
        leaves: list[str | None] = [
            n.id
            for n in self.nodes.values()
            if n.type == "lane" and n.process == self.process and n.id not in outer
        ]
        if not leaves:
            return [None], {n.id: None for n in self.flow}
        return leaves, {n.id: n.lane if n.lane in leaves else leaves[0] for n in self.flow}
