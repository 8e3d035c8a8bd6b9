"""Dates as applications want them typed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from connectors.sdk.fields import invalid

#: What an author writes → strftime.
FORMATS: Final = {
    "dd/mm/yyyy": "%d/%m/%Y",
    "ddmmyyyy": "%d%m%Y",
    "dd-mm-yyyy": "%d-%m-%Y",
    "dd.mm.yyyy": "%d.%m.%Y",
    "dd/mm/yy": "%d/%m/%y",
    "mm/yyyy": "%m/%Y",
    "yyyy-mm-dd": "%Y-%m-%d",
}


def written(text: str, form: str) -> str:
    """An ISO date, or date and time, in one of FORMATS. Raises ValidationError when it is no date."""
    try:
        day = datetime.fromisoformat(text).date() if len(text) > 10 else date.fromisoformat(text)
    except ValueError as error:
        raise invalid(f"«\u00a0{text}\u00a0» n’est pas une date.", f"“{text}” is not a date.") from error
    return day.strftime(FORMATS[form])
