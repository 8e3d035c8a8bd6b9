"""Compiles the English texts: every .po file of a language is merged into its messages.mo.

    python -m ui.compile_translations            writes the .mo files that are out of date
    python -m ui.compile_translations --missing  prints, as .po entries, the texts that have no English yet

French is the source language: a message id is the French sentence itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent
TRANSLATIONS = ROOT / "translations"
SOURCES = (ROOT / "templates", ROOT.parent / "designer")
METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**.html", "jinja2"),
    ("**.txt", "jinja2"),
]
OPTIONS = {"jinja2": {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def compile_all(folder: Path = TRANSLATIONS) -> list[Path]:
    """Write the messages.mo of each language whose .po files are newer; the files written."""
    return [_compile(messages) for messages in sorted(folder.glob("*/LC_MESSAGES")) if _is_stale(messages)]


def merged(messages: Path) -> Catalog:
    """All .po files of one LC_MESSAGES folder in one. ValueError when two files differ on a text."""
    whole = Catalog(locale=messages.parent.name, charset="utf-8")
    for path in sorted(messages.glob("*.po")):
        with path.open("rb") as file:
            _add(whole, read_po(file, locale=messages.parent.name), path)
    return whole


def extracted(sources: Iterable[Path] = SOURCES) -> Iterator[tuple[str | tuple[str, ...], str]]:
    """Every translatable text of templates and Python, with the file and line where it stands."""
    for source in sources:
        found = extract_from_dir(
            str(source),
            method_map=METHODS,
            options_map={"**.html": OPTIONS["jinja2"]},
            keywords=KEYWORDS,
            directory_filter=lambda path: not Path(path).name.startswith("."),  # _macros/ has texts too
        )
        for name, line, message, _comments, _context in found:
            yield message, f"{source.name}/{name}:{line}"


def missing(messages: Path) -> Catalog:
    """The texts of the sources that this language does not have."""
    known = merged(messages)
    lacking = Catalog(locale=messages.parent.name, charset="utf-8")
    for text, place in extracted():
        entry = known.get(text if isinstance(text, str) else text[0])
        if entry is None or not _is_complete(entry):
            lacking.add(text, locations=[(place.rpartition(":")[0], int(place.rpartition(":")[2]))])
    return lacking


def _add(whole: Catalog, part: Catalog, path: Path) -> None:
    for entry in part:
        if not entry.id:
            continue
        present = whole.get(entry.id if isinstance(entry.id, str) else entry.id[0])
        if present is not None and present.string != entry.string:
            raise ValueError(f"{path.name}: {entry.id!r} is already translated otherwise: {present.string!r}")
        whole.add(entry.id, entry.string, flags=entry.flags)


def _is_complete(entry: Message) -> bool:
    strings = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
    return all(strings)


def _is_stale(messages: Path) -> bool:
    compiled = messages / "messages.mo"
    newest = max((path.stat().st_mtime for path in messages.glob("*.po")), default=0.0)
    return not compiled.is_file() or compiled.stat().st_mtime < newest


def _compile(messages: Path) -> Path:
    target = messages / "messages.mo"
    buffer = BytesIO()
    write_mo(buffer, merged(messages))
    target.write_bytes(buffer.getvalue())
    return target


def _print_missing() -> None:
    for messages in sorted(TRANSLATIONS.glob("*/LC_MESSAGES")):
        buffer = BytesIO()
        write_po(buffer, missing(messages), omit_header=True, sort_by_file=True)
        sys.stdout.write(buffer.getvalue().decode("utf-8"))


if __name__ == "__main__":
    if "--missing" in sys.argv[1:]:
        _print_missing()
    else:
        compile_all()
