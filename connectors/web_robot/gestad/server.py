"""GESTAD's HTTP server: routes, sessions, forms."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from connectors.web_robot.gestad import pages
from connectors.web_robot.gestad.modes import Mode, ModeSwitch
from connectors.web_robot.gestad.records import COLUMNS, Holder, Records, mistakes

COOKIE: Final = "GESTADSESSION"
_MAX_BODY: Final = 100_000
_PARIS: Final = ZoneInfo("Europe/Paris")


class GestadServer(ThreadingHTTPServer):
    """`accounts`: user name → password."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], records: Records, accounts: dict[str, str]) -> None:
        super().__init__(address, _Handler)
        self.records = records
        self.accounts = accounts
        self.sessions: dict[str, str] = {}
        self.mode = ModeSwitch()


class _Handler(BaseHTTPRequestHandler):
    server: GestadServer
    server_version = "GESTAD/2.4"
    sys_version = ""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/_stub/"):
            self._control(path, None)
        elif self._opens():
            self._show(path)

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MAX_BODY)).decode(
            errors="replace"
        )
        if path.startswith("/_stub/"):
            self._control(path, body)
        elif self._opens():
            form = {
                name: values[0].strip() for name, values in parse_qs(body, keep_blank_values=True).items()
            }
            self._receive(path, form)

    # --- the application -----------------------------------------------------------------------------------

    def _opens(self) -> bool:
        """Whether the page is served as usual; the modes that spoil every page are played here."""
        mode = self.server.mode.use("slow", "down", "maintenance")
        if mode.name == "slow":
            time.sleep(mode.seconds)
        if mode.name == "down":
            self._send(503, "text/plain; charset=utf-8", "Service indisponible")
        if mode.name == "maintenance":
            self._html(pages.maintenance())
        return mode.name not in ("down", "maintenance")

    def _show(self, path: str) -> None:
        user = self._user()
        if path == "/deconnexion" or user is None:
            self._sign_out()
        elif path == "/journal":
            dossier = parse_qs(urlsplit(self.path).query).get("dossier", [""])[0].strip()
            self._html(pages.journal(user, self.server.records.rows(dossier or None), dossier))
        elif path in ("/", "/recherche"):
            self._html(pages.search(user))
        else:
            self._titulaire(user, path)

    def _titulaire(self, user: str, path: str) -> None:
        """/titulaire/<number> and /titulaire/<number>/adresse."""
        person, is_entry = self._person(path)
        if person is None:
            self._send(404, "text/plain; charset=utf-8", "Page inconnue")
        elif is_entry:
            self._html(pages.entry(user, person, {}, [], changed=self._changed()))
        else:
            self._html(pages.holder(user, person))

    def _person(self, path: str) -> tuple[Holder | None, bool]:
        parts = path.strip("/").split("/")
        known = parts[0] == "titulaire" and (len(parts) == 2 or parts[2:] == ["adresse"])
        return (self.server.records.holder(parts[1]) if known else None), len(parts) == 3

    def _receive(self, path: str, form: dict[str, str]) -> None:
        user = self._user()
        if path == "/connexion":
            self._sign_in(form)
        elif user is None:
            self._sign_out()
        elif path == "/recherche":
            self._search(user, form.get("numero", "").replace(" ", ""))
        else:
            self._save(user, path, form)

    def _search(self, user: str, numero: str) -> None:
        if len(numero) != 10 or not numero.isdigit():
            self._html(pages.search(user, numero, "Le n° étranger comporte 10 chiffres."))
        elif self.server.records.holder(numero) is None:
            self._html(pages.search(user, numero, "Aucun titulaire ne porte ce numéro."))
        else:
            self._redirect(f"/titulaire/{numero}")

    def _save(self, user: str, path: str, form: dict[str, str]) -> None:
        person, is_entry = self._person(path)
        if person is None or not is_entry:
            self._send(404, "text/plain; charset=utf-8", "Page inconnue")
            return
        change = {name: form.get(name, "") for name in COLUMNS} | {
            "numero_etranger": person.numero,
            "saisi_par": user,
        }
        wrong = mistakes(change)
        if wrong:
            self._html(pages.entry(user, person, change, wrong, changed=self._changed()))
            return
        number = self.server.records.save(change, datetime.now(_PARIS))
        if self.server.mode.use("lost").name == "lost":
            self.close_connection = True
            return
        self._html(pages.saved(user, number, change))

    def _changed(self) -> bool:
        return self.server.mode.use("changed").name == "changed"

    # --- sessions -------------------------------------------------------------------------------------------

    def _user(self) -> str | None:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            return None
        return self.server.sessions.get(cookie.value) if cookie is not None else None

    def _sign_in(self, form: dict[str, str]) -> None:
        name, given = form.get("identifiant", ""), form.get("motdepasse", "")
        expected = self.server.accounts.get(name)
        if expected is None or not hmac.compare_digest(expected.encode(), given.encode()):
            self._html(pages.login("Identifiant ou mot de passe incorrect."))
            return
        token = secrets.token_hex(16)
        self.server.sessions[token] = name
        self._redirect("/recherche", cookie=f"{COOKIE}={token}; Path=/; HttpOnly")

    def _sign_out(self) -> None:
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        if cookie is not None:
            self.server.sessions.pop(cookie.value, None)
        self._html(pages.login())

    # --- tests and demonstration ----------------------------------------------------------------------------

    def _control(self, path: str, body: str | None) -> None:
        """`/_stub/…`; `body` is None for GET."""
        if path == "/_stub/rows" and body is None:
            self._json(200, self.server.records.rows())
        elif path == "/_stub/reset" and body is not None:
            self.server.records.reset()
            self.server.sessions.clear()
            self.server.mode.set(Mode())
            self._json(200, {})
        elif path == "/_stub/mode":
            self._switch(body)
        else:
            self._json(404, {"error": "unknown"})

    def _switch(self, body: str | None) -> None:
        try:
            if body is not None:
                self.server.mode.set(Mode.of(dict(json.loads(body))))
        except ValueError as error:
            self._json(400, {"error": str(error)})
            return
        self._json(200, self.server.mode.now.as_dict())

    # --- answers --------------------------------------------------------------------------------------------

    def _html(self, text: str) -> None:
        self._send(200, "text/html; charset=utf-8", text)

    def _json(self, status: int, value: Any) -> None:
        self._send(status, "application/json", json.dumps(value, ensure_ascii=False))

    def _redirect(self, where: str, cookie: str | None = None) -> None:
        self._send(
            302, "text/html; charset=utf-8", "", Location=where, **({"Set-Cookie": cookie} if cookie else {})
        )

    def _send(self, status: int, media_type: str, text: str, **headers: str) -> None:
        data = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Cache-Control": "no-store", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Silent: the journal is the record."""
