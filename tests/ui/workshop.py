"""A small server that speaks the islands' protocol (ui/README.md), to open them in a real browser.

It keeps one diagram and one form in memory, with revisions, and sends the headers of production.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError, generate_csrf
from jinja2 import FileSystemLoader
from werkzeug.serving import make_server

import ui
from designer.diagram import DiagramError, parse
from designer.modeler.menus import executed
from designer.modeler.places import with_places

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self' data:; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
EDITOR = STRICT.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
PAGES = Path(__file__).resolve().parent / "pages"
HERE = "workflow"
NAV = [
    ("À faire", "inbox", None, 14),
    ("Dossiers", "folder", None, None),
    ("Processus", "workflow", None, None),
    ("Incidents", "activity", None, 3),
    ("Analyse", "chart-column", "Améliorer", None),
    ("Connecteurs", "plug", "Améliorer", None),
    ("Guide", "book-open", "Aide", None),
]


class Person:
    """Who is signed in."""

    is_authenticated = True
    display_name = "Nadia Benali"


@dataclass
class Document:
    """A saved text with its revision; None while nothing was saved."""

    text: str | None = None
    revision: int = 0

    def etag(self) -> str:
        return f'"{self.revision}"'


@dataclass
class Workshop:
    """What the browser did, and what the server is to answer."""

    draft: Document = field(default_factory=Document)
    schema: Document = field(default_factory=Document)
    diagnostics: list[dict[str, Any]] = field(default_factory=list)
    templates: list[dict[str, Any]] = field(default_factory=list)
    puts: int = 0
    checks: int = 0
    refuse_with: int | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    executed: list[str] = field(default_factory=executed)
    saved_at: str | None = None
    other: str | None = None
    user: str = "nadia"
    published: dict[str, Any] | None = None
    autosaved: list[dict[str, str]] = field(default_factory=list)
    posts: int = 0
    live: str = '<div data-part="part"><p>Avant</p></div>'
    live_answers: list[int] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        self._server = make_server("127.0.0.1", 0, _app(self), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def save(self, document: Document, *, by: str | None = None) -> tuple[Response, int]:
        """Store the body if the revision that it starts from is the present one."""
        self.puts += 1
        if self.refuse_with:
            return jsonify(message="refusé"), self.refuse_with
        wanted = request.headers.get("If-Match")
        if by is None and document.text is not None and wanted != document.etag():
            return jsonify(revision=str(document.revision), changed_by="Karim Haddad", changed_at=_now()), 412
        document.text, document.revision = request.get_data(as_text=True), document.revision + 1
        found = self.diagnostics if document is self.schema else []
        return jsonify(revision=str(document.revision), saved_at=_now(), diagnostics=found), 200


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _app(workshop: Workshop) -> Flask:
    app = Flask(
        __name__, template_folder=str(ui.TEMPLATES), static_folder=str(ui.DIST), static_url_path="/ui"
    )
    app.jinja_loader = FileSystemLoader([PAGES, ui.TEMPLATES])
    app.config["SECRET_KEY"] = "only for tests"
    Babel(
        app,
        default_locale="fr",
        default_translation_directories=str(ui.TRANSLATIONS),
        locale_selector=lambda: request.args.get("lang", "fr"),
    )
    CSRFProtect(app)

    @app.errorhandler(CSRFError)
    def refuse(error: CSRFError) -> tuple[Response, int]:
        return jsonify(message=error.description, reason="csrf"), 400

    app.jinja_env.globals.update(icon=ui.icon, asset=ui.asset, breakable=ui.breakable)
    _pages(app, workshop)
    _protocol(app, workshop)
    _services(app, workshop)
    _choices(app, workshop)
    _changes(app, workshop)
    _page_parts(app, workshop)
    return app


def _context(locale: str) -> dict[str, Any]:
    nav = [
        {
            "label": text,
            "href": "/",
            "icon": icon,
            "current": icon == "workflow",
            "section": section,
            "count": n,
        }
        for text, icon, section, n in NAV
    ]
    tabs = [
        ("Diagramme", "/modeler"),
        ("Plan", "#"),
        ("Formulaires", "/form"),
        ("Décisions", "#"),
        ("Essais", "#"),
    ]
    return {
        "nav": nav,
        "locale": locale,
        "locale_url": lambda code: f"{request.path}?lang={code}",
        "current_user": Person(),
        "role_label": "Conceptrice",
        "administration_name": "Préfecture du Val-de-Lorme",
        "search_url": "/search",
        "sign_out_url": "/sign-out",
        "process_name": "Changement d’adresse",
        "version_label": "Brouillon de la version 13",
        "crumbs_items": [("Processus", "/"), ("Changement d’adresse", None)],
        "tabs_items": [{"text": t, "href": h, "current": request.path == h, "count": None} for t, h in tabs],
    }


def _pages(app: Flask, workshop: Workshop) -> None:
    @app.get("/modeler")
    def modeler() -> Response:
        locale = request.args.get("lang", "fr")
        props = {
            "locale": locale,
            "csrf": generate_csrf(),
            "readOnly": "readonly" in request.args,
            "processName": "Changement d’adresse",
            "processId": "changement_adresse",
            "revision": None,
            "nextVersion": 13,
            "draftUrl": "/draft",
            "checkUrl": "/check",
            "publishUrl": "/publish",
            "arrangeUrl": "/arranged",
            "newFileUrl": "/files",
            "processesUrl": "/processes",
            "directoryUrl": "/directory",
            "sessionUrl": "/session",
            "signInUrl": "/components",
            "file": "changement_adresse.bpmn",
            "files": workshop.files,
            "executed": workshop.executed,
            "user": "nadia",
            "savedAt": workshop.saved_at,
            "other": workshop.other,
            "readUrl": "/modeler?readonly",
            "templatesUrl": "/templates",
            "formsUrl": "/forms",
            "variablesUrl": "/variables",
        }
        return _page("modeler.html", EDITOR, **_context(locale), modeler=props)

    @app.get("/form")
    def form() -> Response:
        locale = request.args.get("lang", "fr")
        props = {
            "locale": locale,
            "csrf": generate_csrf(),
            "formName": "Demande",
            "schemaUrl": "/schema",
            "sessionUrl": "/session",
            "nextVersion": 13,
            "diagnostics": [],
        }
        return _page("form_editor.html", EDITOR, **_context(locale), form_editor=props)

    @app.get("/components")
    def components() -> Response:
        return _page("components.html", STRICT, **_context(request.args.get("lang", "fr")))


def _page(template: str, policy: str, **context: Any) -> Response:
    answer = Response(render_template(template, **context))
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _read(document: Document, media_type: str) -> Response:
    if document.text is None:
        return Response(status=204)
    return Response(document.text, mimetype=media_type, headers={"ETag": document.etag()})


def _protocol(app: Flask, workshop: Workshop) -> None:
    @app.get("/draft")
    def read_draft() -> Response:
        return _read(workshop.draft, "application/xml")

    @app.put("/draft")
    def save_draft() -> tuple[Response, int]:
        return workshop.save(workshop.draft)

    @app.get("/schema")
    def read_schema() -> Response:
        return _read(workshop.schema, "application/json")

    @app.put("/schema")
    def save_schema() -> tuple[Response, int]:
        return workshop.save(workshop.schema)


def _services(app: Flask, workshop: Workshop) -> None:
    @app.post("/check")
    def check() -> Response:
        workshop.checks += 1
        return jsonify(diagnostics=workshop.diagnostics, revision=str(workshop.draft.revision))

    @app.post("/publish")
    def publish() -> tuple[Response, int]:
        if any(found["severity"] == "error" for found in workshop.diagnostics):
            return jsonify(diagnostics=workshop.diagnostics), 422
        workshop.published = request.get_json()
        return jsonify(version=13, url="/components"), 200

    @app.get("/templates")
    def templates() -> Response:
        return Response(json.dumps(workshop.templates), mimetype="application/json")


def _choices(app: Flask, workshop: Workshop) -> None:
    @app.get("/forms")
    def forms() -> Response:
        return jsonify([{"id": "demande", "name": "Demande de changement", "editUrl": "/form"}])

    @app.get("/processes")
    def processes() -> Response:
        return jsonify([{"id": "envoi", "name": "Envoi du courrier", "editUrl": None}])

    @app.get("/directory")
    def directory() -> Response:
        return jsonify(
            teams=[{"id": "guichet", "name": "Guichet"}, {"id": "urbanisme", "name": "Urbanisme"}],
            people=[{"id": "019a-nadia", "name": "Nadia Benali"}],
        )

    @app.get("/variables")
    def variables() -> Response:
        return jsonify([{"name": "adresse", "type": "Context", "detail": "Formulaire « Demande »"}])


def _changes(app: Flask, workshop: Workshop) -> None:
    @app.get("/session")
    def session() -> Response:
        return jsonify(csrf=generate_csrf(), user=workshop.user)

    @app.post("/files")
    def files() -> tuple[Response, int]:
        name = request.get_json()["name"]
        return jsonify(id=name.lower(), name=name, editUrl="/form?made"), 201

    @app.post("/arranged")
    def arranged() -> tuple[Response, int]:
        try:
            parse(request.get_data())
        except DiagramError as error:
            return jsonify(message=str(error)), 422
        return Response(with_places(request.get_data()), mimetype="application/xml"), 200


def _page_parts(app: Flask, workshop: Workshop) -> None:
    @app.post("/autosave")
    def autosave() -> Response:
        if workshop.refuse_with:
            return Response(status=workshop.refuse_with)
        workshop.autosaved.append(request.form.to_dict())
        return Response(status=204)

    @app.post("/complete")
    def complete() -> Response:
        workshop.posts += 1
        return Response(status=204)

    @app.get("/live")
    def live() -> Response:
        answer = Response(workshop.live)
        answer.add_etag()
        answer.make_conditional(request)
        workshop.live_answers.append(answer.status_code)
        return answer
