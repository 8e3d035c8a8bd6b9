"""What a test may need from the machine: the public corpora, a browser.

A test that lacks its environment is skipped with the reason; where the environment is
promised (CI, or RELAIS_CORPORA set) its absence is a failure, so that nothing is silently left untested.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")


def is_promised() -> bool:
    """Whether this run claims to have everything that the tests need."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"} or bool(os.environ.get("RELAIS_CORPORA"))


def missing(what: str) -> NoReturn:
    """Skip the test that asks for `what`, or fail it where the environment is promised."""
    if is_promised():
        pytest.fail(f"{what} (CI or RELAIS_CORPORA is set, so this is a failure)", pytrace=False)
    pytest.skip(what)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Folder of the public test corpora: RELAIS_CORPORA, else ../shared/corpora."""
    folder = Path(os.environ.get("RELAIS_CORPORA") or REPOSITORY.parent / "shared" / "corpora")
    if not folder.is_dir():
        missing(f"no public corpora at {folder}; set RELAIS_CORPORA to their folder")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium program: RELAIS_CHROMIUM, else the first one on PATH."""
    named = os.environ.get("RELAIS_CHROMIUM")
    found = named if named and Path(named).is_file() else _first_on_path()
    if not found:
        missing("no Chromium; install the package `chromium` or set RELAIS_CHROMIUM to its path")
    return found


def _first_on_path() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
