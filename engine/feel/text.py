"""FEEL literal text of a value: what, written in an expression, gives the value again."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from engine.feel import decimals, exact
from engine.feel.exact import Clock, Day, ExactDate, ExactMoment, ExactTime
from engine.feel.parsing.cursor import KEYWORDS
from engine.feel.parsing.lexer import PLAIN_NAME
from engine.feel.runtime import MAX_STRING, Run, too_deep
from engine.feel.temporal import micros
from engine.feel.values import Function, Range, Value, YearsMonths, native

MAX_DEPTH = 100
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPED = re.compile(r'["\\\n\r\t]')


def to_text(value: Value) -> str:
    """The FEEL literal of `value`: `"a"`, `[1, 2]`, `{a: 1}`, `@"2024-02-29"`.

    A function has no literal: it is written as its head. Raises FeelLimitExceeded beyond 1,000,000
    characters or 100 levels.
    """
    return write(value, Run(None, None, None))


def write(value: Value, run: Run) -> str:
    """As `to_text`, counted against the budget of `run`."""
    writer = _Writer(run)
    writer.write(native(value), 0)
    return "".join(writer.parts)


def string(value: Value, run: Run) -> str:
    """The result of `string(value)`: a text is itself, a date its ISO form without quotes."""
    value = native(value)
    if isinstance(value, str):
        return value
    plain = scalar(value)
    return write(value, run) if plain is None else plain


def scalar(value: Value) -> str | None:
    """ISO or decimal text of a value that is not a text and has no parts, else None."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return decimals.text(value)
    if value is None:
        return "null"
    return temporal(value)


def temporal(value: Value) -> str | None:
    """ISO text of a date, time or duration, None for anything else."""
    if isinstance(value, datetime | ExactMoment):
        day, clock = exact.parts_of(value)
        return f"{_date(day)}T{_time(clock)}"
    if isinstance(value, date | ExactDate):
        return _date(value)
    if isinstance(value, time | ExactTime):
        return _time(value)
    if isinstance(value, YearsMonths):
        return str(value)
    return duration(value) if isinstance(value, timedelta) else None


def _date(value: Day) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04}-{value.month:02}-{value.day:02}"


def _time(value: Clock) -> str:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    fraction = value.nanosecond if isinstance(value, ExactTime) else value.microsecond * 1000
    if fraction:
        text += f".{fraction:09d}".rstrip("0")
    zone = value.tzinfo
    if zone is None:
        return text
    if zone is UTC:
        return text + "Z"
    name = getattr(zone, "key", None)
    return f"{text}@{name}" if name else text + _offset(zone.utcoffset(None))


def _offset(offset: timedelta | None) -> str:
    if not offset:
        return "Z"
    sign, size = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    minutes, seconds = divmod(size.seconds, 60)
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")


def duration(value: timedelta) -> str:
    """ISO 8601 text of a days-and-time duration: `P1DT2H`, `-PT0.5S`, `PT0S`."""
    total, fraction = divmod(abs(micros(value)), 1_000_000)
    minutes, seconds = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if seconds or fraction:
        clock += (f"{seconds}.{fraction:06d}".rstrip("0").rstrip(".") if fraction else str(seconds)) + "S"
    body = (f"{days}D" if days else "") + (f"T{clock}" if clock else "")
    return ("-" if value < timedelta(0) else "") + "P" + (body or "T0S")


def quoted(text: str) -> str:
    """A string literal."""
    return '"' + _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text) + '"'


def key_text(key: str) -> str:
    """A context key as it is written: quoted unless it is a single plain word."""
    return key if PLAIN_NAME.fullmatch(key) and key not in KEYWORDS else quoted(key)


class _Writer:
    """Collects the parts of one literal, within the budgets."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.parts: list[str] = []
        self.size = 0

    def put(self, text: str) -> None:
        self.size += len(text)
        self.run.check_string(self.size if self.size > MAX_STRING else 0)
        self.parts.append(text)

    def write(self, value: Value, depth: int) -> None:
        value = native(value)
        self.run.spend(1)
        if depth > MAX_DEPTH:
            raise too_deep()
        if isinstance(value, str):
            self.put(quoted(value))
        elif isinstance(value, list):
            self._list(value, depth)
        elif isinstance(value, dict):
            self._context(value, depth)
        elif isinstance(value, Range):
            self._range(value, depth)
        else:
            self.put(_literal(value))

    def _list(self, items: list[Value], depth: int) -> None:
        self.put("[")
        for index, item in enumerate(items):
            self.put(", " if index else "")
            self.write(item, depth + 1)
        self.put("]")

    def _context(self, entries: dict[str, Value], depth: int) -> None:
        self.put("{")
        for index, (key, item) in enumerate(entries.items()):
            self.put((", " if index else "") + key_text(key) + ": ")
            self.write(item, depth + 1)
        self.put("}")

    def _range(self, value: Range, depth: int) -> None:
        if value.operator is not None:
            self.put(f"({value.operator} ")
            self.write(value.start if value.end is None else value.end, depth + 1)
            self.put(")")
            return
        self.put("[" if value.start_included else "(")
        self.write(value.start, depth + 1)
        self.put("..")
        self.write(value.end, depth + 1)
        self.put("]" if value.end_included else ")")


def _literal(value: Value) -> str:
    if isinstance(value, Function):
        return f"function({', '.join(value.parameters)})"
    written = temporal(value)
    if written is not None:
        return f'@"{written}"'
    plain = scalar(value)
    return "null" if plain is None else plain
