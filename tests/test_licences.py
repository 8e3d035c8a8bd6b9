"""Every dependency's licence is known, listed in THIRD_PARTY.md, and none is GPL or AGPL."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.environment import REPOSITORY

UI = REPOSITORY / "ui"

# What packages write in their metadata instead of an SPDX expression.
SPDX = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "ZPL 2.1": "ZPL-2.1",
    "lGPLv3": "LGPL-3.0-only",
}
# Packages whose metadata name no licence, or only half of it: read in the files that they ship.
READ_IN_FILES = {"axe-playwright-python": "MIT", "python-stdnum": "LGPL-2.1-or-later"}

# An address or a folder of packages: a lock file says what to install, never where from.
PLACE = re.compile(
    r'"resolved".*|--(?:extra-)?index-url.*|--find-links.*|registry\s*=.*|file:/.*|https?://.*'
)


def locked_python_packages() -> list[str]:
    """Names in requirements.lock that are installed on this kind of machine."""
    lines = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[A-Za-z0-9]", line)]
    return [item.name for item in found if item.marker is None or item.marker.evaluate()]


def python_licence(name: str) -> str:
    """SPDX expression of an installed distribution: its expression, its licence field, its classifiers."""
    about = metadata(name)
    stated = about.get("License-Expression") or READ_IN_FILES.get(name)
    return stated or next((spdx for text in statements(about) if (spdx := as_spdx(text))), f"unknown: {name}")


def statements(about: PackageMetadata) -> list[str]:
    """What the older metadata fields say, the more precise first."""
    classifiers = [
        c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License")
    ]
    return [about.get("License") or "", *classifiers]


def as_spdx(text: str) -> str | None:
    """The SPDX expression for a licence as packages write it, or None for what says nothing."""
    if text in SPDX:
        return SPDX[text]
    known = listed_licences() | {"AFL-2.1"}
    return text if text and set(alternatives(text)) & known else None


def alternatives(expression: str) -> list[str]:
    """Licences among which one may choose; each may still be several joined by AND."""
    return [part.strip(" ()") for part in re.split(r"\s+OR\s+", expression)]


def is_refused(expression: str) -> bool:
    """Whether no alternative is free of GPL and AGPL."""
    return all(re.search(r"(?<!L)A?GPL", choice) for choice in alternatives(expression))


def listed_licences() -> set[str]:
    """First column of the table in THIRD_PARTY.md."""
    text = (REPOSITORY / "THIRD_PARTY.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def unlisted(expression: str) -> bool:
    """Whether no alternative consists of listed licences only."""
    listed = listed_licences()
    return not any(set(re.split(r"\s+AND\s+", choice)) <= listed for choice in alternatives(expression))


def ui_licences() -> dict[str, dict[str, str]]:
    """The committed licences of the browser packages; empty while there is no browser part."""
    file = UI / "licences.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def all_licences() -> dict[str, str]:
    """Licence by package, from both lock files."""
    python = {name: python_licence(name) for name in locked_python_packages()}
    return python | {f"npm {name}": entry["licence"] for name, entry in ui_licences().items()}


def test_no_dependency_is_gpl_or_agpl() -> None:
    refused = {name: licence for name, licence in all_licences().items() if is_refused(licence)}
    assert not refused


def test_every_licence_is_listed() -> None:
    missing = {name: licence for name, licence in all_licences().items() if unlisted(licence)}
    assert not missing, f"read these licences and list them in THIRD_PARTY.md: {missing}"


def test_every_listed_licence_is_in_use() -> None:
    used = {part for licence in all_licences().values() for part in re.split(r"\s+(?:AND|OR)\s+", licence)}
    assert not listed_licences() - used, "remove these lines from THIRD_PARTY.md"


def test_ui_licences_describe_the_lock_file() -> None:
    lock = UI / "package-lock.json"
    packages = json.loads(lock.read_text(encoding="utf-8"))["packages"] if lock.is_file() else {}
    locked = {
        name.removeprefix("node_modules/"): entry["version"] for name, entry in packages.items() if name
    }
    described = {name: entry["version"] for name, entry in ui_licences().items()}
    assert described == locked, "run `make licences`"


@pytest.mark.parametrize("file", ["requirements.lock", "ui/package-lock.json", "ui/.npmrc"])
def test_lock_files_name_no_place(file: str) -> None:
    path = REPOSITORY / Path(file)
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert not re.findall(
        r"\"resolved\".*|--(?:extra-)?index-url.*|--find-links.*|registry\s*=.*|file:/.*", text
    )


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("GPL-3.0-or-later", True),
        ("AGPL-3.0-only", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-3.0-only", False),
        ("MIT OR GPL-2.0-only", False),
        ("EUPL-1.2", False),
    ],
)
def test_gpl_is_recognised(expression: str, *, refused: bool) -> None:
    assert is_refused(expression) is refused
