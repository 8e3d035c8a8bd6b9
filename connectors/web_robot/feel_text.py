"""Reads the written-out parts of a FEEL list of contexts, without evaluating anything.

`[{do: "fill", field: "Nom", value: personne.nom}]` gives [{"do": "fill", "field": "Nom", "value": COMPUTED}].
Texts, numbers, true, false, null, lists and contexts are read; anything else counts as computed. Lexical
rules: DMN 1.5 §10.3.1.2 (strings with backslash escapes, names or strings as keys, // and /* */ comments).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, Final


class NotWrittenOut(ValueError):
    """The text is not a written-out list: only running it would tell what it holds."""


class _Computed:
    def __repr__(self) -> str:
        return "COMPUTED"


COMPUTED: Final = _Computed()
MAX_DEPTH: Final = 20
_SPACE: Final = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NUMBER: Final = re.compile(r"-?(?:\d+(?:\.\d+)?|\.\d+)")
_NAME: Final = re.compile(r"[^\W\d]\w*")
_CONSTANTS: Final = {"true": True, "false": False, "null": None}
_OPENING: Final = {"[": "]", "{": "}", "(": ")"}


def read_list(text: str) -> list[Any]:
    """The list that `text` writes out. Raises NotWrittenOut."""
    reader = _Reader(text)
    value = reader.value()
    if not isinstance(value, list) or not reader.at_end():
        raise NotWrittenOut(text)
    return value


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0
        self._skip()

    def at_end(self) -> bool:
        return self._at >= len(self._text)

    def value(self) -> Any:
        """One value up to a separator; COMPUTED when more than a literal stands there."""
        start, depth = self._at, self._depth
        try:
            value = self._literal()
        except NotWrittenOut:
            value = COMPUTED
        if self._peek() not in ("", ",", "]", "}", ")") or value is COMPUTED:
            self._at, self._depth = start, depth
            self._pass_expression()
            return COMPUTED
        return value

    def _literal(self) -> Any:
        first = self._peek()
        if first == "[":
            return self._items()
        if first == "{":
            return self._entries()
        if (quoted := self._match(_STRING)) is not None:
            return _unquoted(quoted)
        if (number := self._match(_NUMBER)) is not None:
            return Decimal(number)
        name = self._match(_NAME)
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        raise NotWrittenOut(self._text)

    def _items(self) -> list[Any]:
        self._open()
        items = []
        while self._peek() != "]":
            items.append(self.value())
            self._separator("]")
        self._close()
        return items

    def _entries(self) -> dict[str, Any]:
        self._open()
        entries: dict[str, Any] = {}
        while self._peek() != "}":
            quoted = self._match(_STRING)
            key = _unquoted(quoted) if quoted is not None else self._match(_NAME)
            if key is None or self._peek() != ":":
                raise NotWrittenOut(self._text)
            self._step()
            entries[key] = self.value()
            self._separator("}")
        self._close()
        return entries

    def _open(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotWrittenOut(self._text)
        self._step()

    def _close(self) -> None:
        self._depth -= 1
        self._step()

    def _separator(self, end: str) -> None:
        if self._peek() == ",":
            self._step()
        elif self._peek() != end:
            raise NotWrittenOut(self._text)

    def _pass_expression(self) -> None:
        """Go to the separator that ends this expression, over brackets and texts."""
        waiting: list[str] = []
        while not self.at_end():
            character = self._peek()
            if not waiting and character in ",]})":
                return
            if character in _OPENING:
                waiting.append(_OPENING[character])
            elif waiting and character == waiting[-1]:
                waiting.pop()
            if self._match(_STRING) is None:
                self._step()

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _step(self) -> None:
        self._at += 1
        self._skip()

    def _skip(self) -> None:
        found = _SPACE.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _match(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        self._skip()
        return found.group()


def _unquoted(text: str) -> str:
    """The content of a FEEL string; its escapes are JSON's."""
    try:
        return str(json.loads(text.replace("\n", "\\n").replace("\t", "\\t")))
    except json.JSONDecodeError as error:
        raise NotWrittenOut(text) from error
