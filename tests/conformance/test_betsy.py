"""The betsy suite: every test passes, but those listed in known_failures.txt, which can only shrink."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance import betsy
from tests.conformance.translation import feel

KNOWN = Path(__file__).with_name("known_failures.txt").read_text(encoding="utf-8").split()


@pytest.mark.corpus
def test_every_test_passes_but_the_known_ones(corpora: Path) -> None:
    path = corpora / "betsy" / "cases.json"
    failed: dict[str, Any] = {}
    silent = []
    for test, case in betsy.cases_of(path):
        result = betsy.run_case(path.parent, test, case)
        betsy.note_missing(path.parent, test, case, result)
        if not betsy.passed(result, case):
            failed[result.test] = (result.refused, result.error, result.trace)
            silent += [result.test] if betsy.is_silent(False, result) else []
    assert not {k: v for k, v in failed.items() if k not in KNOWN}
    assert not sorted(set(KNOWN) - set(failed)), "these pass now: take them out of known_failures.txt"
    assert not silent


def test_a_case_never_ends_in_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.bpmn").write_bytes(b"<broken")
    tests = [{"name": "Gone", "file": "gone.bpmn", "cases": [{"no": 2}]}, {"file": "broken.bpmn"}]
    (tmp_path / "cases.json").write_text(json.dumps(tests), encoding="utf-8")
    betsy.main([str(tmp_path / "cases.json"), "--raw"])
    gone, broken = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert gone["case"] == 2
    assert "FileNotFoundError" in gone["error"]
    assert (broken["refused"], broken["trace"]) == ("xml.not-well-formed", ["ERROR_deployment"])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ('${test.contains("a")}', 'contains(test, "a")'),
        ("integerVariable<3", "integerVariable<3"),
        ("${x == 1 && y > 2}", "x  =  1  and  y > 2"),
    ],
)
def test_conditions_of_the_suite_become_feel(theirs: str, ours: str) -> None:
    assert feel(theirs).split() == ours.split()
