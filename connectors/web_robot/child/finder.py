"""Finding fields, buttons, links and text on a page, over all its frames."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from playwright.sync_api import ElementHandle, Error, Frame, Page

from connectors.web_robot.child.stops import Stop

_SCRIPT: Final = (Path(__file__).parent / "finder.js").read_text(encoding="utf-8")
_PAUSE_MS: Final = 80
#: What Chromium says when a page goes away while we look at it: look again.
_MOVING: Final = ("Execution context was destroyed", "Frame was detached", "navigat", "Cannot find context")

T = TypeVar("T")


def target_of(step: dict[str, Any], kinds: tuple[str, ...]) -> tuple[str, str]:
    """(kind, name) of what a step points at, for instance ("field", "Nom")."""
    return next((kind, step[kind]) for kind in kinds if step.get(kind) is not None)


class Finder:
    """Looks at one page; each look asks every frame the same question."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def until(self, look: Callable[[], T | None], seconds: float) -> T | None:
        """Look until there is something to see or the time is up; None then."""
        deadline = time.monotonic() + seconds
        while (seen := look()) is None and time.monotonic() < deadline:
            self._page.wait_for_timeout(_PAUSE_MS)
        return seen

    def one(self, kind: str, name: str, seconds: float) -> ElementHandle:
        """The one element that answers; raises Stop when there is none, or more than one."""
        count = 0

        def look() -> ElementHandle | None:
            nonlocal count
            found = self._elements(kind, name)
            count = len(found)
            return found[0] if count == 1 else None

        element = self.until(look, seconds)
        if element is None:
            problem = "target_ambiguous" if count else "target_missing"
            raise Stop(problem, kind=kind, name=name, count=count)
        return element

    def count(self, kind: str, name: str) -> int:
        return len(self._elements(kind, name))

    def read(self, **ask: Any) -> list[str]:
        """Texts that stand where the question points, in page order."""
        return [text for frame in self._page.frames for text in self._ask(frame, [], about="read", **ask)]

    def rows(self, texts: list[str]) -> int:
        """Number of table rows that show all these texts."""
        return sum(self._ask(frame, 0, about="row", texts=texts) for frame in self._page.frames)

    def text(self) -> str:
        """Everything written on the page, white space collapsed."""
        parts = [self._ask(frame, "", about="text") for frame in self._page.frames]
        return " ".join(" ".join(parts).split())

    def shows(self, text: str) -> bool:
        """Are these words written on the page, whatever their case, white space and kind of apostrophe?

        Whole words: "DOS-1" is not in "DOS-12" nor in "DOS-1-B".
        """
        wanted = re.escape(_folded(text))
        edges = rf"(?<!\w)(?<!\w[-/.]){wanted}(?!\w)(?![-/.]\w)"
        return re.search(edges, _folded(self.text())) is not None

    def headings(self) -> list[str]:
        found = [text for frame in self._page.frames for text in self._ask(frame, [], about="headings")]
        return [text[:120] for text in found if text][:8]

    def control(self, element: ElementHandle) -> dict[str, Any]:
        """Value as people see it, raw value, maximum length (-1: none) and type of a form control."""
        frame = element.owner_frame()
        if frame is None:
            raise Stop("page_moved")
        facts: dict[str, Any] = frame.evaluate(_SCRIPT, {"about": "control", "element": element})
        return facts

    def _elements(self, kind: str, name: str) -> list[ElementHandle]:
        return [element for frame in self._page.frames for element in self._in_frame(frame, kind, name)]

    def _in_frame(self, frame: Frame, kind: str, name: str) -> list[ElementHandle]:
        try:
            found = frame.evaluate_handle(_SCRIPT, {"about": "find", "kind": kind, "name": name})
            handles = [item.as_element() for item in found.get_properties().values()]
        except Error as error:
            if "not a valid selector" in error.message:
                raise Stop("selector_invalid", name=name) from error
            return _nothing_yet(error, [])
        return [handle for handle in handles if handle is not None]

    def _ask(self, frame: Frame, nothing: Any, **ask: Any) -> Any:
        try:
            return frame.evaluate(_SCRIPT, ask)
        except Error as error:
            return _nothing_yet(error, nothing)


def _nothing_yet(error: Error, nothing: T) -> T:
    """A page that is being replaced shows nothing; any other error is one."""
    if any(words in error.message for words in _MOVING):
        return nothing
    raise error


def _folded(text: str) -> str:
    return " ".join(text.split()).replace("\u2018", "'").replace("\u2019", "'").casefold()
