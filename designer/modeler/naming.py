"""Technical names made from what people call things."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

#: What may be a process id or a form id: an XML NCName in plain letters.
KEY = re.compile(r"[a-zA-Z_][a-zA-Z0-9_.-]{0,99}")
_SMALL = frozenset(
    {"a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "un", "une"}
)


def key_of(name: str, fallback: str = "processus") -> str:
    """« Changement d’adresse » → `changement_adresse`."""
    words = _words(unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe")))
    kept = [word for word in words if word not in _SMALL] or words
    key = "_".join(kept)[:60].strip("_") or fallback
    return key if key[0].isalpha() else f"p_{key}"


def identifier(text: str) -> str:
    """The text itself where it will do as a technical name, else one made from it."""
    return text if KEY.fullmatch(text) else key_of(text)


def _words(plain: str) -> list[str]:
    without_marks = "".join(c for c in plain if not unicodedata.combining(c))
    return re.findall(r"[a-z0-9]+", without_marks.lower())


def free(key: str, taken: Container[str]) -> str:
    """`key`, with a number after it while that is taken."""
    found, number = key, 2
    while found in taken:
        found, number = f"{key}_{number}", number + 1
    return found
