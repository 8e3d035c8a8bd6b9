"""The engine and the token game play the same models, and never differ."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from engine.errors import DefinitionInvalid
from engine.sandbox import Sandbox
from tests.engine.play import Play
from tests.token_game.game import Game
from tests.token_game.model import Model
from tests.token_game.random_models import Blocks, graph

#: A model whose loops are longer is compared this far.
STEPS = 150
BATCH = 25


def compare(sandbox: Sandbox, model: Model, seed: int) -> None:
    """Same open tasks after every step, same elements done as often, same ending."""
    game, play = Game(model, seed), Play(sandbox)
    if not _deployed(play, model, game):
        return
    play.start("p", **model.all_variables())
    _play(game, play, random.Random(seed))
    assert Counter(play.done) == game.fired
    assert (play.state == "completed") is game.is_over
    assert bool(play.stopped) is game.is_stuck


def _deployed(play: Play, model: Model, game: Game) -> bool:
    """A model may be refused only for a deadlock that is really there."""
    refused = _problems(play, model)
    if refused:
        assert all(rule.startswith("model.") for rule in refused), refused
        _play_alone(game)
        assert game.is_stuck, f"refused although it ends: {refused}"
    return not refused


def _problems(play: Play, model: Model) -> list[str]:
    try:
        play.deploy(model.xml())
    except DefinitionInvalid as error:
        return [d.rule for d in error.diagnostics if d.severity == "error"]
    return []


def _play(game: Game, play: Play, order: random.Random) -> None:
    for _ in range(STEPS):
        waiting = game.waiting()
        assert play.tasks == waiting
        if not waiting:
            return
        chosen = order.choice(waiting)
        game.complete(chosen)
        play.complete(chosen)


def _play_alone(game: Game) -> None:
    for _ in range(STEPS):
        if not game.waiting():
            return
        game.complete(game.waiting()[0])


@pytest.mark.parametrize("batch", range(8))
def test_nested_blocks_end_with_every_token_accounted_for(batch: int) -> None:
    _many_blocks(batch, 12)


@pytest.mark.parametrize("batch", range(6))
def test_graphs_end_or_stop_with_an_incident_as_the_game_does(batch: int) -> None:
    _many_graphs(batch, 9)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(8, 108))
def test_thousands_of_nested_blocks(batch: int) -> None:
    _many_blocks(batch, 30)


@pytest.mark.torture
@pytest.mark.parametrize("batch", range(8, 108))
def test_thousands_of_graphs(batch: int) -> None:
    _many_graphs(batch, 16)


def _many_blocks(batch: int, size: int) -> None:
    _compare_all(batch, lambda seed: Blocks(seed, 1 + seed % size).model())


def _many_graphs(batch: int, size: int) -> None:
    _compare_all(batch, lambda seed: graph(seed, 3 + seed % size))


def _compare_all(batch: int, make: Callable[[int], Model]) -> None:
    sandbox = Sandbox()
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        model = make(seed)
        try:
            compare(sandbox, model, seed)
        except Exception as error:
            error.add_note(f"seed {seed}: {model.xml().decode()}")
            raise
    sandbox.close()
