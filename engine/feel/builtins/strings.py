"""String functions (10.3.4.3), by code point, and Camunda's additions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.feel import decimals, patterns
from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.runtime import Run
from engine.feel.values import Value, kind_en, kind_fr


def position(number: Decimal) -> int:
    """A position or length: the number without its decimals. Raises NullBecause when it is huge."""
    found = decimals.whole(number.to_integral_value("ROUND_DOWN", decimals.CONTEXT))
    if found is None:
        raise NullBecause("la position est trop grande", "the position is too large")
    return found


@builtin("substring(string: string, start position: number, length?: number) -> string")
def substring(run: Run, string: str, start: Decimal, length: Decimal | None = None) -> str:
    """`length` characters from the 1-based start, counted from the end when negative."""
    at = position(start)
    if at == 0 or abs(at) > len(string):
        raise NullBecause(f"il n’y a pas de caractère n° {at}", f"there is no character at {at}")
    first = at - 1 if at > 0 else len(string) + at
    if length is None:
        return string[first:]
    size = position(length)
    if size < 1:
        raise NullBecause("la longueur doit être d’au moins 1", "the length must be 1 or more")
    return string[first : first + size]


@builtin("string length(string: string) -> number")
def string_length(run: Run, string: str) -> Decimal:
    """The number of characters."""
    return Decimal(len(string))


@builtin("upper case(string: string) -> string")
def upper_case(run: Run, string: str) -> str:
    """In capitals."""
    return string.upper()


@builtin("lower case(string: string) -> string")
def lower_case(run: Run, string: str) -> str:
    """In small letters."""
    return string.lower()


@builtin("substring before(string: string, match: string) -> string")
def substring_before(run: Run, string: str, match: str) -> str:
    """What is before the first `match`; empty when there is none."""
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after(string: string, match: string) -> string")
def substring_after(run: Run, string: str, match: str) -> str:
    """What is after the first `match`; empty when there is none, all of it when `match` is empty."""
    return string.partition(match)[2] if match else string


@builtin("contains(string: string, match: string) -> boolean")
def contains(run: Run, string: str, match: str) -> bool:
    """Whether `match` occurs in the string."""
    return match in string


@builtin("starts with(string: string, match: string) -> boolean")
def starts_with(run: Run, string: str, match: str) -> bool:
    """Whether the string begins with `match`."""
    return string.startswith(match)


@builtin("ends with(string: string, match: string) -> boolean")
def ends_with(run: Run, string: str, match: str) -> bool:
    """Whether the string ends with `match`."""
    return string.endswith(match)


@builtin("matches(input: string, pattern: string, flags?: string?) -> boolean")
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the regular expression matches somewhere in the text."""
    return patterns.matcher(pattern, flags or "", run).search(text, run) is not None


@builtin("replace(input: string, pattern: string, replacement: string, flags?: string?) -> string")
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The text with every match replaced; `$1` in the replacement is the first group."""
    return patterns.replace(patterns.matcher(pattern, flags or "", run), text, replacement, flags or "", run)


@builtin("split(string: string, delimiter: string) -> list")
def split(run: Run, text: str, delimiter: str) -> list[Value]:
    """The parts between the matches of the regular expression `delimiter`."""
    return list(patterns.split(patterns.matcher(delimiter, "", run), text, run))


@builtin("extract(string: string, pattern: string)")
def extract(run: Run, text: str, pattern: str) -> list[Value]:
    """Camunda: every part of the text that matches."""
    return [match.group(text, 0) for match in patterns.matcher(pattern, "", run).find_all(text, run)]


@builtin("string join(list: list, delimiter?: string?, prefix?: string?, suffix?: string?) -> string")
def string_join(
    run: Run,
    items: Sequence[Value],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str:
    """The strings of the list one after the other; nulls are left out."""
    present = [item for item in items if item is not None]
    for item in present:
        if not isinstance(item, str):
            raise NullBecause(f"la liste contient {kind_fr(item)}", f"the list contains {kind_en(item)}")
    between = delimiter or ""
    run.check_string(sum(map(len, present)) + len(between) * len(present))
    return (prefix or "") + between.join(present) + (suffix or "")


@builtin("trim(string: string) -> string")
def trim(run: Run, string: str) -> str:
    """Camunda: without spaces at both ends."""
    return string.strip()


@builtin("is blank(string: string) -> boolean")
def is_blank(run: Run, string: str) -> bool:
    """Camunda: whether the string holds nothing but spaces."""
    return not string.strip()
