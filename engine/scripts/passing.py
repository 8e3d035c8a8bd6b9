"""How values go into a script and come out of it.

| variable | in the script | back |
|---|---|---|
| number | `Decimal`, always and exactly; `int(n)` where Python wants an int | `Decimal` or `int` |
| text, true, false, nothing | `str`, `bool`, `None` | the same |
| date, time | `date`, `time` with its offset | the same |
| date and time | `datetime` with its offset then; the rules of a named zone stay outside | the same |
| days-and-time duration | `timedelta` | the same |
| list, context | `list`, `dict`: copies | the same; a `tuple` becomes a list |

Refused with a sentence, on either side: years-and-months durations, dates and times beyond Python's own,
a time in a named zone; and on the way out `float` (0.1 + 0.2 is not 0.3), NaN, sets, bytes, functions,
objects of classes, keys that are not text, and what holds itself. Python's `Decimal` computes with 28 digits,
where FEEL has 34.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

from engine import values
from engine.diagnostics import Text
from engine.errors import InvalidValue
from engine.scripts.errors import ScriptFailed

#: Characters of everything that one script may give back.
MAX_RESULT = 1_000_000


def into(name: str, value: Any) -> Any:
    """A variable as the script sees it. Raises ScriptFailed for what has no counterpart."""
    if isinstance(value, dict):
        return {key: into(name, part) for key, part in value.items()}
    if isinstance(value, list):
        return [into(name, part) for part in value]
    if isinstance(value, datetime):
        return _with_offset(value)
    if isinstance(value, time) and value.tzinfo is not None and value.utcoffset() is None:
        raise ScriptFailed(None, _cannot_enter(name, value))
    if value is None or isinstance(value, bool | str | Decimal | date | time | timedelta):
        return value
    raise ScriptFailed(None, _cannot_enter(name, value))


def out_of(name: str, value: Any) -> Any:
    """What the script left under a name, as a variable. Raises ScriptFailed."""
    _check(name, value)
    try:
        return values.from_python(value)
    except InvalidValue as error:
        raise ScriptFailed(None, _cannot_leave(name, str(error))) from error


def check_size(found: dict[str, Any]) -> None:
    """Raises ScriptFailed when the script gives back more than a case should carry."""
    if sum(len(values.dumps(value)) for value in found.values()) > MAX_RESULT:
        raise ScriptFailed(None, _TOO_MUCH)


def _check(name: str, value: Any) -> None:
    """`engine.values` takes floats from connectors; a script can and must do better."""
    if isinstance(value, float):
        raise ScriptFailed(None, _is_float(name, value))
    if isinstance(value, dict):
        for part in value.values():
            _check(name, part)
    elif isinstance(value, list | tuple):
        for part in value:
            _check(name, part)


def _with_offset(value: datetime) -> datetime:
    offset = value.utcoffset()
    return value if offset is None else value.replace(tzinfo=timezone(offset))


def _cannot_enter(name: str, value: Any) -> Text:
    return Text(
        f"la donnée « {name} » ({value}) n’a pas d’équivalent en Python. Calculez-la en FEEL.",
        f'the variable "{name}" ({value}) has no counterpart in Python. Compute it in FEEL.',
    )


def _cannot_leave(name: str, detail: str) -> Text:
    return Text(
        f"le résultat « {name} » ne peut pas être gardé dans le dossier ({detail}).",
        f'the result "{name}" cannot be kept in the case ({detail}).',
    )


def unfit(name: str, kind: str) -> Text:
    """The sandbox has found a value of this Python type, which is nothing a case could hold."""
    return _cannot_leave(name, kind)


def _is_float(name: str, value: float) -> Text:
    return Text(
        f"le résultat « {name} » ({value!r}) est un nombre à virgule flottante, qui n’est pas exact. "
        f'Utilisez Decimal, par exemple Decimal("{value!r}") après « from decimal import Decimal ».',
        f'the result "{name}" ({value!r}) is a floating-point number, which is not exact. '
        f'Use Decimal, for example Decimal("{value!r}") after "from decimal import Decimal".',
    )


_TOO_MUCH = Text(
    f"le script donne plus de {MAX_RESULT} caractères de données. Gardez ce dont le dossier a besoin.",
    f"the script gives more than {MAX_RESULT} characters of data. Keep what the case needs.",
)
