"""GESTAD and small pages of our own, with a robot to send there."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from connectors.sdk import Context, MemoryFiles, Stub
from connectors.sdk.testing import Answer, LocalServer, Request, context, http_server
from connectors.web_robot.connector import connector, type_in


@dataclass
class Gestad:
    """The running legacy application, driven through its test endpoints."""

    stub: Stub

    def rows(self) -> list[dict[str, Any]]:
        return self._call("rows")

    def mode(self, name: str, **options: Any) -> None:
        self._call("mode", {"mode": name} | options)

    def reset(self) -> None:
        self._call("reset", {})

    def _call(self, name: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self.stub.url}/_stub/{name}", data, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def running_gestad() -> Iterator[Stub]:
    with connector.start_stub() as stub:
        yield stub


@pytest.fixture
def gestad(running_gestad: Stub) -> Gestad:
    application = Gestad(running_gestad)
    application.reset()
    return application


@pytest.fixture
def ctx(running_gestad: Stub) -> Context:
    return context(running_gestad)


def _login() -> list[dict[str, Any]]:
    return [
        {"do": "open", "url": "/"},
        {"do": "fill", "field": "Identifiant", "value": {"secret": "username"}},
        {"do": "fill", "field": "Mot de passe", "value": {"secret": "password"}},
        {"do": "click", "button": "Se connecter"},
    ]


@pytest.fixture
def entry() -> dict[str, Any]:
    """Inputs that type one address change and can look it up; few pictures, little patience."""
    address = {
        "Numéro et voie": "12 rue de l’Abbaye",
        "Complément": "Bât. B",
        "Code postal": "82000",
        "Commune": "MONTAUBAN",
        "N° de dossier": "2026-000137",
    }
    return {
        "steps": [
            *_login(),
            {"do": "fill", "field": "N° étranger", "value": "7503012345"},
            {"do": "click", "button": "Rechercher"},
            {"do": "click", "link": "Modifier l’adresse"},
            *({"do": "fill", "field": name, "value": value} for name, value in address.items()),
            {"do": "fill", "field": "Date d’effet", "value": "2026-12-01", "format": "dd/mm/yyyy"},
            {"do": "click", "button": "Enregistrer", "submits": True},
            {"do": "assert", "text": "La modification d'adresse est enregistrée"},
            {"do": "read", "field": "N° d’enregistrement", "as": "numero"},
        ],
        "lookup": [
            *_login(),
            {"do": "click", "link": "Journal des modifications"},
            {"do": "fill", "field": "N° de dossier", "value": "2026-000137"},
            {"do": "click", "button": "Rechercher"},
            {"do": "assert", "row": ["2026-000137", "82000"], "not_found": "Aucune modification"},
            {"do": "read", "column": "N° d’enregistrement", "row": "2026-000137", "as": "numero"},
        ],
        "screenshot": "failure",
        "timeout_seconds": 10,
    }


@dataclass
class Site:
    """Pages of our own on a local server, and the robot let loose on them."""

    server: LocalServer
    pages: dict[str, str | Answer] = field(default_factory=dict)
    files: MemoryFiles = field(default_factory=MemoryFiles)
    connection: dict[str, Any] = field(default_factory=dict)

    def visit(self, html: str, *steps: dict[str, Any], **inputs: Any) -> dict[str, Any]:
        """Show one page and do the steps on it."""
        self.pages["/"] = f"<!doctype html><html lang='fr'><title>Essai</title>{html}</html>"
        given = {"steps": [{"do": "open", "url": "/"}, *steps], "screenshot": "failure", "timeout_seconds": 2}
        return type_in.run(given | inputs, self.context())

    def context(self, **changes: Any) -> Context:
        settings = {"base_url": self.server.url} | self.connection
        given = {"connection": settings, "allow_private": frozenset({"127.0.0.1"}), "files": self.files}
        return context(**given | changes)

    def requests(self, method: str) -> list[Request]:
        return [request for request in self.server.received if request.method == method]


@pytest.fixture
def site() -> Iterator[Site]:
    pages: dict[str, str | Answer] = {}

    def respond(request: Request) -> Answer:
        page = pages.get(request.path, Answer(404, b"unknown"))
        if isinstance(page, Answer):
            return page
        return Answer(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})

    with http_server(respond) as server:
        yield Site(server, pages)


@pytest.fixture
def other_site() -> Iterator[LocalServer]:
    """Another origin that nobody allowed; it answers, and remembers who came."""
    allow: Callable[[Request], Answer] = lambda _: Answer(  # noqa: E731
        200, b"secret of the other origin", {"Access-Control-Allow-Origin": "*"}
    )
    with http_server(allow) as server:
        yield server
