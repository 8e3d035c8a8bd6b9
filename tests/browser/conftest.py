"""A browser and a running product for the tests that do what people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

import ui
from tests.browser.house import House, house
from tests.browser.people_at_work import Person
from tests.environment import missing
from ui.compile_translations import compile_all

#: Milliseconds that a page may take on a machine that does much else.
PATIENCE = 30_000


@pytest.fixture(scope="session")
def built() -> None:
    """The browser part is built and the English texts are compiled."""
    if not (ui.DIST / ".vite" / "manifest.json").is_file():
        missing("ui/dist is not built; run `make ui`")
    compile_all()


@pytest.fixture(scope="module")
def browser(chromium: str, built: None) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()
    expect.set_options(timeout=5_000)


@pytest.fixture
def place(tmp_path: Path, built: None) -> Iterator[House]:
    """The product with its outside services, empty but for two people."""
    with house(tmp_path) as made:
        yield made


@pytest.fixture
def somebody(browser: Browser, place: House, tmp_path: Path) -> Iterator[Callable[[str], Person]]:
    """Opens a browser profile for a person; at the end no page may have logged an error."""
    people: list[Person] = []

    def make(name: str) -> Person:
        person = Person(browser, place.url, tmp_path, name)
        person.page.set_default_timeout(PATIENCE)
        people.append(person)
        return person

    yield make
    for person in people:
        person.context.close()
    assert [fault for person in people for fault in person.faults] == []
