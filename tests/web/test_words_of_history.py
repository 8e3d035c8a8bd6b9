"""Every kind of history event that an execution writes has its words in the journal of a case."""

from __future__ import annotations

import re

from designer.cases.story import KINDS
from tests.environment import REPOSITORY

WRITTEN = re.compile(r"(?:\bEvent\(|\.record\()\s*\"([a-z_]+)\"")


def test_every_kind_has_words() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "engine" / "spiff").rglob("*.py")]
    written = {kind for source in sources for kind in WRITTEN.findall(source)}
    assert {"signal_thrown", "element_compensated", "element_completed"} <= written
    assert written <= set(KINDS)
