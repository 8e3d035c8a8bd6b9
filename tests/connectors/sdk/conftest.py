"""A connector made for the tests, in a folder of its own."""

from __future__ import annotations

import pytest

from connectors.sdk import Connector

MANIFEST = """
kind = "essai"
version = "1.0.0"
owner = "Relais"
keywords = ["mot"]
[name]
fr = "Essai"
en = "Trial"
[description]
fr = "Pour essayer."
en = "For trying."
[category]
fr = "Échanges"
en = "Exchange"
[operations.do]
versions = [1]
name = { fr = "Faire", en = "Do" }
"""
ICON = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" stroke="#000"><path d="M1 1h2"/></svg>'


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "essai"
    path.mkdir()
    (path / "connector.toml").write_text(MANIFEST)
    (path / "icon.svg").write_text(ICON)
    return path


@pytest.fixture
def make(folder):
    """make(input, output, function, **options) -> operation; `connection=` goes to the connector."""

    def build(input, output, function, connection=None, connection_required=True, **options):
        connector = Connector.from_folder(
            str(folder / "connector.py"), connection=connection, connection_required=connection_required
        )
        settings = {
            "name": {"fr": "Faire", "en": "Do"},
            "description": {"fr": "Fait.", "en": "Does."},
            "effect": "write",
            "idempotency": "none",
        }
        return connector.operation("do", input=input, output=output, **(settings | options))(function)

    return build
