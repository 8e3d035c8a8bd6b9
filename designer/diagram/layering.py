"""Columns and rows for a flow graph: ranks from left to right, one row per parallel path.

A layered drawing after Sugiyama: cycles are cut by a depth-first walk, ranks are longest paths, and
a flow that spans several ranks keeps a free cell in each, so that no line runs through a shape.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

Cell = Hashable


@dataclass(slots=True)
class Grid:
    """Where everything goes: `rank` (column) and (`lane`, `row`) of nodes and of the bends of long flows."""

    rank: dict[Cell, int] = field(default_factory=dict)
    lane: dict[Cell, str | None] = field(default_factory=dict)
    row: dict[Cell, int] = field(default_factory=dict)
    chains: dict[str, list[Cell]] = field(default_factory=dict)
    back: set[str] = field(default_factory=set)

    def rows(self, lane: str | None) -> int:
        """How many rows `lane` needs."""
        return 1 + max((self.row[c] for c in self.row if self.lane[c] == lane), default=-1)


def arrange(
    nodes: Sequence[str],
    flows: Mapping[str, tuple[str, str]],
    lane_of: Mapping[str, str | None],
    lanes: Sequence[str | None],
) -> Grid:
    """A cell for every node and for every bend; `flows` maps a flow's id to its two nodes."""
    grid = Grid()
    grid.back = _back_flows(nodes, flows)
    forward = {k: ends for k, ends in flows.items() if k not in grid.back}
    grid.rank |= _ranks(nodes, forward)
    grid.lane = {n: lane_of[n] for n in nodes}
    before = _chains(grid, forward)
    _assign_rows(grid, before, lanes)
    return grid


def _back_flows(nodes: Sequence[str], flows: Mapping[str, tuple[str, str]]) -> set[str]:
    """Flows that close a cycle in a depth-first walk from the nodes nothing leads to."""
    out = defaultdict(list)
    for flow, (source, target) in flows.items():
        out[source].append((flow, target))
    entered = {target for source, target in flows.values() if source != target}
    back, state = set(), dict.fromkeys(nodes, 0)
    for first in sorted(nodes, key=lambda n: n in entered):
        if state[first] == 0:
            back |= _walk(first, out, state)
    return back


def _walk(first: str, out: Mapping[str, list[tuple[str, str]]], state: dict[str, int]) -> set[str]:
    back, state[first] = set(), 1
    stack = [(first, iter(out.get(first, ())))]
    while stack:
        node, rest = stack[-1]
        step = next(rest, None)
        if step is None:
            state[node] = 2
            stack.pop()
        elif state[step[1]] == 1:
            back.add(step[0])
        elif state[step[1]] == 0:
            state[step[1]] = 1
            stack.append((step[1], iter(out.get(step[1], ()))))
    return back


def _ranks(nodes: Sequence[str], forward: Mapping[str, tuple[str, str]]) -> dict[Cell, int]:
    """Longest path from a source, in topological order."""
    rank: dict[Cell, int] = dict.fromkeys(nodes, 0)
    waiting, out = dict.fromkeys(nodes, 0), defaultdict(list)
    for source, target in forward.values():
        waiting[target] += 1
        out[source].append(target)
    ready = [n for n in nodes if waiting[n] == 0]
    for node in ready:
        for target in out[node]:
            rank[target] = max(rank[target], rank[node] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return rank


def _chains(grid: Grid, forward: Mapping[str, tuple[str, str]]) -> dict[Cell, list[Cell]]:
    """Bends for flows over several ranks; what leads to each cell, in document order."""
    before: dict[Cell, list[Cell]] = defaultdict(list)
    for flow, (source, target) in forward.items():
        chain: list[Cell] = [source]
        for rank in range(grid.rank[source] + 1, grid.rank[target]):
            bend = (flow, rank)
            grid.rank[bend] = rank
            grid.lane[bend] = grid.lane[target] if rank > grid.rank[source] + 1 else grid.lane[source]
            chain.append(bend)
        chain.append(target)
        grid.chains[flow] = chain
        for earlier, later in itertools.pairwise(chain):
            before[later].append(earlier)
    return before


def _assign_rows(grid: Grid, before: Mapping[Cell, list[Cell]], lanes: Sequence[str | None]) -> None:
    order = {lane: i for i, lane in enumerate(lanes)}
    columns: dict[int, list[Cell]] = defaultdict(list)
    for cell, rank in grid.rank.items():
        columns[rank].append(cell)
    taken: set[tuple[int, str | None, int]] = set()
    for rank in sorted(columns):
        wanted = [(_wish(cell, grid, before), cell) for cell in columns[rank] if cell not in grid.row]
        # Sorting by wish keeps paths from crossing; real shapes choose before the bends of long flows.
        for wish, cell in sorted(
            wanted, key=lambda w: (order[grid.lane[w[1]]], w[0], isinstance(w[1], tuple))
        ):
            together = _same_run(cell, grid)
            spots = [(grid.rank[c], grid.lane[c]) for c in together]
            row = _nearest_free(wish, spots, taken)
            grid.row |= dict.fromkeys(together, row)
            taken |= {(*spot, row) for spot in spots}


def _same_run(cell: Cell, grid: Grid) -> list[Cell]:
    """A shape alone; a bend with the other bends of its flow in the lane, so that the flow stays level."""
    if not isinstance(cell, tuple):
        return [cell]
    return [c for c in grid.chains[cell[0]] if isinstance(c, tuple) and grid.lane[c] == grid.lane[cell]]


def _wish(cell: Cell, grid: Grid, before: Mapping[Cell, list[Cell]]) -> int:
    same = [grid.row[b] for b in before.get(cell, ()) if grid.lane[b] == grid.lane[cell]]
    if not same:
        return 0
    return sorted(same)[(len(same) - 1) // 2]


def _nearest_free(
    wish: int, spots: Sequence[tuple[int, str | None]], taken: set[tuple[int, str | None, int]]
) -> int:
    distance = 0
    while True:
        for row in (wish + distance, wish - distance):
            if row >= 0 and not any((*spot, row) in taken for spot in spots):
                return row
        distance += 1
