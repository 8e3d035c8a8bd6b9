"""States that older versions saved are read, go on, and are saved in the newest form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine import execution
from engine.errors import StateUnreadable
from engine.spiff import state
from engine.testing import Diagram, process, sub_process, timer
from tests.engine.play import Play

STATES = Path(__file__).parents[1] / "states"


def diagram() -> Diagram:
    """What the saved states are of: a cycle on a sub-process that waits for a message, a join half full."""
    inner = sub_process("sub").start("s1").user("u").catch_message("wait", "piece", "=number").end("e1")
    outer = process().start().parallel("f").sub(inner).parallel("j").end().at("f").user("v").to("j")
    cycle = timer("timeCycle", "R3/P1D")
    return outer.boundary("late", "sub", cycle, interrupting=False).task("tell").end("told")


def put(play: Play, content: bytes) -> None:
    with play.sandbox.session() as session:
        instance = execution.INSTANCE
        session.execute(update(instance).where(instance.c.id == play.id).values(execution_state=content))


@pytest.mark.parametrize("version", range(1, state.VERSION))
def test_an_old_state_goes_on(play: Play, version: int) -> None:
    play.run(diagram(), number=7).complete("v").complete("u")
    put(play, (STATES / f"version_{version}.json").read_bytes())
    play.advance(days=1)
    assert play.done.count("tell") == 1
    with play.sandbox.session() as session:
        saved = session.execute(select(execution.INSTANCE.c.execution_state)).scalar_one()
    assert json.loads(saved)["v"] == state.VERSION
    play.publish("piece", "7")
    assert play.state == "completed"


def test_a_state_of_an_unknown_version_is_refused(play: Play) -> None:
    play.run(diagram(), number=7)
    put(play, b'{"v": 99}')
    with pytest.raises(StateUnreadable, match="99"):
        play.set(number=8)
