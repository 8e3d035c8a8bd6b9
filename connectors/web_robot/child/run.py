"""One run: open the browser, do the steps in order, report each and the end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, sync_playwright

from connectors.web_robot.child.actions import Actions
from connectors.web_robot.child.browser import Watch, opened
from connectors.web_robot.child.channel import Channel
from connectors.web_robot.child.finder import Finder
from connectors.web_robot.child.pictures import Camera
from connectors.web_robot.child.stops import NotThere, Stop
from connectors.web_robot.child.wall import Wall


def run(plan: dict[str, Any], channel: Channel, *, deadline: float) -> None:
    """Do the plan; every end is reported on the channel, none raises for what a page can do."""
    wall = Wall(plan["doors"], plan["origins"], max_bytes=int(plan["max_bytes"]), folder=Path.cwd())
    with sync_playwright() as playwright, opened(playwright, plan, wall) as page:
        _Run(plan, channel, page, wall).go(deadline)


class _Run:
    def __init__(self, plan: dict[str, Any], channel: Channel, page: Page, wall: Wall) -> None:
        self._plan = plan
        self._channel = channel
        self._page = page
        self._wall = wall
        self._watch = Watch(page, plan["origins"], wall)
        self._camera = Camera(page, plan["masked"])
        self._actions = Actions(page, self._watch, plan, channel)
        self._at = 0

    def go(self, deadline: float) -> None:
        try:
            for at, step in enumerate(self._plan["steps"]):
                self._at = at
                self._step(step, deadline)
        except Stop as stop:
            self._stopped(stop.problem, stop.facts)
        except NotThere as absent:
            self._end("not_there", text=str(absent))
        except Error as error:
            self._stopped("browser_crashed", {"reason": error.message[:200]})
        else:
            self._end("done", values=self._actions.values, screen={"title": self._page.title()})

    def _step(self, step: dict[str, Any], deadline: float) -> None:
        if time.monotonic() > deadline:
            raise Stop("time_is_up")
        self._channel.say("began", step=self._at)
        self._actions.do(self._at, step, deadline)
        last = self._at == len(self._plan["steps"]) - 1
        if self._plan["screenshots"] == "each" or (self._plan["screenshots"] == "last" and last):
            self._picture()

    def _picture(self) -> None:
        png = self._camera.take()
        if png is not None:
            self._channel.say_data("picture", png, "png", step=self._at)

    def _stopped(self, problem: str, facts: dict[str, Any]) -> None:
        """Say why, then what the screen was, with its picture: the page may be beyond answering."""
        self._channel.say("stopping", problem=problem, facts=facts)
        try:
            screen = {
                "title": self._page.title(),
                "headings": Finder(self._page).headings(),
                "url": self._page.url,
            }
        except Error:
            screen = {"title": "", "headings": [], "url": ""}
        self._picture()
        self._end("stopped", problem=problem, facts=facts, step=self._at, screen=screen)

    def _end(self, outcome: str, **content: Any) -> None:
        blocked = sorted(self._watch.blocked)
        self._channel.say("end", outcome=outcome, blocked=blocked, **content)
