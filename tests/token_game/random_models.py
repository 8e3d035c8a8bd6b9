"""Models made at random: nested blocks that are sound, and graphs that need not be."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise

from tests.token_game.model import Condition, Model

Part = tuple[str, str]  #: first and last node of a block


class Blocks:
    """Block-structured models. `many`: several tokens may be on one flow, so nothing is counted there."""

    def __init__(self, seed: int, size: int) -> None:
        self.random, self.left = random.Random(seed), size
        self.scopes = 0

    def model(self) -> Model:
        """A process; in some, the last part is run by several tokens."""
        return self._scope("p")

    def _scope(self, prefix: str) -> Model:
        model = Model(prefix)
        start = model.node("start")
        first, last = self._sequence(model, many=False)
        model.link(start, first)
        if self.random.random() < 0.3:
            last = self._several_tokens(model, last)
        model.link(last, model.node("end"))
        return model

    def _several_tokens(self, model: Model, before: str) -> str:
        """Two or three tokens come to the same task, with no join between."""
        split = model.node(self.random.choice(["and", "auto"]))
        merge = model.node(self.random.choice(["user", "auto", "xor"]))
        model.link(before, split)
        for _ in range(self.random.randint(2, 3)):
            task = model.node("auto")
            model.link(split, task)
            model.link(task, merge)
        first, last = self._sequence(model, many=True)
        model.link(merge, first)
        return last

    def _sequence(self, model: Model, *, many: bool) -> Part:
        parts = [self._block(model, many) for _ in range(self.random.randint(1, 3))]
        for (_, last), (first, _) in pairwise(parts):
            model.link(last, first)
        return parts[0][0], parts[-1][1]

    def _block(self, model: Model, many: bool) -> Part:
        self.left -= 1
        if self.left <= 0:
            return self._leaf(model)
        kinds: list[Callable[[Model, bool], Part]] = [self._choice, self._parallel]
        if not many:
            kinds += [self._inclusive, self._loop, self._sub_process]
        return self.random.choice([*kinds, lambda m, _: self._leaf(m)])(model, many)

    def _leaf(self, model: Model) -> Part:
        node = model.node(self.random.choice(["user", "auto"]))
        return node, node

    def _choice(self, model: Model, many: bool) -> Part:
        split, join = model.node("xor"), model.node("xor")
        count = self.random.randint(2, 3)
        model.variables[split] = self.random.randrange(count)
        for index in range(count):
            condition = Condition(split, index) if index < count - 1 else None
            self._branch(model, split, join, condition, many)
        return split, join

    def _parallel(self, model: Model, many: bool) -> Part:
        split, join = model.node(self.random.choice(["and", "auto"])), model.node("and")
        for _ in range(self.random.randint(2, 3)):
            self._branch(model, split, join, None, many)
        return split, join

    def _inclusive(self, model: Model, many: bool) -> Part:
        split, join = model.node("or"), model.node("or")
        for index in range(self.random.randint(2, 3)):
            model.variables[name := f"{split}_{index}"] = self.random.randrange(2)
            self._branch(model, split, join, Condition(name, 1), many)
        self._branch(model, split, join, None, many)
        return split, join

    def _branch(self, model: Model, split: str, join: str, test: Condition | None, many: bool) -> None:
        first, last = self._sequence(model, many=many)
        model.link(split, first, test)
        model.link(last, join)

    def _loop(self, model: Model, many: bool) -> Part:
        """The counter is set back at the entry, so that a loop inside a loop runs again."""
        variable = f"{model.id}_n{len(model.nodes)}"
        model.variables[variable] = 0
        zero, join = model.script(variable, 0), model.node("xor")
        first, last = self._sequence(model, many=many)
        step, split = model.script(variable, None), model.node("xor")
        for source, target in ((zero, join), (join, first), (last, step), (step, split)):
            model.link(source, target)
        model.link(split, join, Condition(variable, self.random.randint(1, 3), below=True))
        after = model.node("auto")
        model.link(split, after)
        return zero, after

    def _sub_process(self, model: Model, many: bool) -> Part:
        node = model.node("sub")
        self.scopes += 1
        model.inner[node] = self._scope(f"s{self.scopes}")
        return node, node


def graph(seed: int, size: int) -> Model:
    """An acyclic graph of tasks, exclusive and parallel gateways, sound or not."""
    rng, model = random.Random(seed), Model("p")
    nodes = [model.node("start")]
    for _ in range(size):
        node = model.node(rng.choice(["user", "auto", "xor", "and", "and"]))
        for source in rng.sample(nodes, min(len(nodes), rng.choice([1, 1, 2, 3]))):
            _arrow(model, source, node, rng)
        nodes.append(node)
    for node in nodes:
        if not model.out(node):
            model.link(node, model.node("end"))
    return _with_choices(model, rng)


def _arrow(model: Model, source: str, target: str, rng: random.Random) -> None:
    if model.nodes[source] == "start" and model.out(source):
        source = model.out(source)[0].target
        if source == target:
            return
    model.link(source, target)


def _with_choices(model: Model, rng: random.Random) -> Model:
    """Every exclusive gateway takes one of its flows, always the same."""
    for name, kind in model.nodes.items():
        out = model.out(name)
        if kind != "xor" or len(out) < 2:
            continue
        model.variables[name] = rng.randrange(len(out))
        for index, arrow in enumerate(out[:-1]):
            place = model.arrows.index(arrow)
            model.arrows[place] = type(arrow)(arrow.id, arrow.source, arrow.target, Condition(name, index))
    return model
