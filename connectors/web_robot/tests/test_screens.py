"""Finding things as people see them, and every kind of step, on pages of our own."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.sdk import ConnectorError, RetryableError
from connectors.sdk.testing import Answer
from connectors.web_robot.connector import type_in

pytestmark = pytest.mark.browser

FORM = """<form action="/fait">
  <label for="a">Nom :</label><input id="a" name="n1">
  <label>Pays <select name="pays"><option>France<option value="BE">Belgique</select></label>
  <table><tr><td>Prénom&nbsp;:</td><td><input name="n2"></td></tr></table>
  Ville : <input name="n3">
  <input placeholder="Code postal" name="n4"> <input aria-label="Téléphone" name="n5"> <input name="courriel">
  <textarea aria-label="Remarque"></textarea>
  <label><input type="checkbox" name="vu"> J’ai vérifié</label>
  <label><input type="radio" name="civ" value="M"> Monsieur</label>
  <label><input type="radio" name="civ" value="F"> Madame</label>
  <dl><dt>Numéro</dt><dd>G-12</dd></dl><p><b>Agent</b> <span>Nadia</span></p><p>Statut : en cours</p>
  <table><tr><th>Dossier<th>Montant<tr><td>D-1<td>10<tr><td>D-12<td>20</table>
  <button>Valider la demande</button></form><a href="/fait">Aller plus loin</a>"""


def test_fields_are_found_by_what_people_read(site: Any) -> None:
    names = {"Nom": "A", "prénom": "B", "Ville": "C", "Code postal": "D", "Téléphone": "E", "courriel": "F"}
    site.pages["/fait"] = "fait"
    site.visit(
        FORM,
        *({"do": "fill", "field": name, "value": value} for name, value in names.items()),
        {"do": "fill", "field": "Remarque", "value": "ligne 1\nligne 2"},
        {"do": "select", "field": "Pays", "option": "Belgique"},
        {"do": "check", "field": "J'ai vérifié"},
        {"do": "check", "field": "Madame"},
        {"do": "assert", "field": "Nom", "value": "A"},
        {"do": "click", "button": "Valider la demande"},
    )
    sent = site.requests("GET")[-1].target
    assert sent == "/fait?n1=A&pays=BE&n2=B&n3=C&n4=D&n5=E&courriel=F&vu=on&civ=F"


def test_values_are_read_beside_their_label(site: Any) -> None:
    asked = {"Numéro": "G-12", "Agent": "Nadia", "Statut": "en cours", "Pays": "France"}
    steps = [{"do": "read", "field": name, "as": f"v{at}"} for at, name in enumerate(asked)]
    cell = {"do": "read", "column": "Montant", "row": "D-1", "as": "montant"}
    values = site.visit(FORM, *steps, cell)["values"]
    assert values == {f"v{at}": value for at, value in enumerate(asked.values())} | {"montant": "10"}


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            {"do": "fill", "field": "Adresse", "value": "x"},
            "Le champ «\u00a0Adresse\u00a0» n’est pas sur la page",
        ),
        ({"do": "click", "selector": "input"}, "fois sur la page"),
        ({"do": "click", "selector": "[["}, "n’est pas du CSS valable"),
        ({"do": "select", "field": "Pays", "option": "Suisse"}, "ne propose pas «\u00a0Suisse\u00a0»"),
        ({"do": "read", "field": "Rien", "as": "v"}, "«\u00a0Rien\u00a0» ne se lit pas"),
        ({"do": "read", "selector": "td", "as": "v"}, "se lit à"),
        (
            {"do": "wait", "text": "jamais", "limit_seconds": 1},
            "Le texte «\u00a0jamais\u00a0» n’est pas apparu",
        ),
        ({"do": "assert", "text": "D-123"}, "devait montrer le texte «\u00a0D-123\u00a0»"),
        ({"do": "assert", "no_text": "Statut"}, "devait montrer autre chose que «\u00a0Statut\u00a0»"),
        ({"do": "assert", "row": ["D-1", "20"]}, "une ligne avec «\u00a0D-1, 20\u00a0»"),
        ({"do": "assert", "title": "Autre"}, "le titre «\u00a0Autre\u00a0»"),
        ({"do": "assert", "path": "/ailleurs*"}, "l’adresse «\u00a0/ailleurs*\u00a0»"),
        ({"do": "assert", "field": "Nom", "value": "B"}, "le champ «\u00a0Nom = B\u00a0»"),
        ({"do": "check", "field": "Nom"}, "ne se laisse pas utiliser"),
        ({"do": "download", "button": "Valider la demande", "as": "f"}, "n’a donné aucun fichier"),
        ({"do": "open", "url": "https://example.org/"}, "hors des adresses permises"),
        ({"do": "open", "url": "/inconnue"}, "a répondu 404"),
        (
            {"do": "click", "link": "Aller plus loin", "accept_dialog": "Sûr"},
            "devait demander «\u00a0Sûr\u00a0»",
        ),
    ],
)
def test_what_is_not_as_expected_stops_the_robot(site: Any, step: dict[str, Any], said: str) -> None:
    site.pages["/fait"] = "fait"
    with pytest.raises(ConnectorError) as caught:
        site.visit(FORM, step, timeout_seconds=1)
    assert said in caught.value.message.fr
    assert caught.value.attachments


def test_a_value_too_long_for_its_field_is_not_cut(site: Any) -> None:
    with pytest.raises(ConnectorError, match="5 caractères et le champ en accepte 3") as caught:
        site.visit('<input name="n" maxlength="3">', {"do": "fill", "field": "n", "value": "abcde"})
    assert caught.value.code == "VALUE_REFUSED"


def test_a_field_that_changes_the_value_stops_the_robot(site: Any) -> None:
    html = '<input name="n" oninput="this.value = this.value.toUpperCase()">'
    with pytest.raises(ConnectorError, match="ABC") as caught:
        site.visit(html, {"do": "fill", "field": "n", "value": "abc"})
    assert caught.value.code == "VALUE_REFUSED"


def test_frames_are_part_of_the_page(site: Any) -> None:
    site.pages["/menu"] = '<label>Nom <input name="n" value="vu"></label>'
    found = site.visit('<iframe src="/menu"></iframe>', {"do": "read", "field": "Nom", "as": "nom"})
    assert found["values"] == {"nom": "vu"}


def test_an_announced_question_is_accepted(site: Any) -> None:
    site.pages["/fait"] = "<h1>Fait</h1>"
    html = """<button onclick="if (confirm('Voulez-vous enregistrer ?')) location = '/fait'">
      Enregistrer</button>"""
    click = {"do": "click", "button": "Enregistrer", "accept_dialog": "enregistrer"}
    site.visit(html, click, {"do": "assert", "text": "Fait"})
    with pytest.raises(ConnectorError, match="question imprévue"):
        site.visit(html, {"do": "click", "button": "Enregistrer"})


def test_another_window_stops_the_robot(site: Any) -> None:
    site.pages["/fait"] = "fait"
    with pytest.raises(ConnectorError, match="autre fenêtre"):
        site.visit('<a href="/fait" target="_blank">Suite</a>', {"do": "click", "link": "Suite"})


def test_a_page_that_comes_late_is_waited_for(site: Any) -> None:
    html = "<p id=p></p><script>setTimeout(() => p.textContent = 'Terminé', 700)</script>"
    site.visit(html, {"do": "wait", "text": "Terminé", "limit_seconds": 5}, {"do": "wait", "seconds": 1})


def test_files_are_sent_and_fetched(site: Any) -> None:
    site.pages["/recu"] = Answer(
        200,
        b"%PDF-1.7 ...",
        {"Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="reçu.pdf"'},
    )
    site.pages["/fait"] = "<h1>Fait</h1>"
    reference = site.files.save("bail.txt", "text/plain", "loué".encode())
    html = """<form method="post" action="/fait" enctype="multipart/form-data"><label>Justificatif
      <input type="file" name="f"></label><button>Envoyer</button></form>
      <a href="/recu">Télécharger le reçu</a>"""
    result = site.visit(
        html,
        {"do": "download", "link": "Télécharger le reçu", "as": "recu"},
        {"do": "upload", "field": "Justificatif", "file": reference},
        {"do": "click", "button": "Envoyer", "submits": True},
        {"do": "assert", "text": "Fait"},
    )
    [posted] = site.requests("POST")
    assert "loué".encode() in posted.body
    assert b'filename="bail.txt"' in posted.body
    assert site.files.read(result["files"]["recu"]) == b"%PDF-1.7 ..."
    assert result["files"]["recu"]["media_type"] == "application/pdf"


def test_a_file_too_large_is_refused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.web_robot.plans.MAX_FILE_BYTES", 1000)
    site.pages["/gros"] = Answer(200, b"x" * 2000, {"Content-Disposition": "attachment; filename=gros.bin"})
    with pytest.raises(ConnectorError) as caught:
        site.visit('<a href="/gros">Gros</a>', {"do": "download", "link": "Gros", "as": "f"})
    assert caught.value.code == "TOO_LARGE"
    reference = site.files.save("gros.bin", "application/octet-stream", b"x" * 2000)
    with pytest.raises(ConnectorError) as caught:
        site.visit('<input type="file" name="f">', {"do": "upload", "field": "f", "file": reference})
    assert caught.value.code == "TOO_LARGE"


def test_more_data_than_allowed_ends_the_run(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.web_robot.plans.MAX_RUN_BYTES", 100_000)
    site.pages["/gros"] = "x" * 1_000_000
    with pytest.raises(ConnectorError) as caught:
        site.visit(
            '<a href="/gros">Gros</a>', {"do": "click", "link": "Gros"}, {"do": "assert", "text": "fin"}
        )
    assert caught.value.code == "TOO_LARGE"


@pytest.mark.parametrize(
    ("submits", "sent"), [({}, "maybe"), ({"submits": True}, "maybe"), ({"submits": False}, "no")]
)
def test_a_connection_cut_after_a_click_is_judged_by_what_the_click_does(
    site: Any, submits: Any, sent: str
) -> None:
    site.pages["/coupe"] = Answer(drop=True)
    html = '<form action="/coupe"><input name="n"><button>Aller</button></form>'
    with pytest.raises(RetryableError) as caught:
        site.visit(
            html, {"do": "fill", "field": "n", "value": 1}, {"do": "click", "button": "Aller"} | submits
        )
    assert caught.value.sent == sent


def test_a_page_that_never_answers_is_cut_short(site: Any) -> None:
    html = "<button onclick='while (true) {}'>Bloquer</button>"
    site.pages["/"] = html
    steps = [{"do": "open", "url": "/"}, {"do": "click", "button": "Bloquer"}, {"do": "assert", "text": "x"}]
    with pytest.raises(RetryableError) as caught:
        type_in.run({"steps": steps, "timeout_seconds": 1}, site.context(timeout_seconds=10))
    assert caught.value.code == "TIMEOUT"
