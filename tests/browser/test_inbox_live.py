"""The page of tasks moves by itself, and takes nothing out of the reader's hands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from designer.extensions import db
from tests.browser import pages
from tests.browser.pages import NOW, Site, Visitor
from tests.web import sample

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]

POLL_MS = 10_500


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site(tmp_path_factory.mktemp("site")) as site:
        with site.app.app_context():
            sample.take_job(db.session(), now=NOW)  # the one that waits: later ones belong to later cases
            db.session.commit()
        yield site


@pytest.fixture
def inbox(site: Site, browser: Browser) -> Iterator[Page]:
    visitor = Visitor(browser, site, width=1440, language="fr")
    visitor.sign_in()
    page = visitor.context.new_page()
    page.clock.install()
    page.goto(f"{site.url}/tasks")
    yield page
    visitor.context.close()


def _arrives(app: Flask, name: str) -> None:
    with app.app_context():
        sample.start_at_check(db.session(), now=NOW, nom=name)
        db.session.commit()


def _poll(page: Page) -> None:
    with page.expect_response(lambda answer: "/tasks/part" in answer.url):
        page.clock.run_for(POLL_MS)


def _count(page: Page, where: str) -> int:
    return int(page.locator(where).first.inner_text())


def test_a_task_that_arrives_moves_list_heading_tab_and_badge(site: Site, inbox: Page) -> None:
    before = _count(inbox, ".tabs [aria-current] .count")
    _arrives(site.app, "Ana Lopes")
    _poll(inbox)
    expect(inbox.locator(".tasks a", has_text="Ana Lopes")).to_be_visible()
    expect(inbox.locator("[data-part=heading]")).to_contain_text(f"{before + 1} tâches")
    assert _count(inbox, ".tabs [aria-current] .count") == before + 1
    assert _count(inbox, ".sidenav [aria-current] .count") == before + 1


def test_focus_choice_and_place_stay(site: Site, inbox: Page) -> None:
    inbox.set_viewport_size({"width": 1440, "height": 420})
    box = inbox.locator(".tasks input[type=checkbox]").last
    chosen = box.get_attribute("value")
    box.click()
    expect(inbox.locator("[data-bulk-count]")).to_have_text("1 tâche choisie")
    top = box.evaluate("box => box.getBoundingClientRect().top")
    _arrives(site.app, "Luc Perrin")
    _poll(inbox)
    same = inbox.locator(f'.tasks input[value="{chosen}"]')
    expect(inbox.locator(".tasks a", has_text="Luc Perrin")).to_have_count(1)
    expect(same).to_be_checked()
    expect(same).to_be_focused()
    expect(inbox.locator("[data-bulk-count]")).to_have_text("1 tâche choisie")
    assert abs(same.evaluate("box => box.getBoundingClientRect().top") - top) <= 2


def test_an_empty_list_that_fills_can_be_acted_on(site: Site, browser: Browser) -> None:
    visitor = Visitor(browser, site, width=390, language="fr")
    visitor.sign_in()
    page = visitor.context.new_page()
    page.clock.install()
    page.goto(f"{site.url}/tasks?q=Solange")
    expect(page.get_by_text("Aucune tâche ne correspond")).to_be_visible()
    _arrives(site.app, "Solange Petit")
    _poll(page)
    page.locator(".tasks .check").first.click()
    expect(page.get_by_role("region", name="Actions sur la sélection")).to_be_visible()
    visitor.context.close()
