"""A process drawn by mouse in a real Chromium, on the real application, until it is a version."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from sqlalchemy import select

import ui
from designer import create_app, schema
from designer.accounts import people
from designer.config import Config
from designer.database import make_engine
from designer.extensions import clock, db
from designer.models import Draft, ProcessGroup
from engine import definitions
from engine.store import Resource
from tests.environment import missing
from ui.compile_translations import compile_all

pytestmark = pytest.mark.browser

PASSWORD = "une phrase pour entrer"
EMAIL = "nadia.benali@exemple.fr"
AXE_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Server:
    """The application, served to a browser on this machine."""

    app: Flask
    url: str


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real application with one designer, over waitress and a SQLite file."""
    if not (ui.DIST / ".vite" / "manifest.json").is_file():
        missing("ui/dist is not built; run `make ui`")
    compile_all()
    config = Config(data_dir=tmp_path_factory.mktemp("data"), env="test", secret_key="k" * 40)
    engine = make_engine(config.url)
    schema.upgrade(engine)
    engine.dispose()
    app = create_app(config)
    _furnish(app)
    served = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=served.run, daemon=True)
    thread.start()
    yield Server(app, f"http://127.0.0.1:{served.effective_port}")
    served.close()
    thread.join(10)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _furnish(app: Flask) -> None:
    with app.app_context():
        db.session.add(ProcessGroup(key="etat_civil", name="État civil"))
        db.session.flush()
        roles, now = ("citizen_developer",), clock.now()
        people.add(db.session, email=EMAIL, name="Nadia Benali", password=PASSWORD, roles=roles, now=now)
        db.session.commit()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """A designer who has signed in; the console must stay without errors and policy violations."""
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1440, "height": 900}, locale="fr-FR"
    )
    page = context.new_page()
    faults: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # A refusal that a test provokes is also written to the console by the browser itself.
        if message.type == "error" and "Failed to load resource" not in message.text:
            faults.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/sign-in")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("form[method=post] button[type=submit]")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()
    assert not faults


def new_process(page: Page, name: str) -> None:
    """From the list of processes to the blank page of a new one."""
    page.goto("/processes")
    page.get_by_role("link", name="Dessiner un processus").click()
    page.fill("[name=name]", name)
    page.select_option("[name=group]", "etat_civil")
    page.get_by_role("button", name="Dessiner le processus").click()
    page.wait_for_selector("[data-ready]")


def draw(page: Page, step: str) -> None:
    """Start, a task for a person called `step`, end: by mouse, from the context pad."""
    page.click("[data-element-id=start] .djs-hit")
    page.click('.djs-context-pad [data-action="append.append-task"]')
    page.keyboard.type(step)
    page.keyboard.press("Enter")
    page.click('.djs-context-pad [data-action="replace"]')
    page.click('.djs-popup [data-id="replace-with-user-task"]')
    expect(page.locator(".props-head h2")).to_have_text(step)


def append_end(page: Page) -> None:
    page.click('.djs-context-pad [data-action="append.end-event"]')
    page.keyboard.type("Fini")
    page.keyboard.press("Enter")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-status]")).to_contain_text("Enregistré à", timeout=15_000)


def shot(page: Page, name: str, folder: Path) -> None:
    """Pictures at both widths, for people to look at."""
    for width, height in ((1440, 900), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        page.screenshot(path=folder / f"{name}-{width}.png")
    page.set_viewport_size({"width": 1440, "height": 900})


def assert_accessible(page: Page) -> None:
    """No violation on the page; the drawing surface inside bpmn-js's container is its own."""
    found = Axe().run(page, context={"exclude": [[".djs-container"]]}, options=AXE_RULES)
    assert found.violations_count == 0, found.generate_report()


def test_a_process_is_drawn_by_mouse_and_published(page: Page, server: Server) -> None:
    new_process(page, "Demande d’acte")
    expect(page.locator(".editor-head")).to_contain_text("Brouillon de la version 1")
    draw(page, "Contrôler la demande")
    saved(page)
    append_end(page)
    saved(page)
    with server.app.app_context():
        draft = db.session.scalars(select(Draft).where(Draft.key == "demande_acte")).one()
        assert "Contrôler la demande" in draft.files[0].content
    expect(page.locator(".problems")).to_contain_text("Aucun problème", timeout=10_000)
    page.click("text=Publier…")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Publier la version 1")
    expect(dialog).to_contain_text("Les nouvelles demandes suivront la version 1")
    dialog.locator("textarea").fill("Premier essai")
    dialog.locator(".btn-primary").click()
    expect(page.locator(".editor-notice")).to_contain_text("La version 1 est publiée", timeout=10_000)
    with server.app.app_context():
        definition = definitions.latest(db.session, "demande_acte")
        assert (definition.version, definition.name) == (1, "Demande d’acte")
        stored = db.session.get_one(Resource, definition.resource_id).content.decode()
    assert '<bpmn:userTask id="Activity' in stored
    assert 'name="Contrôler la demande"' in stored
    assert 'name="relais:group" value="etat_civil"' in stored
    page.click("text=Voir la version")
    expect(page.locator("h1")).to_have_text("Demande d’acte")
    expect(page.locator("main")).to_contain_text("Premier essai")


def test_a_problem_appears_while_drawing_and_goes_when_it_is_mended(page: Page) -> None:
    new_process(page, "Contrôle à corriger")
    problems = page.locator(".problems")
    page.click("[data-element-id=start] .djs-hit")
    page.click('.djs-context-pad [data-action="append.gateway"]')
    page.keyboard.press("Escape")
    expect(problems).to_contain_text("à corriger", timeout=10_000)
    page.click('.palette-host [data-action="undo"]')
    draw(page, "Vérifier")
    append_end(page)
    expect(problems).to_contain_text("Aucun problème", timeout=10_000)


def test_the_session_of_drawing_survives_a_reload(page: Page) -> None:
    new_process(page, "Rechargé")
    draw(page, "Vérifier")
    saved(page)
    page.reload()
    page.wait_for_selector("[data-ready]")
    expect(page.locator('.djs-shape[data-element-id^="Activity"]')).to_have_count(1)


def test_a_form_is_built_and_chosen_in_the_diagram(page: Page, server: Server) -> None:
    new_process(page, "Avec formulaire")
    page.click(".tabs >> text=Formulaires")
    page.fill("[name=name]", "Demande")
    page.click("text=Faire le formulaire")
    page.wait_for_selector("[data-ready]")
    page.click(".tabs >> text=Diagramme")
    page.wait_for_selector("[data-ready]")
    draw(page, "Contrôler")
    page.select_option(".props select[name=formId]", label="Demande")
    saved(page)
    with server.app.app_context():
        draft = db.session.scalars(select(Draft).where(Draft.key == "avec_formulaire")).one()
        files = {file.name: file.content for file in draft.files}
    assert 'formId="demande"' in files["avec_formulaire.bpmn"]
    assert '"id": "demande"' in files["formulaires/demande.form"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_the_workshop_is_accessible_at_both_widths(
    page: Page, language: str, tmp_path: Path
) -> None:
    new_process(page, f"Accessible {language}")
    draw(page, "Vérifier")
    append_end(page)
    saved(page)
    base = page.url
    page.goto(f"{base}/forms")
    page.fill("[name=name]", "Demande")
    page.click("text=Faire le formulaire")
    page.wait_for_selector("[data-ready]")
    form = page.url
    pages = {
        "modeler": base,
        "form": form,
        "forms": f"{base}/forms",
        "versions": f"{base}/versions",
        "settings": f"{base}/settings",
        "delete": f"{base}/delete",
        "new": "/modeler/new",
        "import": "/modeler/import",
    }
    for name, path in pages.items():
        page.goto(f"{path}?lang={language}")
        if name in ("modeler", "form"):
            page.wait_for_selector("[data-ready]")
        shot(page, f"{name}-{language}", tmp_path)
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert_accessible(page)
            width_of_page = page.evaluate("document.documentElement.scrollWidth")
            assert width_of_page <= width, f"{name} is {width_of_page} wide at {width}"
    page.set_viewport_size({"width": 1440, "height": 900})
