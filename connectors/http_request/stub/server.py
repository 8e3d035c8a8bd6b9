"""A fake Géoplateforme: geocoding as the public API does it, and a small register that takes deposits.

Paths: /geocodage/search, /geocodage/reverse, /depots.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Final

from connectors.http_request.stub import addresses
from connectors.sdk import Stub, exact_json
from connectors.sdk.local_http import Answer, Request, serve, whole_number

#: Calls per second that the real service allows to one address.
RATE_PER_SECOND: Final = 50
_KINDS: Final = {"", "housenumber", "street", "municipality", "locality"}


class BadRequest(Exception):
    """A parameter that the API refuses."""


class Service:
    """The state of one running fake service."""

    def __init__(self, rate_per_second: int) -> None:
        self._rate = rate_per_second
        self._calls: deque[float] = deque()
        self._deposits: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def respond(self, request: Request) -> Answer:
        """Answer one request."""
        with self._lock:
            if not self._within_rate(time.monotonic()):
                return _problem(429, "Too Many Requests", [], {"Retry-After": "1"})
            try:
                return self._route(request)
            except BadRequest as error:
                return _problem(400, "Failed parsing query", [str(error)])

    def _within_rate(self, now: float) -> bool:
        while self._calls and now - self._calls[0] >= 1:
            self._calls.popleft()
        if len(self._calls) >= self._rate:
            return False
        self._calls.append(now)
        return True

    def _route(self, request: Request) -> Answer:
        reading = request.method in {"GET", "HEAD"}
        if request.path in {"/", ""} and reading:
            return Answer.json(
                {"service": "fake", "paths": ["/geocodage/search", "/geocodage/reverse", "/depots"]}
            )
        if request.path.rstrip("/") == "/geocodage/search" and reading:
            return search(request.query)
        if request.path.rstrip("/") == "/geocodage/reverse" and reading:
            return reverse(request.query)
        if request.path.startswith("/depots"):
            return self._register(request)
        return _problem(404, "Not Found", [])

    def _register(self, request: Request) -> Answer:
        """Deposits: the same Idempotency-Key gives the same deposit again."""
        if request.method == "GET":
            return Answer.json({"depots": list(self._deposits.values())})
        if request.method != "POST":
            return _problem(405, "Method Not Allowed", [], {"Allow": "GET, POST"})
        try:
            content = exact_json.decode(request.body)
        except ValueError:
            return _problem(400, "Failed parsing body", ["body: is not JSON"])
        key = request.headers.get("idempotency-key", "")
        known = self._deposits.get(key)
        if known is not None:
            return Answer.json(known, 200)
        number = f"D{len(self._deposits) + 1:05d}"
        deposit = {"numero": number, "contenu": content}
        self._deposits[key or number] = deposit
        return Answer.json(deposit, 201, {"Location": f"/depots/{number}"})


def search(query: dict[str, str]) -> Answer:
    """/geocodage/search: q, limit, postcode, citycode, type, autocomplete."""
    text = query.get("q", "").strip()
    if not 3 <= len(text) <= 200 or not text[0].isalnum():
        raise BadRequest("q: must contain between 3 and 200 chars and start with a number or a letter")
    kind = query.get("type", "")
    if kind not in _KINDS:
        raise BadRequest("type: must be one of housenumber, street, locality, municipality")
    found = addresses.search(
        text,
        limit=_limit(query),
        postcode=query.get("postcode", ""),
        citycode=query.get("citycode", ""),
        kind=kind,
        autocomplete=query.get("autocomplete", "1") not in {"0", "false"},
    )
    return _collection([addresses.feature(place, score) for place, score in found], {"query": text})


def reverse(query: dict[str, str]) -> Answer:
    """/geocodage/reverse: lon, lat, limit."""
    lon, lat = _coordinate(query, "lon", 180), _coordinate(query, "lat", 90)
    found = addresses.nearest(lon, lat, limit=_limit(query))
    features = [
        addresses.feature(place, round(1 - metres / 10_000, 4), {"distance": round(metres)})
        for place, metres in found
    ]
    return _collection(features, {})


def _limit(query: dict[str, str]) -> int:
    limit = whole_number(query.get("limit", "5"))
    if limit is None or not 1 <= limit <= 50:
        raise BadRequest("limit: must be an integer between 1 and 50")
    return limit


def _coordinate(query: dict[str, str], name: str, maximum: float) -> float:
    try:
        value = float(query[name])
    except (KeyError, ValueError) as error:
        raise BadRequest(f"{name}: must be a float between -{maximum} and {maximum}") from error
    if not -maximum <= value <= maximum:
        raise BadRequest(f"{name}: must be a float between -{maximum} and {maximum}")
    return value


def _collection(features: list[dict[str, Any]], extra: dict[str, Any]) -> Answer:
    return Answer.json({"type": "FeatureCollection", "features": features, **extra})


def _problem(status: int, message: str, detail: list[str], headers: dict[str, str] | None = None) -> Answer:
    return Answer.json({"code": status, "detail": detail, "message": message}, status, headers)


def start(*, port: int = 0, data_dir: Path | None = None, rate_per_second: int = RATE_PER_SECOND) -> Stub:
    """Start the fake service. It keeps nothing on disk, so `data_dir` is not used."""
    del data_dir
    running = serve(Service(rate_per_second).respond, port)
    connection = {"base_url": running.url, "auth": "none", "honours_idempotency_key": True}
    return Stub(running.url, connection, running.close, (running.host,))
