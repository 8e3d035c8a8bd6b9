"""Files that come from outside, made into the files of a package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from designer.modeler import archives, bpmn
from engine.catalogue import NoCatalogue
from engine.check import check_file
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.packages import kind_of


@dataclass(frozen=True, slots=True)
class Imported:
    """A package read from a file: its main process, and the group it names."""

    key: str
    name: str
    group: str
    files: dict[str, bytes]


def package(filename: str, content: bytes, key: str = "") -> Imported:
    """The package in a .bpmn file or a .zip; `key` renames its main process. Raises DefinitionInvalid."""
    if content.startswith(b"PK"):
        files = archives.unpack(content)
    else:
        files = {f"{PurePosixPath(filename).stem or 'process'}.bpmn": content}
    name = _main_file(files)
    root = _tree(name, files[name])
    process = bpmn.main_process(root)
    if process is None or not process.get("id"):
        raise DefinitionInvalid(_reasons(name, files[name]))
    files[name] = _prepared(root, process, key)
    found = bpmn.properties(process)
    title = " ".join((process.get("name") or _title(root, process) or str(process.get("id"))).split())
    return Imported(str(process.get("id")), title[:500], found.get("group", ""), files)


def diagram(content: bytes, key: str) -> bytes:
    """A diagram to replace that of process `key`, whose id it takes. Raises DefinitionInvalid."""
    root = _tree("", content)
    process = bpmn.main_process(root)
    if process is None or not process.get("id"):
        raise DefinitionInvalid(_reasons("", content))
    return _prepared(root, process, key)


def _prepared(root: bpmn.Element, process: bpmn.Element, key: str) -> bytes:
    """Under its id, and executable: a drawing is brought here to be run."""
    old = str(process.get("id"))
    if key and key != old:
        bpmn.rename(root, old, key)
    if not bpmn.executable_keys(root):
        process.set("isExecutable", "true")
    return bpmn.write(root)


def _main_file(files: dict[str, bytes]) -> str:
    """The diagram to draw on: the shallowest of those with a process that can run, else the first."""
    names = sorted((n for n in files if kind_of(n) == "bpmn"), key=lambda n: (len(PurePosixPath(n).parts), n))
    if not names:
        raise DefinitionInvalid(
            [
                Diagnostic(
                    "package.no-diagram",
                    "error",
                    Text(
                        "L’archive ne contient aucun diagramme (.bpmn).",
                        "The archive holds no diagram (.bpmn).",
                    ),
                )
            ]
        )
    trees = {name: _tree(name, files[name]) for name in names}
    return next((name for name in names if bpmn.executable_keys(trees[name])), names[0])


def _tree(name: str, content: bytes) -> bpmn.Element:
    root = bpmn.read(content)
    if not bpmn.is_diagram(root):
        raise DefinitionInvalid(_reasons(name, content))
    return root


def _reasons(name: str, content: bytes) -> list[Diagnostic]:
    return [d for d in check_file(name, content, None, NoCatalogue()) if d.severity == "error"]


def _title(root: bpmn.Element, process: bpmn.Element) -> str:
    """The name of the pool, when the process itself has none."""
    pools = root.iter(f"{{{bpmn.BPMN}}}participant")
    found = [
        p.get("name") or "" for p in pools if (p.get("processRef") or "").endswith(str(process.get("id")))
    ]
    return found[0] if found else ""
