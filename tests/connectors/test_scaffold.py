"""A connector started from the scaffold works at once, wherever it lies."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connectors import scaffold
from connectors.sdk.conformance import faults
from connectors.sdk.testing import load_connector

ROOT = Path(__file__).resolve().parents[2]


def test_a_new_connector_meets_the_quality_scale(tmp_path):
    folder = scaffold.new("essai_registre", tmp_path, "Registre d’essai", "Trial register")
    connector = load_connector(str(folder / "connector.py"))
    assert connector.kind == "essai_registre"
    assert connector.manifest.name.fr == "Registre d’essai"
    assert faults(connector) == []
    assert "scaffold" not in "".join(
        path.read_text() for path in folder.rglob("*.*") if path.suffix != ".pyc"
    )


def test_its_own_tests_pass(tmp_path):
    """As its maintainer runs them, outside this repository and its settings."""
    folder = scaffold.new("essai_tests", tmp_path, "Registre «\u00a0à part\u00a0»", 'The "other" register')
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-c", os.devnull, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["", "Maj", "a-b", "import", "sdk", "1abc", "a" * 50, "../x"])
def test_a_kind_is_a_short_lower_case_name(tmp_path, kind):
    with pytest.raises(scaffold.CannotCreate):
        scaffold.new(kind, tmp_path, "Nom", "Name")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "pris").mkdir()
    with pytest.raises(scaffold.CannotCreate):
        scaffold.new("pris", tmp_path, "Nom", "Name")
    with pytest.raises(scaffold.CannotCreate):
        scaffold.new("libre", tmp_path, " ", "Name")
    assert list((tmp_path / "pris").iterdir()) == []
