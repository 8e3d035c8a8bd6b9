"""Every reason for which the robot stops, in words.

A sentence is filled with the facts that the child reported. `family` decides what becomes of the job:
screen (unknown screen), value (the application refuses a value), away (the application does not answer),
late, crash, large, trust.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from connectors.sdk import Text
from connectors.web_robot.wording import quoted

Family: TypeAlias = Literal["screen", "value", "away", "late", "crash", "large", "trust"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A reason to stop; `{…}` are facts."""

    family: Family
    fr: str
    en: str


PROBLEMS: Final[Mapping[str, Problem]] = {
    "target_missing": Problem("screen", "{thing} n’est pas sur la page.", "{thing} is not on the page."),
    "target_ambiguous": Problem(
        "screen", "{thing} est {count} fois sur la page.", "{thing} is on the page {count} times."
    ),
    "target_unusable": Problem("screen", "{thing} ne se laisse pas utiliser.", "{thing} cannot be used."),
    "selector_invalid": Problem(
        "screen", "Le sélecteur {name} n’est pas du CSS valable.", "The selector {name} is not valid CSS."
    ),
    "read_missing": Problem(
        "screen", "{name} ne se lit pas sur la page.", "{name} cannot be read on the page."
    ),
    "read_ambiguous": Problem(
        "screen", "{name} se lit à {count} endroits.", "{name} can be read in {count} places."
    ),
    "wait_in_vain": Problem(
        "screen", "{awaited} n’est pas apparu en {seconds}\u00a0secondes.",
        "{awaited} did not appear within {seconds} seconds.",
    ),
    "assertion_failed": Problem(
        "screen", "La page devait montrer {expected}.", "The page should have shown {expected}."
    ),
    "contradiction": Problem(
        "screen", "La page dit à la fois que le dossier y est et {text}.",
        "The page says both that the file is there and {text}.",
    ),
    "unexpected_dialog": Problem(
        "screen", "L’application a posé une question imprévue\u00a0: {message}.",
        "The application asked an unexpected question: {message}.",
    ),
    "dialog_missing": Problem(
        "screen", "L’application devait demander {message} et ne l’a pas fait.",
        "The application should have asked {message} and did not.",
    ),
    "window_opened": Problem(
        "screen", "L’application ouvre une autre fenêtre.", "The application opens another window."
    ),
    "left_origin": Problem(
        "screen", "La page menait hors des adresses permises, vers {url}.",
        "The page led outside the allowed addresses, to {url}.",
    ),
    "refused": Problem("screen", "L’application a répondu {status}.", "The application answered {status}."),
    "no_file": Problem("screen", "{thing} n’a donné aucun fichier.", "{thing} gave no file."),
    "page_moved": Problem("screen", "La page a changé pendant la saisie.", "The page changed during typing."),
    "value_too_long": Problem(
        "value", "La valeur a {length} caractères et le champ en accepte {limit}.",
        "The value has {length} characters and the field takes {limit}.",
    ),
    "value_changed": Problem(
        "value", "Le champ n’a pas gardé la valeur saisie\u00a0: il montre {kept}.",
        "The field did not keep the typed value: it shows {kept}.",
    ),
    "option_missing": Problem(
        "value", "La liste ne propose pas {option}, ou plus d’une fois.",
        "The list does not offer {option}, or more than once.",
    ),
    "unreachable": Problem("away", "L’application ne répond pas.", "The application does not answer."),
    "answer_lost": Problem(
        "away", "L’application a coupé sans répondre.", "The application hung up without an answer."
    ),
    "certificate_refused": Problem(
        "trust", "Le certificat de l’application n’est pas reconnu par cette machine.",
        "The application’s certificate is not trusted by this machine.",
    ),
    "unavailable": Problem(
        "away", "L’application est indisponible (réponse {status}).",
        "The application is unavailable (answer {status}).",
    ),
    "no_answer": Problem(
        "late", "L’application n’a pas répondu en {seconds}\u00a0secondes.",
        "The application did not answer within {seconds} seconds.",
    ),
    "time_is_up": Problem("late", "Le temps permis est écoulé.", "The time allowed is up."),
    "browser_crashed": Problem("crash", "Le navigateur s’est arrêté.", "The browser stopped."),
    "robot_lost": Problem(
        "crash", "Le robot s’est arrêté sans rien dire.", "The robot ended without a word."
    ),
    "file_too_large": Problem(
        "large", "Le fichier dépasse {megabytes}\u00a0Mo.", "The file is larger than {megabytes} MB."
    ),
    "too_much_data": Problem(
        "large", "L’application a envoyé plus de données que permis.",
        "The application sent more data than allowed.",
    ),
}  # fmt: skip

_THINGS: Final[Mapping[str, Text]] = {
    "field": Text("Le champ", "The field"),
    "button": Text("Le bouton", "The button"),
    "link": Text("Le lien", "The link"),
    "selector": Text("L’élément", "The element"),
}
_EXPECTED: Final[Mapping[str, Text]] = {
    "text": Text("le texte", "the text"),
    "no_text": Text("autre chose que", "something other than"),
    "row": Text("une ligne avec", "a row with"),
    "title": Text("le titre", "the title"),
    "path": Text("l’adresse", "the address"),
    "field": Text("le champ", "the field"),
}


def sentence(problem: str, facts: Mapping[str, Any]) -> Text:
    """What went wrong, filled with the facts."""
    known = PROBLEMS[problem]
    filled = _filled(facts)
    fr = {name: text.fr for name, text in filled.items()}
    en = {name: text.en for name, text in filled.items()}
    return Text(known.fr.format_map(fr), known.en.format_map(en))


def _filled(facts: Mapping[str, Any]) -> dict[str, Text]:
    """Every fact as words: numbers bare, names between quotation marks, and the composed ones."""
    words = {
        name: Text(str(value), str(value)) if isinstance(value, int) else quoted(value)
        for name, value in facts.items()
        if value is not None
    }
    if facts.get("kind") in _THINGS:
        words["thing"] = _joined(_THINGS[facts["kind"]], words["name"])
    if "expects" in facts:
        value = facts["value"]
        shown = quoted(", ".join(value) if isinstance(value, list) else value)
        words["expected"] = _joined(_EXPECTED[facts["expects"]], shown)
    if "text" in words:
        words["awaited"] = _joined(Text("Le texte", "The text"), words["text"])
    if "field" in words:
        words["awaited"] = _joined(_THINGS["field"], words["field"])
    if "limit" in facts:
        words["megabytes"] = Text(*[str(max(facts["limit"] // (1024 * 1024), 1))] * 2)
    return words


def _joined(first: Text, second: Text) -> Text:
    return Text(f"{first.fr} {second.fr}", f"{first.en} {second.en}")
