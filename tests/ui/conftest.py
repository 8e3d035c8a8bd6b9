"""A browser on the workshop server; every page must stay without console errors and policy violations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

import ui
from tests.environment import missing
from tests.ui.workshop import Workshop
from ui.compile_translations import compile_all


@pytest.fixture(scope="session")
def built() -> None:
    """The browser part is built and the English texts are compiled."""
    if not (ui.DIST / ".vite" / "manifest.json").is_file():
        missing("ui/dist is not built; run `make ui`")
    compile_all()


@pytest.fixture(scope="module")
def browser(chromium: str, built: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture
def workshop(built: None) -> Iterator[Workshop]:
    with Workshop() as workshop:
        yield workshop


@pytest.fixture
def page(browser: Browser, workshop: Workshop) -> Iterator[Page]:
    """A page at 1440 x 900 whose console is watched."""
    context = browser.new_context(base_url=workshop.url, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refusal that a test provokes is also written to the console by the browser itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    page.set_default_timeout(8_000)
    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    context.close()
    assert not faults
