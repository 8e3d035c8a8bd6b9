"""A reader finds a README in every package folder and a docstring on every public function."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import REPOSITORY

PACKAGES = ("engine", "connectors", "designer", "ui", "processes")
DOCUMENTED_CODE = ("engine", "connectors/sdk")

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def package_folders() -> list[Path]:
    """The packages themselves, each connector and each shipped process."""
    connectors = [path.parent for path in (REPOSITORY / "connectors").glob("*/connector.toml")]
    processes = [path.parent for path in (REPOSITORY / "processes").glob("*/process.toml")]
    folders = [REPOSITORY / name for name in PACKAGES] + [REPOSITORY / "connectors" / "sdk"]
    return [path.relative_to(REPOSITORY) for path in folders + sorted(connectors) + sorted(processes)]


def documented_files() -> list[Path]:
    """Python files whose public names are a promise to other parts and to third parties."""
    found = [path for name in DOCUMENTED_CODE for path in (REPOSITORY / name).rglob("*.py")]
    ours = [path.relative_to(REPOSITORY) for path in found if "tests" not in path.parts]
    return sorted(
        path for path in ours if not any(part.startswith("_") for part in path.with_suffix("").parts)
    )


def undocumented(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and name of public functions, and of public classes, that say nothing about themselves."""
    for node in tree.body:
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_") and not says_enough(node):
            yield node.lineno, node.name


def says_enough(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    """A docstring, or an @overload whose implementation has one."""
    return ast.get_docstring(node) is not None or any(
        "overload" in ast.unparse(d) for d in node.decorator_list
    )


@pytest.mark.parametrize("folder", package_folders(), ids=str)
def test_a_package_folder_explains_itself(folder: Path) -> None:
    readme = REPOSITORY / folder / "README.md"
    assert readme.is_file(), f"{folder} has no README.md"
    assert len(readme.read_text(encoding="utf-8").split()) > 20, f"{readme} says next to nothing"


def test_public_names_say_what_they_promise() -> None:
    silent = [
        f"{file}:{line} {name}"
        for file in documented_files()
        for line, name in undocumented(ast.parse((REPOSITORY / file).read_text(encoding="utf-8"), str(file)))
    ]
    assert not silent, "no docstring:\n" + "\n".join(silent)
