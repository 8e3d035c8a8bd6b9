"""Tokens of the Unified Expression Language (JSR-341, 1.19), and the parts of a text that holds some."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from engine.diagnostics import Text
from engine.imports.expressions.nodes import NotTranslatable, unknown

LONGEST = 4000
MOST_TOKENS = 250
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?)
  | (?P<name>[^\W\d][\w$]*|\$[\w$]*)
  | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%!<>?:()\[\].,])
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "div": "/", "mod": "%"}
_WORDS |= {"and": "&&", "or": "||", "not": "!"}


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number, name, text, sign or end; `text` without quotes and escapes."""

    kind: str
    text: str


END = Token("end", "")


def tokens(expression: str) -> list[Token]:
    """The tokens of what stands between the braces. Raises NotTranslatable."""
    found: list[Token] = []
    position, text = 0, expression.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise unknown(text[position:])
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind]) if _is_part(text, match) else _token(kind, match[kind]))
        position = match.end()
        if len(found) > MOST_TOKENS:
            raise _too_long()
    return [*found, END]


def _is_part(text: str, match: re.Match[str]) -> bool:
    """Whether a word is the name after a point, or that of a function after its prefix."""
    if match.lastgroup != "name":
        return False
    before, after = text[: match.start("name")], text[match.end() : match.end() + 1]
    return before.rstrip().endswith(".") or (before[-1:] == ":" and after == "(" and before[-2:-1].isalnum())


def _token(kind: str, text: str) -> Token:
    if kind == "number":
        return Token(kind, format(Decimal(text.rstrip(".")), "f"))
    if kind == "text":
        return Token(kind, re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
    if kind == "name" and text in _WORDS:
        return Token("sign", _WORDS[text])
    return Token(kind, text)


def parts(text: str) -> list[tuple[bool, str]]:
    """(is an expression, its text) for each part of `Bonjour ${nom}`. Raises NotTranslatable."""
    if len(text) > LONGEST:
        raise _too_long()
    found: list[tuple[bool, str]] = []
    literal, position = "", 0
    while position < len(text):
        if text.startswith(("\\${", "\\#{"), position):
            literal, position = literal + text[position + 1 : position + 3], position + 3
        elif text.startswith(("${", "#{"), position):
            end = _closing(text, position + 2)
            found += [(False, literal)] if literal else []
            found.append((True, text[position + 2 : end]))
            literal, position = "", end + 1
        else:
            literal, position = literal + text[position], position + 1
    return [*found, (False, literal)] if literal else found


def _closing(text: str, start: int) -> int:
    """Where the brace closes, texts in quotes left aside."""
    for match in re.finditer(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}]""", text[start:], re.DOTALL):
        if match[0] == "}":
            return start + match.start()
        if match[0] == "{":
            break
    raise unknown(text[start - 2 :])


def _too_long() -> NotTranslatable:
    return NotTranslatable(Text("l’expression est trop longue", "the expression is too long"))
