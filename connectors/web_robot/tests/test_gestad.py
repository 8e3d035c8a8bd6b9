"""The legacy application, without a browser."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from connectors.web_robot.connector import connector
from connectors.web_robot.gestad.records import Records, mistakes

ADDRESS = {
    "voie": "1 place <b>Nationale</b>", "complement": "", "code_postal": "82000", "commune": "MONTAUBAN",
    "date_effet": "01/12/2026", "dossier": "D-1",
}  # fmt: skip


@pytest.fixture
def browse(gestad: Any) -> Any:
    """Ask for a page, or send a form, signed in."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def ask(path: str, form: dict[str, str] | None = None) -> str:
        data = None if form is None else urllib.parse.urlencode(form).encode()
        with opener.open(gestad.stub.url + path, data, timeout=10) as answer:
            return str(answer.read().decode())

    ask("/connexion", {"identifiant": "robot", "motdepasse": gestad.stub.connection["password"]})
    return ask


def test_nothing_is_shown_without_signing_in(gestad: Any) -> None:
    for path in ("/recherche", "/titulaire/7503012345", "/journal", "/inconnu"):
        with urllib.request.urlopen(gestad.stub.url + path, timeout=10) as page:
            assert "Connexion" in page.read().decode()


def test_a_change_is_saved_escaped_and_becomes_the_address(gestad: Any, browse: Any) -> None:
    page = browse("/titulaire/7503012345/adresse", ADDRESS)
    assert "G24-000001" in page
    assert "1 place &lt;b&gt;Nationale&lt;/b&gt;, 82000 MONTAUBAN" in browse("/titulaire/7503012345")
    assert "G24-000001" in browse("/journal?dossier=D-1")
    assert "Aucune modification" in browse("/journal?dossier=D-2")


def test_it_does_not_notice_a_file_typed_twice(gestad: Any, browse: Any) -> None:
    for _ in range(2):
        browse("/titulaire/7503012345/adresse", ADDRESS)
    assert [row["dossier"] for row in gestad.rows()] == ["D-1", "D-1"]


def test_a_mistake_is_told_and_nothing_saved(gestad: Any, browse: Any) -> None:
    page = browse(
        "/titulaire/7503012345/adresse", ADDRESS | {"code_postal": "8200", "date_effet": "31/02/2026"}
    )
    assert "Le code postal comporte 5 chiffres." in page
    assert "JJ/MM/AAAA" in page
    assert gestad.rows() == []
    assert "10 chiffres" in browse("/recherche", {"numero": "12"})
    assert "Aucun titulaire" in browse("/recherche", {"numero": "0000000000"})


def test_mistakes_name_the_missing_fields() -> None:
    empty = dict.fromkeys(ADDRESS, "")
    assert len(mistakes(empty)) == 5


def test_the_same_number_is_always_the_same_person() -> None:
    people = [Records(None).holder("7503012345") for _ in range(2)]
    assert people[0] == people[1]
    assert people[0] is not None


def test_rows_survive_a_restart_when_there_is_a_folder(tmp_path: Path) -> None:
    for expected in (1, 2):
        with connector.start_stub(data_dir=tmp_path) as stub:
            address = f"{stub.url}/connexion"
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
            opener.open(address, b"identifiant=agent&motdepasse=agent", timeout=10).close()
            form = urllib.parse.urlencode(ADDRESS).encode()
            opener.open(f"{stub.url}/titulaire/7503012345/adresse", form, timeout=10).close()
            with urllib.request.urlopen(stub.details["rows"], timeout=10) as rows:
                assert len(json.load(rows)) == expected


def test_a_mode_can_last_a_number_of_pages(gestad: Any, browse: Any) -> None:
    gestad.mode("down", times=1)
    with pytest.raises(urllib.error.HTTPError) as caught:
        browse("/recherche")
    caught.value.close()
    assert "Recherche du titulaire" in browse("/recherche")


def test_an_unknown_mode_is_refused(gestad: Any) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        gestad.mode("furious")
    assert caught.value.code == 400
    caught.value.close()
