"""The pictures of the guide, taken from the running product: `python -m tests.browser.guide_pictures`."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from designer.guide import PICTURES
from designer.i18n import LOCALES
from tests.browser import pages
from tests.browser.pages import HEIGHTS, Site, Visit, Visitor
from tests.environment import CHROMIUM_NAMES

WIDTH, QUALITY = 1000, 0.7
#: name in the guide → path in the sample
SHOTS = {
    "tasks": "/tasks",
    "task": "/tasks/<task_id>",
    "case": "/cases/<case_id>",
    "modeler": "/modeler/processes/<key>",
    "process": "/processes/<key>",
    "incidents": "/operations/incidents",
    "effect": "/operations/effects/<effect_id>",
    "users": "/users",
    "journal": "/journal",
}
#: Chromium writes WebP from a canvas; a quarter of the size of its PNG.
SHRINK = """async ([data, width, quality]) => {
  const picture = new Image(); picture.src = data; await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = width; canvas.height = Math.round(width * picture.height / picture.width);
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/webp', quality).split(',')[1];
}"""


def take(browser: Browser, site: Site, language: str) -> None:
    """Write every picture of one language."""
    visitor = Visitor(browser, site, width=1440, language=language)
    visitor.sign_in()
    desk = visitor.context.new_page()
    folder = PICTURES / language
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in SHOTS.items():
        visitor.open(Visit(name, site.path(path)))
        (folder / f"{name}.webp").write_bytes(_small(desk, visitor.page.screenshot()))
    visitor.context.close()


def _small(desk: Page, png: bytes) -> bytes:
    data = "data:image/png;base64," + base64.b64encode(png).decode()
    return base64.b64decode(desk.evaluate(SHRINK, [data, WIDTH, QUALITY]))


def main() -> None:
    """The command."""
    chromium = os.environ.get("RELAIS_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    with (
        tempfile.TemporaryDirectory() as data,
        pages.site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium)
        for language in LOCALES:
            take(browser, site, language)
        browser.close()
    print(
        len(SHOTS), "pictures in", len(LOCALES), "languages,", HEIGHTS[1440], "pixels high before shrinking"
    )


if __name__ == "__main__":
    main()
