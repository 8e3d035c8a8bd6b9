"""Pixels for one container (a process or an expanded sub-process): boxes, bends, lane bands."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from designer.diagram.kinds import ACTIVITIES, DATA, EVENTS
from designer.diagram.layering import Cell, Grid, arrange
from designer.diagram.metrics import text_width, wrap
from designer.diagram.model import Box, Edge, Node, Point
from designer.diagram.routing import simplify, straight

TASK_W, TASK_H, EVENT, GATEWAY = 108.0, 68.0, 36.0, 44.0
_TRACK, _GAP, _ROW_GAP, _LABEL = 12.0, 28.0, 26.0, 90.0


@dataclass(slots=True)
class Block:
    """A laid-out container, from its own (0, 0)."""

    w: float = 0.0
    h: float = 0.0
    boxes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, tuple[Point, ...]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    bands: dict[str, tuple[float, float]] = field(default_factory=dict)

    def include(self, other: Block, dx: float, dy: float) -> None:
        """Take over everything in `other`, moved by (dx, dy)."""
        self.boxes |= {k: b.moved(dx, dy) for k, b in other.boxes.items()}
        self.labels |= {k: b.moved(dx, dy) for k, b in other.labels.items()}
        self.lines |= {k: tuple(Point(p.x + dx, p.y + dy) for p in ps) for k, ps in other.lines.items()}


def node_size(node: Node, boundary_events: int = 0) -> tuple[float, float]:
    """Width and height of a node that holds nothing."""
    if node.type in EVENTS:
        return EVENT, EVENT
    if node.type in ACTIVITIES:
        return max(TASK_W, 16 + 42.0 * boundary_events), TASK_H
    if node.type in DATA:
        return (50.0, 50.0) if "Store" in node.type else (36.0, 50.0)
    if node.type == "textAnnotation":
        return 180.0, 12 + 15.0 * max(1, len(wrap(node.name, 164, 11)))
    if node.type == "group":
        return 180.0, 60.0
    return (100.0, 60.0) if "onversation" in node.type else (GATEWAY, GATEWAY)


class Placer:
    """Places the flow nodes of one container on a grid, then routes its flows through the gaps."""

    def __init__(
        self,
        nodes: Sequence[Node],
        edges: Sequence[Edge],
        sizes: Mapping[str, tuple[float, float]],
        lanes: Sequence[str | None],
        lane_of: Mapping[str, str | None],
    ) -> None:
        self.nodes = {n.id: n for n in nodes}
        self.sizes = sizes
        self.lanes = list(lanes)
        self.hosts = {n.id: n.attached_to for n in nodes if n.attached_to in self.nodes}
        self.edges = {e.id: e for e in edges}
        flows = {e.id: (self._host(e.source), self._host(e.target)) for e in edges}
        free = [n.id for n in nodes if n.id not in self.hosts]
        self.grid: Grid = arrange(free, flows, lane_of, self.lanes)
        self.block = Block()
        self.columns: list[float] = []
        self.row_y: dict[tuple[str | None, int], float] = {}
        self.gap_start: list[float] = []
        self.tracks: dict[tuple[str, int], float] = {}

    def place(self) -> Block:
        """The block; call once."""
        demands = self._gap_demands()
        self._place_columns(demands)
        self._place_rows()
        self._place_boxes()
        self._route_all()
        self._close_bands()
        return self.block

    def _host(self, node_id: str) -> str:
        return self.hosts.get(node_id) or node_id

    def _attached(self, node_id: str) -> list[str]:
        return [k for k, host in self.hosts.items() if host == node_id]

    # Columns and the gaps between them

    def _gap_demands(self) -> dict[int, list[tuple[float, str]]]:
        """Per gap (numbered by the column at its left): flows that turn there, ordered so few overlap."""
        demands: dict[int, list[tuple[float, str]]] = defaultdict(list)
        rows = self._row_numbers()
        for flow, chain in self.grid.chains.items():
            for earlier, later in itertools.pairwise(chain):
                start, end = rows[earlier], rows[later]
                if self.edges[flow].source in self.hosts and earlier == chain[0]:
                    start += 0.5
                if start != end:
                    demands[self.grid.rank[earlier]].append((-start if end > start else start - 1000, flow))
        for flow in sorted(self.grid.back):
            source, target = self._host(self.edges[flow].source), self._host(self.edges[flow].target)
            demands[self.grid.rank[source]].append((-1e6, flow))
            demands[self.grid.rank[target] - 1].append((1e6, flow))
        return {gap: sorted(turns) for gap, turns in demands.items()}

    def _row_numbers(self) -> dict[Cell, float]:
        first, numbers = 0, {}
        for lane in self.lanes:
            for cell, row in self.grid.row.items():
                if self.grid.lane[cell] == lane:
                    numbers[cell] = float(first + row)
            first += self.grid.rows(lane)
        return numbers

    def _place_columns(self, demands: Mapping[int, list[tuple[float, str]]]) -> None:
        count = 1 + max((self.grid.rank[n] for n in self.nodes if n not in self.hosts), default=0)
        x = self._open_gap(-1, 16.0, demands)
        for rank in range(count):
            width = max((self._cell_width(n) for n, r in self.grid.rank.items() if r == rank), default=TASK_W)
            self.columns.append(x + width / 2)
            x = self._open_gap(rank, x + width, demands)
        self.block.w = x

    def _open_gap(self, gap: int, x: float, demands: Mapping[int, list[tuple[float, str]]]) -> float:
        turns = demands.get(gap, [])
        for i, (_, flow) in enumerate(turns):
            self.tracks[flow, gap] = x + 14 + i * _TRACK
        after_tracks = x + 8 + _TRACK * len(turns)
        named = [e for k, e in self.edges.items() if e.name and self._first_gap(k) == gap]
        label = max((min(_LABEL, text_width(e.name, 11)) + 14 for e in named), default=0.0)
        self.gap_start.append(after_tracks)
        return after_tracks + max(label, 20.0 if turns else _GAP) + (4 if gap >= 0 else 0)

    def _first_gap(self, flow: str) -> int | None:
        return None if flow in self.grid.back else self.grid.rank[self.grid.chains[flow][0]]

    def _cell_width(self, cell: Cell) -> float:
        if not isinstance(cell, str):
            return 0.0
        node, width = self.nodes[cell], self.sizes[cell][0]
        return max(width, 64.0) if node.name and node.type not in ACTIVITIES else width

    # Rows

    def _place_rows(self) -> None:
        y = 0.0
        for lane in self.lanes:
            top = y
            y += 14.0
            for row in range(self.grid.rows(lane)):
                above, below = self._row_extent(lane, row)
                self.row_y[lane, row] = y + above
                y += above + below + _ROW_GAP
            y = max(y - _ROW_GAP + 14.0, top + 90.0 if lane else y)
            if lane:
                self.block.bands[lane] = (top, y - top)
        self.block.h = y

    def _row_extent(self, lane: str | None, row: int) -> tuple[float, float]:
        cells = [c for c in self.grid.row if self.grid.row[c] == row and self.grid.lane[c] == lane]
        heights = [self._half_height(c) for c in cells]
        return max((h for h, _ in heights), default=20.0), max((h for _, h in heights), default=20.0)

    def _half_height(self, cell: Cell) -> tuple[float, float]:
        if not isinstance(cell, str):
            return 10.0, 10.0
        node, half = self.nodes[cell], self.sizes[cell][1] / 2
        extra = 4 + 14.0 * len(wrap(node.name, 96, 11, 3)) if node.type not in ACTIVITIES else 0.0
        attached = self._attached(cell)
        if attached:
            extra = 40.0 + 8 * len(attached) + (16 if any(self.nodes[a].name for a in attached) else 0)
        return half, half + extra

    def _place_boxes(self) -> None:
        for node_id in self.nodes:
            if node_id not in self.hosts:
                x, y = self._cell_centre(node_id)
                w, h = self.sizes[node_id]
                self.block.boxes[node_id] = Box(x - w / 2, y - h / 2, w, h)
                self._attach(node_id)

    def _attach(self, host: str) -> None:
        box, attached = self.block.boxes[host], self._attached(host)
        for i, node_id in enumerate(attached):
            x = box.right - 14 - EVENT - 42 * i
            self.block.boxes[node_id] = Box(x, box.bottom - EVENT / 2, EVENT, EVENT)

    def _cell_centre(self, cell: Cell) -> tuple[float, float]:
        return self.columns[self.grid.rank[cell]], self.row_y[self.grid.lane[cell], self.grid.row[cell]]

    # Flows

    def _route_all(self) -> None:
        for flow, chain in self.grid.chains.items():
            self._route(flow, chain)
        channel = self.block.h
        for i, flow in enumerate(sorted(self.grid.back)):
            self._route_back(flow, channel + 4 + 14 * i)
        if self.grid.back:
            self.block.h = channel + 14 + 14 * len(self.grid.back)

    def _departure(self, flow: str) -> list[Point]:
        """The first points: out of the right side, or down from a boundary event."""
        source = self.edges[flow].source
        box = self.block.boxes[source]
        if source not in self.hosts:
            return [Point(box.right, box.centre.y)]
        order = self._attached(self._host(source)).index(source)
        return [Point(box.centre.x, box.bottom), Point(box.centre.x, box.bottom + 16 + 8 * order)]

    def _route(self, flow: str, chain: Sequence[Cell]) -> None:
        points = self._departure(flow)
        for earlier, later in itertools.pairwise(chain):
            x = self.tracks.get((flow, self.grid.rank[earlier]))
            y = self._cell_centre(later)[1]
            if x is not None:
                points += [Point(x, points[-1].y), Point(x, y)]
            elif abs(points[-1].y - y) > 0.01:
                x = self.gap_start[self.grid.rank[earlier] + 1] - 4
                points += [Point(x, points[-1].y), Point(x, y)]
            if not self.edges[flow].name or earlier != chain[0]:
                continue
            self._label(flow, Point(self.gap_start[self.grid.rank[earlier] + 1], y))
        end = self.block.boxes[self.edges[flow].target]
        self.block.lines[flow] = simplify([*points, Point(end.x, end.centre.y)])

    def _label(self, flow: str, at: Point) -> None:
        name = self.edges[flow].name
        lines = wrap(name, _LABEL, 11, 3)
        width = max(text_width(line, 11) for line in lines)
        self.block.labels[flow] = Box(at.x + 1, at.y - 5 - 13 * len(lines), width, 13.0 * len(lines))

    def _route_back(self, flow: str, channel: float) -> None:
        edge = self.edges[flow]
        source, target = self._host(edge.source), self._host(edge.target)
        points = self._departure(flow)
        right = self.tracks[flow, self.grid.rank[source]]
        left = self.tracks[flow, self.grid.rank[target] - 1]
        end = self.block.boxes[edge.target]
        points += [Point(right, points[-1].y), Point(right, channel), Point(left, channel)]
        points += [Point(left, end.centre.y), Point(end.x, end.centre.y)]
        self.block.lines[flow] = simplify(points)
        if edge.name:
            self._label(flow, Point((left + right) / 2 - 30, channel))

    def _close_bands(self) -> None:
        """The last lane takes in the channel of the flows that go back."""
        if self.block.bands:
            last = list(self.block.bands)[-1]
            top, _ = self.block.bands[last]
            self.block.bands[last] = (top, self.block.h - top)


def add_strip(block: Block, nodes: Sequence[Node], links: Sequence[Edge]) -> None:
    """Notes and data in a strip under the flow, each below what it belongs to; no two overlap."""
    if not nodes:
        return
    near = {n.id: _anchor(n.id, links, block) for n in nodes}
    x, top, tallest = 16.0, block.h + 20, 0.0
    for node in sorted(nodes, key=lambda n: near[n.id]):
        w, h = node_size(node)
        x = max(x, near[node.id] - w / 2)
        block.boxes[node.id] = Box(x, top, w, h)
        x, tallest = x + max(w, 96.0) + 16, max(tallest, h + (30 if node.type in DATA else 0))
    block.w, block.h = max(block.w, x), top + tallest + 14
    for edge in links:
        if edge.source in block.boxes and edge.target in block.boxes:
            block.lines.setdefault(edge.id, straight(block.boxes[edge.source], block.boxes[edge.target]))


def _anchor(node_id: str, links: Sequence[Edge], block: Block) -> float:
    ends = [e.target if e.source == node_id else e.source for e in links if node_id in (e.source, e.target)]
    return next((block.boxes[end].centre.x for end in ends if end in block.boxes), 0.0)
