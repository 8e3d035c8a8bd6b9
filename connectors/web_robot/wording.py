"""A step in words, for pictures, progress and errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from connectors.sdk import Text

_TARGETS: Final = ("field", "button", "link", "selector")
_LIMIT: Final = 60


def quoted(value: object) -> Text:
    """A name between the quotation marks of each language, shortened when long."""
    words = str(value)
    short = words if len(words) <= _LIMIT else words[: _LIMIT - 1] + "…"
    return Text(f"«\u00a0{short}\u00a0»", f"“{short}”")


def numbered(step: Mapping[str, Any], index: int) -> Text:
    """ "Étape 3 : remplir « Nom »"; `index` counts from 0."""
    words = described(step)
    return Text(f"Étape {index + 1}\u00a0: {words.fr}", f"Step {index + 1}: {words.en}")


def described(step: Mapping[str, Any]) -> Text:
    """What a step does. Never says a typed value: it may be personal."""
    fr, en = _VERBS[step["do"]]
    thing = _object(step)
    return Text(f"{fr} {thing.fr}".strip(), f"{en} {thing.en}".strip())


_VERBS: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("ouvrir", "open"),
    "fill": ("remplir", "fill in"),
    "select": ("choisir dans", "choose in"),
    "check": ("cocher", "check"),
    "uncheck": ("décocher", "uncheck"),
    "click": ("cliquer sur", "click on"),
    "press": ("appuyer sur", "press"),
    "wait": ("attendre", "wait for"),
    "read": ("lire", "read"),
    "upload": ("joindre un fichier à", "attach a file to"),
    "download": ("télécharger par", "download with"),
    "assert": ("vérifier", "verify"),
}


def _object(step: Mapping[str, Any]) -> Text:
    if step["do"] == "open":
        return quoted(step["url"])
    if step["do"] == "press":
        return quoted(step["key"])
    if step["do"] == "assert":
        return _expectation(step)
    if "seconds" in step:
        return Text(f"{step['seconds']}\u00a0secondes", f"{step['seconds']} seconds")
    if "column" in step:
        return quoted(step["column"])
    name = next((step[key] for key in (*_TARGETS, "text") if step.get(key) is not None), "")
    return quoted(name)


def _expectation(step: Mapping[str, Any]) -> Text:
    """What an assertion expects, in a few words."""
    for key, fr, en in (
        ("text", "le texte", "the text"),
        ("no_text", "l’absence du texte", "the absence of the text"),
        ("title", "le titre", "the title"),
        ("path", "l’adresse", "the address"),
        ("field", "le champ", "the field"),
        ("row", "la ligne", "the row"),
    ):
        if key in step:
            value = ", ".join(map(str, step[key])) if key == "row" else step[key]
            name = quoted(value)
            return Text(f"{fr} {name.fr}", f"{en} {name.en}")
    return Text("l’écran", "the screen")
