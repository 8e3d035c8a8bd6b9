"""The token game of the standard, written from its text alone: no code of the engine.

A marking counts tokens on flows. Firing order is random: what is compared with the engine may not
depend on it.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.token_game.model import Arrow, Model


@dataclass
class Scope:
    """One running process or sub-process."""

    model: Model
    marking: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    inside: list[tuple[str, Scope]] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """No token anywhere."""
        return not (+self.marking or +self.waiting or self.inside)


class Game:
    """Plays one model."""

    def __init__(self, model: Model, seed: int) -> None:
        self.random = random.Random(seed)
        self.variables = model.all_variables()
        self.fired: Counter[str] = Counter()
        self.root = self._open(model)
        self.settle()

    # ---- what there is to see

    def waiting(self) -> list[str]:
        """User tasks that wait for a person, sorted, as often as they wait."""
        return sorted(name for scope in self._scopes(self.root) for name in scope.waiting.elements())

    @property
    def is_over(self) -> bool:
        """Whether every token has ended."""
        return self.root.is_over

    @property
    def is_stuck(self) -> bool:
        """Whether tokens are left and nobody can move them."""
        return not self.is_over and not self.waiting()

    # ---- moves

    def complete(self, name: str) -> None:
        """A person completes this task; everything that can move then moves."""
        scope = next(s for s in self._scopes(self.root) if s.waiting[name])
        scope.waiting[name] -= 1
        self._leave(scope, name)
        self.settle()

    def settle(self) -> None:
        """Fire until nothing can fire; an inclusive join only when nothing else can."""
        while moves := self._moves() or self._inclusive_joins():
            scope, name = self.random.choice(moves)
            self._fire(scope, name)

    def _scopes(self, scope: Scope) -> list[Scope]:
        return [scope, *(s for _, inner in scope.inside for s in self._scopes(inner))]

    def _open(self, model: Model) -> Scope:
        scope = Scope(model)
        for name, kind in model.nodes.items():
            if kind == "start":
                self._leave(scope, name)
        return scope

    def _moves(self) -> list[tuple[Scope, str]]:
        return [
            (scope, name)
            for scope in self._scopes(self.root)
            for name, kind in scope.model.nodes.items()
            if self._can_fire(scope, name, kind)
        ]

    def _can_fire(self, scope: Scope, name: str, kind: str) -> bool:
        if kind == "sub" and any(n == name and inner.is_over for n, inner in scope.inside):
            return True
        tokens = [scope.marking[a.id] for a in scope.model.into(name)]
        if kind == "or" and len(tokens) > 1:
            return False
        return bool(tokens) and (all(tokens) if kind == "and" else any(tokens))

    def _inclusive_joins(self) -> list[tuple[Scope, str]]:
        return [
            (scope, name)
            for scope in self._scopes(self.root)
            for name, kind in scope.model.nodes.items()
            if kind == "or" and self._is_complete(scope, name)
        ]

    def _is_complete(self, scope: Scope, name: str) -> bool:
        """No token can still reach an incoming flow that has none, unless it can reach one that has."""
        into = scope.model.into(name)
        full = {a.id for a in into if scope.marking[a.id]}
        empty = {a.id for a in into} - full
        if not full:
            return False
        for start in self._held(scope):
            ahead = self._ahead(scope.model, start, name)
            if ahead & empty and not ahead & full:
                return False
        return True

    def _held(self, scope: Scope) -> set[str]:
        """Flows with a token, and flows that a token inside an activity will leave by."""
        held = {flow for flow, count in scope.marking.items() if count}
        busy = [n for n, count in scope.waiting.items() if count] + [n for n, _ in scope.inside]
        return held | {a.id for n in busy for a in scope.model.out(n)}

    def _ahead(self, model: Model, flow: str, gateway: str) -> set[str]:
        seen: set[str] = set()
        todo = [flow]
        while todo:
            current = todo.pop()
            if current in seen:
                continue
            seen.add(current)
            target = next(a.target for a in model.arrows if a.id == current)
            if target != gateway:
                todo += [a.id for a in model.out(target)]
        return seen

    # ---- firing

    def _fire(self, scope: Scope, name: str) -> None:
        kind = scope.model.nodes[name]
        over = next((pair for pair in scope.inside if pair[0] == name and pair[1].is_over), None)
        if over is not None:
            scope.inside.remove(over)
            self._leave(scope, name)
            return
        self._take(scope, name, kind)
        if kind == "user":
            scope.waiting[name] += 1
        elif kind == "sub":
            scope.inside.append((name, self._open(scope.model.inner[name])))
        else:
            self._leave(scope, name)

    def _take(self, scope: Scope, name: str, kind: str) -> None:
        full = [a.id for a in scope.model.into(name) if scope.marking[a.id]]
        for flow in full if kind in ("and", "or") else [self.random.choice(full)]:
            scope.marking[flow] -= 1

    def _leave(self, scope: Scope, name: str) -> None:
        self.fired[name] += 1
        if name in scope.model.writes:
            variable, value = scope.model.writes[name]
            self.variables[variable] = self.variables[variable] + 1 if value is None else value
        for arrow in self._chosen(scope.model, name):
            scope.marking[arrow.id] += 1

    def _chosen(self, model: Model, name: str) -> list[Arrow]:
        out = model.out(name)
        if all(a.condition is None for a in out):
            return out
        true = [a for a in out if a.condition and a.condition.holds(self.variables)]
        true = true or [a for a in out if a.condition is None]
        return true[:1] if model.nodes[name] == "xor" else true
