"""Who may import whom, told twice: a plain reading of every import here, and import-linter's contracts."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.environment import REPOSITORY

PACKAGES = ("engine", "connectors", "designer", "ui", "processes")

# What each folder may import besides the standard library and itself. The most specific folder decides.
ALLOWED = {
    "engine": {"alembic", "dateutil", "lxml", "simplejson", "sqlalchemy", "structlog", "zoneinfo"},
    "engine/feel": set(),
    "engine/scripts": {"pydantic_monty"},
    "engine/spiff": {"SpiffWorkflow", "lxml", "simplejson"},
    "connectors/sdk": {"httpcore", "httpx", "jinja2", "marshmallow", "simplejson", "structlog", "tenacity"},
    # A connector brings its own client library: only the layers around it are closed to it.
    "connectors": None,
    "ui": {"babel", "markupsafe"},
    "processes": set(),
    "designer": None,
}
# For the folders that may import any library, what they may not.
FORBIDDEN = {
    "connectors": {
        "engine",
        "designer",
        "ui",
        "processes",
        "flask",
        "werkzeug",
        "sqlalchemy",
        "SpiffWorkflow",
    },
    "designer": {"SpiffWorkflow", "tests"},
}


def python_files() -> Iterator[Path]:
    """Python files of the product, relative to the repository; its tests excluded."""
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            relative = path.relative_to(REPOSITORY)
            if not {"tests", "node_modules", "dist"} & set(relative.parts):
                yield relative


def parsed(file: Path) -> ast.Module:
    """Syntax tree of a file of the repository."""
    return ast.parse((REPOSITORY / file).read_text(encoding="utf-8"), str(file))


def imported_names(file: Path) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every import, late imports and TYPE_CHECKING ones included."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def complaint(file: Path, name: str) -> str | None:
    """Why this import is not allowed in this file, or None."""
    top = name.partition(".")[0]
    if top == file.parts[0] or top in sys.stdlib_module_names or top == "__future__":
        return None
    folder = max((f for f in ALLOWED if file.is_relative_to(f)), key=len)
    allowed = ALLOWED[folder]
    if allowed is not None:
        return None if top in allowed else f"{folder} may import {sorted(allowed) or 'nothing'} only"
    return f"{folder} must not know {top}" if top in FORBIDDEN[folder] else None


def connector_complaint(file: Path, name: str) -> str | None:
    """A connector may import connectors.sdk and itself; only the registry sees all connectors."""
    parts = name.split(".")
    if file.parts[0] != "connectors" or parts[0] != "connectors" or len(file.parts) < 3:
        return None
    own = {"sdk", file.parts[1]}
    return None if len(parts) > 1 and parts[1] in own else f"{file.parts[1]} may import {sorted(own)} only"


def test_imports_stay_within_their_layer() -> None:
    wrong = [
        f"{file}:{line} imports {name}: {reason}"
        for file in python_files()
        for line, name in imported_names(file)
        if (reason := complaint(file, name) or connector_complaint(file, name))
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_evaluates_text_as_python() -> None:
    wrong = [
        f"{file}:{node.lineno} calls {node.func.id}"
        for file in python_files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("engine/jobs.py", "flask.Flask"),
        ("engine/jobs.py", "SpiffWorkflow.bpmn"),
        ("engine/jobs.py", "connectors.sdk"),
        ("connectors/email/connector.py", "engine.values"),
        ("designer/worker.py", "SpiffWorkflow.task"),
        ("ui/__init__.py", "flask"),
    ],
)
def test_a_forbidden_import_is_noticed(file: str, name: str) -> None:
    assert complaint(Path(file), name)


def test_a_connector_that_imports_another_is_noticed() -> None:
    assert connector_complaint(Path("connectors/email/connector.py"), "connectors.http_request.connector")


def test_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    linted = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert linted.returncode == 0, linted.stdout + linted.stderr
