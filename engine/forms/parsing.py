"""Answers as they come (text of a page, JSON of the API) to engine values, one function per component."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from typing import Any

from engine.diagnostics import Text
from engine.errors import InvalidValue
from engine.forms import messages
from engine.forms.model import Component, Option
from engine.values import Variable, from_python

LONGEST_TEXT = 20_000
# The precision of FEEL numbers (DMN 1.5, 10.3.2.3.1).
MOST_DIGITS = 34
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SPACES = re.compile("[\\s\u00a0\u202f\u2009']")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Refused(Exception):
    """An answer that cannot become a value; `.text` says why and what to do. Never leaves the package."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def is_empty(answer: Any) -> bool:
    """Whether nothing was answered: no value, blank text, an empty list, or empty date boxes."""
    if answer is None or answer in ([], {}):
        return True
    if isinstance(answer, str):
        return not answer.strip()
    if isinstance(answer, Mapping):
        return all(isinstance(part, str) and not part.strip() for part in answer.values())
    return False


def to_value(component: Component, answer: Any, options: Sequence[Option], zone: tzinfo) -> Variable:
    """The value of one answer, which is not empty. Raises Refused."""
    if component.type in ("radio", "select"):
        return _choice(answer, options)
    if component.type in ("checklist", "taglist"):
        answers = answer if isinstance(answer, list) else [answer]
        return list({_key(a): _choice(a, options) for a in answers}.values())
    if component.type == "datetime":
        return _READ_TIMES[str(component.source.get("subtype", "date"))](answer, zone)
    if component.type == "number":
        number = read_number(answer)
        return format(number, "f") if component.source.get("serializeToString") else number
    return _READERS[component.type](answer)


def read_text(answer: Any, *, one_line: bool) -> str:
    """Text in composed form (NFC), without blanks around it; line ends are `\\n`."""
    if not isinstance(answer, str):
        raise Refused(messages.NOT_TEXT)
    text = unicodedata.normalize("NFC", answer.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if _FORBIDDEN.search(text):
        raise Refused(messages.BROKEN_TEXT)
    if len(text) > LONGEST_TEXT:
        raise Refused(messages.too_long(LONGEST_TEXT, len(text)))
    return " ".join(text.splitlines()) if one_line else text


def read_number(answer: Any) -> Decimal:
    """A number: JSON's, or text in figures with a French or English decimal mark (« 1 284,50 »)."""
    if isinstance(answer, int | Decimal | float) and not isinstance(answer, bool):
        number = Decimal(repr(answer) if isinstance(answer, float) else answer)
        if number.is_finite() and abs(number.adjusted()) <= MOST_DIGITS >= len(number.as_tuple().digits):
            return number
    if not isinstance(answer, str):
        raise Refused(messages.not_a_number(_shown(answer)))
    text = _SPACES.sub("", answer).replace("\u2212", "-")
    if _THOUSANDS.fullmatch(text) and ("." in text or text.count(",") > 1):
        text = text.replace(",", "")
    text = text.replace(",", ".", 1)
    if not _NUMBER.fullmatch(text) or len(text) > MOST_DIGITS:
        raise Refused(messages.not_a_number(_shown(answer)))
    return Decimal(text)


def _shown(answer: Any) -> str:
    return " ".join(str(answer).split())[:40]


def _yes_no(answer: Any) -> bool:
    if isinstance(answer, bool):
        return answer
    words = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
    if isinstance(answer, str) and answer.strip().lower() in words:
        return words[answer.strip().lower()]
    raise Refused(messages.NOT_YES_NO)


def _choice(answer: Any, options: Sequence[Option]) -> Variable:
    """The option whose value, or whose text in the page, is the answer."""
    for option in options:
        if type(answer) is type(option.value) and answer == option.value:
            return option.value
    for option in options:
        if _key(answer) == option.key:
            return option.value
    raise Refused(messages.NOT_A_CHOICE)


def _key(answer: Any) -> str:
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, int | float | Decimal):
        return format(read_number(answer), "f")
    return answer if isinstance(answer, str) else repr(answer)


# Dates and times


def read_date(answer: Any, zone: tzinfo | None = None) -> date:
    """A day: ISO text, « 14/12/2026 », or the three boxes `{"day", "month", "year"}`."""
    if isinstance(answer, datetime):
        return answer.date()
    if isinstance(answer, date):
        return answer
    if isinstance(answer, Mapping):
        return _from_boxes(answer)
    if isinstance(answer, str):
        found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", answer.strip())
        if found:
            return _day(*found.groups())
        found = re.fullmatch(r"(\d{1,2})\s*[/. -]\s*(\d{1,2})\s*[/. -]\s*(\d{4})", answer.strip())
        if found:
            return _day(*reversed(found.groups()))
    raise Refused(messages.no_such_day(_shown(answer)))


def _from_boxes(boxes: Mapping[Any, Any]) -> date:
    parts = [_shown(boxes.get(name, "")) for name in ("day", "month", "year")]
    if not all(parts):
        raise Refused(messages.INCOMPLETE_DATE)
    month = _MONTHS.get(parts[1].lower().rstrip("."), parts[1])
    if not parts[0].removesuffix("er").isdecimal() or not month.isdecimal() or not parts[2].isdecimal():
        raise Refused(messages.no_such_day(" ".join(parts)))
    if len(parts[2]) != 4:
        raise Refused(messages.no_such_day(" ".join(parts)))
    return _day(parts[2], month, parts[0].removesuffix("er"), " ".join(parts))


def _day(year: str, month: str, day: str, shown: str | None = None) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused(messages.no_such_day(shown or f"{day} {month} {year}")) from None


_MONTHS = {
    name: str(number)
    for number, names in enumerate(
        (
            *(("janvier", "janv", "january"), ("février", "fevrier", "févr", "february"), ("mars", "march")),
            *(("avril", "avr", "april"), ("mai", "may"), ("juin", "june"), ("juillet", "juil", "july")),
            *(("août", "aout", "august"), ("septembre", "sept", "september"), ("octobre", "oct", "october")),
            *(("novembre", "nov", "november"), ("décembre", "decembre", "déc", "december")),
        ),
        start=1,
    )
    for name in names
}


def _read_time(answer: Any, zone: tzinfo) -> time:
    if isinstance(answer, time):
        return answer
    text = answer.strip().lower().replace("\u00a0", " ") if isinstance(answer, str) else ""
    found = re.fullmatch(r"(\d{1,2})\s*[h:]\s*(\d{2})?(?::(\d{2})(?:\.\d+)?)?(z|[+-]\d{2}:\d{2})?", text)
    if found is None:
        raise Refused(messages.NOT_A_TIME)
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    try:
        local = time(hour, minute, second)
    except ValueError:
        raise Refused(messages.NOT_A_TIME) from None
    return time.fromisoformat(f"{local.isoformat()}{found[4].upper()}") if found[4] else local


def _read_moment(answer: Any, zone: tzinfo) -> datetime:
    """An aware instant: ISO text (local when it names no offset), or the boxes with `time` beside them."""
    if isinstance(answer, datetime):
        return answer if answer.tzinfo else answer.replace(tzinfo=zone)
    if isinstance(answer, Mapping):
        hour = _read_time(answer.get("time") or "", zone)
        return datetime.combine(_from_boxes(answer), hour, tzinfo=hour.tzinfo or zone)
    if not isinstance(answer, str) or "T" not in answer:
        raise Refused(messages.no_such_day(_shown(answer)))
    day, _, hour_text = answer.strip().partition("T")
    hour = _read_time(hour_text, zone)
    return datetime.combine(read_date(day), hour, tzinfo=hour.tzinfo or zone)


_READ_TIMES: dict[str, Callable[[Any, tzinfo], Variable]] = {
    "date": read_date,
    "time": _read_time,
    "datetime": _read_moment,
}


# Files


def _files(answer: Any) -> list[Variable]:
    """References to stored files: contexts with at least `id` and `name`."""
    references = answer if isinstance(answer, list) else [answer]
    if not all(
        isinstance(r, Mapping) and _is_text(r.get("id")) and _is_text(r.get("name")) for r in references
    ):
        raise Refused(messages.NOT_A_FILE)
    try:
        found = from_python(references)
    except InvalidValue:
        raise Refused(messages.NOT_A_FILE) from None
    return list(found)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


_READERS: dict[str, Callable[[Any], Variable]] = {
    "textfield": lambda answer: read_text(answer, one_line=True),
    "textarea": lambda answer: read_text(answer, one_line=False),
    "checkbox": _yes_no,
    "filepicker": _files,
}
