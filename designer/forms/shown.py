"""Values and half-typed answers as the texts that controls show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from engine.forms import number_text, option_key
from engine.forms.messages import day_text

_BOXES = ("day", "month", "year", "time")


def text_of(value: Any, locale: str) -> str:
    """What a text box shows: numbers in the notation of the language, other answers as typed."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return number_text(value, locale)
    return str(value)


def keys_of(value: Any) -> list[str]:
    """The choices that are made, as the texts that stand for them."""
    if value in (None, ""):
        return []
    return [option_key(item) for item in (value if isinstance(value, list) else [value])]


def is_ticked(value: Any) -> bool:
    """Whether a box is ticked."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "on", "1"))


def boxes_of(value: Any, zone: tzinfo) -> dict[str, str]:
    """Day, month, year and hour as texts; what was typed comes back as it was."""
    if isinstance(value, Mapping):
        return {name: str(value.get(name) or "") for name in _BOXES}
    moment = _as_moment(value)
    if moment is None:
        return dict.fromkeys(_BOXES, "") | ({"day": value} if isinstance(value, str) else {})
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        moment = moment.astimezone(zone)
    hour = moment.strftime("%H:%M") if isinstance(moment, datetime) else ""
    return {"day": str(moment.day), "month": str(moment.month), "year": str(moment.year), "time": hour}


def _as_moment(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def hour_of(value: Any) -> str:
    """An hour as `<input type=time>` takes it."""
    return value.strftime("%H:%M") if isinstance(value, time) else str(value or "")


def in_words(value: Any, locale: str, zone: tzinfo) -> str:
    """A value to read, not to change: « 14 décembre 2026 à 9 h 12 », « oui »."""
    if isinstance(value, bool):
        return ("yes" if value else "no") if locale.startswith("en") else ("oui" if value else "non")
    if isinstance(value, list):
        return ", ".join(in_words(item, locale, zone) for item in value)
    if isinstance(value, Mapping) and "day" in value:
        return " ".join(str(value.get(name) or "") for name in _BOXES).strip()
    if isinstance(value, Mapping):
        return str(value.get("name") or value.get("label") or ", ".join(map(str, value.values())))
    if isinstance(value, time):
        english = value.strftime("%H:%M")
        return english if locale.startswith("en") else f"{value.hour}\u00a0h\u00a0{value.minute:02d}"
    if isinstance(value, date):
        return _day_in_words(value, locale, zone)
    return text_of(value, locale)


def _day_in_words(value: date, locale: str, zone: tzinfo) -> str:
    if not isinstance(value, datetime):
        return day_text(value).in_(locale)
    local = value.astimezone(zone) if value.tzinfo else value
    day, hour = day_text(local.date()).in_(locale), in_words(local.time(), locale, zone)
    return f"{day}, {hour}" if locale.startswith("en") else f"{day} à {hour}"
