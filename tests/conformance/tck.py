"""Runs the cases of the DMN compatibility kit: `python -m tests.conformance.tck DIR [--json|--raw]`.

DIR holds `compliance-level-N/FOLDER/` with `*.dmn` and `*-test-*.xml`. A case passes when all its results
are the expected ones. `--raw` evaluates without reading what is expected and prints one line of JSON per
result.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import dmn, feel
from engine.errors import DefinitionInvalid
from tests.conformance.tck_values import Element, child, children, read, same, value_in

#: The value of a case in which the engine itself failed: equal to nothing that is expected.
FAULT = "internal error"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """One test case: which model, which inputs, what to ask of it."""

    level: int
    folder: str
    file: Path
    id: str
    inputs: dict[str, Any]
    node: Element
    callable: str | None

    @property
    def results(self) -> list[Element]:
        """The results that are asked for."""
        return list(children(self.node, "resultNode"))

    @property
    def key(self) -> str:
        """`folder/file/case`, as the list of known failures names it."""
        return f"{self.folder}/{self.file.name}/{self.id}"


def cases(root: Path) -> Iterator[Case]:
    """Every case under a folder, in a fixed order."""
    for file in sorted(root.glob("compliance-level-*/**/*-test-*.xml")):
        level = int(next(p.name for p in file.parents if p.name.startswith("compliance-level-"))[-1])
        tree = read(file)
        for node in children(tree, "testCase"):
            inputs = {part.get("name", ""): value_in(part) for part in children(node, "inputNode")}
            yield Case(
                level, file.parent.name, file, node.get("id", ""), inputs, node, node.get("invocableName")
            )


def model_of(case: Case) -> dmn.CompiledModel:
    """The model that a case is about, with the other models of its folder at hand."""
    name = child(case.node.getparent(), "modelName")
    file = case.file.parent / (name.text or "").strip() if name is not None else case.file
    others = [other.read_bytes() for other in sorted(case.file.parent.glob("*.dmn")) if other != file]
    return dmn.load(file.read_bytes(), others)


def evaluate(case: Case, result: Element) -> tuple[Any, str | None]:
    """The value of a result, and why there is none."""
    name = result.get("name", "")
    asked = case.callable or name
    try:
        outcome = dmn.evaluate(model_of(case), asked, case.inputs, now=NOW, zone=UTC)
    except (DefinitionInvalid, dmn.DecisionUnknown, feel.FeelError) as error:
        return None, str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours fails its case and must not hide the others
        return FAULT, f"{type(error).__name__}: {error}"
    value = outcome.value
    if case.callable and isinstance(value, dict) and name in value and name != asked:
        value = value[name]
    return value, outcome.reasons[-1].en if value is None and outcome.reasons else None


def failures(root: Path) -> tuple[Counter[str], Counter[str], list[tuple[Case, str]]]:
    """Totals and passes by `level2`, `level3`, `non_null`; and every case that fails, with the difference."""
    totals: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    failed = []
    for case in cases(root):
        wrong, non_null = None, False
        for result in case.results:
            expected = value_in(child(result, "expected"))
            non_null = non_null or expected is not None
            value, error = evaluate(case, result)
            if not same(value, expected):
                name = result.get("name")
                wrong = f"{name}: {feel.to_text(value)}, expected {feel.to_text(expected)} ({error})"
                break
        for group in (f"level{case.level}", *(["non_null"] if non_null else [])):
            totals[group] += 1
            passed[group] += wrong is None
        if wrong is not None:
            failed.append((case, wrong))
    return totals, passed, failed


def raw(root: Path) -> Iterator[dict[str, Any]]:
    """One record per result, without a look at what is expected."""
    for case in cases(root):
        for result in case.results:
            value, error = evaluate(case, result)
            yield {
                "level": case.level,
                "dir": case.folder,
                "file": case.file.name,
                "case": case.id,
                "result": result.get("name"),
                "type": result.get("type") or "decision",
                "value": feel.to_text(value),
                "error": error,
            }


def main(arguments: list[str]) -> int:
    """Print the report in the form that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.tck", description=__doc__)
    parser.add_argument("dir", type=Path)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="totals as JSON")
    form.add_argument("--raw", action="store_true", help="one line of JSON per result, unjudged")
    options = parser.parse_args(arguments)
    if options.raw:
        for record in raw(options.dir):
            print(json.dumps(record, ensure_ascii=False))
        return 0
    totals, passed, failed = failures(options.dir)
    groups = {
        name: {"passed": passed[name], "total": totals[name]} for name in ("level2", "level3", "non_null")
    }
    if options.json:
        print(json.dumps(groups))
        return 0
    for case, wrong in failed:
        print(f"{case.key}: {wrong}")
    for name, group in groups.items():
        print(f"{name}: {group['passed']} of {group['total']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
