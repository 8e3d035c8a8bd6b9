"""How values look in a message: filters of templates, in the language of the message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

NBSP: Final = "\u00a0"
_MONTHS_FR: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def is_number(value: Any) -> bool:
    """Numbers that take part in arithmetic; True is not one."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def filters(locale: str) -> dict[str, Callable[..., Any]]:
    """The filters `date`, `time`, `number`, `euros` and `replace` for a locale."""
    english = locale[:2].lower() == "en"
    return {
        "date": lambda value: long_date(value, english),
        "time": lambda value: clock(value, english),
        "number": lambda value, digits=None: number(value, english, digits),
        "euros": lambda value: euros(value, english),
        "replace": replace,
    }


def finalizer(locale: str) -> Callable[[Any], Any]:
    """What `{{ value }}` prints: nothing for null, yes and no for booleans, all digits of a number."""
    yes, no = ("yes", "no") if locale[:2].lower() == "en" else ("oui", "non")

    def finalize(value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, bool):
            return yes if value else no
        return format(value, "f") if isinstance(value, Decimal) else value

    return finalize


def _moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  # a calendar day has no zone
    return datetime.fromisoformat(str(value))


def long_date(value: Any, english: bool = False) -> str:
    """3 décembre 2026 · 3 December 2026, from a date or its ISO 8601 text. Raises ValueError."""
    moment = _moment(value)
    if english:
        return f"{moment.day} {_MONTHS_EN[moment.month - 1]} {moment.year}"
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day}{NBSP}{_MONTHS_FR[moment.month - 1]} {moment.year}"


def clock(value: Any, english: bool = False) -> str:
    """9 h 12 · 9:12."""
    moment = _moment(value)
    minute = f"{moment.minute:02d}"
    return f"{moment.hour}:{minute}" if english else f"{moment.hour}{NBSP}h{NBSP}{minute}"


def number(value: Any, english: bool = False, digits: int | None = None) -> str:
    """18 920,5 · 18,920.5; `digits` after the decimal mark, rounded half up."""
    amount = Decimal(value)
    if digits is not None:
        amount = amount.quantize(Decimal(1).scaleb(-min(max(digits, 0), 20)), ROUND_HALF_UP)
    text = format(amount, ",f")
    return text if english else text.replace(",", NBSP).replace(".", ",")


def euros(value: Any, english: bool = False) -> str:
    """18 920,50 € · €18,920.50."""
    amount = number(value, english, 2)
    return f"€{amount}" if english else f"{amount}{NBSP}€"


def replace(value: Any, old: str, new: str) -> str:
    """Text replacement that cannot grow beyond 100,000 characters. Raises ValueError."""
    text = str(value)
    if len(text) + text.count(old) * max(len(new) - len(old), 0) > 100_000:
        raise ValueError("replace makes a text too long")
    return text.replace(old, new)
