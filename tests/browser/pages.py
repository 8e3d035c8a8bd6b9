"""Every page of the product: a live application with something on each page, and the list of pages to visit.

The list comes from the application's own routes: a new GET route is visited as soon as its parameters have a
value in `Site.values`, and fails the test until they do.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

import ui
from designer import access, create_app, schema
from designer.accounts import people, tokens
from designer.config import Config
from designer.database import make_engine
from designer.extensions import db
from designer.i18n import COOKIE
from designer.modeler import bpmn, drafts, importing
from designer.modeler.import_views import MANIFEST
from designer.models import Connection, ProcessGroup, Team
from designer.requests import links
from engine import (
    definitions,
    deployments,
    documents,
    effects,
    instances,
    migration,
    packages,
    user_tasks,
)
from engine.catalogue import NoCatalogue
from engine.clock import ManualClock
from engine.diagnostics import Text
from engine.store import Effect, Incident, ProcessDefinition, UserTask
from engine.testing import Diagram
from tests.engine.imports.samples import file, line
from tests.environment import missing
from tests.web import sample
from ui.compile_translations import compile_all

NOW = datetime(2026, 12, 3, 8, 18, tzinfo=UTC)
PASSWORD = "une phrase pour entrer"
EMAIL, COLLEAGUE = "nadia.benali@exemple.fr", "paul.verdier@exemple.fr"
HEIGHTS = {1440: 900, 390: 844}
#: Small, whole pictures: what the robot photographs where it stopped.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "dccc59e70000000049454e44ae426082"
)

#: GET routes that answer no page. Under /api/v… everything is JSON.
NOT_PAGES = {
    "accounts.health": "JSON for load balancers",
    "accounts.home": "leads on to the first page of a person's work",
    "cases.document": "a file to keep",
    "guide.show_picture": "a picture of the guide",
    "inbox.part": "the parts of the page of tasks that refresh themselves",
    "modeler.export_copy": "a file to keep",
    "modeler.export_diagram": "a file to keep",
    "modeler.export_package": "a file to keep",
    "modeler.form_choices": "JSON for the modeler",
    "modeler.read_diagram": "XML for the modeler",
    "modeler.read_schema": "JSON for the form builder",
    "modeler.directory": "JSON for the modeler",
    "modeler.process_choices": "JSON for the modeler",
    "modeler.session": "JSON for the modeler",
    "modeler.templates": "JSON for the modeler",
    "modeler.variables": "JSON for the modeler",
    "processes.export": "a file to keep",
    "ui.static": "files of the interface",
}
#: Steps as another tool writes them, for the report of an import.
FOREIGN = (
    '<userTask id="s1" name="Contrôler" camunda:assignee="${chef}" camunda:asyncBefore="true"/>',
    '<serviceTask id="s2" name="Payer" camunda:class="org.acme.Pay"/>',
)
#: Pages that send a person who has signed in elsewhere.
FOR_GUESTS_ONLY = {"security.login"}
#: More states of the same pages: name, path, seen by a guest, status.
STATES = (
    ("tasks-mine", "/tasks?view=mine", False, 200),
    ("tasks-none", "/tasks?q=zzz", False, 200),
    ("task-free", "/tasks/<free_task_id>", False, 200),
    ("task-of-a-colleague", "/tasks/<other_task_id>", False, 200),
    ("task-without-form", "/tasks/<plain_task_id>", False, 200),
    ("case-stopped", "/cases/<stopped_id>", False, 200),
    ("case-journal", "/cases/<case_id>?view=journal", False, 200),
    ("cases-none", "/cases?q=zzz", False, 200),
    ("guide-design", "/aide/concevoir", False, 200),
    ("guide-follow", "/aide/suivre", False, 200),
    ("guide-administer", "/aide/administrer", False, 200),
    ("migrate-process", "/operations/migrations/new?process=courrier", False, 200),
    ("migrate-steps", "/operations/migrations/new?process=courrier&source=1&target=2", False, 200),
    ("modeler-blank", "/modeler/processes/acte", False, 200),
    ("unknown-page", "/nowhere", False, 404),
    ("unknown-page-guest", "/nowhere", True, 404),
)

AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
}
#: bpmn-js draws its canvas into this container, and diagram-js owns what is inside; the workshop around it,
#: with the palette and the properties, is checked.
CANVAS = {"exclude": [[".djs-container"]]}
FACTS = """() => ({lang: document.documentElement.lang, title: document.title,
  headings: document.querySelectorAll('h1').length, width: document.documentElement.scrollWidth})"""


@dataclass(frozen=True)
class Visit:
    """One page to look at; `name` is good for a file."""

    name: str
    path: str
    guest: bool = False
    status: int = 200


@dataclass
class Site:
    """The running application; `values` fills the parameters of its routes."""

    app: Flask
    url: str
    values: dict[str, str]

    def path(self, pattern: str, **values: str) -> str:
        """The pattern of a route with real values; KeyError names the parameter that has none."""
        known = self.values | values
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda parameter: known[parameter[1]], pattern)

    def visits(self, held: str) -> list[Visit]:
        """Every page as the administrator sees it, and every public one as a guest does."""
        found = [Visit(name, self.path(path), guest, status) for name, path, guest, status in STATES]
        for rule in page_rules(self.app):
            values = {"token": held} if rule.endpoint == "accounts.held_submission" else {}
            visit = Visit(_name(rule), self.path(rule.rule, **values))
            if rule.endpoint not in FOR_GUESTS_ONLY:
                found.append(visit)
            if access.access_of(self.app, rule.endpoint, "GET") == access.PUBLIC:
                found.append(Visit(f"{visit.name}-guest", visit.path, guest=True))
        return sorted(found, key=lambda visit: (visit.guest, visit.path))


def get_rules(app: Flask) -> list[Rule]:
    """Every route that answers GET."""
    return [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]


def is_page(rule: Rule) -> bool:
    """Whether a route is taken for a page that people see."""
    return rule.endpoint not in NOT_PAGES and not rule.rule.startswith("/api/v")


def page_rules(app: Flask) -> list[Rule]:
    """The routes of pages."""
    return [rule for rule in get_rules(app) if is_page(rule)]


def _name(rule: Rule) -> str:
    return "-".join(re.findall(r"\w+", re.sub(r"<\w+:", "<", rule.rule)))


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """The application with its sample, over waitress and a SQLite file; its clock stands still at NOW."""
    if not (ui.DIST / ".vite" / "manifest.json").is_file():
        missing("ui/dist is not built; run `make ui`")
    compile_all()
    config = Config(
        data_dir=folder, env="test", secret_key="k" * 40, administration="Préfecture du Val-de-Lorme"
    )
    engine = make_engine(config.url)
    schema.upgrade(engine)
    engine.dispose()
    app = create_app(config, clock=ManualClock(NOW))
    with app.app_context():
        values = Furnishing(db.session()).everything()
        db.session.commit()
    with _served(app) as url:
        yield Site(app, url, values)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = waitress.create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(10)


@dataclass
class Furnishing:
    """Puts something on every page and notes under which parameter it is found."""

    session: Session
    values: dict[str, str] = field(default_factory=dict)

    def everything(self) -> dict[str, str]:
        """People, cases in every state, connections, drafts."""
        self._people()
        definition = sample.deploy(self.session, now=NOW - timedelta(days=30), by=self.values["user_id"])
        self.values |= {"key": sample.KEY, "version": "1", "kind": "http_request", "name": "read"}
        self.values |= {"topic": "agent", "language": "fr", "picture": "tasks"}
        self._tasks()
        self._stopped()
        self._uncertain()
        self._connections()
        self._drafts(definition)
        self._migration()
        self.session.flush()
        return self.values

    def _people(self) -> None:
        self.session.add(ProcessGroup(key="etrangers", name="Étrangers"))
        self.session.add(Team(key="sejour", name="Bureau du séjour"))
        self.session.flush()
        for email, name, role in (
            (EMAIL, "Nadia Benali", "administrator"),
            (COLLEAGUE, "Paul Verdier", "agent"),
        ):
            user = people.add(
                self.session,
                email=email,
                name=name,
                password=PASSWORD,
                roles=(role,),
                teams=("sejour",),
                now=NOW,
            )
            self.session.flush()
            self.values.setdefault("user_id", str(user.id))
            self.values["colleague_id"] = str(user.id)
        me = self.session.get_one(people.User, UUID(self.values["user_id"]))
        tokens.create(self.session, me, name="Tableau de bord", scopes=["api.use"], days=90, now=NOW)

    def _tasks(self) -> None:
        """Tasks of every kind, one of them late; a document and a follow-up link belong to the first case."""
        me, colleague = self._worker("user_id"), self._worker("colleague_id")
        mine, self.values["free_task_id"] = self._task("Irina Kovalenko"), str(self._task("Mei Chen").id)
        other, plain = self._task("Ousmane Traoré", days=9), self._task("Marc Oudin")
        for task, user in ((mine, me), (other, colleague), (plain, me)):
            user_tasks.claim(self.session, task.id, user=user, now=NOW - timedelta(minutes=6))
        user_tasks.complete(self.session, plain.id, {"conforme": True}, user=me, now=NOW)
        next_task = select(UserTask.id).where(
            UserTask.instance_id == plain.instance_id, UserTask.id != plain.id
        )
        self.values["plain_task_id"] = str(self.session.scalars(next_task).one())
        self.values |= {"task_id": str(mine.id), "other_task_id": str(other.id)}
        self._request(mine.instance_id)

    def _worker(self, name: str) -> user_tasks.User:
        return user_tasks.User(self.values[name], frozenset({"sejour"}))

    def _task(self, name: str, days: int = 2) -> UserTask:
        case = sample.start_at_check(self.session, now=NOW - timedelta(days=days), nom=name)
        return self.session.scalars(select(UserTask).where(UserTask.instance_id == case)).one()

    def _request(self, case_id: UUID) -> None:
        key = links.new_form_key()
        links.make(self.session, links.token_of(key), case_id)
        picture = documents.add(
            self.session, "justificatif.png", "image/png", PNG, kind="upload", now=NOW, instance_id=case_id
        )
        self.values |= {"case_id": str(case_id), "instance_id": str(case_id), "token": links.token_of(key)}
        self.values["document_id"] = str(picture.id)

    def _stopped(self) -> None:
        """Three cases stopped for one cause, one for another; the first with the robot's picture."""
        for hours, code in ((30, "HTTP_404"), (20, "HTTP_404"), (7, "HTTP_404"), (2, "HTTP_500")):
            sample.start_stopped(self.session, now=NOW - timedelta(hours=hours), code=code)
        incident = self.session.scalars(select(Incident).order_by(Incident.created_at)).first()
        assert incident is not None
        picture = documents.add(
            self.session,
            "ecran.png",
            "image/png",
            PNG,
            kind="screenshot",
            now=NOW,
            instance_id=incident.instance_id,
        )
        incident.document_ids = [str(picture.id)]
        self.values |= {"incident_id": str(incident.id), "stopped_id": str(incident.instance_id)}

    def _uncertain(self) -> None:
        """An effect nobody knows for sure, and an automatic step that waits."""
        sample.start(self.session, now=NOW - timedelta(hours=5), nom="Yao Koffi")
        job = sample.take_job(self.session, now=NOW - timedelta(hours=5))
        effects.before_call(self.session, job, idempotency="none", now=NOW)
        lost = Text("La réponse du service s’est perdue.", "The answer of the service was lost.")
        effects.mark_uncertain(self.session, job.id, job.token, message=lost, now=NOW)
        self.values["effect_id"] = str(self.session.scalars(select(Effect.id)).one())
        sample.start(self.session, now=NOW, nom="Lina Haddad")

    def _connections(self) -> None:
        found = Connection(
            name="geoplateforme",
            label="Géoplateforme",
            connector="http_request",
            created_at=NOW,
            updated_at=NOW,
        )
        found.settings = {"base_url": "https://data.geopf.fr", "auth": "none"}
        found.expires_at = NOW + timedelta(days=9)
        self.session.add(found)
        self.session.flush()
        self.values["connection_id"] = str(found.id)

    def _migration(self) -> None:
        """Two cases of a process with two versions: one was moved, one still waits for its turn."""
        moved, waiting = (self._letter(("Lire", "Classer"), start=True) for _ in range(2))
        self._letter(("Lire", "Repondre", "Classer"))
        versions = definitions.versions(self.session, "courrier")
        by, reason = self.values["user_id"], "Le délai de réponse a changé."
        source, target = versions[-1].id, versions[0].id
        asked = migration.start(self.session, source, target, {}, by=by, reason=reason, now=NOW)
        migration.move(self.session, asked, moved, now=NOW)
        assert moved != waiting
        self.values["migration_id"] = str(asked)

    def _letter(self, steps: tuple[str, ...], *, start: bool = False) -> UUID:
        """A version of the process with these steps, and a case of it."""
        diagram = Diagram("courrier").start()
        for step in steps:
            diagram.user(step)
        package = packages.single(diagram.end().xml(), "courrier.bpmn")
        deployments.deploy(self.session, package, NoCatalogue(), now=NOW)
        return instances.start(self.session, "courrier", {}, now=NOW).id if start else UUID(int=0)

    def _drafts(self, definition: ProcessDefinition) -> None:
        """Changes to the process in service, with a copy kept beside them; a process nobody has drawn yet."""
        by = self.values["user_id"]
        work = drafts.find(self.session, sample.KEY, lock=True)
        changed = work.files[work.diagram].replace(b"Signer", b"Relire")
        drafts.replace(self.session, work, work.diagram, changed, by=by, now=NOW, keep=True)
        draft = drafts.find(self.session, sample.KEY).draft
        assert draft is not None
        foreign = importing.package([("ailleurs.bpmn", file(line(*FOREIGN)))])
        draft.manifest = draft.manifest | {MANIFEST: foreign.report()}
        self.values |= {"file": work.forms[0], "copy_id": draft.manifest["copies"][0]["id"]}
        blank = {"acte.bpmn": bpmn.blank("acte", "Demande d’acte", "Demande reçue")}
        drafts.create(self.session, "acte", "Demande d’acte", "etrangers", blank, by=by, now=NOW)
        self.values |= {"definition_id": str(definition.id), "filename": ".vite/manifest.json"}


class Visitor:
    """A browser of one width in one language: a guest, until `sign_in`."""

    def __init__(self, browser: Browser, site: Site, *, width: int, language: str) -> None:
        self.site, self.width, self.language = site, width, language
        self.context: BrowserContext = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": HEIGHTS[width]}, locale=language
        )
        self.context.add_cookies([{"name": COOKIE, "value": language, "url": site.url}])
        self.page: Page = self.context.new_page()
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.faults: list[str] = []

    def _note(self, message: ConsoleMessage) -> None:
        """Errors of scripts, of the content policy, of what a page loads; not the page's own status."""
        if message.type == "error" and message.location.get("url") != self.page.url:
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def sign_in(self) -> str:
        """Through the door, twice: the form sent after the first session has ended is held. Its token."""
        self.page.goto("/settings")
        self._fill_in_the_door()
        self.page.goto("/settings")
        language = [cookie for cookie in self.context.cookies() if cookie["name"] == COOKIE]
        self.context.clear_cookies()
        self.context.add_cookies(language)  # type: ignore[arg-type]
        self.page.locator("form[action$='/language'] [type=submit]").first.click()
        self._fill_in_the_door()
        self.page.wait_for_url(lambda url: "/held/" in url)
        self.faults.clear()
        return self.page.url.rpartition("/")[2].partition("?")[0]

    def _fill_in_the_door(self) -> None:
        self.page.wait_for_url(lambda url: "/sign-in" in url)
        self.page.fill("[name=email]", EMAIL)
        self.page.fill("[name=password]", PASSWORD)
        self.page.locator("form[method=post] button[type=submit]").last.click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def open(self, visit: Visit) -> list[str]:
        """Go there and let the islands draw themselves; what is wrong already."""
        self.faults.clear()
        answer = self.page.goto(visit.path)
        status = answer.status if answer else 0
        here = self.page.url.removeprefix(self.site.url)
        wrong = [f"answers {status}"] if status != visit.status else []
        return wrong + ([f"leads to {here}"] if here != visit.path else []) + self._island()

    def _island(self) -> list[str]:
        """Wait until the editor of the page, if it has one, has drawn itself."""
        if not self.page.locator("[data-island]").count():
            return []
        try:
            self.page.wait_for_selector("[data-ready]", state="attached")
        except PlaywrightTimeout:
            return [f"the editor does not open: {self.page.locator('[data-island]').inner_text()[:200]}"]
        return []

    def inspect(self, visit: Visit) -> list[str]:
        """Everything that is wrong with a page, one line each."""
        wrong = self.open(visit)
        facts = self.page.evaluate(FACTS)
        checks = {
            f"html lang is {facts['lang']!r}": facts["lang"] == self.language,
            f"title is {facts['title']!r}": re.search(r"\S · Relais$", facts["title"]),
            f"{facts['headings']} h1": facts["headings"] == 1,
            f"{facts['width']} pixels wide": facts["width"] <= self.width,
        }
        wrong += [text for text, is_right in checks.items() if not is_right] + self._violations()
        return [f"{visit.name} ({visit.path}): {text}" for text in wrong + self.faults]

    def _violations(self) -> list[str]:
        found = Axe().run(self.page, context=CANVAS, options=AXE).response["violations"]
        return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"][:3]]
