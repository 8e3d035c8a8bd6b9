"""A person in front of a browser: her gestures are counted, her pages are watched and pictured."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, ViewportSize, expect

DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Person:
    """A browser profile of her own. `gestures` counts clicks, drags, keys and filled fields."""

    def __init__(self, browser: Browser, base_url: str, pictures: Path, name: str) -> None:
        self.context = browser.new_context(
            base_url=base_url, viewport=DESK, locale="fr-FR", timezone_id="Europe/Paris"
        )
        self.page: Page = self.context.new_page()
        self.name, self.pictures, self.gestures, self.faults = name, pictures, 0, list[str]()
        self._seen, self._first, self._last = 0, 0.0, 0.0
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        """Errors of scripts and of the content policy; a refused form is also told by the browser itself."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(f"{self.page.url}: {message.text}")

    def did(self, gestures: int = 1) -> None:
        """Count what was just done."""
        self._last = time.monotonic()
        self._first = self._first or self._last
        self.gestures += gestures

    def click(self, target: Locator) -> None:
        """One click."""
        target.click()
        self.did()

    def write(self, target: Locator, text: str) -> None:
        """Fill one field."""
        target.fill(text)
        self.did()

    def choose(self, target: Locator, label: str) -> None:
        """Choose in a list."""
        target.select_option(label=label)
        self.did()

    def press(self, key: str) -> None:
        """One key."""
        self.page.keyboard.press(key)
        self.did()

    def paste(self, target: Locator, text: str) -> None:
        """Put a longer text into an editor in place of what it holds."""
        target.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        self.did(2)

    def drag(self, source: Locator, target: Locator) -> None:
        """Press, carry, let go."""
        source.hover()
        self.page.mouse.down()
        target.hover()
        target.hover(position={"x": 20, "y": 20})
        self.page.mouse.up()
        self.did()

    def read_again_until(self, words: str, seconds: float = 60) -> None:
        """Load the page again until it shows these words."""
        found = self.page.get_by_text(words, exact=True)
        deadline = time.monotonic() + seconds
        while not found.count() and time.monotonic() < deadline:
            self.page.reload()
        expect(found.first).to_be_visible()

    def see(self, what: str, *, phone: bool = False) -> None:
        """A picture of the whole page."""
        self._seen += 1
        if phone:
            self.page.set_viewport_size(PHONE)
        path = self.pictures / f"{self.name}-{self._seen:02}-{what}{'-390' if phone else ''}.png"
        self.page.screenshot(path=path, full_page=True)
        if phone:
            self.page.set_viewport_size(DESK)

    def took(self) -> str:
        """Gestures, and seconds from the first to the last of them."""
        return f"{self.name}: {self.gestures} gestures, {self._last - self._first:.0f} s"
