"""What the build writes and what templates hold: no code made from text, nothing inline, small pages."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

import ui

LIGHT_PAGE_LIMIT = 40 * 1024
TEMPLATES = sorted(ui.TEMPLATES.rglob("*.html"))


def files_of(entry: str) -> set[Path]:
    """Every script that an entry loads at once."""
    manifest = json.loads((ui.DIST / ".vite" / "manifest.json").read_text(encoding="utf-8"))
    waiting = [key for key, chunk in manifest.items() if chunk.get("isEntry") and chunk["name"] == entry]
    found: set[Path] = set()
    while waiting:
        chunk = manifest[waiting.pop()]
        found.add(ui.DIST / chunk["file"])
        waiting += [key for key in chunk.get("imports", []) if ui.DIST / manifest[key]["file"] not in found]
    return found


def test_a_light_page_loads_at_most_40_kilobytes_of_script(built: None) -> None:
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files_of("page"))
    assert size <= LIGHT_PAGE_LIMIT


def test_no_script_makes_code_from_text(built: None) -> None:
    pattern = re.compile(r"\beval\(|\bnew Function\(|(?<![.\w$])Function\((?!\))")
    for path in ui.DIST.rglob("*.js"):
        assert not pattern.findall(path.read_text(encoding="utf-8")), path.name


def test_the_english_texts_and_every_entry_have_tags(built: None) -> None:
    for entry in ("base", "pages", "public", "editor", "page", "modeler", "forms"):
        assert ui.asset(entry).startswith("<")
    assert 'type="module"' in ui.asset("modeler")
    assert "stylesheet" in ui.asset("modeler")


def test_an_unknown_entry_says_so(built: None) -> None:
    with pytest.raises(ui.AssetsNotBuilt, match="no entry named 'nothing'"):
        ui.asset("nothing")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ui.TEMPLATES)))
def test_templates_hold_no_inline_script_style_or_handler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=[\"']", text)


def test_every_icon_that_templates_name_exists() -> None:
    pattern = re.compile(r"\b(?:icon\(|ico=)'([a-z0-9-]+)'")
    named = {name for path in TEMPLATES for name in pattern.findall(path.read_text(encoding="utf-8"))}
    assert [name for name in sorted(named) if not (ui.ICONS / f"{name}.svg").is_file()] == []


def test_an_icon_is_named_or_hidden() -> None:
    assert 'aria-hidden="true"' in ui.icon("inbox")
    assert 'aria-label="&lt;À faire&gt;"' in ui.icon("inbox", "<À faire>")


def test_the_lock_file_holds_no_address_to_download_from() -> None:
    lock = json.loads((ui.ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
