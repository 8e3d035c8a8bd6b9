"""What a browser may fill in by itself, guessed from a field's key (WCAG 2.1, 1.3.5; HTML autofill)."""

from __future__ import annotations

import re
import unicodedata

_GUESSES = (
    ("email", r"e?mail|courriel|adresse_?electronique"),
    ("tel", r"tel|telephone|phone|mobile|portable"),
    ("postal-code", r"code_?postal|postal_?code|postcode|cp|zip"),
    ("address-level2", r"ville|commune|city|town"),
    ("street-address", r"rue|voie|adresse|street|address|adresse_?postale"),
    ("country-name", r"pays|country"),
    ("given-name", r"prenoms?|first_?name|given_?name"),
    ("family-name", r"nom|nom_?de_?famille|last_?name|family_?name|surname"),
    ("name", r"nom_?complet|nom_?prenom|full_?name"),
    ("bday", r"date_?de_?naissance|naissance|birth_?date"),
    ("organization", r"organisme|societe|entreprise|organi[sz]ation|company"),
)
_PATTERNS = [(name, re.compile(pattern)) for name, pattern in _GUESSES]
# Words around the key that do not change who it is about.
_AROUND = re.compile(r"^(?:votre|nouvelle?|new|demandeur|usager)_|_(?:usager|demandeur|actuelle?)$")


def autocomplete_of(key: str) -> str | None:
    """The `autocomplete` word for a key, None when nothing fits."""
    plain = unicodedata.normalize("NFKD", key)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|[\s.-]", "_", plain).lower()
    last = _AROUND.sub("", words)
    return next((name for name, pattern in _PATTERNS if pattern.fullmatch(last)), None)
