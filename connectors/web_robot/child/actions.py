"""The steps, one method each. A step either did exactly what it says or raises Stop."""

from __future__ import annotations

import base64
import mimetypes
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import ElementHandle, Error, FilePayload, Page
from playwright.sync_api import TimeoutError as TooSlow

from connectors.web_robot.child.browser import Watch, origin_of
from connectors.web_robot.child.channel import Channel
from connectors.web_robot.child.finder import Finder, target_of
from connectors.web_robot.child.stops import NotThere, Stop

FIELD: Final = ("field", "selector")
PRESSABLE: Final = ("button", "link", "selector")
READ_LIMIT: Final = 10_000
#: Steps after which the page may be another one.
_MOVING: Final = frozenset({"open", "click", "press", "select", "check", "uncheck", "upload"})


class Actions:
    """Does the steps of one plan on one page; `values` collects what was read."""

    def __init__(self, page: Page, watch: Watch, plan: dict[str, Any], channel: Channel) -> None:
        self._page = page
        self._watch = watch
        self._plan = plan
        self._channel = channel
        self._find = Finder(page)
        self._seconds = float(plan["step_seconds"])
        self._deadline = 0.0
        self.at = 0
        self._announced = -1
        self.values: dict[str, str] = {}

    def do(self, at: int, step: dict[str, Any], deadline: float) -> None:
        """Do step number `at` before `deadline` (monotonic seconds) and see that the page settled."""
        self.at, self._deadline = at, deadline
        self._seconds = max(0.2, min(float(self._plan["step_seconds"]), deadline - time.monotonic()))
        self._watch.raise_trouble()
        self._watch.expect_dialog(step.get("accept_dialog"))
        act: Callable[[dict[str, Any]], None] = getattr(self, f"_{step['do']}")
        act(step)
        if step["do"] in _MOVING:
            self._watch.settle(self._seconds)
        self._watch.raise_trouble()
        self._watch.finish_dialog()

    # --- moving ------------------------------------------------------------------------------------------

    def _open(self, step: dict[str, Any]) -> None:
        url = urljoin(self._plan["base_url"], step["url"])
        if origin_of(url) not in self._plan["origins"]:
            raise Stop("left_origin", url=url)
        try:
            self._page.goto(url, wait_until="commit", timeout=self._seconds * 1000)
        except TooSlow as error:
            raise Stop("no_answer", seconds=round(self._seconds)) from error
        except Error as error:
            self._watch.raise_trouble()
            raise Stop("unreachable", reason=_first_line(error)) from error

    def _click(self, step: dict[str, Any]) -> None:
        def click(element: ElementHandle) -> None:
            self._refuse_window(element)
            element.click(timeout=self._seconds * 1000, trial=True)  # may it be clicked? Nothing happens yet
            self._announce()
            element.click(timeout=self._seconds * 1000)

        self._touch(step, PRESSABLE, click)

    def _refuse_window(self, element: ElementHandle) -> None:
        """A link or form that opens a window of its own is not followed; one that fills a frame is."""
        target = element.evaluate("(e) => (e.closest('a, area') || e.form || {}).target || ''")
        frames = {frame.name for frame in self._page.frames}
        if target and target not in {"_self", "_top", "_parent"} | frames:
            raise Stop("window_opened")

    def _press(self, step: dict[str, Any]) -> None:
        if step.get("field") is None and step.get("selector") is None:
            self._announce()
            self._page.keyboard.press(step["key"])
            return

        def press(element: ElementHandle) -> None:
            element.focus()
            self._announce()
            element.press(step["key"], timeout=self._seconds * 1000)

        self._touch(step, FIELD, press)

    def _announce(self) -> None:
        """Say that the next instruction may make the application save something."""
        self._announced = self.at
        self._channel.say("acted", step=self.at)

    # --- typing ------------------------------------------------------------------------------------------

    def _fill(self, step: dict[str, Any]) -> None:
        text = self._text_of(step["value"])

        def fill(element: ElementHandle) -> None:
            element.fill(text, timeout=self._seconds * 1000)
            control = self._find.control(element)
            if 0 <= control["limit"] < len(text):
                raise Stop("value_too_long", limit=control["limit"], length=len(text))
            if control["raw"].replace("\r\n", "\n") != text.replace("\r\n", "\n"):
                raise Stop("value_changed", kept="" if "secret" in step["value"] else control["raw"][:100])

        self._touch(step, FIELD, fill)

    def _select(self, step: dict[str, Any]) -> None:
        option = self._text_of(step["option"])

        def select(element: ElementHandle) -> None:
            value = element.evaluate(_OPTION_SCRIPT, option)
            if value is None:
                raise Stop("option_missing", option=option)
            element.select_option(index=value, timeout=self._seconds * 1000)

        self._touch(step, FIELD, select)

    def _check(self, step: dict[str, Any]) -> None:
        self._touch(step, FIELD, lambda element: element.check(timeout=self._seconds * 1000))

    def _uncheck(self, step: dict[str, Any]) -> None:
        self._touch(step, FIELD, lambda element: element.uncheck(timeout=self._seconds * 1000))

    def _upload(self, step: dict[str, Any]) -> None:
        file = self._plan["files"][step["file"]]
        payload = FilePayload(
            name=file["name"], mimeType=file["media_type"], buffer=base64.b64decode(file["data"])
        )
        self._touch(
            step, FIELD, lambda element: element.set_input_files(payload, timeout=self._seconds * 1000)
        )

    def _text_of(self, value: dict[str, str]) -> str:
        return str(self._plan["secrets"][value["secret"]]) if "secret" in value else value["text"]

    def _touch(
        self, step: dict[str, Any], kinds: tuple[str, ...], act: Callable[[ElementHandle], None]
    ) -> None:
        """Find the one target and act on it; a page that refuses the action is a screen we do not know."""
        kind, name = target_of(step, kinds)
        element = self._find.one(kind, name, self._seconds)
        try:
            act(element)
        except Error as error:
            self._watch.raise_trouble()
            if isinstance(error, TooSlow) and self._announced == self.at:
                raise Stop("no_answer", seconds=round(self._seconds)) from error
            raise Stop("target_unusable", kind=kind, name=name, reason=_first_line(error)) from error

    # --- looking -----------------------------------------------------------------------------------------

    def _wait(self, step: dict[str, Any]) -> None:
        if "seconds" in step:
            self._page.wait_for_timeout(step["seconds"] * 1000)
            return
        limit = min(float(step.get("limit_seconds", self._seconds)), self._deadline - time.monotonic())
        if "text" in step:
            seen = self._find.until(lambda: self._find.shows(step["text"]) or None, limit)
        else:
            seen = self._find.until(lambda: self._find.count("field", step["field"]) == 1 or None, limit)
        if seen is None:
            self._watch.raise_trouble()
            raise Stop(
                "wait_in_vain", seconds=round(limit), **{k: step[k] for k in ("text", "field") if k in step}
            )

    def _read(self, step: dict[str, Any]) -> None:
        if step.get("column") is not None:
            ask = {"column": step["column"], "row": step["row"]}
        elif step.get("selector") is not None:
            ask = {"selector": step["selector"]}
        else:
            ask = {"name": step["field"]}
        count = 0

        def look() -> list[str] | None:
            nonlocal count
            found = self._find.read(**ask)
            count = len(found)
            return found if count == 1 else None

        found = self._find.until(look, self._seconds)
        if found is None:
            problem = "read_ambiguous" if count else "read_missing"
            raise Stop(problem, name=str(next(iter(ask.values()))), count=count)
        self.values[step["as"]] = found[0][:READ_LIMIT]

    def _assert(self, step: dict[str, Any]) -> None:
        """All expectations must hold together; a lookup's `not_found` text alone means "not there"."""

        def look() -> str | None:
            holds = not self._unmet(step)
            absent = "not_found" in step and self._find.shows(step["not_found"])
            if holds and absent:
                raise Stop("contradiction", text=step["not_found"])
            return "holds" if holds else "absent" if absent else None

        seen = self._find.until(look, self._seconds)
        if seen is None:
            raise Stop("assertion_failed", **self._unmet(step))
        if seen == "absent":
            raise NotThere(step["not_found"])

    def _unmet(self, step: dict[str, Any]) -> dict[str, Any]:
        """The first expectation that does not hold, as facts for the message; empty when all hold."""
        checks: dict[str, Callable[[Any], bool]] = {
            "text": self._find.shows,
            "no_text": lambda text: not self._find.shows(text),
            "row": lambda texts: self._find.rows(texts) > 0,
            "title": lambda title: " ".join(self._page.title().split()) == title,
            "path": self._is_at,
            "field": lambda name: self._find.read(name=name) == [step["value"]],
        }
        for kind, holds in checks.items():
            if kind in step and not holds(step[kind]):
                value = f"{step['field']} = {step['value']}" if kind == "field" else step[kind]
                return {"expects": kind, "value": value}
        return {}

    def _is_at(self, path: str) -> bool:
        here = urlsplit(self._page.url).path
        return here.startswith(path[:-1]) if path.endswith("*") else here == path

    # --- fetching ----------------------------------------------------------------------------------------

    def _download(self, step: dict[str, Any]) -> None:
        kind, name = target_of(step, PRESSABLE)
        element = self._find.one(kind, name, self._seconds)
        self._announce()
        try:
            with self._page.expect_download(timeout=self._seconds * 1000) as waiting:
                element.click(timeout=self._seconds * 1000)
            download = waiting.value
            path = download.path()
        except Error as error:
            self._watch.raise_trouble()
            raise Stop("no_file", kind=kind, name=name, reason=_first_line(error)) from error
        self._hand_over(step["as"], download.suggested_filename, path)

    def _hand_over(self, name: str, filename: str, path: Path) -> None:
        limit = int(self._plan["max_file_bytes"])
        if path.stat().st_size > limit:
            raise Stop("file_too_large", limit=limit)
        media_type = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        data = path.read_bytes()
        self._channel.say_data("file", data, "data", name=name, filename=filename, media_type=media_type)


#: Index of the one option that people read as `wanted` (or, failing that, whose value it is); null otherwise.
_OPTION_SCRIPT: Final = """(select, wanted) => {
  const straight = (text) => text.replace(/[\\u2018\\u2019]/g, "'");
  const plain = (text) => straight(text).replace(/\\s+/g, " ").trim().toLocaleLowerCase("fr");
  const options = [...(select.options || [])];
  const by = (face) => options.filter((option) => plain(face(option)) === plain(wanted));
  const found = by((option) => option.label || option.text);
  const chosen = found.length > 0 ? found : by((option) => option.value);
  return chosen.length === 1 ? chosen[0].index : null;
}"""


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0][:200] if error.message else type(error).__name__
