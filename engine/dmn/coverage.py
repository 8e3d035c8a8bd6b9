"""Which combinations of inputs a table's rules cover: gaps, overlaps, rules that can never fire.

The table is walked column by column: values of a column that leave the same rules go together, and what is
left of the same rules is looked at once. A rule with a cell that computes may or may not fire: it fills every
gap, overlaps with none, and hides none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from engine.dmn.bits import bits
from engine.dmn.domains import Domain, domain_of
from engine.dmn.tables import CompiledTable

MAX_VISITS = 20_000
MAX_GAPS, MAX_OVERLAPS = 5, 1000


@dataclass(slots=True)
class Coverage:
    """What was found; rules by their number from 0. `complete` says that everything was looked at."""

    gaps: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)
    overlaps: set[tuple[int, int]] = field(default_factory=set)
    winners: set[int] = field(default_factory=set)
    never: set[int] = field(default_factory=set)
    complete: bool = True


def coverage(table: CompiledTable) -> Coverage:
    """Look at every combination of the inputs' values."""
    cells = [row.tests for row in table.rows]
    columns = [domain_of(column, [row[n] for row in cells]) for n, column in enumerate(table.columns)]
    walk = _Walk(columns, len(table.rows))
    if table.rows:
        walk.visit(0, (1 << len(table.rows)) - 1, ())
    walk.found.never = {
        rule
        for rule in range(len(table.rows))
        if any(domain is not None and domain.cells[rule] == 0 and domain.values for domain in columns)
    }
    return walk.found


class _Walk:
    def __init__(self, columns: list[Domain | None], rules: int) -> None:
        self.columns, self.found = columns, Coverage()
        self.seen: set[tuple[int, int]] = set()
        self.doubtful = 0
        for rule in range(rules):
            if any(_is_doubtful(domain, rule) for domain in columns):
                self.doubtful |= 1 << rule

    def visit(self, level: int, alive: int, path: tuple[tuple[str, ...], ...]) -> None:
        """Go through the values of the column at `level`, with the rules that are still alive."""
        if not alive:
            self._gap(path)
            return
        if (level, alive) in self.seen:
            return
        self.seen.add((level, alive))
        if len(self.seen) > MAX_VISITS:
            self.found.complete = False
        elif level == len(self.columns):
            self._leaf(alive)
        else:
            self._next(level, alive, path)

    def _next(self, level: int, alive: int, path: tuple[tuple[str, ...], ...]) -> None:
        for left, words in self._groups(level, alive):
            self.visit(level + 1, left, (*path, words))

    def _groups(self, level: int, alive: int) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Sets of rules that values of this column leave alive, each with words for those values."""
        domain = self.columns[level]
        if domain is None:
            yield alive, ()
            return
        groups: dict[int, list[str]] = {}
        for rules, words in zip(domain.rules, domain.words, strict=True):
            groups.setdefault(alive & rules, []).append(words)
        for left, found in groups.items():
            yield left, tuple(found) if len(found) < len(domain.words) else ()

    def _gap(self, path: tuple[tuple[str, ...], ...]) -> None:
        if len(self.found.gaps) < MAX_GAPS and path not in self.found.gaps:
            self.found.gaps.append(path)

    def _leaf(self, alive: int) -> None:
        certain = list(bits(alive & ~self.doubtful))
        if len(self.found.overlaps) < MAX_OVERLAPS:
            self.found.overlaps.update(combinations(certain, 2))
        for rule in bits(alive):
            self.found.winners.add(rule)
            if not self.doubtful >> rule & 1:
                break


def _is_doubtful(domain: Domain | None, rule: int) -> bool:
    return domain is None or domain.cells[rule] is None
