"""Texts and properties that may hold FEEL: `=expression`, or a text with `{{ expression }}` in it.

The template language is the one of form-js (“feelers”): `{{ x }}`, `{{#if x}}…{{/if}}`,
`{{#loop list}}…{{this}}…{{/loop}}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any

from engine import feel
from engine.feel import FeelSyntaxError
from engine.values import Variable, to_python

_TAG = re.compile(r"\{\{(#if|#loop|/if|/loop|)\s*(.*?)\s*\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Moment:
    """When and where expressions are evaluated: `now` is aware, `zone` the wall clock of the reader."""

    now: datetime
    zone: tzinfo

    @property
    def today(self) -> date:
        """The day on that wall clock."""
        return self.now.astimezone(self.zone).date()


@lru_cache(maxsize=4096)
def compiled(text: str) -> feel.Expression:
    """An expression, with or without its `=`. Raises FeelError."""
    stripped = text.strip()
    return feel.parse(stripped.removeprefix("="))


def is_feel(value: object) -> bool:
    """Whether a property is an expression."""
    return isinstance(value, str) and value.startswith("=")


def evaluate(value: Any, scope: Mapping[str, Variable], moment: Moment) -> Any:
    """A property's value: the result of its expression, or itself when it is a literal."""
    if not is_feel(value):
        return value
    return compiled(value).evaluate(scope, now=moment.now, zone=moment.zone)


def is_true(value: Any, scope: Mapping[str, Variable], moment: Moment) -> bool:
    """Whether a property that says yes or no says yes."""
    if isinstance(value, str):
        return compiled(value).evaluate(scope, now=moment.now, zone=moment.zone) is True
    return value is True


def fill(text: str, scope: Mapping[str, Variable], moment: Moment, locale: str = "fr") -> str:
    """`text` with its expressions replaced by their values, in the words of `locale`."""
    if is_feel(text):
        return spoken(evaluate(text, scope, moment), locale)
    if "{{" not in text:
        return text
    return "".join(_render(_parsed(text), dict(scope), moment, locale))


def expressions_in(text: str) -> Iterator[str]:
    """The expressions of a text, for checks. Raises FeelSyntaxError where the tags do not match."""
    if is_feel(text):
        yield text
    elif "{{" in text:
        yield from _expressions(_parsed(text))


def spoken(value: Variable, locale: str) -> str:
    """A value as people read it: « 14/12/2026 », « 1 284,5 », « oui »."""
    english = locale.startswith("en")
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("yes" if value else "no") if english else ("oui" if value else "non")
    if isinstance(value, Decimal):
        return number_text(value, locale)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M" if english else "%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%Y-%m-%d" if english else "%d/%m/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, list):
        return ", ".join(spoken(item, locale) for item in value)
    return str(to_python(value))


def number_text(value: Decimal, locale: str) -> str:
    """« 1 284,50 » in French (with U+00A0), “1,284.50” in English."""
    text = f"{value:,f}"
    return text if locale.startswith("en") else text.replace(",", "\u00a0").replace(".", ",")


# Templates as trees: a text, or a tag with its expression and what is inside it.


@dataclass(frozen=True, slots=True)
class _Tag:
    kind: str
    expression: str
    inside: tuple[str | _Tag, ...] = ()


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[str | _Tag, ...]:
    stack: list[tuple[str, str, list[str | _Tag]]] = [("", "", [])]
    position = 0
    for match in _TAG.finditer(text):
        stack[-1][2].append(text[position : match.start()])
        position = match.end()
        _take(stack, match[1], match[2], match.start())
    if len(stack) > 1:
        raise _unbalanced(len(text), f"{{{{#{stack[-1][0]}}}}}")
    stack[0][2].append(text[position:])
    return tuple(stack[0][2])


def _take(stack: list[tuple[str, str, list[str | _Tag]]], mark: str, expression: str, position: int) -> None:
    if mark.startswith("#"):
        stack.append((mark[1:], expression, []))
    elif mark.startswith("/"):
        if stack[-1][0] != mark[1:]:
            raise _unbalanced(position, f"{{{{{mark}}}}}")
        kind, condition, inside = stack.pop()
        stack[-1][2].append(_Tag(kind, condition, tuple(inside)))
    else:
        stack[-1][2].append(_Tag("value", expression))


def _unbalanced(position: int, tag: str) -> FeelSyntaxError:
    fr, en = f"{tag} n’a pas son pareil", f"{tag} has no counterpart"
    return FeelSyntaxError(position, position, {"fr": fr, "en": en})


def _expressions(parts: tuple[str | _Tag, ...]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, _Tag):
            yield part.expression
            yield from _expressions(part.inside)


def _render(
    parts: tuple[str | _Tag, ...], scope: dict[str, Variable], moment: Moment, locale: str
) -> Iterator[str]:
    for part in parts:
        if isinstance(part, str):
            yield part
            continue
        value = compiled(part.expression).evaluate(scope, now=moment.now, zone=moment.zone)
        if part.kind == "value":
            yield spoken(value, locale)
        elif part.kind == "if":
            yield from _render(part.inside, scope, moment, locale) if value is True else ()
        else:
            for item in value if isinstance(value, list) else []:
                inner = item if isinstance(item, dict) else {}
                yield from _render(
                    part.inside, {**scope, **inner, "this": item, "parent": scope}, moment, locale
                )
