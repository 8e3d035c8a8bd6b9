"""Values written as FEEL literals, for what has no control of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from designer import text
from designer.extensions import clock
from engine import feel
from engine.diagnostics import Text


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
