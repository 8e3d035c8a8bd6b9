"""The command `relais import`: what an import of files would give, without a database."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from designer.cli_words import Words
from engine.diagnostics import Diagnostic
from engine.errors import DefinitionInvalid
from engine.imports import NAMES, by_kind

if TYPE_CHECKING:
    from designer.modeler.importing import Imported

REFUSED, UNUSABLE = 1, 2


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--into", type=click.Path(file_okay=False, path_type=Path), help="Dossier où écrire / folder to write to."
)
@click.option("--json", "as_json", is_flag=True, help="Résultat en JSON / result as JSON.")
@click.pass_obj
def import_files(words: Words, files: tuple[Path, ...], into: Path | None, as_json: bool) -> None:
    """Traduire des diagrammes d'ailleurs en un processus. / Translate foreign diagrams into one process.

    Codes : 0 importé, 1 refusé, 2 un fichier illisible. / 0 imported, 1 refused, 2 unreadable.
    """
    from designer.modeler import importing

    try:
        found = importing.package([(path.name, path.read_bytes()) for path in files])
    except OSError as error:
        click.echo(words("unreadable", path=error.filename, reason=error.strerror), err=True)
        sys.exit(UNUSABLE)
    except DefinitionInvalid as invalid:
        _refuse(words, invalid.diagnostics, as_json)
    if into is not None:
        _write(found, into)
    click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2) if as_json else _told(words, found))


def _refuse(words: Words, diagnostics: list[Diagnostic], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"diagnostics": [d.to_dict() for d in diagnostics]}, ensure_ascii=False))
    else:
        for found in diagnostics:
            click.echo(found.message.in_(words.locale), err=True)
    sys.exit(REFUSED)


def _write(found: Imported, folder: Path) -> None:
    """The package as files; names were made safe when they were read."""
    for name, content in found.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _as_json(found: Imported) -> dict[str, Any]:
    report = found.report() | {"key": found.key, "name": found.name, "files": sorted(found.files)}
    del report["renamed_from"]
    return report


def _told(words: Words, found: Imported) -> str:
    lines = [words("imported", key=found.key, tool=NAMES[found.dialect], count=len(found.files))]
    for kind, notes in by_kind(found.notes).items():
        lines.append(f"{words(kind)} ({len(notes)})")
        lines += [f"  {note.message.in_(words.locale)}" for note in notes]
    return "\n".join(lines)
