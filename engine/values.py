"""Variable values: what they may be, and how they are kept exactly.

A value is None, bool, `Decimal`, str, date, time, datetime, `timedelta` (days-and-time duration),
`YearsMonths`, what `engine.feel.exact` has beside them, a list of values or a dict of str to value.
Values are treated as immutable.
Storage is JSON in which what JSON lacks is `{"$": type, "v": text}`; a user's own key `$` is kept
as `$$`, so no input can pretend to be a typed value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import simplejson

from engine.errors import InvalidValue
from engine.feel.exact import EXACT, ExactDate, ExactMoment, ExactTime
from engine.feel.temporal import parse_any
from engine.feel.text import temporal as temporal_text
from engine.feel.values import YearsMonths

Variable = Any
#: 4300 digits, Python's own limit for a whole number in text: beyond it, conversion takes minutes.
MAX_WHOLE_BITS = 14_284
MAX_DEPTH = 64
_SURROGATE = re.compile("[\ud800-\udfff\x00]")


def from_python(obj: Any, path: str = "$", depth: int = 0) -> Variable:
    """`obj` as a value: numbers become Decimal, tuples lists; new containers, nothing shared.

    Raises InvalidValue with the path of what cannot be kept (NaN, NUL characters, other types).
    """
    if obj is None or obj is True or obj is False:
        return obj
    kind = type(obj)
    if kind is str:
        return _checked_text(obj, path)
    if kind is Decimal or kind is int:
        return _checked_number(obj, path)
    if depth > MAX_DEPTH:
        raise InvalidValue(path, f"nested more than {MAX_DEPTH} deep")
    if kind is dict:
        return {_checked_key(k, path): from_python(v, f"{path}.{k}", depth + 1) for k, v in obj.items()}
    if kind is list:
        return [from_python(v, f"{path}[{i}]", depth + 1) for i, v in enumerate(obj)]
    return _from_other(obj, path, depth)


def _from_other(obj: Any, path: str, depth: int) -> Variable:
    if isinstance(obj, float):
        return _checked_number(Decimal(repr(obj)), path)
    if isinstance(
        obj, datetime | date | time | timedelta | YearsMonths | ExactDate | ExactTime | ExactMoment
    ):
        return obj
    if isinstance(obj, str):
        return _checked_text(str(obj), path)
    if isinstance(obj, int):
        return _checked_number(int(obj), path)
    if isinstance(obj, Decimal):
        return _checked_number(Decimal(obj), path)
    if isinstance(obj, Mapping):
        return from_python(dict(obj), path, depth)
    if isinstance(obj, Sequence) and not isinstance(obj, bytes | bytearray):
        return from_python(list(obj), path, depth)
    raise InvalidValue(path, f"{type(obj).__name__} cannot be a variable")


def _checked_number(number: Decimal | int, path: str) -> Decimal:
    if isinstance(number, int) and number.bit_length() > MAX_WHOLE_BITS:
        raise InvalidValue(path, "a whole number of more than 4300 digits")
    exact = number if isinstance(number, Decimal) else Decimal(number)
    if not exact.is_finite():
        raise InvalidValue(path, f"{exact} is not a number")
    return exact


def _checked_text(text: str, path: str) -> str:
    if (not text.isascii() or "\x00" in text) and _SURROGATE.search(text):
        raise InvalidValue(path, "text holds a NUL character or half a character")
    return text


def _checked_key(key: Any, path: str) -> str:
    if not isinstance(key, str):
        raise InvalidValue(path, f"key {key!r} is not text")
    return _checked_text(key, path)


def to_python(value: Variable) -> Any:
    """Plain data for connectors and the API: whole numbers int, others Decimal, times ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() and value.adjusted() < 40 else value
    if isinstance(value, dict):
        return {k: to_python(v) for k, v in value.items()}
    if isinstance(value, list):
        return [to_python(v) for v in value]
    if value is None or isinstance(value, str | bool):
        return value
    return _type_and_text(value)[1]


def dumps(value: Variable) -> str:
    """Typed JSON text from which `loads` gives the same value."""
    kind = type(value)
    if kind is Decimal:
        return str(value) if _is_json_number(value) else _encoder.encode(value)
    return _encoder.encode(_escape(value) if kind is dict or kind is list else value)


def loads(text: str) -> Variable:
    """The value that `dumps` wrote."""
    return _unescape(simplejson.loads(text, use_decimal=True, parse_int=Decimal))


def _is_json_number(value: Decimal) -> bool:
    return value.is_finite()


def _escape(value: Variable) -> Variable:
    if isinstance(value, dict):
        return {("$" + k if k.startswith("$") else k): _escape(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_escape(v) for v in value]
    return value


def _unescape(value: Any) -> Variable:
    if isinstance(value, dict):
        if "$" in value:
            return _READERS[value["$"]](value["v"])
        return {(k.removeprefix("$")): _unescape(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_unescape(v) for v in value]
    return value


def _type_and_text(value: Any) -> tuple[str, str]:
    if isinstance(value, datetime):
        zone = getattr(value.tzinfo, "key", None)
        return "datetime", value.isoformat() + (f"@{zone}" if zone else "")
    if isinstance(value, date):
        return "date", value.isoformat()
    if isinstance(value, time):
        zone = getattr(value.tzinfo, "key", None)
        return "time", value.isoformat() + (f"@{zone}" if zone else "")
    if isinstance(value, YearsMonths):
        return "months", str(value)
    if isinstance(value, timedelta):
        return "duration", duration_text(value)
    if isinstance(value, EXACT):
        return "exact", str(temporal_text(value))
    raise InvalidValue("$", f"{type(value).__name__} cannot be a variable")


def duration_text(value: timedelta) -> str:
    """ISO 8601 text of a days-and-time duration, exact to the microsecond: `P1DT2H`, `-PT0.5S`."""
    sign, rest = ("-", -value) if value < timedelta(0) else ("", value)
    hours, seconds = divmod(rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    fraction = f".{rest.microseconds:06d}".rstrip("0").rstrip(".")
    clock = "".join(f"{n}{u}" for n, u in ((hours, "H"), (minutes, "M")) if n)
    if seconds or fraction:
        clock += f"{seconds}{fraction}S"
    days = f"{rest.days}D" if rest.days else ""
    return f"{sign}P{days}T{clock}" if clock else f"{sign}P{days}" if days else "PT0S"


def _read_zoned(text: str, kind: type[datetime | time]) -> Any:
    moment, _, zone = text.partition("@")
    value = kind.fromisoformat(moment)
    return value.replace(tzinfo=ZoneInfo(zone)) if zone else value


_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<d>\d+)D)?(?:T(?:(?P<h>\d+)H)?(?:(?P<m>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)


def _read_duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise InvalidValue("$", f"{text} is not a duration")
    days, hours, minutes = (int(match[part] or 0) for part in "dhm")
    micros = int(Decimal(match["s"] or 0) * 1_000_000)
    value = timedelta(days=days, hours=hours, minutes=minutes, microseconds=micros)
    return -value if match["sign"] else value


def _read_number(text: str) -> Decimal:
    return Decimal(text)


_READERS: dict[str, Any] = {
    "datetime": lambda text: _read_zoned(text, datetime),
    "time": lambda text: _read_zoned(text, time),
    "date": date.fromisoformat,
    "duration": _read_duration,
    "months": YearsMonths.from_text,
    "number": _read_number,
    "exact": parse_any,
}


def _default(value: Any) -> dict[str, str]:
    kind, text = _type_and_text(value)
    return {"$": kind, "v": text}


_encoder = simplejson.JSONEncoder(
    use_decimal=True, ensure_ascii=False, default=_default, separators=(",", ":"), allow_nan=False
)
