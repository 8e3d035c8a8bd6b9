"""One Chromium for one run: an empty profile, one page, and no way out of the connection's origins."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Dialog, Page, Playwright, Request, Response, Route
from playwright.sync_api import TimeoutError as TooSlow

from connectors.web_robot.child.pictures import HEIGHT, WIDTH
from connectors.web_robot.child.stops import Stop
from connectors.web_robot.child.wall import VERDICT, Wall

_FLAGS: Final = (
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-pings",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_NO_POPUPS: Final = "window.open = () => null; window.print = () => undefined;"
_SETTLE_MS: Final = 25
#: What the wall says → the problem.
_VERDICTS: Final = {
    "refused": "left_origin",
    "unreachable": "unreachable",
    "lost": "answer_lost",
    "untrusted": "certificate_refused",
}


@contextmanager
def opened(playwright: Playwright, plan: dict[str, Any], wall: Wall) -> Iterator[Page]:
    """An empty page in a fresh browser; everything is gone at the end."""
    as_root = os.geteuid() == 0
    browser = playwright.chromium.launch(
        executable_path=plan["chromium"],
        args=_flags(wall),
        ignore_default_args=["--disable-popup-blocking"],
        chromium_sandbox=not as_root,
        proxy={"server": wall.start()},
        handle_sigterm=False,
        timeout=30_000,
    )
    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        service_workers="block",
        accept_downloads=True,
    )
    context.add_init_script(_NO_POPUPS)
    yield context.new_page()
    browser.close()


def _flags(wall: Wall) -> list[str]:
    pinned = [f"--ignore-certificate-errors-spki-list={wall.pin}"] if wall.pin is not None else []
    return [*_FLAGS, *pinned]


def origin_of(url: str) -> str:
    """Scheme, host and port in lower case: `https://app.example:443`; empty for other schemes."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "ws", "wss") or parts.hostname is None:
        return ""
    secure = parts.scheme in ("https", "wss")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{'https' if secure else 'http'}://{host.lower()}:{parts.port or (443 if secure else 80)}"


class Watch:
    """What happened to the page besides what the robot did: navigations, dialogs, windows, crashes."""

    def __init__(self, page: Page, origins: list[str], wall: Wall) -> None:
        self._page = page
        self._origins = frozenset(origins)
        self._wall = wall
        self._pending: Request | None = None
        self._trouble: Stop | None = None
        self._expected_dialog: str | None = None
        self.blocked: set[str] = set()
        self._listen(page, page.context)

    def _listen(self, page: Page, context: BrowserContext) -> None:
        context.route("**/*", self._on_route)
        page.on("request", self._on_request)
        page.on("response", self._on_response)
        page.on("requestfailed", self._on_failure)
        page.on("framenavigated", lambda frame: self._on_arrival(frame == page.main_frame))
        page.on("dialog", self._on_dialog)
        page.on("crash", lambda _: self._note("browser_crashed"))
        context.on("page", self._on_window)

    # --- events ------------------------------------------------------------------------------------------

    def _on_route(self, route: Route) -> None:
        origin = origin_of(route.request.url)
        if origin in self._origins:
            route.continue_()
            return
        self.blocked.add(origin or urlsplit(route.request.url).scheme)
        if self._is_main(route.request):
            self._note("left_origin", url=route.request.url)
        route.abort("blockedbyclient")

    def _on_request(self, request: Request) -> None:
        if self._is_main(request):
            self._pending = request

    def _on_response(self, response: Response) -> None:
        if not self._is_main(response.request) or response.status < 400:
            return
        verdict = response.headers.get(VERDICT)
        if verdict is not None:
            self._note(_VERDICTS[verdict], url=response.url, reason=verdict)
        elif response.status >= 500 or response.status == 429:
            self._note(
                "unavailable", status=response.status, after=_seconds(response.headers.get("retry-after"))
            )
        else:
            self._note("refused", status=response.status)

    def _on_failure(self, request: Request) -> None:
        if not self._is_main(request):
            return
        self._pending = None
        reason = request.failure or ""
        if "ERR_ABORTED" not in reason:  # a download or a newer navigation took over
            self._note("unreachable", reason=reason)

    def _on_arrival(self, is_main: bool) -> None:
        if is_main:
            self._pending = None

    def _on_dialog(self, dialog: Dialog) -> None:
        expected = self._expected_dialog
        if expected is not None and expected.casefold() in dialog.message.casefold():
            self._expected_dialog = None
            dialog.accept()
            return
        self._note("unexpected_dialog", message=dialog.message[:300])
        dialog.dismiss()

    def _on_window(self, window: Page) -> None:
        self._note("window_opened")
        window.close()

    def _is_main(self, request: Request) -> bool:
        return request.is_navigation_request() and request.frame == self._page.main_frame

    def _note(self, problem: str, **facts: Any) -> None:
        """Keep the first trouble: the others follow from it."""
        self._trouble = self._trouble or Stop(problem, **facts)

    # --- for the steps -----------------------------------------------------------------------------------

    def expect_dialog(self, text: str | None) -> None:
        """The next dialog that says `text` is accepted; any other stops the run."""
        self._expected_dialog = text

    def settle(self, seconds: float) -> None:
        """Wait for the page that the last action asked for; raises Stop when it does not come."""
        deadline = time.monotonic() + seconds
        self._page.wait_for_timeout(_SETTLE_MS)
        while self._pending is not None and self._trouble is None:
            if time.monotonic() > deadline:
                raise Stop("no_answer", seconds=round(seconds))
            self._page.wait_for_timeout(_SETTLE_MS)
        self.raise_trouble()
        try:
            self._page.wait_for_load_state(
                "domcontentloaded", timeout=max(deadline - time.monotonic(), 0.1) * 1000
            )
        except TooSlow as error:
            raise Stop("no_answer", seconds=round(seconds)) from error

    def raise_trouble(self) -> None:
        """Raise what went wrong since the last look, if anything did."""
        if self._wall.overflowed:
            self._trouble = None  # what the browser says of the cut connection is only its consequence
            self._note("too_much_data")
        if self._trouble is not None:
            raise self._trouble

    def finish_dialog(self) -> None:
        """Raise Stop when the dialog that the step announced did not come."""
        if self._expected_dialog is not None:
            raise Stop("dialog_missing", message=self._expected_dialog)


def _seconds(retry_after: str | None) -> int | None:
    """Retry-After in seconds; a date is left to the engine's own back-off."""
    return int(retry_after) if retry_after is not None and retry_after.isdigit() else None
