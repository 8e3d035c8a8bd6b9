"""Regular expressions of XPath 3.1 (F&O 5.6), matched in time linear in the text.

The matcher follows all alternatives at once (a Pike machine), so no pattern can make it go back over
the text. Only back references need another matcher, which counts every step against the budget.
Look-around and Java's own extensions are refused with a reason, never misread.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.feel.errors import NullBecause
from engine.feel.patterns.machine import Machine, Match
from engine.feel.patterns.syntax import parse
from engine.feel.runtime import Run

__all__ = ["Machine", "Match", "matcher", "replace", "split"]


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> Machine | NullBecause:
    try:
        return Machine(parse(pattern, flags), flags)
    except NullBecause as why:
        return why


def matcher(pattern: str, flags: str, run: Run) -> Machine:
    """The matcher for `pattern`. Raises NullBecause when it is not one, or is refused."""
    run.spend(len(pattern) + 16)
    found = _compiled(pattern, flags)
    if isinstance(found, NullBecause):
        raise NullBecause(found.fr, found.en)
    return found


def split(machine: Machine, text: str, run: Run) -> Iterator[str]:
    """The parts of `text` between the matches. Raises NullBecause when an empty text matches."""
    _refuse_empty(machine, run)
    at = 0
    for match in machine.find_all(text, run):
        yield text[at : match.start]
        at = match.end
    yield text[at:]


def _refuse_empty(machine: Machine, run: Run) -> None:
    if machine.search("", run) is not None:
        raise NullBecause("le motif accepte un texte vide", "the pattern matches an empty string")


def replace(machine: Machine, text: str, replacement: str, flags: str, run: Run) -> str:
    """`text` with each match replaced; `$1` is a group, `$0` the match, `\\$` a dollar.

    Raises NullBecause when an empty text matches or the replacement is malformed.
    """
    _refuse_empty(machine, run)
    pieces = [replacement] if "q" in flags else _pieces(replacement, machine.groups)
    parts: list[str] = []
    at = size = 0
    for match in machine.find_all(text, run):
        parts.append(text[at : match.start])
        parts.extend(piece if isinstance(piece, str) else match.group(text, piece) for piece in pieces)
        size += match.start - at + sum(map(len, parts[-len(pieces) :])) if pieces else match.start - at
        run.check_string(size)
        at = match.end
    parts.append(text[at:])
    return "".join(parts)


def _pieces(replacement: str, groups: int) -> list[str | int]:
    """The replacement as texts and group numbers."""
    pieces: list[str | int] = []
    at = 0
    while at < len(replacement):
        character = replacement[at]
        following = replacement[at + 1 : at + 2]
        if character == "$" and following.isdecimal() and following.isascii():
            number, at = _group_number(replacement, at + 1, groups)
            pieces.append(number)
        elif character == "\\" and following in ("\\", "$") and following:
            pieces.append(following)
            at += 2
        elif character in "$\\":
            raise NullBecause(
                "dans le remplacement, « $ » et « \\ » doivent être précédés de « \\ »",
                "in the replacement, “$” and “\\” must follow “\\”",
            )
        else:
            pieces.append(character)
            at += 1
    return pieces


def _group_number(text: str, at: int, groups: int) -> tuple[int, int]:
    """The longest group number that exists, and where it ends; one digit when none exists."""
    number, at = int(text[at]), at + 1
    while at < len(text) and text[at] in "0123456789" and number * 10 + int(text[at]) <= groups:
        number, at = number * 10 + int(text[at]), at + 1
    return number, at
