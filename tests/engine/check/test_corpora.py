"""Files nobody here wrote: each is accepted, or refused with named diagnostics; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import check
from engine.catalogue import NoCatalogue
from engine.errors import DefinitionInvalid
from engine.spiff.compiled import compile_process, process_keys


@pytest.mark.corpus
@pytest.mark.parametrize("folder", ["models", "miwg", "betsy", "betsy-invalid", "bench"])
def test_every_file_is_accepted_or_refused_by_name(corpora: Path, folder: str) -> None:
    files = sorted((corpora / folder).rglob("*.bpmn"))
    assert files
    accepted = 0
    for path in files:
        content = path.read_bytes()
        found = check.check_file(path.name, content, None, NoCatalogue())
        errors = [d for d in found if d.severity == "error"]
        assert all(d.rule and d.message.fr and d.message.en for d in found)
        if not errors:
            accepted += 1
            for key in process_keys(content):
                assert compile_process(content, key).key == key
    assert accepted or folder not in ("models", "bench")


@pytest.mark.corpus
def test_rules_broken_on_purpose_are_not_compiled(corpora: Path) -> None:
    with pytest.raises(DefinitionInvalid):
        process_keys(b"<")
    assert (corpora / "betsy-invalid").is_dir()
