"""A process package: BPMN, decisions, forms, scenarios and a manifest, as files in memory."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid

MANIFEST = "process.toml"
KINDS = {".bpmn": "bpmn", ".dmn": "dmn", ".form": "form", ".toml": "scenario"}
MAX_FILES = 500
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Package:
    """Files by path inside the package (`/` between folders), and what the manifest says."""

    key: str
    name: str
    files: dict[str, bytes]
    manifest: dict[str, Any] = field(default_factory=dict)

    def of_kind(self, kind: str) -> dict[str, bytes]:
        """The files of one kind: bpmn, dmn, form, scenario or other."""
        return {name: content for name, content in self.files.items() if kind_of(name) == kind}


def kind_of(name: str) -> str:
    """bpmn, dmn, form, scenario or other, by the file's name."""
    path = PurePosixPath(name)
    kind = KINDS.get(path.suffix.lower(), "other")
    if kind == "scenario" and "scenarios" not in path.parts:
        return "other"
    return kind


def load_folder(folder: Path) -> Package:
    """Read a package from disk; hidden files are left out. Raises DefinitionInvalid."""
    paths = [p for p in sorted(folder.rglob("*")) if p.is_file() and not _is_hidden(p, folder)]
    total = sum(p.stat().st_size for p in paths)
    if len(paths) > MAX_FILES or total > MAX_BYTES:
        raise _refused(
            "package.too-large",
            Text(
                f"Le dossier contient {len(paths)} fichiers et {total} octets : c’est trop.",
                f"The folder holds {len(paths)} files and {total} bytes: too much for a process.",
            ),
        )
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}
    return from_files(files, default_key=folder.name)


def from_files(files: dict[str, bytes], default_key: str = "package") -> Package:
    """A package of these files; key and name come from its manifest when it has one."""
    manifest = _manifest(files)
    key = str(manifest.get("key") or default_key)
    name = manifest.get("name") or key
    return Package(key, str(name["fr"] if isinstance(name, dict) else name), files, manifest)


def single(xml: bytes, name: str = "process.bpmn") -> Package:
    """A package that is one BPMN file."""
    return Package(PurePosixPath(name).stem, PurePosixPath(name).stem, {name: xml})


def _manifest(files: dict[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in files:
        return {}
    try:
        return tomllib.loads(files[MANIFEST].decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _refused(
            "package.manifest",
            Text(
                f"Le fichier {MANIFEST} n’est pas lisible : {error}.", f"{MANIFEST} cannot be read: {error}."
            ),
        ) from error


def _refused(rule: str, message: Text) -> DefinitionInvalid:
    return DefinitionInvalid([Diagnostic(rule, "error", message, file=MANIFEST)])


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.relative_to(folder).parts)
