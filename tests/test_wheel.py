"""The wheel runs by itself: built once, it needs neither Node.js nor the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.environment import REPOSITORY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("wheel")]

NOT_COPIED = shutil.ignore_patterns(
    ".git",
    ".venv",
    ".relais",
    ".*_cache",
    ".hypothesis",
    "node_modules",
    "__pycache__",
    "build.log",
    "*.sqlite3*",
)
# Data that pages, the worker and `relais connectors new` read at run time.
DATA = (
    ("connectors", "*.toml"),
    ("connectors", "*.json"),
    ("connectors", "*.svg"),
    ("connectors/_scaffold", "*"),
    ("designer", "*.mako"),
    ("processes", "*"),
    ("ui/icons", "*"),
    ("ui/templates", "*"),
    ("ui/translations", "*.mo"),
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(REPOSITORY, source, ignore=NOT_COPIED, symlinks=True)
    run([sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", folder, source])
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment that holds the wheel and borrows our dependencies."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    run([sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel])
    site_packages = sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)})
    # A folder named in a .pth file is searched, its own .pth files are not read: our sources stay out.
    (Path(site_packages) / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home / "bin"


def run(command: list[str | Path], **changes: str) -> str:
    """Standard output of a program, which must end well."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | changes
    done = subprocess.run(
        command,
        cwd="/",
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def data_files() -> Iterator[str]:
    """Paths that must be in the wheel, as the working tree has them."""
    for folder, pattern in DATA:
        for path in (REPOSITORY / folder).rglob(pattern):
            relative = path.relative_to(REPOSITORY)
            if path.is_file() and "__pycache__" not in relative.parts and not is_connector_test(relative):
                yield relative.as_posix()


def is_connector_test(path: Path) -> bool:
    """Whether the file is a connector's own test, which the wheel leaves out."""
    return path.parts[0] == "connectors" and path.parts[2:3] == ("tests",) and path.parts[1] != "_scaffold"


def test_the_wheel_carries_what_runs_and_nothing_else(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert not set(data_files()) - names
    tops = {name.partition("/")[0] for name in names}
    metadata = {top for top in tops if top.endswith(".dist-info")}
    assert tops - metadata == {"engine", "connectors", "designer", "ui", "processes"}
    assert not [name for name in names if "node_modules" in name or name.endswith((".ts", ".pyc"))]
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_carries_the_built_browser_part(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert {"ui/dist/.vite/manifest.json", "ui/dist/NOTICES.txt"} <= names
    assert [name for name in names if name.startswith("ui/dist/") and name.endswith(".js")]


def test_the_command_runs_without_node(installed: Path) -> None:
    assert shutil.which("node", path=str(installed)) is None
    text = run([installed / "relais", "--help"], PATH=str(installed))
    assert {"demo", "serve", "worker", "check"} <= set(text.split())


def test_the_installed_packages_come_from_the_wheel(installed: Path) -> None:
    code = "import engine, ui; print(engine.__file__); print(ui.asset('page'))"
    where, *tags = run([installed / "python", "-c", code], PATH=str(installed)).splitlines()
    assert where.startswith(str(installed.parent))
    assert tags
