"""Invented addresses in real communes, most of them in Tarn-et-Garonne, and the search among them."""

from __future__ import annotations

import csv
import difflib
import functools
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).with_name("addresses.csv")
_ABBREVIATIONS: Final = {
    "all": "allee", "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard",
    "ch": "chemin", "che": "chemin", "chem": "chemin", "fbg": "faubourg", "fg": "faubourg",
    "gal": "general", "imp": "impasse", "mal": "marechal", "pl": "place", "r": "rue", "rte": "route",
    "st": "saint", "ste": "sainte",
}  # fmt: skip
#: Words that many addresses share: finding them proves little.
_COMMON: Final = frozenset(
    {
        "a", "allee", "au", "aux", "avenue", "boulevard", "chemin", "cote", "d", "de", "des", "du",
        "faubourg", "impasse", "l", "la", "le", "les", "place", "quai", "route", "rue", "sur",
    }
)  # fmt: skip
#: Below this, a result would be a guess that helps nobody.
MINIMUM_SCORE: Final = 0.35
#: What a perfect match gets: the real service never says 1 for a search by text.
_BEST: Final = 0.98


@dataclass(frozen=True)
class Place:
    """A house number, a street or a municipality. `kind` is the API's `type`."""

    kind: str
    id: str
    housenumber: str | None
    street: str | None
    postcode: str
    city: str
    citycode: str
    context: str
    lon: float
    lat: float

    @property
    def name(self) -> str:
        """What stands before the postcode in the label."""
        if self.street is None:
            return self.city
        return f"{self.housenumber} {self.street}" if self.housenumber else self.street

    @property
    def label(self) -> str:
        return self.city if self.street is None else f"{self.name} {self.postcode} {self.city}"

    @functools.cached_property
    def own_words(self) -> list[str]:
        """Words that a search for this very place names."""
        return words(self.name)

    @functools.cached_property
    def place_words(self) -> list[str]:
        """Words that say where it lies, which a search may leave out."""
        return [self.postcode, *(words(self.city) if self.street is not None else ())]


def words(text: str) -> list[str]:
    """Lower case, without accents, with the usual abbreviations written out."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    ascii_text = "".join(char for char in plain if not unicodedata.combining(char))
    return [_ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z0-9]+", ascii_text)]


@functools.cache
def places() -> tuple[Place, ...]:
    """Every place: house numbers as listed, streets and municipalities drawn from them."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        numbers = [_housenumber(row) for row in csv.DictReader(file)]
    streets = {(place.street, place.citycode): place for place in reversed(numbers)}
    cities = {place.citycode: place for place in reversed(numbers)}
    return (
        *numbers,
        *(_without(place, "street") for place in streets.values()),
        *(_without(place, "municipality") for place in cities.values()),
    )


def _housenumber(row: dict[str, str]) -> Place:
    return Place(
        "housenumber", row["id"], row["housenumber"], row["street"], row["postcode"], row["city"],
        row["citycode"], row["context"], float(row["lon"]), float(row["lat"]),
    )  # fmt: skip


def _without(place: Place, kind: str) -> Place:
    """The street or the municipality of an address."""
    street = place.street if kind == "street" else None
    identifier = place.id.rsplit("_", 1)[0] if street else place.citycode
    return Place(
        kind, identifier, None, street, place.postcode, place.city, place.citycode, place.context,
        place.lon, place.lat,
    )  # fmt: skip


def search(
    text: str,
    *,
    limit: int,
    postcode: str = "",
    citycode: str = "",
    kind: str = "",
    autocomplete: bool = True,
) -> list[tuple[Place, float]]:
    """The best places for a text with their scores from 0 to 1, best first; equal ones by id."""
    asked = words(text)
    candidates = [
        place
        for place in places()
        if (not postcode or place.postcode == postcode)
        and (not citycode or place.citycode == citycode)
        and (not kind or place.kind == kind)
    ]
    scored = [(place, score(asked, place, autocomplete)) for place in candidates]
    good = [(place, value) for place, value in scored if value >= MINIMUM_SCORE]
    good.sort(key=lambda item: (-item[1], item[0].kind != "municipality", item[0].id))
    return good[:limit]


def score(asked: list[str], place: Place, autocomplete: bool) -> float:
    """How well a place answers: how much of the question it explains, lowered by what it adds unasked."""
    own, where = place.own_words, place.place_words
    total = sum(map(_weight, asked))
    if total == 0:
        return 0.0
    known = own + where
    open_end = asked[-1] if autocomplete else ""
    explained = sum(_weight(word) * _best(word, known, word == open_end) for word in asked) / total
    covered = _covered(asked, own, open_end) * 0.75 + _covered(asked, where, open_end) * 0.25
    return round(_BEST * explained * (0.5 + 0.5 * covered), 4)


def _covered(asked: list[str], known: list[str], open_end: str) -> float:
    """The weighted part of a place's words that the question names."""
    total = sum(map(_weight, known))
    found = sum(
        _weight(word) * max(_similar(other, word, other == open_end) for other in asked) for word in known
    )
    return found / total if total else 1.0


def _best(word: str, known: Iterable[str], open_end: bool) -> float:
    return max(_similar(word, other, open_end) for other in known)


def _weight(word: str) -> float:
    if word.isdigit():
        return 1.0
    return 0.15 if word in _COMMON else 1.5


@functools.lru_cache(maxsize=65536)
def _similar(asked: str, known: str, open_end: bool) -> float:
    """1 for the same word, nearly 1 for its beginning as the last word, less for a slip, else 0."""
    if asked == known:
        return 1.0
    if asked.isdigit() or known.isdigit():
        return 0.0
    if open_end and len(asked) >= 3 and known.startswith(asked):
        return 0.95
    ratio = difflib.SequenceMatcher(None, asked, known, autojunk=False).ratio()
    return ratio**2 if ratio >= 0.75 else 0.0


def nearest(lon: float, lat: float, *, limit: int) -> list[tuple[Place, float]]:
    """The nearest house numbers within 10 km, with their distance in metres."""
    numbers = [place for place in places() if place.kind == "housenumber"]
    measured = [(place, distance_metres(lon, lat, place)) for place in numbers]
    near = sorted((item for item in measured if item[1] <= 10_000), key=lambda item: (item[1], item[0].id))
    return near[:limit]


def distance_metres(lon: float, lat: float, place: Place) -> float:
    """Distance on a sphere of 6,371 km (haversine)."""
    lat_1, lat_2 = math.radians(lat), math.radians(place.lat)
    half = math.sin((lat_2 - lat_1) / 2) ** 2
    half += math.cos(lat_1) * math.cos(lat_2) * math.sin(math.radians(place.lon - lon) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def feature(place: Place, value: float, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """A place as the API's GeoJSON feature."""
    properties: dict[str, Any] = {
        "label": place.label,
        "score": value,
        "id": place.id,
        "type": place.kind,
        "name": place.name,
        "postcode": place.postcode,
        "citycode": place.citycode,
        "city": place.city,
        "context": place.context,
        "importance": 0.6,
        "_type": "address",
    }
    if place.street is not None:
        properties["street"] = place.street
    if place.housenumber is not None:
        properties["housenumber"] = place.housenumber
    point = {"type": "Point", "coordinates": [place.lon, place.lat]}
    return {"type": "Feature", "geometry": point, "properties": properties | (extra or {})}
