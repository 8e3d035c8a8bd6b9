"""Connectors and connections: the catalogue, trying on the fake service, secrets that never come back."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from connectors import registry
from designer.connections import stubs
from designer.extensions import db, vault
from designer.models import Connection
from tests.web.conftest import Person

SETTINGS = {
    "name": "geoplateforme",
    "label": "Géoplateforme",
    "setting-base_url": "https://data.geopf.fr",
    "setting-auth": "bearer",
    "setting-token": "jeton-tres-secret",
}
NEW = "/connectors/connections/new/http_request"


@pytest.fixture
def maintainer(signed_in: Callable[..., Person]) -> Person:
    return signed_in("connector_maintainer")


@pytest.fixture
def connection(app: Flask, maintainer: Person) -> str:
    """The address of a connection with a secret."""
    answer = maintainer.post(NEW, **SETTINGS)
    assert answer.status_code == 303
    return answer.headers["Location"]


def stored(app: Flask) -> tuple[dict, dict]:
    with app.app_context():
        found = db.session.scalars(select(Connection)).one()
        return found.settings, vault.decrypt(found.sealed)


def test_the_catalogue_names_every_connector(maintainer: Person) -> None:
    page = maintainer.client.get("/connectors").text
    for info in registry.catalogue():
        assert info.manifest.name.fr in page
    assert "Aucun connecteur ne correspond" in maintainer.client.get("/connectors?q=zzz").text


def test_every_operation_has_its_page(maintainer: Person) -> None:
    for info in registry.catalogue():
        for operation in info.manifest.operations:
            answer = maintainer.client.get(f"/connectors/{info.kind}/{operation.name}")
            assert answer.status_code == 200
            assert "Ce que l’opération reçoit et rend" in answer.text


@pytest.mark.parametrize("path", ["/connectors/unknown", "/connectors/http_request/unknown"])
def test_an_unknown_connector_is_404(maintainer: Person, path: str) -> None:
    assert maintainer.client.get(path).status_code == 404


def test_an_operation_is_tried_on_the_fake_service(maintainer: Person) -> None:
    fields = {"input-url": "/geocodage/search", "input-query": '{q: "14 rue des Tanneurs", limit: 1}'}
    answer = maintainer.post("/connectors/http_request/read", service="stub", **fields)
    assert answer.status_code == 200
    assert "Réussi en" in answer.text
    assert "<dt>Statut</dt><dd>200</dd>" in answer.text


def test_inputs_that_cannot_be_read_come_back(maintainer: Person) -> None:
    answer = maintainer.post("/connectors/http_request/read", service="stub", **{"input-url": ""})
    assert answer.status_code == 422
    assert "Cette donnée est obligatoire." in answer.text


def test_what_writes_is_never_tried_on_a_real_service(maintainer: Person, connection: str) -> None:
    page = maintainer.client.get("/connectors/http_request/send").text
    assert "geoplateforme" not in page.split("<aside")[0]
    answer = maintainer.post("/connectors/http_request/send", service="geoplateforme", **{"input-url": "/x"})
    assert answer.status_code == 404


def test_a_secret_is_encrypted_and_never_shown(app: Flask, maintainer: Person, connection: str) -> None:
    settings, secrets = stored(app)
    assert "token" not in settings
    assert secrets == {"token": "jeton-tres-secret"}
    page = maintainer.client.get(connection).text
    assert "jeton-tres-secret" not in page
    assert "Enregistré" in page


def test_an_empty_secret_keeps_the_stored_one_and_a_tick_forgets_it(
    app: Flask, maintainer: Person, connection: str
) -> None:
    changed = SETTINGS | {"setting-token": "", "setting-base_url": "https://exemple.fr", "revision": "1"}
    assert maintainer.post(connection, **changed).status_code == 303
    assert stored(app) == (
        stored(app)[0] | {"base_url": "https://exemple.fr"},
        {"token": "jeton-tres-secret"},
    )
    forgotten = changed | {"forget-token": "1", "setting-auth": "none", "revision": "2"}
    assert maintainer.post(connection, **forgotten).status_code == 303
    assert stored(app)[1] == {}


@pytest.mark.parametrize(
    ("change", "anchor"),
    [
        ({"name": "Deux mots"}, "#name"),
        ({"setting-base_url": "ftp://x"}, "#setting-base_url"),
        ({"setting-token": ""}, "#setting-token"),
    ],
)
def test_wrong_settings_are_explained(
    app: Flask, maintainer: Person, change: dict[str, str], anchor: str
) -> None:
    answer = maintainer.post(NEW, **(SETTINGS | change))
    assert answer.status_code == 422
    assert f'href="{anchor}"' in answer.text
    assert "jeton-tres-secret" not in answer.text


def test_a_name_is_taken_once(maintainer: Person, connection: str) -> None:
    answer = maintainer.post(NEW, **SETTINGS)
    assert answer.status_code == 422
    assert "Une connexion porte déjà ce nom." in answer.text


def test_an_older_page_overwrites_nothing(maintainer: Person, connection: str) -> None:
    maintainer.post(connection, **SETTINGS, revision="1")
    assert maintainer.post(connection, **SETTINGS, revision="1").status_code == 409


def test_trying_a_connection_says_whether_it_answers(app: Flask, maintainer: Person) -> None:
    connector = registry.load("http_request")
    with connector.start_stub() as stub:
        stubs.use(app.extensions, "http_request", stub)
        assert "Utiliser le faux service" in maintainer.client.get(NEW).text
        page = maintainer.client.get(f"{NEW}?stub=1").text
        assert stub.connection["base_url"] in page
        fields = {"name": "essai", "setting-base_url": stub.connection["base_url"], "stub": "1"}
        path = maintainer.post(NEW, **fields).headers["Location"]
        assert maintainer.post(f"{path}/try").status_code == 303
        assert "A répondu" in maintainer.client.get(path).text
    maintainer.post(f"{path}/try")
    assert "Ne répond pas" in maintainer.client.get(path).text


def test_a_connection_is_deleted(app: Flask, maintainer: Person, connection: str) -> None:
    assert maintainer.post(f"{connection}/delete").status_code == 303
    assert maintainer.client.get(connection).status_code == 404


def test_reading_is_not_managing(signed_in: Callable[..., Person], connection: str) -> None:
    auditor = signed_in("auditor")
    page = auditor.client.get(connection).text
    assert "Enregistrer la connexion" not in page
    assert auditor.post(connection, **SETTINGS).status_code == 403
    assert auditor.post(f"{connection}/try").status_code == 403
    assert signed_in("agent").client.get("/connectors").status_code == 403
    assert UUID(connection.rpartition("/")[2])
