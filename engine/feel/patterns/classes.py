"""Sets of characters in a pattern: single ones, ranges, `\\d`, `\\p{Lu}`, and their combinations."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field

CharacterTest = Callable[[str], bool]
_SUBCATEGORIES = {"L": "ultmo", "M": "nce", "N": "dlo", "P": "cdseifo", "Z": "slp", "S": "mcko", "C": "cfon"}
CATEGORIES = frozenset(major + minor for major, minors in _SUBCATEGORIES.items() for minor in ("", *minors))
BLOCKS: dict[str, tuple[int, int]] = {
    "BasicLatin": (0x0000, 0x007F),
    "Latin-1Supplement": (0x0080, 0x00FF),
    "LatinExtended-A": (0x0100, 0x017F),
    "LatinExtended-B": (0x0180, 0x024F),
    "IPAExtensions": (0x0250, 0x02AF),
    "SpacingModifierLetters": (0x02B0, 0x02FF),
    "CombiningDiacriticalMarks": (0x0300, 0x036F),
    "Greek": (0x0370, 0x03FF),
    "GreekandCoptic": (0x0370, 0x03FF),
    "Cyrillic": (0x0400, 0x04FF),
    "Armenian": (0x0530, 0x058F),
    "Hebrew": (0x0590, 0x05FF),
    "Arabic": (0x0600, 0x06FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
}
_NAME_START = (
    *((0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF), (0x200C, 0x200D)),
    *((0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF), (0xFDF0, 0xFFFD)),
    (0x10000, 0xEFFFF),
)


def between(low: str, high: str, ignore_case: bool) -> CharacterTest:
    """Characters from `low` to `high`; with `ignore_case`, also those whose other case is."""
    if not ignore_case:
        return lambda c: low <= c <= high
    return lambda c: low <= c <= high or low <= c.lower() <= high or low <= c.upper() <= high


def single(character: str, ignore_case: bool) -> CharacterTest:
    """One character."""
    return between(character, character, ignore_case)


def category(name: str) -> CharacterTest | None:
    """The test for `\\p{name}`; None when the name is not known."""
    if name in CATEGORIES:
        return lambda c: unicodedata.category(c).startswith(name)
    block = BLOCKS.get(name[2:]) if name.startswith("Is") else None
    if block is None:
        return None
    low, high = block
    return lambda c: low <= ord(c) <= high


def _is_name_start(c: str) -> bool:
    return (
        c in ":_" or (c.isascii() and c.isalpha()) or any(low <= ord(c) <= high for low, high in _NAME_START)
    )


def _is_name_part(c: str) -> bool:
    return (
        _is_name_start(c)
        or c in "-.\u00b7"
        or "0" <= c <= "9"
        or "\u0300" <= c <= "\u036f"
        or c in "\u203f\u2040"
    )


_SHORTHANDS: dict[str, CharacterTest] = {
    "s": lambda c: c in " \t\n\r",
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": _is_name_start,
    "c": _is_name_part,
}


def shorthand(letter: str) -> CharacterTest | None:
    """The test for `\\s`, `\\d`, `\\w`, `\\i`, `\\c`, or the contrary for a capital."""
    test = _SHORTHANDS.get(letter.lower())
    return test if test is None or letter.islower() else opposite(test)


def opposite(test: CharacterTest) -> CharacterTest:
    """Everything that `test` refuses."""
    return lambda c: not test(c)


@dataclass(slots=True)
class Group:
    """`[…]`: any of the tests, perhaps negated, less what is subtracted."""

    tests: list[CharacterTest] = field(default_factory=list)
    negated: bool = False
    subtracted: CharacterTest | None = None

    def __call__(self, character: str) -> bool:
        found = any(test(character) for test in self.tests) is not self.negated
        return found and not (self.subtracted is not None and self.subtracted(character))
