"""Every page, in both languages and at both widths: accessible, without overflow, without errors, light."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Response

from tests.browser import pages
from tests.browser.pages import Site, Visitor
from tests.web.conftest import Person

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

MOST_SCRIPT = 40_000  # bytes, gzipped


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pages.site(tmp_path_factory.mktemp("site")) as site:
        yield site


def test_what_is_said_to_be_no_page_is_none(site: Site) -> None:
    rules = pages.get_rules(site.app)
    assert not pages.NOT_PAGES.keys() - {rule.endpoint for rule in rules}, "no longer routes: take them out"
    reader = Person(site.app.test_client(), site.values["user_id"], pages.EMAIL)
    reader.sign_in(pages.PASSWORD)
    for rule in rules:
        if pages.is_page(rule):
            continue
        with reader.client.get(site.path(rule.rule)) as answer:
            assert answer.status_code == (302 if rule.endpoint == "accounts.home" else 200), rule.rule
            assert b"Relais</title>" not in answer.data, f"{rule.rule} answers a page"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_is_sound(site: Site, browser: Browser, language: str, width: int) -> None:
    visitor = Visitor(browser, site, width=width, language=language)
    guest = Visitor(browser, site, width=width, language=language)
    visits = site.visits(visitor.sign_in())
    wrong = [line for visit in visits for line in (guest if visit.guest else visitor).inspect(visit)]
    visitor.context.close()
    guest.context.close()
    print(f"{len(visits)} pages, {language}, {width} pixels")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("pattern", "signed_in"), [("/tasks", True), ("/tasks/<task_id>", True), ("/requests/<key>", False)]
)
def test_the_pages_of_every_day_are_light(
    site: Site, browser: Browser, pattern: str, *, signed_in: bool
) -> None:
    visitor = Visitor(browser, site, width=390, language="fr")
    if signed_in:
        visitor.sign_in()
    scripts: list[Response] = []
    page = visitor.context.new_page()  # its own responses, from before the first byte
    page.on("response", lambda r: scripts.append(r) if r.request.resource_type == "script" else None)
    page.goto(site.path(pattern), wait_until="networkidle")
    size = sum(len(gzip.compress(script.body(), 9)) for script in scripts)
    print(f"{pattern}: {size / 1000:.1f} kB of script in {len(scripts)} files, gzipped")
    visitor.context.close()
    assert 0 < size <= MOST_SCRIPT
