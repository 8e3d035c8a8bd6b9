"""The API sends signals to all, and evaluates conditions that start cases."""

from __future__ import annotations

from collections.abc import Callable

from engine.testing import condition, process
from tests.api.conftest import Program


def deploy(robot: Program, name: str, xml: bytes) -> None:
    made = robot.post("/deployments", {"files": {f"{name}.bpmn": xml.decode()}})
    assert made.status_code == 201, made.text


def test_a_signal_starts_what_listens(program: Callable[..., Program]) -> None:
    robot, diagram = program(), process("alerte")
    deploy(robot, "alerte", diagram.start("on", diagram.signal("crue")).user("u").end().xml())
    sent = robot.post("/signals", {"name": "crue", "variables": {"niveau": 3}})
    assert sent.status_code == 202
    assert sent.json == {"woken": [], "started": ["alerte"]}
    assert robot.post("/signals", {"name": ""}).status_code == 422


def test_a_condition_starts_a_case(program: Callable[..., Program]) -> None:
    robot, diagram = program(), process("stock")
    deploy(robot, "stock", diagram.start("on", condition("=stock < 3")).user("u").end().xml())
    assert robot.post("/conditions/evaluation", {"variables": {"stock": 5}}).json == {"started": []}
    found = robot.post("/conditions/evaluation", {"variables": {"stock": 2}})
    assert (found.status_code, len(found.json["started"])) == (200, 1)
