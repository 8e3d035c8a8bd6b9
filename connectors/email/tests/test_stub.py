"""The mail catcher takes every message and shows it."""

from __future__ import annotations

import httpx
import pytest

from connectors.email.connector import connector, send
from connectors.email.stub.server import start
from connectors.sdk.testing import context

ARGS = {"to": "lea@exemple.fr", "subject": "Bonjour <i>", "body": "Texte <b>gras</b>"}


@pytest.fixture
def stub(tmp_path):
    with start(data_dir=tmp_path) as running:
        yield running


def post(stub, **changes):
    ctx = context(stub)
    attachment = ctx.files.save('a"b.html', "text/html", b"<script>")
    return send.run(ARGS | {"attachments": [attachment]} | changes, ctx)


def test_a_message_is_listed_and_shown_without_running_anything(stub):
    post(stub)
    listing = httpx.get(stub.url)
    assert "Courriels interceptés" in listing.text
    assert "Bonjour &lt;i&gt;" in listing.text
    page = httpx.get(f"{stub.url}/messages/1")
    assert "Texte &lt;b&gt;gras&lt;/b&gt;" in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert '<html lang="fr">' in page.text


def test_pages_speak_english(stub):
    assert "Caught e-mails" in httpx.get(f"{stub.url}/?lang=en").text
    assert "Caught e-mails" in httpx.get(stub.url, headers={"Accept-Language": "en-GB"}).text
    assert "No e-mail yet" in httpx.get(f"{stub.url}/?lang=en").text


def test_the_interface_gives_and_forgets_messages(stub):
    post(stub, bcc="cache@exemple.fr")
    (mail,) = httpx.get(stub.details["api"]).json()
    assert mail["recipients"] == ["lea@exemple.fr", "cache@exemple.fr"]
    assert mail["subject"] == "Bonjour <i>"
    assert mail["text"] == "Texte <b>gras</b>\n"
    assert mail["attachments"] == [{"name": 'a"b.html', "media_type": "text/html", "size": 8}]
    assert httpx.get(f"{stub.details['api']}/1").json() == mail
    assert httpx.delete(stub.details["api"]).status_code == 204
    assert httpx.get(stub.details["api"]).json() == []


def test_an_attachment_is_saved_never_shown(stub):
    post(stub)
    answer = httpx.get(f"{stub.url}/messages/1/attachments/0")
    assert answer.content == b"<script>"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a_b.html"'
    assert "Bonjour" in httpx.get(f"{stub.url}/messages/1/source").text


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/messages",
        "/messages/9",
        "/messages/" + "9" * 5000,
        "/messages/1/x",
        "/messages/1/attachments/5",
    ],
)
def test_what_does_not_exist_is_not_found(stub, path):
    post(stub)
    assert httpx.get(stub.url + path).status_code == 404
    assert httpx.get(f"{stub.details['api']}/9").status_code == 404


def test_messages_survive_a_restart(tmp_path):
    with start(data_dir=tmp_path) as stub:
        post(stub)
    with start(data_dir=tmp_path) as stub:
        assert len(httpx.get(stub.details["api"]).json()) == 1


def test_the_connector_starts_it_and_can_try_it():
    with connector.start_stub() as stub:
        assert "127.0.0.1" in connector.run_try_connection(context(stub)).fr
    stub.close()
