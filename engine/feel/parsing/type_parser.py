"""Reads type names after `instance of` and in function parameters."""

from __future__ import annotations

from collections.abc import Mapping

from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing.cursor import Cursor
from engine.feel.parsing.lexer import Kind
from engine.feel.parsing.names import Names
from engine.feel.types import ANY, SIMPLE, Type

_SIMPLE_NAMES = Names(SIMPLE)
MAX_TYPE_NESTING = 32


def parse_type(cursor: Cursor, known: Mapping[str, Type], nested: int = 0) -> Type:
    """The type at the cursor. Raises FeelSyntaxError when it is unknown or malformed."""
    if nested > MAX_TYPE_NESTING:
        raise cursor.expected("un type moins imbriqué", "a less nested type")
    start = cursor.at
    name = _type_name(cursor, known)
    if name in known:
        return known[name]
    if name in ("list", "range") and cursor.accept("<"):
        element = parse_type(cursor, known, nested + 1)
        cursor.expect(">")
        return Type(name, element)
    if name == "context" and cursor.accept("<"):
        return Type(name, entries=_entries(cursor, known, nested))
    if name == "function" and cursor.accept("<"):
        return _function_type(cursor, known, nested)
    if name in SIMPLE:
        return SIMPLE[name]
    cursor.at = start
    raise _unknown_type(cursor, name)


def _type_name(cursor: Cursor, known: Mapping[str, Type]) -> str:
    match = Names(known).longest(cursor.stream, cursor.at) or _SIMPLE_NAMES.longest(cursor.stream, cursor.at)
    if match is not None:
        cursor.at += match[0]
        return match[1]
    if cursor.token.kind not in (Kind.WORD, Kind.QUOTED):
        raise cursor.expected("un type", "a type")
    name = cursor.take().text
    return "Null" if name == "null" else name


def _entries(cursor: Cursor, known: Mapping[str, Type], nested: int) -> tuple[tuple[str, Type], ...]:
    entries: list[tuple[str, Type]] = []
    while not cursor.sees(">"):
        name = cursor.name_before(":")
        if name is None:
            raise cursor.expected("un nom suivi de « : »", "a name followed by “:”")
        cursor.expect(":")
        entries.append((name, parse_type(cursor, known, nested + 1)))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    return tuple(entries)


def _function_type(cursor: Cursor, known: Mapping[str, Type], nested: int) -> Type:
    parameters: list[Type] = []
    while not cursor.sees(">"):
        parameters.append(parse_type(cursor, known, nested + 1))
        if not cursor.accept(","):
            break
    cursor.expect(">")
    result = parse_type(cursor, known, nested + 1) if cursor.accept("->") else ANY
    return Type("function", result, parameters=tuple(parameters))


def _unknown_type(cursor: Cursor, name: str) -> FeelSyntaxError:
    token = cursor.token
    message = {"fr": f"Le type « {name} » n’existe pas.", "en": f"There is no type “{name}”."}
    return FeelSyntaxError(token.position, token.end, message)
