"""Make the pictures of `pictures/` again, from the legacy application itself; needs Chromium.

Not used by the product: `python -m designer.demo.draw_pictures`.
"""

from __future__ import annotations

import json
import urllib.request

from playwright.sync_api import Page, ViewportSize, sync_playwright

from connectors import registry
from connectors.sdk import Stub
from connectors.web_robot.robot import find_chromium
from designer.demo.answers import PICTURES
from designer.demo.stories import STORIES, Story

SIZE: ViewportSize = {"width": 960, "height": 560}


def main() -> None:
    """Write every picture that a story names."""
    with registry.load("web_robot").start_stub() as stub, sync_playwright() as playwright:
        _misbehave(stub)
        browser = playwright.chromium.launch(executable_path=find_chromium())
        for story in STORIES:
            if story.picture:
                page = browser.new_page(viewport=SIZE)
                _search(page, stub, story)
                if story.robot == "unknown screen":
                    _open_entry(page, story)
                page.screenshot(path=PICTURES / story.picture)
                page.close()
        browser.close()


def _misbehave(stub: Stub) -> None:
    """The entry page gets the unannounced change that stops the robot."""
    wish = json.dumps({"mode": "changed"}).encode()
    urllib.request.urlopen(stub.details["mode"], wish, timeout=10).close()  # noqa: S310  # our own service


def _search(page: Page, stub: Stub, story: Story) -> None:
    page.goto(stub.url)
    page.fill("[name=identifiant]", stub.connection["username"])
    page.fill("[name=motdepasse]", stub.connection["password"])
    page.click("text=Se connecter")
    page.fill("[name=numero]", story.number)


def _open_entry(page: Page, story: Story) -> None:
    page.click("input[value=Rechercher]")
    page.click("text=Modifier l'adresse")
    page.fill("[name=voie]", story.street)
    page.fill("[name=complement]", story.more)


if __name__ == "__main__":
    main()
