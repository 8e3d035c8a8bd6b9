"""Start a new connector from the one in `_scaffold/`, which works and has tests."""

from __future__ import annotations

import json
import keyword
import re
from pathlib import Path
from typing import Final

from connectors.sdk.element_template import write_templates
from connectors.sdk.testing import load_connector

SOURCE: Final = Path(__file__).resolve().with_name("_scaffold")
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
#: What would break out of the texts that a name is copied into.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\\]|\"\"\"|\"$")
_RESERVED: Final = frozenset({"connectors", "registry", "scaffold", "sdk"})


class CannotCreate(ValueError):
    """The name does not fit, or the folder exists."""


def new(kind: str, target_dir: Path, name_fr: str, name_en: str) -> Path:
    """Create `target_dir/kind`, a connector with passing tests, and return its folder.

    Raises CannotCreate when the kind is not a short lower-case name or is taken, or when a name is empty.
    """
    folder = target_dir / kind
    _check(kind, folder, name_fr, name_en)
    words = {
        "scaffold_kind": kind,
        '"Nom du connecteur"': json.dumps(name_fr, ensure_ascii=False),
        '"Connector name"': json.dumps(name_en, ensure_ascii=False),
        "Nom du connecteur": name_fr,
        "Connector name": name_en,
    }
    for source in sorted(SOURCE.rglob("*")):
        if source.is_file() and "__pycache__" not in source.parts:
            _copy(source, folder / _replaced(str(source.relative_to(SOURCE)), words), words)
    write_templates(load_connector(str(folder / "connector.py")))
    return folder


def _check(kind: str, folder: Path, name_fr: str, name_en: str) -> None:
    if not _KIND.fullmatch(kind) or keyword.iskeyword(kind) or kind in _RESERVED:
        raise CannotCreate(f"{kind!r} must be a short lower-case name such as http_request")
    if folder.exists():
        raise CannotCreate(f"{folder} exists already")
    for name in (name_fr, name_en):
        if not name.strip() or _UNFIT.search(name):
            raise CannotCreate("a connector has a name in French and in English, each on one line")


def _copy(source: Path, target: Path, words: dict[str, str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_replaced(source.read_text(encoding="utf-8"), words), encoding="utf-8")


def _replaced(text: str, words: dict[str, str]) -> str:
    for old, new_words in words.items():
        text = text.replace(old, new_words)
    return text
