"""Runs a conformance suite of BPMN engines: `python -m tests.conformance.betsy DIR/cases.json`.

`--json` prints the sums, `--raw` one line per case without looking at what is expected. A case is
*passed* when its sorted trace is the expected one; a test is *refused* when its file is (by name), and
*silent* when a case gives a wrong trace without any refusal, incident or error.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from engine.errors import DefinitionInvalid
from tests.conformance.town import Town
from tests.conformance.translation import translate


@dataclass
class Result:
    """What one case gave: the trace, and the rule that refused the file or what went wrong."""

    test: str
    case: int
    trace: list[str] = field(default_factory=list)
    refused: str | None = None
    error: str | None = None


def run_case(folder: Path, test: dict[str, Any], case: dict[str, Any]) -> Result:
    """Run one case; whatever happens is in the result."""
    result = Result(str(test.get("name") or test.get("file")), int(case.get("no") or 1))
    path = folder / str(test.get("file"))
    try:
        _play(path, test, case, result)
    except DefinitionInvalid as error:
        first = next(d for d in error.diagnostics if d.severity == "error")
        result.refused, result.trace = first.rule, ["ERROR_deployment"]
        result.error = first.message.en
    except Exception as error:  # noqa: BLE001 - one broken case must not hide the others
        result.error = f"{type(error).__name__}: {error}"
    return result


def _play(path: Path, test: dict[str, Any], case: dict[str, Any], result: Result) -> None:
    town = Town(translate(path.read_bytes()))
    result.trace = town.trace
    variables = {"integerVariable": case.get("integerVariable") or 0, "test": case.get("input")}
    delay = timedelta(milliseconds=case.get("delay_ms") or 0)
    key = town.main(str(test.get("name")), path.stem)
    try:
        town.play(key, variables, others=bool(case.get("parallelProcess")), delay=delay)
    finally:
        problems = town.close()
    result.error = "; ".join(problems) or None


def cases_of(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every case of a list, with its test."""
    for test in json.loads(path.read_text(encoding="utf-8")):
        for case in test.get("cases") or [{}]:
            yield test, case


def passed(result: Result, case: dict[str, Any]) -> bool:
    """Whether the trace is the expected one, in any order."""
    return sorted(result.trace) == sorted(case.get("expected") or [])


def note_missing(folder: Path, test: dict[str, Any], case: dict[str, Any], result: Result) -> None:
    """Say in the result when the case expects a script that its file does not contain."""
    path = folder / str(test.get("file"))
    content = path.read_text(encoding="utf-8") if path.is_file() else ""
    scripts = {word for word in case.get("expected") or [] if word.startswith("SCRIPT_")}
    missing = sorted(word for word in scripts if word.removeprefix("SCRIPT_") not in content)
    if missing and result.error is None:
        result.error = f"the file contains no {', '.join(missing)}"


def summary(path: Path) -> dict[str, Any]:
    """Sums over a list of cases."""
    tests: dict[str, list[tuple[bool, Result]]] = {}
    groups: dict[str, list[str]] = {}
    for test, case in cases_of(path):
        result = run_case(path.parent, test, case)
        note_missing(path.parent, test, case, result)
        if result.test not in tests:
            groups.setdefault(str(test.get("group")), []).append(result.test)
        tests.setdefault(result.test, []).append((passed(result, case), result))
    sums = _sums(tests, list(tests))
    return {**sums, "groups": {name: _sums(tests, names) for name, names in groups.items()}}


def _sums(tests: dict[str, list[tuple[bool, Result]]], names: list[str]) -> dict[str, int]:
    chosen = [tests[n] for n in names]
    return {
        "tests": len(chosen),
        "passed": sum(all(ok for ok, _ in t) for t in chosen),
        "refused": sum(any(not ok and r.refused for ok, r in t) for t in chosen),
        "silent": sum(any(is_silent(ok, r) for ok, r in t) for t in chosen),
        "cases": sum(len(t) for t in chosen),
        "cases_passed": sum(ok for t in chosen for ok, _ in t),
    }


def is_silent(ok: bool, result: Result) -> bool:
    """A wrong trace without a word about it."""
    return not ok and result.refused is None and result.error is None


def main(arguments: list[str] | None = None) -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="tests.conformance.betsy", description=__doc__)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--raw", action="store_true")
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    if options.raw:
        for test, case in cases_of(options.cases):
            print(json.dumps(asdict(run_case(options.cases.parent, test, case))), flush=True)
    elif options.json:
        print(json.dumps(summary(options.cases)))
    else:
        _print(options.cases)


def _print(path: Path) -> None:
    for test, case in cases_of(path):
        result = run_case(path.parent, test, case)
        word = "ok" if passed(result, case) else "refused" if result.refused else "FAILED"
        why = "" if word == "ok" else f"  {result.refused or ''} {result.error or ''} {result.trace}"
        print(f"{word:8}{result.test} {result.case}{why}")


if __name__ == "__main__":
    main()
