"""Imports every diagram below some folders, keeps it as a draft, exports it, and looks for what was lost.

`python -m tests.conformance.imports DIR… [--json | --raw]`. `--json` prints the figures; `--raw` one line per
file: {"test", "case": null, "trace": [], "refused": rule or null, "error": text or null}. What is no BPMN
file is refused by its rule and does not count as a failure.
"""

from __future__ import annotations

import argparse
import json
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from designer.modeler import drafts, importing
from engine.errors import DefinitionInvalid
from engine.sandbox import START, memory_engine
from engine.store import Base
from tests.conformance.losses import lost

ENDINGS = (".bpmn", ".xml", ".bpmn2", ".bpmn20")


@dataclass
class Outcome:
    """What became of one file; `losses` are paths inside it."""

    test: str
    refused: str | None = None
    error: str | None = None
    notes: int = 0
    losses: list[str] = field(default_factory=list)

    @property
    def imported(self) -> bool:
        """Whether there is a draft now."""
        return self.refused is None and self.error is None

    def to_dict(self) -> dict[str, Any]:
        """One line of `--raw`."""
        error = self.error or ("; ".join(self.losses) or None)
        return {"test": self.test, "case": None, "trace": [], "refused": self.refused, "error": error}


class House:
    """A database of its own, in which drafts are kept and forgotten."""

    def __init__(self) -> None:
        self.engine = memory_engine()
        Base.metadata.create_all(self.engine)

    def bring_in(self, name: str, content: bytes) -> Outcome:
        """Import, keep, export, compare. A traceback is an outcome, so that one run tells of all files."""
        outcome = Outcome(name)
        try:
            found = importing.package([(Path(name).name, content)])
            outcome.notes = len(found.notes)
            outcome.losses = lost(content, self._kept(found))
        except DefinitionInvalid as invalid:
            outcome.refused = invalid.diagnostics[0].rule
        except Exception:  # noqa: BLE001 - the runner counts the faults of what it runs
            outcome.error = traceback.format_exc(limit=-4)
        return outcome

    def _kept(self, found: importing.Imported) -> bytes:
        """The diagram as the draft gives it back."""
        with Session(self.engine) as session:
            drafts.create(session, found.key, found.name, None, found.files, by="test", now=START)
            session.expire_all()
            work = drafts.find(session, found.key)
            content = work.files[work.diagram]
            session.rollback()
        return content


def run(folders: list[Path]) -> Iterator[Outcome]:
    """Every file below the folders, by name."""
    house = House()
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        for file in files:
            if file.name.lower().endswith(ENDINGS) and file.is_file():
                yield house.bring_in(str(file.relative_to(folder.parent)), file.read_bytes())


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """The figures of a run; refused files by name and rule."""
    return {
        "files": len(outcomes),
        "imported": sum(o.imported for o in outcomes),
        "with_notes": sum(o.imported and o.notes > 0 for o in outcomes),
        "refused": sum(o.refused is not None for o in outcomes),
        "tracebacks": sum(o.error is not None for o in outcomes),
        "round_trip_losses": sum(bool(o.losses) for o in outcomes),
        "refused_files": {o.test: o.refused for o in outcomes if o.refused},
    }


def main(arguments: list[str] | None = None) -> int:
    """The command; 1 when something failed or was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.imports", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--raw", action="store_true", help="one JSON line per file")
    options = parser.parse_args(arguments)
    outcomes = []
    for outcome in run(options.folders):
        outcomes.append(outcome)
        if options.raw:
            print(json.dumps(outcome.to_dict(), ensure_ascii=False), flush=True)
    found = figures(outcomes)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    elif not options.raw:
        _print(found, outcomes)
    return int(found["tracebacks"] > 0 or found["round_trip_losses"] > 0)


def _print(found: dict[str, Any], outcomes: list[Outcome]) -> None:
    for name, value in found.items():
        if name != "refused_files":
            print(f"{name}: {value}")
    for name, rule in found["refused_files"].items():
        print(f"  refused: {name} ({rule})")
    for outcome in outcomes:
        for problem in [*outcome.losses, *([outcome.error] if outcome.error else [])]:
            print(f"  {outcome.test}: {problem}")


if __name__ == "__main__":
    sys.exit(main())
