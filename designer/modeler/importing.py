"""Files that come from outside, made into the files of a package: translated, named, and with places."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from designer.modeler import archives, bpmn, naming, package_forms
from designer.modeler.places import with_places
from engine import imports
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.imports import Note
from engine.packages import kind_of

_ENDING = re.compile(r"(\.bpmn20?|\.bpmn|\.dmn11|\.dmn)?\.(xml|bpmn20?|bpmn|dmn|form|json)$", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:([\w.-]+):)?definitions(\s[^>]*)")
_HEAD = 20_000
_NOTHING = Diagnostic(
    "package.no-diagram",
    "error",
    Text("Il n’y a aucun diagramme (.bpmn) dans ce fichier.", "There is no diagram (.bpmn) in this file."),
)


@dataclass(frozen=True, slots=True)
class Imported:
    """A package read from files. `renamed_from` is the technical name it had, when that one was taken.

    `dialect` is that of the main diagram; `notes` say what was translated, what somebody has to choose and
    what stays without effect.
    """

    key: str
    name: str
    group: str
    files: dict[str, bytes]
    dialect: str
    notes: tuple[Note, ...]
    renamed_from: str = ""

    @property
    def is_worth_reading(self) -> bool:
        """Whether the report says something that the diagram does not show by itself."""
        foreign = self.dialect not in ("relais", "bpmn")
        return bool(self.renamed_from) or any(foreign or n.kind != "translated" for n in self.notes)

    def report(self) -> dict[str, Any]:
        """What is kept of it beside the draft."""
        return {
            "dialect": self.dialect,
            "renamed_from": self.renamed_from,
            "notes": [note.to_dict() for note in self.notes],
        }


def package(uploads: Iterable[tuple[str, bytes]], key: str = "", taken: Container[str] = ()) -> Imported:
    """The package in one or several files: diagrams, forms, decisions, or a .zip of them.

    `key` renames its main process; without it, a name that is `taken` gets a number.
    Raises DefinitionInvalid.
    """
    files = _collected(uploads)
    translated = _translated(files)
    name = _main_file(files)
    root = bpmn.read(files[name])
    process = bpmn.main_process(root)
    old = naming.identifier(_id_of(process) or PurePosixPath(name).stem)
    new = key or naming.free(old, taken)
    if process is not None and new != process.get("id"):
        _give_id(root, process, new)
        files[name] = bpmn.write(root)
    title = " ".join(_title(root, process, name).split())
    group = bpmn.properties(process).get("group", "") if process is not None else ""
    notes = tuple(note.in_file(file) for file, found in translated.items() for note in found.notes)
    renamed = "" if key or new == old else old
    return Imported(new, title[:500], group, files, translated[name].dialect, notes, renamed)


def diagram(content: bytes, key: str) -> tuple[bytes, Imported]:
    """A diagram to replace that of process `key`, whose id it takes, and what its import has to tell.

    Raises DefinitionInvalid.
    """
    found = package([("diagram.bpmn", content)], key)
    return next(content for file, content in found.files.items() if kind_of(file) == "bpmn"), found


def _collected(uploads: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """Every file under the name that says what it is."""
    files: dict[str, bytes] = {}
    for filename, content in uploads:
        if content.startswith(b"PK"):
            files |= {_named(name, inner): inner for name, inner in archives.unpack(content).items()}
        else:
            name = PurePosixPath(filename.replace("\\", "/")).name
            files[_named(name, content, alone=True)] = content
    return files


def _named(name: str, content: bytes, *, alone: bool = False) -> str:
    """The name with the ending of its kind: other tools write `.bpmn20.xml`, `.dmn11.xml`."""
    ending = _ENDING.search(name)
    stem = name[: ending.start()] if ending else name
    namespace = _namespace(content)
    if b"/DMN/" in namespace or name.lower().endswith(".dmn"):
        return f"{stem}.dmn"
    if name.lower().endswith((".form", ".json")):
        schema = package_forms.schema_of(content)
        return f"{stem}.form" if isinstance(schema.get("components"), list) else name
    return f"{stem or 'process'}.bpmn" if alone or b"/BPMN/" in namespace else name


def _namespace(content: bytes) -> bytes:
    """Namespace of the root `definitions`, as far as that can be seen without reading the file."""
    root = _ROOT.search(content[:_HEAD])
    if root is None:
        return b""
    declared = re.search(rb"\sxmlns%s\s*=\s*[\"']([^\"']*)" % (b":" + root[1] if root[1] else b""), root[2])
    return declared[1] if declared else b""


def _translated(files: dict[str, bytes]) -> dict[str, imports.Import]:
    """Each diagram in our dialect, in place; forms made on the way join the package."""
    ids = {package_forms.schema_of(c).get("id") for n, c in files.items() if kind_of(n) == "form"}
    known = frozenset(str(form_id) for form_id in ids if form_id)
    found: dict[str, imports.Import] = {}
    for name in [name for name in files if kind_of(name) == "bpmn"]:
        found[name] = imports.import_diagram(files[name], known)
        files[name] = with_places(found[name].xml)
        for form, content in found[name].forms.items():
            files.setdefault(form, content)
    return found


def _main_file(files: dict[str, bytes]) -> str:
    """The diagram to draw on: the shallowest of those with a process that can run, else the first."""
    names = sorted((n for n in files if kind_of(n) == "bpmn"), key=lambda n: (len(PurePosixPath(n).parts), n))
    if not names:
        raise DefinitionInvalid([_only_decisions(files) or _NOTHING])
    return next((name for name in names if bpmn.executable_keys(bpmn.read(files[name]))), names[0])


def _only_decisions(files: dict[str, bytes]) -> Diagnostic | None:
    if not any(name.endswith(".dmn") for name in files):
        return None
    return Diagnostic(
        "bpmn.is-dmn",
        "error",
        Text(
            "C’est une table de décision (DMN) sans diagramme. "
            "Choisissez-la avec le diagramme qui s’en sert\u00a0: les deux forment un processus.",
            "This is a decision (DMN) without a diagram. "
            "Choose it together with the diagram that uses it: both make one process.",
        ),
    )


def _give_id(root: bpmn.Element, process: bpmn.Element, key: str) -> None:
    if _id_of(process):
        bpmn.rename(root, _id_of(process), key)
    else:
        process.set("id", key)


def _id_of(process: bpmn.Element | None) -> str:
    return "" if process is None else process.get("id") or ""


def _title(root: bpmn.Element, process: bpmn.Element | None, file: str) -> str:
    """The name of the process, of its pool, or of the file."""
    pools = root.iter(f"{{{bpmn.BPMN}}}participant")
    mine = [p for p in pools if (p.get("processRef") or "").rpartition(":")[2] == _id_of(process)]
    names = [_id_of(process), PurePosixPath(file).stem]
    if process is not None:
        names = [process.get("name") or "", *(p.get("name") or "" for p in mine), *names]
    return next(filter(None, (name.strip() for name in names)), file)
