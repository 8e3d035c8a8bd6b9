"""After any surgery an instance can still be loaded, saved, explained and ended."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine import agreement, execution, explain, instances, surgery
from engine.errors import Refused
from engine.sandbox import Sandbox
from engine.spiff import state
from engine.store import ProcessInstance
from engine.surgery import Instruction
from engine.testing import Diagram, timer
from tests.engine.play import Play

STEPS = 12


def model() -> Diagram:
    """Branches, sub-processes in each other, boundary events, an event sub-process, a loop."""
    deep = Diagram("deep").start("s3").parallel("p3").user("x").parallel("j3").user("y").end("e3")
    deep.at("p3").user("x2").to("j3")
    inner = Diagram("inner").start("s2").user("w").sub(deep).user("v").end("e2")
    listener = Diagram("es").start("es_s", timer("timeDuration", "PT20H")).user("es_u").end("es_e")
    diagram = Diagram("p").start().exclusive("again").user("a").parallel("split").sub(inner)
    diagram.parallel("join").user("z").end()
    diagram.at("split").user("b").to("join")
    diagram.boundary("late", "inner", timer("timeDuration", "PT5H")).user("l").end("e4")
    diagram.boundary("back", "b", timer("timeDuration", "PT3H"), interrupting=False).end("e5")
    diagram.add("subProcess", "es", listener.content(), 'triggeredByEvent="true"', follow=False)
    return diagram


TARGETS = [
    "a",
    "b",
    "z",
    "w",
    "x",
    "x2",
    "y",
    "v",
    "l",
    "es_u",
    "inner",
    "deep",
    "join",
    "late",
    "es",
    "start",
]


def a_change(play: Play, chance: random.Random) -> Instruction:
    with play.sandbox.session() as session:
        standing = instances.open_elements(session, play.id)
    chosen = chance.choice(standing)
    action = chance.choice(["move", "move", "cancel", "start", "restart", "drop", "variables"])
    scope = chance.choice([None, *(e.key for e in standing)])
    if action == "drop":
        return Instruction("drop", element_id=chance.choice(["join", "j3"]), scope_key=scope)
    if action == "variables":
        return Instruction("variables", variables={"n": chance.randint(0, 9)})
    return Instruction(action, chosen.key, chance.choice(TARGETS), scope if chance.random() < 0.3 else None)


def try_it(play: Play, changes: list[Instruction]) -> bool:
    with play.sandbox.session() as session:
        plan = surgery.plan(session, play.id, changes, now=play.sandbox.now)
    try:
        with play.sandbox.session() as session:
            surgery.apply(
                session, play.id, changes, revision=plan.revision, by="o", reason="", now=play.sandbox.now
            )
    except Refused:
        assert plan.refused is not None
        return False
    assert plan.refused is None
    play.sandbox.run_jobs()
    return True


def sound(play: Play) -> None:
    """Loaded, saved again, explained; state and rows agree."""
    with play.sandbox.session() as session:
        found = explain.why(session, play.id, now=play.sandbox.now)
        assert found
        assert all(r.text.fr and r.text.en for r in found)
        row = session.execute(select(execution.INSTANCE)).mappings().one()
        if row["state"] == "active":
            run = execution.load(session, row, play.sandbox.now)
            assert state.dump(run) == row["execution_state"]
            rows = agreement.rows_of(session, [play.id])[play.id]
            assert [d.words.en for d in agreement.differences(run, rows)] == []


def one_move(play: Play, chance: random.Random) -> None:
    if play.tasks and chance.random() < 0.4:
        play.complete(chance.choice(play.tasks))
    elif chance.random() < 0.2:
        play.advance(hours=chance.randint(1, 6))
    else:
        try_it(play, [a_change(play, chance) for _ in range(chance.randint(1, 2))])


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_any_surgery_leaves_a_sound_instance(seed: int) -> None:
    chance = random.Random(seed)
    play = Play(Sandbox())
    play.run(model())
    for _ in range(STEPS):
        if play.state != "active":
            break
        one_move(play, chance)
        sound(play)
    end(play)
    play.sandbox.close()


def end(play: Play) -> None:
    """Whatever is open is done until the case ends, or an incident says what stands."""
    for _ in range(60):
        if play.state != "active" or not play.tasks:
            break
        play.complete(play.tasks[0])
        sound(play)
    if play.state == "active":
        play.advance(days=2)
    assert play.state != "active" or play.stopped or play.tasks
    if play.state == "active":
        with play.sandbox.session() as session:
            instances.cancel(session, play.id, now=play.sandbox.now)
    with play.sandbox.session() as session:
        assert session.get_one(ProcessInstance, play.id).state in ("completed", "cancelled")


def test_the_random_changes_are_not_all_refused() -> None:
    chance, done = random.Random(1), 0
    for _ in range(20):
        play = Play(Sandbox())
        play.run(model())
        done += try_it(play, [a_change(play, chance)])
        play.sandbox.close()
    assert done >= 5


pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
