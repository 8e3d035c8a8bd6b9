"""What a report means for the job."""

from __future__ import annotations

import string
from typing import Any

import pytest

from connectors.sdk import ConnectorError, RetryableError
from connectors.web_robot.connector import type_in
from connectors.web_robot.outcomes import CODES, error, may_have_saved
from connectors.web_robot.problems import PROBLEMS
from connectors.web_robot.robot import Report

OPEN, FILL = {"do": "open", "url": "/"}, {"do": "fill", "field": "Nom", "value": {"text": "x"}}
CLICK: dict[str, Any] = {"do": "click", "button": "Suite"}


@pytest.mark.parametrize(
    ("steps", "acted", "saved"),
    [
        ([OPEN, CLICK, FILL], {1}, False),
        ([OPEN, FILL, CLICK], set(), False),
        ([OPEN, FILL, CLICK], {2}, True),
        ([OPEN, FILL, CLICK, FILL], {2}, True),
        ([OPEN, FILL, CLICK | {"submits": False}], {2}, False),
        ([FILL, CLICK, FILL, CLICK | {"submits": True}], {1}, False),
        ([FILL, CLICK, FILL, CLICK | {"submits": True}], {1, 3}, True),
    ],
)
def test_only_a_click_that_may_save_puts_the_answer_in_doubt(
    steps: Any, acted: set[int], saved: bool
) -> None:
    assert may_have_saved(steps, acted) is saved


@pytest.mark.parametrize("problem", PROBLEMS)
def test_every_problem_has_a_sentence_a_code_and_a_fate(problem: str) -> None:
    facts = {
        "kind": "field",
        "name": "Nom",
        "count": 2,
        "seconds": 3,
        "text": "x",
        "expects": "text",
        "value": "v",
    }
    facts |= {
        "message": "m",
        "url": "u",
        "status": 503,
        "limit": 20,
        "length": 30,
        "kept": "k",
        "option": "o",
    }
    found = error(Report("stopped", began=1, problem=problem, facts=facts), [OPEN, FILL])
    family = PROBLEMS[problem].family
    assert found.code == CODES[family]
    assert type(found) is (RetryableError if family in {"away", "late", "crash"} else ConnectorError)
    assert "{" not in found.message.fr + found.message.en
    assert found.message.fr.endswith("Il n’a rien saisi de plus et n’a rien fait enregistrer.")
    assert {name for _, name, _, _ in string.Formatter().parse(PROBLEMS[problem].fr)} == {
        name for _, name, _, _ in string.Formatter().parse(PROBLEMS[problem].en)
    }


def test_after_a_save_every_stop_is_in_doubt() -> None:
    for problem in PROBLEMS:
        facts = dict.fromkeys(("name", "text", "message", "url", "kept", "option"), "x")
        facts |= {"kind": "field", "expects": "text", "value": "v"} | dict.fromkeys(
            ("count", "seconds", "status", "limit", "length"), 1
        )  # type: ignore[dict-item]
        found = error(Report("stopped", 2, {2}, problem=problem, facts=facts), [OPEN, FILL, CLICK])
        assert isinstance(found, RetryableError)
        assert found.sent == "maybe"


def test_the_wait_that_the_application_asked_for_is_kept() -> None:
    report = Report("stopped", 0, problem="unavailable", facts={"status": 503, "after": 120})
    found = error(report, [OPEN])
    assert isinstance(found, RetryableError)
    assert found.after_seconds == 120


def test_every_code_is_documented() -> None:
    assert all(type_in.error_text(code) for code in CODES.values())
