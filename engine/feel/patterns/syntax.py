"""Reads a pattern into a tree."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.errors import NullBecause
from engine.feel.patterns.classes import CharacterTest, Group, between, category, opposite, shorthand, single

MAX_PATTERN = 1_000
MAX_NESTING = 40
MAX_REPEAT = 1_000
_FLAGS = frozenset("ismxq")
_ESCAPED = frozenset("\\|.?*+(){}[]^$-/\"' ,;:!#%&=<>@_~`")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(slots=True)
class Character:
    """One character that passes the test."""

    test: CharacterTest


@dataclass(slots=True)
class Anchor:
    """`^` or `$`."""

    symbol: str


@dataclass(slots=True)
class BackReference:
    """`\\1`: the text of a group again."""

    group: int


@dataclass(slots=True)
class Sequence:
    """One after the other."""

    parts: list[Tree]


@dataclass(slots=True)
class Choice:
    """The first alternative that leads to a match."""

    options: list[Tree]


@dataclass(slots=True)
class Capture:
    """`( … )` with its number; None for `(?: … )`."""

    group: int | None
    inner: Tree


@dataclass(slots=True)
class Repeat:
    """`inner` from `low` to `high` times (None: without limit), as often as possible when greedy."""

    inner: Tree
    low: int
    high: int | None
    greedy: bool


Tree = Character | Anchor | BackReference | Sequence | Choice | Capture | Repeat


def parse(pattern: str, flags: str) -> Tree:
    """The tree of `pattern`. Raises NullBecause when it is malformed, too long, or refused."""
    if not _FLAGS.issuperset(flags):
        raise NullBecause(
            f"« {flags[:20]} » n’est pas une option de motif", f"“{flags[:20]}” are no pattern flags"
        )
    if len(pattern) > MAX_PATTERN:
        raise NullBecause(
            f"le motif dépasse {MAX_PATTERN} caractères", f"the pattern exceeds {MAX_PATTERN} characters"
        )
    if "q" in flags:
        return Sequence([Character(single(c, "i" in flags)) for c in pattern])
    reader = _Reader(_without_spaces(pattern) if "x" in flags else pattern, flags)
    tree = reader.choice(0)
    if reader.at < len(reader.text):
        raise reader.error()
    return tree


def _without_spaces(pattern: str) -> str:
    """The pattern without the spaces that are not inside `[…]`."""
    kept: list[str] = []
    depth, escaped = 0, False
    for character in pattern:
        if depth == 0 and character in " \t\n\r":
            continue
        kept.append(character)
        depth += 0 if escaped else (character == "[") - (character == "]")
        escaped = character == "\\" and not escaped
    return "".join(kept)


class _Reader:
    """Recursive descent over the pattern's characters."""

    def __init__(self, text: str, flags: str) -> None:
        self.text, self.at = text, 0
        self.ignore_case, self.dot_all = "i" in flags, "s" in flags
        self.groups = 0
        self.closed: set[int] = set()

    def error(self) -> NullBecause:
        place = self.at + 1
        return NullBecause(
            f"le motif n’est pas correct au caractère n° {place}",
            f"the pattern is malformed at character {place}",
        )

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise self.error()
        self.at += 1
        return character

    def accept(self, text: str) -> bool:
        if not self.text.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def choice(self, depth: int) -> Tree:
        if depth > MAX_NESTING:
            raise NullBecause("le motif est trop imbriqué", "the pattern is nested too deep")
        options = [self._sequence(depth)]
        while self.accept("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(options)

    def _sequence(self, depth: int) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self._quantified(self._atom(depth)))
        return Sequence(parts)

    def _atom(self, depth: int) -> Tree:
        character = self.take()
        if character == "(":
            return self._group(depth)
        if character == "[":
            return Character(self._class(0))
        if character == ".":
            return Character((lambda c: True) if self.dot_all else (lambda c: c not in "\n\r"))
        if character in "^$":
            return Anchor(character)
        if character == "\\":
            return self._escape()
        if character in "?*+{}]":
            self.at -= 1
            raise self.error()
        return Character(single(character, self.ignore_case))

    def _group(self, depth: int) -> Tree:
        number: int | None = None
        if not self.accept("?:"):
            if self.peek() == "?":
                raise NullBecause(
                    "le motif regarde en avant ou en arrière « (?…) », ce qui est refusé",
                    "the pattern uses “(?…)” look-around, which is refused",
                )
            self.groups += 1
            number = self.groups
        inner = self.choice(depth + 1)
        if not self.accept(")"):
            raise self.error()
        if number is not None:
            self.closed.add(number)
        return Capture(number, inner)

    def _escape(self) -> Tree:
        character = self.peek()
        if character in "123456789" and character:
            return self._back_reference()
        return Character(self._escaped_test())

    def _back_reference(self) -> Tree:
        number = int(self.take())
        while self.peek() and self.peek() in "0123456789" and number * 10 + int(self.peek()) <= self.groups:
            number = number * 10 + int(self.take())
        if number not in self.closed:
            raise self.error()
        return BackReference(number)

    def _escaped_test(self) -> CharacterTest:
        character = self.take()
        if character in "pP":
            return self._category(character == "P")
        found = shorthand(character)
        if found is not None:
            return found
        if character in _CONTROLS:
            return single(_CONTROLS[character], self.ignore_case)
        if character in _ESCAPED:
            return single(character, self.ignore_case)
        self.at -= 1
        raise self.error()

    def _category(self, negated: bool) -> CharacterTest:
        if not self.accept("{"):
            raise self.error()
        end = self.text.find("}", self.at)
        test = category(self.text[self.at : end]) if end > 0 else None
        if test is None:
            raise self.error()
        self.at = end + 1
        return opposite(test) if negated else test

    def _class(self, depth: int) -> CharacterTest:
        if depth > MAX_NESTING:
            raise self.error()
        group = Group(negated=self.accept("^"))
        while not self.accept("]"):
            if group.tests and self.accept("-["):
                group.subtracted = self._class(depth + 1)
                if not self.accept("]"):
                    raise self.error()
                return group
            group.tests.append(self._class_part())
        if not group.tests:
            raise self.error()
        return group

    def _class_part(self) -> CharacterTest:
        start = self.at
        low = self._class_character()
        if low is None:
            self.at = start + 1
            return self._escaped_test()
        after = self.text[self.at + 1 : self.at + 2]
        if self.peek() == "-" and after not in ("", "]", "["):
            self.at += 1
            high = self._class_character()
            if high is None or high < low:
                raise self.error()
            return between(low, high, self.ignore_case)
        return single(low, self.ignore_case)

    def _class_character(self) -> str | None:
        """One character of a class; None, at the letter, for an escape that stands for several."""
        character = self.take()
        if character == "[":
            self.at -= 1
            raise self.error()
        if character != "\\":
            return character
        escaped = self.take()
        if escaped in _CONTROLS:
            return _CONTROLS[escaped]
        return escaped if escaped in _ESCAPED else None

    def _quantified(self, atom: Tree) -> Tree:
        bounds = self._bounds()
        if bounds is None:
            return atom
        greedy = not self.accept("?")
        if self.peek() and self.peek() in "*+?{":
            raise self.error()
        return Repeat(atom, bounds[0], bounds[1], greedy)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self.accept("*"):
            return 0, None
        if self.accept("+"):
            return 1, None
        if self.accept("?"):
            return 0, 1
        return self._counted() if self.accept("{") else None

    def _counted(self) -> tuple[int, int | None]:
        low = self._number()
        high: int | None = low
        if self.accept(","):
            high = None if self.peek() == "}" else self._number()
        if not self.accept("}") or (high is not None and high < low):
            raise self.error()
        return low, high

    def _number(self) -> int:
        start = self.at
        while self.peek() and self.peek() in "0123456789":
            self.at += 1
        digits = self.text[start : self.at]
        if not digits or len(digits) > 6 or int(digits) > MAX_REPEAT:
            raise self.error()
        return int(digits)
