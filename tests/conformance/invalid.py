"""Diagrams that break a rule of the standard: which are refused, and by which rules.

    python -m tests.conformance.invalid DIR [--json | --raw]

`--raw` prints one JSON line per file and compares nothing. Otherwise a file's name says the rule it breaks
(`EXT059_1_fail….bpmn`), and the last line how many were refused for that rule.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.catalogue import NoCatalogue
from engine.check import check_file
from engine.diagnostics import Diagnostic

NUMBER = re.compile(r"EXT\d{3}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check says of one file: the rules that refuse it, with their references."""

    file: str
    rules: list[str]
    references: list[str]

    @property
    def refused(self) -> str | None:
        """Every rule that refuses the file, each after its numbers; None when it is accepted."""
        return ", ".join(self.rules) or None

    @property
    def expected(self) -> str | None:
        """The number in the file's name."""
        found = NUMBER.match(self.file)
        return found.group() if found else None

    @property
    def is_about_it(self) -> bool:
        """Whether a rule of the number in the file's name refuses it."""
        return self.expected in self.references


def judge(path: Path) -> Verdict:
    """The verdict on one file."""
    errors = [
        d for d in check_file(path.name, path.read_bytes(), None, NoCatalogue()) if d.severity == "error"
    ]
    numbers = [n for d in errors for n in _numbers(d)]
    return Verdict(path.name, list(dict.fromkeys(map(_named, errors))), list(dict.fromkeys(numbers)))


def _numbers(found: Diagnostic) -> list[str]:
    return NUMBER.findall(found.reference or "")


def _named(found: Diagnostic) -> str:
    return " ".join([*_numbers(found), found.rule])


def raw(verdict: Verdict) -> str:
    """One line of `--raw`."""
    row = {"test": verdict.file, "case": None, "trace": [], "refused": verdict.refused, "error": None}
    return json.dumps(row, ensure_ascii=False)


def _print(verdicts: list[Verdict], as_json: bool) -> None:
    if as_json:
        print(json.dumps([asdict(v) | {"expected": v.is_about_it} for v in verdicts], indent=2))
        return
    for verdict in verdicts:
        mark = "ok     " if verdict.is_about_it else "other  " if verdict.rules else "missed "
        print(f"{mark} {verdict.file}: {verdict.refused or 'accepted'}")
    about, refused = sum(v.is_about_it for v in verdicts), sum(bool(v.rules) for v in verdicts)
    print(f"{len(verdicts)} files: {refused} refused, {about} for the rule of their name")


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 when a file was accepted."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.invalid")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--raw", action="store_true")
    chosen = parser.parse_args(arguments)
    verdicts = []
    for path in sorted(chosen.folder.rglob("*.bpmn")):
        verdicts.append(judge(path))
        if chosen.raw:
            print(raw(verdicts[-1]), flush=True)
    if not chosen.raw:
        _print(verdicts, chosen.json)
    return int(not all(v.rules for v in verdicts))


if __name__ == "__main__":
    sys.exit(main())
