"""Writes an expression as FEEL (DMN 1.5, 10.3) with the parentheses it needs, and proves how it reads."""

from __future__ import annotations

import re

from engine import feel
from engine.imports.expressions.nodes import (
    Apply,
    Binary,
    Choice,
    Constant,
    Entries,
    IsList,
    Item,
    Items,
    Member,
    Name,
    Negative,
    Node,
    Number,
    unknown,
)

_LEVELS = {"or": 1, "and": 2, "=": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3}
_LEVELS |= {"+": 4, "-": 4, "*": 5, "/": 5, "**": 6}
_NEGATIVE, _POSTFIX, _ATOM = 7, 8, 9
_COMPARISON = 3
_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


def write(node: Node) -> str:
    """The FEEL text. Raises NotTranslatable when FEEL would read it otherwise."""
    text, _level = _written(node)
    try:
        read = feel.parse(text)
    except feel.FeelError as error:
        raise unknown(text) from error
    if read.variables != _names(node):
        raise unknown(text)
    return text


def _written(node: Node) -> tuple[str, int]:
    match node:
        case Constant(value):
            return (_quoted(value) if isinstance(value, str) else _WORDS[value]), _ATOM
        case Number(text) | Name(text):
            return text, _ATOM
        case Binary():
            return _binary(node), _LEVELS[node.operator]
        case Choice(condition, chosen, otherwise):
            return f"if {_text(condition)} then {_text(chosen)} else {_text(otherwise)}", 0
        case Negative(operand):
            return f"-{_inside(operand, _NEGATIVE)}", _NEGATIVE
        case IsList(operand):
            return f"{_inside(operand, _COMPARISON + 1)} instance of list<Any>", _COMPARISON
        case _:
            return _chained(node)


_WORDS = {True: "true", False: "false", None: "null"}


def _chained(node: Node) -> tuple[str, int]:
    """What stands after or between brackets."""
    match node:
        case Member(target, name):
            return f"{_inside(target, _POSTFIX)}.{_plain(name)}", _POSTFIX
        case Item(target, index):
            return f"{_inside(target, _POSTFIX)}[{index}]", _POSTFIX
        case Apply(function, arguments):
            return f"{function}({', '.join(map(_text, arguments))})", _POSTFIX
        case Items(items):
            return f"[{', '.join(map(_text, items))}]", _ATOM
        case Entries(entries):
            return "{" + ", ".join(f"{_key(name)}: {_text(value)}" for name, value in entries) + "}", _ATOM
        case _:
            raise unknown(repr(node))


def _binary(node: Binary) -> str:
    level = _LEVELS[node.operator]
    # A comparison of a comparison, and the right side of what is read from the left, need parentheses.
    left = _inside(node.left, level + 1 if level == _COMPARISON else level)
    right = _inside(node.right, level if node.operator in ("and", "or", "+", "*") else level + 1)
    return f"{left} {node.operator} {right}"


def _inside(node: Node, level: int) -> str:
    text, own = _written(node)
    return text if own >= level else f"({text})"


def _text(node: Node) -> str:
    return _written(node)[0]


def _plain(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name):
        raise unknown(name)
    return name


def _key(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    return feel.to_text(text)


def _names(node: Node) -> frozenset[str]:
    """Variables that the expression reads."""
    match node:
        case Name(id):
            return frozenset({id})
        case Member(target) | Item(target) | Negative(target) | IsList(target):
            return _names(target)
        case Apply(_, parts) | Items(parts):
            return _all(parts)
        case Binary(_, left, right):
            return _all((left, right))
        case Choice(condition, chosen, otherwise):
            return _all((condition, chosen, otherwise))
        case Entries(entries):
            return _all(tuple(value for _, value in entries))
        case _:
            return frozenset()


def _all(nodes: tuple[Node, ...]) -> frozenset[str]:
    return frozenset().union(*map(_names, nodes))
