"""Pictures of every page at both widths: `python -m tests.browser.pictures FOLDER [NAME…]`."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import pages
from tests.browser.pages import HEIGHTS, Site, Visitor
from tests.environment import CHROMIUM_NAMES


def take(browser: Browser, site: Site, folder: Path, language: str, names: list[str]) -> int:
    """Save `<page>-<width>.png` for every page, or for those named; how many."""
    taken = 0
    for width in HEIGHTS:
        visitor, guest = (Visitor(browser, site, width=width, language=language) for _ in range(2))
        for visit in site.visits(visitor.sign_in()):
            if names and visit.name not in names:
                continue
            seen = guest if visit.guest else visitor
            seen.open(visit)
            seen.page.screenshot(path=folder / f"{visit.name}-{width}.png", full_page=True)
            taken += 1
        visitor.context.close()
        guest.context.close()
    return taken


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.pictures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("fr", "en"), default="fr")
    parser.add_argument("names", nargs="*", help="pages, as their pictures are called; default: all")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    chromium = os.environ.get("RELAIS_CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    with (
        tempfile.TemporaryDirectory() as data,
        pages.site(Path(data)) as site,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium)
        print(take(browser, site, asked.folder, asked.language, asked.names), "pictures")
        browser.close()


if __name__ == "__main__":
    main()
