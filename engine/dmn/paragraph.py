"""An explanation as a paragraph that an agent can send: what was read, which rules applied, what came out.

CRPA R311-3-1-2: the data that were processed and where they come from, the parameters as applied to the
person's situation, and the operations carried out, in words that can be understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine import feel
from engine.diagnostics import Text
from engine.feel.text import temporal
from engine.feel.values import Value

Said = Mapping[str, Any]
_WORDS = {
    "fr": {
        "true": "oui",
        "false": "non",
        "null": "non renseigné",
        "quote": "«\u00a0{}\u00a0»",
        "list": "aucun",
    },
    "en": {"true": "yes", "false": "no", "null": "not given", "quote": "“{}”", "list": "none"},
}


def paragraph(explanation: Said) -> Text:
    """The paragraph of an explanation as `Outcome.to_dict` gives it and as the history keeps it."""
    steps = explanation.get("steps", [])
    return Text(" ".join(_step(step, "fr") for step in steps), " ".join(_step(step, "en") for step in steps))


def _step(step: Said, locale: str) -> str:
    parts = [_read(step, locale)]
    parts += [_table(table, locale) for table in step["tables"]]
    parts.append(_result(step, locale))
    return " ".join(part for part in parts if part)


def _read(step: Said, locale: str) -> str:
    data = [source for source in step["sources"] if source["kind"] in ("input", "decision")]
    name = _quoted(step["name"], locale)
    if not data:
        return f"Décision {name}." if locale == "fr" else f"Decision {name}."
    joined = ", ".join(f"{source['name']} = {said(source['value'], locale)}" for source in data)
    if locale == "fr":
        return f"Décision {name}, calculée à partir de\u00a0: {joined}."
    return f"Decision {name}, computed from: {joined}."


def _table(table: Said, locale: str) -> str:
    if not table["fired"]:
        if locale == "fr":
            return "Aucune règle de la table ne s’applique" + (
                "\u00a0; la valeur par défaut est donnée." if table["default"] else "."
            )
        return "No rule of the table applies" + ("; the default value is given." if table["default"] else ".")
    return " ".join(_rule(rule, table["inputs"], locale) for rule in table["fired"])


def _rule(rule: Said, inputs: list[Said], locale: str) -> str:
    pairs = zip(inputs, rule["tests"], strict=False)
    space = "\u00a0" if locale == "fr" else ""
    conditions = f"{space}; ".join(
        f"{column['label']} ({said(column['value'], locale)}){space}: {test}"
        for column, test in pairs
        if test != "-"
    )
    number = rule["number"]
    head = f"La règle n°\u00a0{number} s’applique" if locale == "fr" else f"Rule {number} applies"
    because = f" [{conditions}]" if conditions else ""
    return " ".join([f"{head}{because}.", *rule["remarks"]])


def _result(step: Said, locale: str) -> str:
    value = said(step["value"], locale)
    if step["value"] == "null" and step["reasons"]:
        reason = step["reasons"][-1][locale]
        return f"Pas de résultat\u00a0: {reason}" if locale == "fr" else f"No result: {reason}"
    return f"Résultat\u00a0: {value}." if locale == "fr" else f"Result: {value}."


def said(written: str, locale: str) -> str:
    """A value, given as FEEL text, in words."""
    try:
        value = feel.parse(written).evaluate({})
    except feel.FeelError:
        return written
    return _said(value, locale)


def _said(value: Value, locale: str) -> str:
    words = _WORDS[locale]
    if value is None or isinstance(value, bool):
        return words[feel.to_text(value)]
    if isinstance(value, str):
        return words["quote"].format(value)
    if isinstance(value, Decimal):
        return feel.to_text(value).replace(".", "," if locale == "fr" else ".")
    if isinstance(value, list):
        return ", ".join(_said(item, locale) for item in value) or words["list"]
    if isinstance(value, dict):
        entries = ", ".join(f"{key} = {_said(item, locale)}" for key, item in value.items())
        return f"({entries})" if entries else words["list"]
    if type(value) is date or isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if locale == "fr" else "%Y-%m-%d") + _clock(value)
    return temporal(value) or feel.to_text(value)


def _clock(value: date) -> str:
    return f" {value:%H:%M}" if isinstance(value, datetime) else ""


def _quoted(name: str, locale: str) -> str:
    return _WORDS[locale]["quote"].format(name)
