"""The script of every page, on a page that holds every component."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.workshop import Workshop

pytestmark = pytest.mark.browser

PATHS = ("/components", "/modeler", "/form", "/components?lang=en", "/modeler?lang=en")


def test_the_error_summary_takes_focus_and_leads_to_the_field(page: Page) -> None:
    page.goto("/components")
    expect(page.locator(".error-summary")).to_be_focused()
    page.click(".error-summary >> text=Indiquez votre nom")
    expect(page.locator("#nom")).to_be_focused()
    page.click(".error-summary >> text=Choisissez une réponse")
    expect(page.locator("#reponse")).to_be_focused()


def test_a_dialog_opens_closes_and_gives_focus_back(page: Page) -> None:
    page.goto("/components")
    page.click("text=Supprimer…")
    expect(page.locator("#remove")).to_be_visible()
    page.click("text=Garder le brouillon")
    expect(page.locator("#remove")).to_be_hidden()
    expect(page.locator("text=Supprimer…")).to_be_focused()


def test_letters_move_choose_and_act_except_while_typing(page: Page) -> None:
    page.goto("/components")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".tasks > li").nth(1).locator("a")).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-bulk-count]")).to_have_text("1 tâche choisie")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.fill("#nom", "")
    page.locator("#nom").press_sequentially("jjx?")
    expect(page.locator("#nom")).to_have_value("jjx?")
    expect(page.locator("[data-bulk-count]")).to_have_text("1 tâche choisie")


def test_single_letters_can_be_switched_off(page: Page) -> None:
    page.goto("/components")
    page.keyboard.press("?")
    page.uncheck("[data-single-keys]")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()


def test_shift_chooses_a_range_and_reset_frees_it(page: Page) -> None:
    page.goto("/components")
    boxes = page.locator(".tasks input[type=checkbox]")
    boxes.nth(0).click()
    boxes.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-bulk-count]")).to_have_text("4 tâches choisies")
    page.click("text=Tout décocher")
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()


def test_a_form_is_sent_once(page: Page, workshop: Workshop) -> None:
    page.goto("/components")
    page.evaluate(
        "() => { const form = document.querySelector('form[data-draft-url]');"
        " const button = form.querySelector('.btn-primary'); for (let n = 0; n < 3; n += 1) button.click(); }"
    )
    page.wait_for_timeout(400)
    assert workshop.posts == 1


def test_answers_are_saved_after_a_pause(page: Page, workshop: Workshop) -> None:
    page.goto("/components")
    page.fill("#nom", "Awa Diarra")
    expect(page.locator("[data-draft-status]")).to_contain_text("Brouillon enregistré à", timeout=5000)
    assert workshop.autosaved[-1]["nom"] == "Awa Diarra"
    assert "csrf_token" not in workshop.autosaved[-1]


def test_answers_outlive_an_expired_session(page: Page, workshop: Workshop) -> None:
    page.goto("/components")
    page.evaluate("() => document.querySelector('.error-summary').remove()")
    workshop.refuse_with = 401
    page.fill("#note", "Vu avec la personne au guichet")
    expect(page.locator("[data-draft-status]")).to_have_text("Gardé dans ce navigateur", timeout=5000)
    kept = page.evaluate("() => Object.values(localStorage).join()")
    assert "Vu avec la personne au guichet" in kept


def test_a_live_part_follows_its_revision(page: Page, workshop: Workshop) -> None:
    page.goto("/components")
    page.wait_for_timeout(2600)
    workshop.live = '<div data-part="part"><p>Après</p></div>'
    expect(page.locator("#part")).to_have_text("Après", timeout=5000)
    assert 304 in workshop.live_answers


def test_the_theme_is_remembered(page: Page) -> None:
    page.goto("/components")
    page.click(".topbar .menu summary")
    page.click('[data-theme-value="dark"]')
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert {"name": "theme", "value": "dark"}.items() <= page.context.cookies()[-1].items()
    page.keyboard.press("Escape")
    expect(page.locator(".topbar .menu-list")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "path", ["/components", "/components?lang=en", "/modeler", "/form", "/modeler?lang=en"]
)
def test_axe_finds_nothing(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path)
    if "components" not in path:
        page.wait_for_selector("[data-ready]")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    rules = [
        (rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found.response["violations"]
    ]
    assert rules == []
