"""The packaging hook builds the browser part when, and only when, its sources changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hatch_build import UiBuildError, build_ui, compile_translations

BUILD = """
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/.vite", { recursive: true });
writeFileSync("dist/.vite/manifest.json", "{}");
writeFileSync("dist/page.js", readFileSync("islands/page.ts"));
"""


@pytest.fixture
def ui(tmp_path: Path) -> Path:
    """A browser part without dependencies, built by the same commands as ours."""
    package = {"name": "small", "version": "1.0.0", "type": "module", "scripts": {"build": "node build.js"}}
    lock = {"name": "small", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "small"}}}
    (tmp_path / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    (tmp_path / "build.js").write_text(BUILD, encoding="utf-8")
    (tmp_path / "islands").mkdir()
    (tmp_path / "islands" / "page.ts").write_text("export {};", encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    return tmp_path


def test_a_first_build_writes_the_files_and_their_notices(ui: Path) -> None:
    assert build_ui(ui)
    assert (ui / "dist" / "page.js").read_text(encoding="utf-8") == "export {};"
    assert (ui / "dist" / "NOTICES.txt").is_file()


def test_nothing_is_built_twice_from_the_same_sources(ui: Path) -> None:
    build_ui(ui)
    assert not build_ui(ui)


def test_a_changed_source_is_built_again(ui: Path) -> None:
    build_ui(ui)
    (ui / "islands" / "page.ts").write_text("export const changed = 1;", encoding="utf-8")
    assert build_ui(ui)
    assert "changed" in (ui / "dist" / "page.js").read_text(encoding="utf-8")


def test_a_changed_template_needs_no_build(ui: Path) -> None:
    build_ui(ui)
    (ui / "templates").mkdir()
    (ui / "templates" / "page.html").write_text("<p>", encoding="utf-8")
    assert not build_ui(ui)


def test_a_failed_build_says_so_and_is_tried_again(ui: Path) -> None:
    (ui / "build.js").write_text("console.error('no such island'); process.exit(3);", encoding="utf-8")
    with pytest.raises(UiBuildError, match="no such island"):
        build_ui(ui)
    (ui / "build.js").write_text(BUILD, encoding="utf-8")
    assert build_ui(ui)


def test_a_build_without_manifest_is_an_error(ui: Path) -> None:
    (ui / "build.js").write_text("", encoding="utf-8")
    with pytest.raises(UiBuildError, match=r"manifest\.json"):
        build_ui(ui)


def test_a_missing_lock_file_is_named(ui: Path) -> None:
    (ui / "package-lock.json").unlink()
    with pytest.raises(UiBuildError, match=r"package-lock\.json is missing"):
        build_ui(ui)


def test_a_package_without_browser_part_is_left_alone(tmp_path: Path) -> None:
    assert not build_ui(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_translation_that_does_not_compile_stops_the_build(tmp_path: Path) -> None:
    package = tmp_path / "ui"
    package.mkdir()
    (package / "__init__.py").touch()
    program = "raise SystemExit('en.po:3: no quote')"
    (package / "compile_translations.py").write_text(program, encoding="utf-8")
    with pytest.raises(UiBuildError, match=r"en\.po:3"):
        compile_translations(tmp_path)
