"""The form builder in a real browser."""

from __future__ import annotations

import json
import re

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


def test_problems_of_the_form_are_said_and_lead_to_their_field(page: Page, workshop: Workshop) -> None:
    field = {"type": "textfield", "id": "Field_1", "key": "nom", "label": "Votre nom"}
    workshop.schema.text = json.dumps(
        {"type": "default", "id": "f", "schemaVersion": 19, "components": [field]}
    )
    workshop.diagnostics = [{"element_id": "Field_1", "message": "La formule ne se lit pas.", "hint": None}]
    open_builder(page)
    add(page, "number")
    problems = page.locator(".form-problems")
    expect(problems).to_contain_text("La formule ne se lit pas.", timeout=8000)
    problems.get_by_role("button", name="Y aller").click()
    expect(page.locator(".form-props")).to_contain_text("Texte court")
    workshop.diagnostics = []
    add(page, "number")
    expect(problems).to_be_hidden(timeout=8000)


def test_dates_are_written_as_people_write_them(page: Page, workshop: Workshop) -> None:
    for path, example in (("/form", "jj/mm/aaaa"), ("/form?lang=en", "dd/mm/yyyy")):
        workshop.schema.text = None
        open_builder(page, path)
        add(page, "datetime")
        expect(page.get_by_placeholder(example).first).to_be_attached()


def test_a_telephone_shows_the_form_before_the_fields_to_add(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_builder(page)
    palette, more = page.locator(".form-palette"), page.get_by_role("button", name="Ajouter un champ")
    expect(palette).to_be_hidden()
    expect(page.locator(".form-canvas")).to_be_visible()
    more.click()
    expect(palette).to_be_visible()
    expect(more).to_have_attribute("aria-expanded", "true")


def words_shown(page: Page) -> set[str]:
    """Every text, tooltip, name and placeholder of the builder, for each kind of field in turn."""
    found: set[str] = set()
    kinds = page.locator(".fjs-palette-field").evaluate_all("all => all.map(one => one.dataset.fieldType)")
    for kind in kinds:
        if not page.locator(f'.fjs-palette-field[data-field-type="{kind}"]').is_visible():
            continue
        add(page, kind)
        page.locator(f".form-canvas .fjs-element[data-field-type={kind}]").first.click(force=True)
        found |= set(page.evaluate(WORDS))
    return found


WORDS = """() => {
  const found = [];
  for (const one of document.querySelectorAll('.editor-body-form *')) {
    if (!one.checkVisibility()) continue;
    for (const name of ['title', 'placeholder', 'aria-label']) found.push(one.getAttribute(name) ?? '');
    if (one.tagName === 'svg' || one.tagName === 'STYLE') continue;
    for (const node of one.childNodes) if (node.nodeType === 3) found.push(node.textContent);
  }
  return found.map((text) => text.trim()).filter((text) => /[A-Za-z]{3}/.test(text));
}"""
#: The same in both languages, or names that the editor gives by itself.
SAME = {"Image", "Date", "Condition", "Minimum", "Maximum", "Type", "Action", "Pagination", "Expression"}
OWN = re.compile(r"^([a-z]+_[a-z0-9]+|BPMN\.iO|Camille Martin|formulaire)$|bpmn\.io", re.IGNORECASE)


def test_no_word_of_the_builder_is_the_same_in_both_languages(page: Page, workshop: Workshop) -> None:
    open_builder(page)
    french = words_shown(page)
    page.goto("/components")
    page.evaluate("localStorage.clear()")
    workshop.schema.text = None
    open_builder(page, "/form?lang=en")
    same = french & words_shown(page)
    assert sorted(word for word in same - SAME if not OWN.search(word)) == []
