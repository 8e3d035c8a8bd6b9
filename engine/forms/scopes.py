"""What expressions of a form see: process variables, answers over them, and in a list the row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.forms.model import Component
from engine.forms.templates import Moment, is_true
from engine.values import Variable


def merged(variables: Mapping[str, Variable], data: Mapping[str, Any]) -> dict[str, Variable]:
    """Answers over variables; contexts are merged entry by entry."""
    result = dict(variables)
    for key, value in data.items():
        below = result.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        result[key] = merged(below, value) if both and isinstance(below, dict) else value
    return result


def row_scope(outer: Mapping[str, Variable], row: Mapping[str, Any], position: int) -> dict[str, Variable]:
    """The scope inside a list: `this` is the row, `parent` what is around it, `i` its number from 1."""
    return {**outer, **row, "this": dict(row), "parent": dict(outer), "i": Decimal(position + 1)}


def is_hidden(component: Component, scope: Mapping[str, Variable], moment: Moment) -> bool:
    """Whether its condition hides it now."""
    conditional = component.source.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, Mapping) else None
    return is_true(hide, scope, moment) if isinstance(hide, str) and hide.strip() else hide is True


def is_readonly(component: Component, scope: Mapping[str, Variable], moment: Moment) -> bool:
    """Whether it only shows a value now."""
    return component.type == "expression" or is_true(component.source.get("readonly"), scope, moment)
