"""Files stay small enough to be read in one sitting."""

from __future__ import annotations

from pathlib import Path

from tests.environment import REPOSITORY

MAX_LINES = 600
SUFFIXES = {".py", ".ts", ".js", ".css", ".html", ".md", ".toml", ".sh"}
FOLDERS = ("engine", "connectors", "designer", "ui", "processes", "tests", "tools")
# Built, fetched, or (a migration) generated once and never read again as a whole.
NOT_OURS = {"node_modules", "dist", "__pycache__", "versions"}

# Files that were too long when this rule came, with the length they may not exceed. An entry leaves when its
# file has been split; none may be added.
TOO_LONG: dict[str, int] = {}


def long_files() -> dict[str, int]:
    """Path and number of lines of every file above the limit."""
    candidates = [path for folder in FOLDERS for path in (REPOSITORY / folder).rglob("*")]
    candidates += REPOSITORY.glob("*")
    lengths = {str(p.relative_to(REPOSITORY)): line_count(p) for p in candidates if is_ours(p)}
    return {name: lines for name, lines in lengths.items() if lines > MAX_LINES}


def is_ours(path: Path) -> bool:
    """Whether people of this project write the file by hand."""
    parts = path.relative_to(REPOSITORY).parts
    return path.is_file() and path.suffix in SUFFIXES and not NOT_OURS & set(parts)


def line_count(path: Path) -> int:
    """Lines of a text file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_longer_than_a_sitting() -> None:
    too_long = {name: lines for name, lines in long_files().items() if lines > TOO_LONG.get(name, MAX_LINES)}
    assert not too_long, f"split these files (limit {MAX_LINES} lines): {too_long}"


def test_every_exception_is_still_needed() -> None:
    stale = sorted(set(TOO_LONG) - set(long_files()))
    assert not stale, f"short enough now, remove from TOO_LONG: {stale}"
