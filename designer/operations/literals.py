"""Variables as people correct them: each as a FEEL literal, so that its type survives the correction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from designer import text
from designer.extensions import clock
from engine import feel
from engine.diagnostics import Text

PREFIX = "variable-"


@dataclass(slots=True)
class Corrections:
    """What was changed, by name, and what cannot be read."""

    changed: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def written(value: Any) -> str:
    """A value as its FEEL literal: `"Lyon"`, `12.5`, `date("2026-11-23")`."""
    return feel.to_text(value)


def read(literal: str) -> Any:
    """The value of a FEEL literal. Raises ValueError with what is wrong, in the language of the page."""
    try:
        expression = feel.parse(literal)
    except feel.FeelError as error:
        raise ValueError(_words(error)) from error
    if expression.variables:
        names = ", ".join(sorted(expression.variables))
        raise ValueError(_("%(names)s : mettez les textes entre guillemets droits.", names=names))
    found = expression.explain({}, now=clock.now(), zone=text.zone())
    if found.reasons:
        raise ValueError(_("Cette valeur ne se calcule pas : %(why)s", why=_reason(found.reasons[0])))
    return found.value


def _words(error: Any) -> str:
    message = getattr(error, "message", None)
    if isinstance(message, Mapping):
        return str(message.get(text.locale()) or message.get("fr"))
    return str(message.in_(text.locale())) if isinstance(message, Text) else str(error)


def _reason(reason: Any) -> str:
    return _words(reason) if hasattr(reason, "message") else str(reason)


def corrections(given: Mapping[str, str], current: Mapping[str, Any]) -> Corrections:
    """Compare the literals of a form with the values as they are; only what differs is a correction."""
    found = Corrections()
    for name, before in current.items():
        literal = given.get(PREFIX + name)
        if literal is None or literal.strip() == written(before):
            continue
        try:
            found.changed[name] = read(literal.strip())
        except ValueError as error:
            found.errors[name] = str(error)
    return found
