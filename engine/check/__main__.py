"""Writes the list of rules: `python -m engine.check`."""

from __future__ import annotations

from pathlib import Path

import engine.check
from engine.check.rules import REGISTRY, Rule

PAGE = Path(engine.check.__file__).with_name("RULES.md")
HEAD = """# engine/check: the rules

Written by `python -m engine.check`; a test fails when it is stale. A reference is a clause of BPMN 2.0.2
(ISO/IEC 19510) and, where a rule has one, its number in the public catalogue of static BPMN constraints
(EXTnnn); *Relais* marks what this engine needs beyond the standard. Inside a process that is only drawn,
beside one that is executed, every error is a warning. What cannot be read at all (`xml.*`), forms (`form.*`)
and decision models (`dmn.*`) is reported by their readers.

| rule | reference | severity | sentence |
|---|---|---|---|
"""


def page() -> str:
    """The whole file."""
    return HEAD + "".join(_row(REGISTRY[name]) for name in sorted(REGISTRY))


def _row(rule: Rule) -> str:
    sentence = rule.message.en.replace("|", "\\|")
    return f"| `{rule.id}` | {rule.reference} | {rule.severity} | {sentence} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
