"""Requests as people would make them: invented persons, addresses of the geocoding stub."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

from faker import Faker
from stdnum import luhn

from connectors.http_request import stub

PLACES = Path(stub.__file__).with_name("addresses.csv")
UNKNOWN = {"voie": "Lieu-dit Perdu", "code_postal": "82100", "commune": "Castelsarrasin"}


def generate(count: int, seed: int) -> list[dict[str, Any]]:
    """`count` submissions of the request form; one in six has an address the machine cannot find."""
    fake, chance = Faker("fr_FR"), random.Random(seed)
    fake.seed_instance(seed)
    rows = csv.DictReader(PLACES.read_text(encoding="utf-8").splitlines())
    places = [row for row in rows if row["postcode"].startswith("82")]
    return [_submission(fake, chance, places, number) for number in range(count)]


def _submission(
    fake: Faker, chance: random.Random, places: list[dict[str, str]], number: int
) -> dict[str, Any]:
    place = chance.choice(places)
    known = {
        "voie": f"{place['housenumber']} {place['street']}",
        "code_postal": place["postcode"],
        "commune": place["city"],
    }
    return {
        "prenom": fake.first_name(),
        "nom": fake.last_name(),
        "numero_etranger": _holder_number(chance, number),
        "courriel": f"usager{number}@exemple.fr",
        "date_emmenagement": fake.date_between("-80d", "-1d").isoformat(),
        "exact": True,
        **(UNKNOWN if number % 6 == 5 else known),
    }


def _holder_number(chance: random.Random, number: int) -> str:
    """Ten digits, different for each request, with a check digit."""
    body = f"75{chance.randrange(1000):03d}{number:04d}"
    return body + luhn.calc_check_digit(body)
