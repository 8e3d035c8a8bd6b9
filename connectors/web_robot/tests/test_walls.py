"""The browser reaches the connection's origins and nothing else; secrets stay inside."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.sdk import ConnectorError, RetryableError
from connectors.sdk.testing import Answer, LocalServer, context
from connectors.web_robot.child import certificate
from connectors.web_robot.connector import type_in

pytestmark = pytest.mark.browser

ESCAPES = """<link rel="prefetch" href="{other}/prefetch"><link rel="dns-prefetch" href="{other}">
<link rel="stylesheet" href="{other}/style.css"><img src="{other}/image">
<script src="{other}/script.js"></script>
<iframe src="{other}/frame"></iframe><form id="f" method="post" action="{other}/form" target="cadre"></form>
<iframe name="cadre"></iframe><p id="fin">En cours</p><script>
const tries = [
  fetch("{other}/fetch", {{ mode: "no-cors" }}),
  fetch("/detour"),
  new Promise((_, no) => {{ const s = new WebSocket("{other}/ws".replace("http", "ws")); s.onerror = no; }}),
  new Promise((_, no) => {{
    const code = "fetch('{other}/worker', {{ mode: 'no-cors' }})" +
      ".then(() => postMessage(1), () => postMessage(0))";
    new Worker(URL.createObjectURL(new Blob([code]))).onmessage = (e) => e.data ? 0 : no("blocked");
  }}),
  navigator.serviceWorker ? navigator.serviceWorker.register("/sw.js").then(
    (registered) => registered || Promise.reject("blocked")) : Promise.reject("none"),
];
navigator.sendBeacon("{other}/beacon", "x");
window.open("{other}/popup");
document.getElementById("f").submit();
const peer = new RTCPeerConnection({{ iceServers: [{{ urls: "stun:127.0.0.1:{udp}" }}] }});
peer.createDataChannel("x");
peer.createOffer().then((offer) => peer.setLocalDescription(offer));
Promise.allSettled(tries).then((all) => setTimeout(() => {{
  fin.textContent = "Essais : " + all.map((one) => one.status === "fulfilled" ? "passé" : "bloqué").join(" ");
}}, 1500));
</script>"""


def test_nothing_of_the_page_reaches_another_origin(
    site: Any, other_site: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    site.pages["/detour"] = Answer(302, b"", {"Location": f"{other_site.url}/detour"})
    site.pages["/sw.js"] = Answer(200, b"", {"Content-Type": "text/javascript"})
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(0.1)
        result = site.visit(
            ESCAPES.format(other=other_site.url, udp=udp.getsockname()[1]),
            {"do": "wait", "text": "Essais", "limit_seconds": 20},
            {"do": "read", "selector": "#fin", "as": "fin"},
        )
        with pytest.raises(TimeoutError):
            udp.recv(100)
    assert result["values"]["fin"] == "Essais : " + " ".join(["bloqué"] * 5)
    assert other_site.received == []
    assert "/sw.js" not in [request.path for request in site.server.received]
    assert other_site.url in caplog.text


@pytest.mark.parametrize(
    "html",
    [
        '<a href="{other}/">Sortir</a>',
        '<a href="/detour">Sortir</a>',
        "<a href=\"javascript:location='{other}/'\">Sortir</a>",
    ],
)
def test_a_page_that_leads_elsewhere_stops_the_robot(site: Any, other_site: LocalServer, html: str) -> None:
    site.pages["/detour"] = Answer(302, b"", {"Location": f"{other_site.url}/"})
    steps = [
        {"do": "click", "link": "Sortir", "submits": False},
        {"do": "wait", "text": "secret", "limit_seconds": 3},
    ]
    with pytest.raises(ConnectorError, match="hors des adresses permises") as caught:
        site.visit(html.format(other=other_site.url), *steps)
    assert caught.value.code == "UNKNOWN_SCREEN"
    assert other_site.received == []


def test_another_origin_is_reached_when_the_connection_allows_it(site: Any, other_site: LocalServer) -> None:
    site.connection["origins"] = [other_site.url]
    page = {"do": "open", "url": f"{other_site.url}/ailleurs"}
    site.visit("<p>ici</p>", page, {"do": "assert", "text": "secret of the other origin"})


def test_the_profile_is_empty_each_time(site: Any) -> None:
    html = """<p id=p></p><script>p.textContent = 'cookie : ' + document.cookie;
      document.cookie = 'a=b; max-age=9999'</script>"""
    for _ in range(2):
        assert site.visit(html, {"do": "read", "field": "cookie", "as": "c"})["values"] == {"c": ""}


SECRET_PAGE = """<style>* {{ font-family: monospace }}</style><label>Code <input name="code"></label>
<label>Mot <input type="password" name="mot"></label><p id="echo">.</p>
<script>document.querySelector("[name=code]").oninput = (e) =>
  echo.textContent = "Écho " + e.target.value</script>"""


def _pictures(site: Any, password: str, value: Any) -> list[bytes]:
    site.connection["password"] = password
    steps = [{"do": "fill", "field": name, "value": value} for name in ("Code", "Mot")]
    result = site.visit(SECRET_PAGE.format(), *steps, screenshot="each")
    return [site.files.read(picture["file"]) for picture in result["screenshots"][1:]]


def test_pictures_do_not_depend_on_the_secret(site: Any) -> None:
    secret = {"secret": "password"}
    assert _pictures(site, "aaaaiiii", secret) == _pictures(site, "wxyz8640", secret)
    assert _pictures(site, "aaaaiiii", "visible1")[0] != _pictures(site, "aaaaiiii", "visible2")[0]


def test_a_secret_that_the_page_shows_is_masked_in_every_text(
    site: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.connection["password"] = "tres-secret-42"
    fill = {"do": "fill", "field": "Code", "value": {"secret": "password"}}
    read = {"do": "read", "selector": "#echo", "as": "lu"}
    assert site.visit(SECRET_PAGE.format(), fill, read)["values"] == {"lu": "Écho •••"}
    html = SECRET_PAGE.format() + "<h1>tres-secret-42</h1>"
    with pytest.raises(ConnectorError) as caught:
        site.visit(html, fill, {"do": "assert", "text": "absent"}, timeout_seconds=1)
    assert not re.search("tres-secret", str(caught.value) + caught.value.message.en + caplog.text)


def test_a_diagram_cannot_have_a_secret_typed_that_is_not_the_connections(site: Any) -> None:
    step = {"do": "fill", "field": "x", "value": {"secret": "database_url"}}
    with pytest.raises(ConnectorError) as caught:
        type_in.run({"steps": [step]}, site.context())
    assert caught.value.code == "INVALID_INPUT"


FORM = '<form method="post" action="/coupe"><input name="n"><button>Enregistrer</button></form>'
SAVE = [{"do": "fill", "field": "n", "value": 1}, {"do": "click", "button": "Enregistrer", "submits": True}]


def test_a_form_whose_answer_is_lost_is_sent_once(site: Any) -> None:
    """A browser by itself sends it again."""
    site.pages["/coupe"] = Answer(drop=True)
    for _ in range(3):
        with pytest.raises(RetryableError) as caught:
            site.visit(FORM, *SAVE)
        assert (caught.value.code, caught.value.sent) == ("APPLICATION_AWAY", "maybe")
    assert len(site.requests("POST")) == 3


class SecurePages(BaseHTTPRequestHandler):
    """A form over TLS, on connections that stay open; saving hangs up without an answer."""

    protocol_version = "HTTP/1.1"
    posted: ClassVar[list[bytes]] = []

    def do_GET(self) -> None:
        page = f"<title>Chiffré</title>{FORM}".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def secure_url(tmp_path: Path) -> Iterator[str]:
    """Served with a certificate that only the file `tmp_path`/wall.pem vouches for."""
    context, _ = certificate.make(["127.0.0.1"], tmp_path)
    with ThreadingHTTPServer(("127.0.0.1", 0), SecurePages) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_over_tls_too_a_form_is_sent_once(
    secure_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "wall.pem"))
    monkeypatch.setattr(SecurePages, "posted", [])
    ctx = context(connection={"base_url": secure_url}, allow_private=frozenset({"127.0.0.1"}))
    steps = [{"do": "open", "url": "/"}, {"do": "assert", "title": "Chiffré"}, *SAVE]
    with pytest.raises(RetryableError) as caught:
        type_in.run({"steps": steps}, ctx)
    assert (caught.value.code, caught.value.sent) == ("APPLICATION_AWAY", "maybe")
    assert SecurePages.posted == [b"n=1"]


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_url: str) -> None:
    ctx = context(connection={"base_url": secure_url}, allow_private=frozenset({"127.0.0.1"}))
    with pytest.raises(ConnectorError) as caught:
        type_in.run({"steps": [{"do": "open", "url": "/"}]}, ctx)
    assert (type(caught.value), caught.value.code) == (ConnectorError, "TLS_REFUSED")
