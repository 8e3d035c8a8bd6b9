"""What a value must fulfil besides its type; and the checks that a form can name.

A field names one with the custom property `relais:check`. To add one, write a function from value and
day to the value to keep (it may tidy it) that raises `Refused`, and put it in `NAMED`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from typing import Any

from engine.diagnostics import Text
from engine.forms import messages
from engine.forms.model import Component
from engine.forms.parsing import Refused
from engine.forms.templates import Moment, evaluate, is_true
from engine.values import Variable

DEFAULT_FILE_MEGABYTES = 10
_LONGEST_FOR_PATTERN = 2_000
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s.,;<>]+(?:\.[^@\s.,;<>]+)+")
_PHONE = re.compile(r"(?:\+\d{8,15}|0\d{9}|[1-9]\d{2,3})")
_SEPARATORS = re.compile("[\\s\u00a0\u202f.()/-]")


def postcode(value: Variable, today: date) -> Variable:
    """A French postcode: five digits, of a department from 01 to 98."""
    digits = _SEPARATORS.sub("", str(value))
    if not re.fullmatch(r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}", digits):
        raise Refused(messages.NOT_A_POSTCODE)
    return digits


def foreigner_number(value: Variable, today: date) -> Variable:
    """The number on a residence permit (AGDREF): ten digits, kept without spaces."""
    digits = _SEPARATORS.sub("", str(value))
    if not re.fullmatch(r"\d{10}", digits):
        raise Refused(messages.NOT_A_FOREIGNER_NUMBER)
    return digits


def past(value: Variable, today: date) -> Variable:
    """A day that has come: today or before."""
    day = _day_of(value)
    if day is not None and day > today:
        raise Refused(messages.not_arrived(day))
    return value


def future(value: Variable, today: date) -> Variable:
    """A day that is not over: today or later."""
    day = _day_of(value)
    if day is not None and day < today:
        raise Refused(messages.already_past(day))
    return value


def _day_of(value: Variable) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


NAMED: dict[str, Callable[[Variable, date], Variable]] = {
    "postcode": postcode,
    "foreigner_number": foreigner_number,
    "past": past,
    "future": future,
}


def checked(component: Component, value: Variable, scope: Mapping[str, Variable], moment: Moment) -> Variable:
    """The value to keep. Raises Refused with the first thing to correct."""
    if component.type in ("textfield", "textarea"):
        value = _text(component, value, scope, moment)
    elif component.type == "number":
        _number(component, Decimal(value), scope, moment)
    elif component.type == "filepicker":
        _files(component, value, scope, moment)
    if component.source.get("disallowPassedDates"):
        value = future(value, moment.today)
    name = component.custom("relais:check")
    if name is not None:
        value = NAMED[name](value, moment.today)
    _own_rule(component, value, scope, moment)
    return value


def _own_rule(component: Component, value: Variable, scope: Mapping[str, Variable], moment: Moment) -> None:
    """The author's rule: `relais:valid` (FEEL; `value` is the answer) with `relais:message`."""
    rule = component.custom("relais:valid")
    if rule is None or is_true(rule, {**scope, "value": value}, moment):
        return
    message = component.custom("relais:message")
    english = component.custom("relais:message:en")
    raise Refused(Text(message, english or message) if message else messages.NOT_VALID)


# Text


def _text(component: Component, value: Variable, scope: Mapping[str, Variable], moment: Moment) -> Variable:
    rules = component.validation
    least, most = (_limit(rules.get(name), scope, moment) for name in ("minLength", "maxLength"))
    if least is not None and len(value) < least:
        raise Refused(messages.too_short(int(least), len(value)))
    if most is not None and len(value) > most:
        raise Refused(messages.too_long(int(most), len(value)))
    _pattern(rules, value)
    if rules.get("validationType") == "email" and not _EMAIL.fullmatch(value):
        raise Refused(messages.NOT_AN_EMAIL)
    if rules.get("validationType") == "phone" and not _PHONE.fullmatch(_SEPARATORS.sub("", value)):
        raise Refused(messages.NOT_A_PHONE)
    return value


def _pattern(rules: Mapping[str, Any], value: str) -> None:
    pattern = rules.get("pattern")
    if not pattern:
        return
    if len(value) <= _LONGEST_FOR_PATTERN and compiled_pattern(pattern).search(value):
        return
    own = rules.get("patternErrorMessage")
    raise Refused(Text(own, own) if isinstance(own, str) and own else messages.NOT_THE_PATTERN)


@lru_cache(maxsize=512)
def compiled_pattern(pattern: str) -> re.Pattern[str]:
    """A JavaScript pattern as the same one here (named groups are written differently). Raises re.error."""
    return re.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern))


def _limit(value: Any, scope: Mapping[str, Variable], moment: Moment) -> Decimal | None:
    """A limit as a number; a literal, or what its expression gives."""
    found = evaluate(value, scope, moment)
    if isinstance(found, bool) or found in (None, ""):
        return None
    if isinstance(found, int | float):
        return Decimal(repr(found))
    if isinstance(found, str):
        return Decimal(found) if re.fullmatch(r"-?\d+(\.\d+)?", found) else None
    return found if isinstance(found, Decimal) else None


# Numbers


def _number(component: Component, value: Decimal, scope: Mapping[str, Variable], moment: Moment) -> None:
    digits = component.source.get("decimalDigits")
    if isinstance(digits, int) and -value.normalize().as_tuple().exponent > max(digits, 0):  # type: ignore[operator]
        raise Refused(messages.too_precise(digits, value))
    least, most = (_limit(component.validation.get(name), scope, moment) for name in ("min", "max"))
    if least is not None and value < least:
        raise Refused(messages.too_small(least, value))
    if most is not None and value > most:
        raise Refused(messages.too_large(most, value))
    step = _limit(component.source.get("increment"), scope, moment)
    if step is not None and step > 0:
        _step(value, step)


def _step(value: Decimal, step: Decimal) -> None:
    """A multiple of `step`, computed exactly whatever the thread's decimal context is."""
    with localcontext(Context(prec=120)):
        rest = value % step
        if rest:
            below = value - rest - (step if value < 0 else 0)
            raise Refused(messages.not_a_step(below, below + step, value))


# Files


def _files(component: Component, value: Variable, scope: Mapping[str, Variable], moment: Moment) -> None:
    if len(value) > 1 and evaluate(component.source.get("multiple"), scope, moment) is not True:
        raise Refused(messages.ONE_FILE)
    most = file_megabytes(component)
    accepted = accepted_kinds(evaluate(component.source.get("accept"), scope, moment))
    for reference in value:
        size = reference.get("size")
        if isinstance(size, Decimal) and size > most * 1_000_000:
            raise Refused(messages.file_too_big(reference["name"], most))
        if accepted and not _is_accepted(reference, accepted):
            raise Refused(messages.file_kind(reference["name"], ", ".join(accepted)))


def file_megabytes(component: Component) -> int:
    """How large a file may be: the custom property `relais:maxSize` in megabytes, else 10."""
    text = component.custom("relais:maxSize")
    return int(text) if text and text.isdecimal() else DEFAULT_FILE_MEGABYTES


def accepted_kinds(accept: Any) -> list[str]:
    """The entries of an `accept` text (`.pdf, image/*`), lower case."""
    return (
        [kind.strip().lower() for kind in accept.split(",") if kind.strip()]
        if isinstance(accept, str)
        else []
    )


def _is_accepted(reference: Mapping[str, Any], accepted: list[str]) -> bool:
    name, media = str(reference["name"]).lower(), str(reference.get("media_type") or "").lower()
    for kind in accepted:
        if kind.startswith(".") and name.endswith(kind):
            return True
        if kind == media or (kind.endswith("/*") and media.startswith(kind[:-1])):
            return True
    return False
