"""The answers that a choice offers: written in the form, taken from a variable, or computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.errors import InvalidValue
from engine.forms.model import Component, Option, get_at
from engine.forms.templates import Moment, evaluate, spoken
from engine.values import Variable, from_python, to_python


def options_of(
    component: Component, scope: Mapping[str, Variable], moment: Moment, locale: str = "fr"
) -> list[Option]:
    """The choices of one component, in their order. Two with the same value count once."""
    found = [_option(item, component, locale) for item in _items(component, scope, moment)]
    return list({option.key: option for option in found if option is not None}.values())


def _items(component: Component, scope: Mapping[str, Variable], moment: Moment) -> list[Any]:
    source = component.source
    if source.get("valuesExpression"):
        items = evaluate(source["valuesExpression"], scope, moment)
    elif source.get("valuesKey"):
        items = get_at(scope, tuple(str(source["valuesKey"]).split(".")))
    else:
        items = source.get("values")
    return items if isinstance(items, list) else []


def _option(item: Any, component: Component, locale: str) -> Option | None:
    try:
        value = from_python(item.get("value") if isinstance(item, Mapping) else item)
    except InvalidValue:
        return None
    if value is None or value == "":
        return None
    key = option_key(value)
    label = item.get("label") if isinstance(item, Mapping) else None
    if locale.startswith("en"):
        label = component.custom(f"relais:option:{key}:en") or label
    return Option(value, str(label) if label not in (None, "") else spoken(value, locale), key)


def option_key(value: Variable) -> str:
    """The text that stands for a value in a page: itself for text, JSON for what is not."""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(to_python(value), ensure_ascii=False, sort_keys=True, default=str)
