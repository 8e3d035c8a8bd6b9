"""Expressions of other engines, read into the few forms that FEEL can say as well."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Text


class NotTranslatable(Exception):
    """The meaning is not certain; `because` says what stands in the way."""

    def __init__(self, because: Text) -> None:
        super().__init__(because.en)
        self.because = because


@dataclass(frozen=True, slots=True)
class Constant:
    """Text, True, False or None."""

    value: str | bool | None


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number as FEEL writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    id: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Item:
    """The element of a list at `index`, counted from 1 as FEEL does."""

    target: Node
    index: int


@dataclass(frozen=True, slots=True)
class Apply:
    """A FEEL function."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator of FEEL: or and = != < <= > >= + - * / **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """`if condition then chosen else otherwise`."""

    condition: Node
    chosen: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class IsList:
    """Whether the operand is a list."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Entries:
    """A context."""

    entries: tuple[tuple[str, Node], ...]


Node = (
    Constant | Number | Name | Member | Item | Apply | Negative | Binary | Choice | IsList | Items | Entries
)

NULL = Constant(None)
#: What other engines call empty: nothing, a text or a list or a map without content.
EMPTIES = Items((NULL, Constant(""), Items(()), Entries(())))


def negated(operand: Node) -> Node:
    """`not(x)`."""
    return Apply("not", (operand,))


def is_empty(operand: Node) -> Node:
    """True or false whatever the operand's type: FEEL's `=` of different types would be null."""
    return Apply("list contains", (EMPTIES, operand))


def unknown(what: str) -> NotTranslatable:
    """For a construct whose meaning nobody can know from the file alone."""
    return NotTranslatable(
        Text(f"« {what[:80]} » n’a pas d’équivalent certain", f'"{what[:80]}" has no certain equivalent')
    )
