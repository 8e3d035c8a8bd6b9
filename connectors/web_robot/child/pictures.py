"""Pictures of the page: bounded, and with every secret covered."""

from __future__ import annotations

import base64
from typing import Final

from playwright.sync_api import Error, FloatRect, Frame, Locator, Page

WIDTH: Final = 1280
HEIGHT: Final = 800
MAX_BYTES: Final = 600_000
_SECONDS: Final = 5.0
_HOLDING: Final = "(all, text) => all.flatMap((one, i) => (one.value || '').includes(text) ? [i] : [])"
_SENSITIVE: Final = """(texts) => document.querySelector("input[type=password]") !== null ||
  texts.some((text) => document.documentElement.innerText.includes(text) ||
    [...document.querySelectorAll("input, textarea")].some((one) => (one.value || "").includes(text)))"""


class Camera:
    """Takes pictures of one page. `secrets`: texts that must never be seen (from four characters on)."""

    def __init__(self, page: Page, secrets: list[str]) -> None:
        self._page = page
        self._protocol = page.context.new_cdp_session(page)
        self._secrets = [text for text in secrets if len(text) >= 4]

    def take(self) -> bytes | None:
        """A PNG of the visible part, at most MAX_BYTES: a page too rich for that is cut from the bottom.

        None when the page cannot be painted (it crashed or is going away).
        """
        height = HEIGHT
        while height >= HEIGHT // 8:
            png = self._shot(height)
            if png is None or len(png) <= MAX_BYTES:
                return png
            height //= 2
        return None

    def _shot(self, height: int) -> bytes | None:
        try:
            if any(frame.evaluate(_SENSITIVE, self._secrets) for frame in self._page.frames):
                return self._covered(height)
            return self._plain(height)
        except Error:
            return None

    def _plain(self, height: int) -> bytes:
        """Straight from the browser: twice as fast as with covers."""
        options: dict[str, object] = {"format": "png"}
        if height < HEIGHT:
            options["clip"] = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": 1}
        return base64.b64decode(self._protocol.send("Page.captureScreenshot", options)["data"])

    def _covered(self, height: int) -> bytes:
        clip: FloatRect = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        covers = [cover for frame in self._page.frames for cover in self._covers(frame)]
        return self._page.screenshot(
            type="png", clip=clip, mask=covers, mask_color="#444444", timeout=_SECONDS * 1000
        )

    def _covers(self, frame: Frame) -> list[Locator]:
        """Password fields, and every field or text that shows a secret.

        Fields are recognised by what they hold, so a secret typed into an ordinary field is covered too.
        """
        covers = [frame.locator("input[type=password]")]
        controls = frame.locator("input, textarea")
        for text in self._secrets:
            covers.append(frame.get_by_text(text))
            covers.extend(controls.nth(i) for i in controls.evaluate_all(_HOLDING, text))
        return covers
