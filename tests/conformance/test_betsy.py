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


HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">'
    '<escalation id="esc" escalationCode="LATE"/><message id="msg" name="msg"/>'
)


def play(tmp_path: Path, process: str) -> betsy.Result:
    (tmp_path / "one.bpmn").write_text(f"{HEAD}{process}</definitions>", encoding="utf-8")
    return betsy.run_case(tmp_path, {"name": "one", "file": "one.bpmn"}, {"no": 1})


def test_an_escalation_that_nobody_catches_is_told(tmp_path: Path) -> None:
    result = play(
        tmp_path,
        '<process id="one" isExecutable="true"><startEvent id="s"/><endEvent id="e">'
        '<escalationEventDefinition id="x" escalationRef="esc"/></endEvent>'
        '<sequenceFlow id="f" sourceRef="s" targetRef="e"/></process>',
    )
    assert (result.trace, result.error) == (["ERROR_thrownEscalationEvent"], "escalation at e")


def test_a_message_arrives_before_the_next_script_begins(tmp_path: Path) -> None:
    result = play(
        tmp_path,
        '<process id="one" isExecutable="true"><startEvent id="s"/><intermediateThrowEvent id="th">'
        '<messageEventDefinition id="m1" messageRef="msg"/></intermediateThrowEvent>'
        '<scriptTask id="late"><script>task1</script></scriptTask><endEvent id="e"/>'
        '<sequenceFlow id="f1" sourceRef="s" targetRef="th"/>'
        '<sequenceFlow id="f2" sourceRef="th" targetRef="late"/>'
        '<sequenceFlow id="f3" sourceRef="late" targetRef="e"/>'
        '<subProcess id="sub" triggeredByEvent="true"><startEvent id="s2">'
        '<messageEventDefinition id="m2" messageRef="msg"/></startEvent>'
        '<scriptTask id="told"><script>task2</script></scriptTask><endEvent id="e2"/>'
        '<sequenceFlow id="f4" sourceRef="s2" targetRef="told"/>'
        '<sequenceFlow id="f5" sourceRef="told" targetRef="e2"/></subProcess></process>',
    )
    assert (result.trace, result.error) == (["SCRIPT_task2"], None)
