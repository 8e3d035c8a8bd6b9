"""GESTAD's data: holders made up from their number, and the address changes that were saved."""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

COLUMNS: Final = (
    "numero_etranger", "voie", "complement", "code_postal", "commune", "date_effet", "dossier", "saisi_par",
)  # fmt: skip
_TABLE: Final = """CREATE TABLE IF NOT EXISTS modification (
  id INTEGER PRIMARY KEY AUTOINCREMENT, numero_etranger TEXT, voie TEXT, complement TEXT, code_postal TEXT,
  commune TEXT, date_effet TEXT, dossier TEXT, saisi_par TEXT, saisi_le TEXT)"""

_FAMILY: Final = (
    "DIALLO",
    "NGUYEN",
    "HADDAD",
    "KOWALSKA",
    "MARTINS",
    "OKAFOR",
    "PETROV",
    "SILVA",
    "TRAORE",
    "YILMAZ",
)
_GIVEN: Final = ("Aïcha", "Bao", "Carlos", "Daria", "Elif", "Fatou", "Ivan", "Karim", "Linh", "Zofia")
_STREETS: Final = (
    "rue de la République",
    "avenue Gambetta",
    "place Nationale",
    "chemin du Moulin",
    "rue Bessières",
)
_TOWNS: Final = (
    ("82000", "MONTAUBAN"),
    ("82100", "CASTELSARRASIN"),
    ("82200", "MOISSAC"),
    ("82300", "CAUSSADE"),
)
_NATIONS: Final = (
    "Sénégal",
    "Viêt Nam",
    "Liban",
    "Pologne",
    "Brésil",
    "Nigéria",
    "Ukraine",
    "Turquie",
    "Mali",
    "Maroc",
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder of a residence permit, and where they live."""

    numero: str
    nom: str
    prenom: str
    naissance: str
    nationalite: str
    adresse: str


class Records:
    """One SQLite file, or memory when `path` is None. Safe to use from several threads."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        self._lock = threading.Lock()
        with self._lock, self._database:
            self._database.execute(_TABLE)

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def save(self, change: Mapping[str, str], now: datetime) -> str:
        """Keep a change, asking nothing; returns its registration number."""
        names = ", ".join([*COLUMNS, "saisi_le"])
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        values = [*(change[name] for name in COLUMNS), now.strftime("%d/%m/%Y %H:%M")]
        with self._lock, self._database:
            cursor = self._database.execute(f"INSERT INTO modification ({names}) VALUES ({marks})", values)  # noqa: S608
        return registration(cursor.lastrowid or 0)

    def rows(self, dossier: str | None = None) -> list[dict[str, Any]]:
        """Changes, oldest first; of one file number when given."""
        with self._lock:
            found = self._database.execute(
                "SELECT * FROM modification WHERE ? IS NULL OR dossier = ? ORDER BY id", (dossier, dossier)
            ).fetchall()
        return [dict(row) | {"enregistrement": registration(row["id"])} for row in found]

    def reset(self) -> None:
        with self._lock, self._database:
            self._database.execute("DELETE FROM modification")
            self._database.execute("DELETE FROM sqlite_sequence")

    def holder(self, numero: str) -> Holder | None:
        """The same person each time for the same number; None for a number without a holder."""
        if not re.fullmatch(r"\d{10}", numero) or not int(numero):
            return None
        seed = hashlib.sha256(numero.encode()).digest()
        postcode, town = _TOWNS[seed[3] % len(_TOWNS)]
        street = f"{seed[4] % 90 + 1} {_STREETS[seed[2] % len(_STREETS)]}"
        born = date(1955 + seed[5] % 50, seed[6] % 12 + 1, seed[7] % 28 + 1)
        return Holder(
            numero=numero,
            nom=_FAMILY[seed[0] % len(_FAMILY)],
            prenom=_GIVEN[seed[1] % len(_GIVEN)],
            naissance=born.strftime("%d/%m/%Y"),
            nationalite=_NATIONS[seed[0] % len(_NATIONS)],
            adresse=self._newest_address(numero) or f"{street}, {postcode} {town}",
        )

    def _newest_address(self, numero: str) -> str | None:
        with self._lock:
            row = self._database.execute(
                "SELECT * FROM modification WHERE numero_etranger = ? ORDER BY id DESC LIMIT 1", (numero,)
            ).fetchone()
        if row is None:
            return None
        return ", ".join(
            filter(None, [row["voie"], row["complement"], f"{row['code_postal']} {row['commune']}"])
        )


def registration(identifier: int) -> str:
    return f"G24-{identifier:06d}"


def mistakes(change: Mapping[str, str]) -> list[str]:
    """What the application finds wrong with an entry, in its own words."""
    found = []
    for name, label in (("voie", "Numéro et voie"), ("commune", "Commune"), ("dossier", "N° de dossier")):
        if not change[name]:
            found.append(f"La zone {label} est obligatoire.")
    if not re.fullmatch(r"\d{5}", change["code_postal"]):
        found.append("Le code postal comporte 5 chiffres.")
    if not _is_date(change["date_effet"]):
        found.append("La date d'effet doit être de la forme JJ/MM/AAAA.")
    return found


def _is_date(text: str) -> bool:
    if not re.fullmatch(r"\d{2}/\d{2}/\d{4}", text):
        return False
    try:
        day, month, year = (int(part) for part in text.split("/"))
        date(year, month, day)
    except ValueError:
        return False
    return True
