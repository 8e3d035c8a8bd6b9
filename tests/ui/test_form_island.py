"""The form builder in a real browser."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.ui.workshop import Workshop

pytestmark = pytest.mark.browser


def open_builder(page: Page, path: str = "/form") -> None:
    page.goto(path)
    page.wait_for_selector("[data-ready]")


def add(page: Page, kind: str) -> None:
    page.focus(f'.fjs-palette-field[data-field-type="{kind}"]')
    page.keyboard.press("Enter")


def test_fields_are_added_and_saved_by_themselves(page: Page, workshop: Workshop) -> None:
    open_builder(page)
    add(page, "textfield")
    add(page, "number")
    expect(page.locator("[data-save-status]")).to_contain_text("Enregistré à", timeout=8000)
    schema = json.loads(workshop.schema.text or "{}")
    assert [field["type"] for field in schema["components"]] == ["textfield", "number"]
    assert [field["label"] for field in schema["components"]] == ["Texte court", "Nombre"]


def test_the_builder_speaks_french_and_english(page: Page) -> None:
    open_builder(page)
    expect(page.locator(".form-palette")).to_contain_text("Choix unique")
    expect(page.locator(".form-canvas")).to_contain_text("Construisez votre formulaire")
    add(page, "textfield")
    page.click(".form-canvas .fjs-element[data-field-type=textfield]")
    expect(page.locator(".form-props")).to_contain_text("Vérification")
    open_builder(page, "/form?lang=en")
    expect(page.locator(".form-palette")).to_contain_text("Radio group")


def test_a_saved_form_comes_back(page: Page, workshop: Workshop) -> None:
    field = {"type": "textfield", "id": "Field_1", "key": "nom", "label": "Votre nom"}
    workshop.schema.text = json.dumps(
        {"type": "default", "id": "f", "schemaVersion": 19, "components": [field]}
    )
    workshop.schema.revision = 3
    open_builder(page)
    expect(page.locator(".form-canvas")).to_contain_text("Votre nom")
    add(page, "number")
    expect(page.locator("[data-save-status]")).to_contain_text("Enregistré à", timeout=8000)
    assert workshop.schema.revision == 4
