"""Files of connectors that the command writes: a new connector's folder, and element templates."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from connectors import registry
from connectors.sdk import InvalidConnector, Operation
from connectors.sdk.element_template import as_json, element_template, template_path, write_templates

SCAFFOLD = registry.BUILT_IN / "_scaffold"
PLACEHOLDER = "scaffold_kind"
KIND = re.compile(r"[a-z][a-z0-9_]{1,39}")


class InvalidKind(ValueError):
    """A connector cannot have that kind."""


def make_connector(kind: str, into: Path | None = None) -> Path:
    """Copy the scaffold under a new kind; the new folder. Raises InvalidKind."""
    if not KIND.fullmatch(kind):
        raise InvalidKind("2–40 : a–z, 0–9, _")
    folder = (into or registry.BUILT_IN) / kind
    if folder.exists():
        raise InvalidKind(str(folder))
    shutil.copytree(SCAFFOLD, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        _fill_in(file, kind)
    return folder


def outdated_templates(*, write: bool) -> list[Path]:
    """Element templates whose file differs from what the code generates; rewritten with `write`."""
    changed = []
    for info in registry.catalogue():
        connector = registry.load(info.kind)
        stale = [path for op in connector.newest_operations() if _is_stale(path := template_path(op), op)]
        if write and stale:
            write_templates(connector)
        changed += stale
    return changed


def _is_stale(path: Path, operation: Operation) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != as_json(element_template(operation))


def _fill_in(file: Path, kind: str) -> None:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidConnector(f"{file} of the scaffold is not text") from error
    file.write_text(text.replace(PLACEHOLDER, kind), encoding="utf-8")
    if PLACEHOLDER in file.name:
        file.rename(file.with_name(file.name.replace(PLACEHOLDER, kind)))
