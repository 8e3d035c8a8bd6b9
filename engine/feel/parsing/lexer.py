"""Cuts the text of an expression into tokens with their positions (DMN 10.3.1.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from engine.feel.errors import FeelSyntaxError


class Kind(Enum):
    """What a token is. A WORD may be a keyword or a part of a name; the parser decides."""

    NUMBER = "number"
    STRING = "string"
    WORD = "word"
    QUOTED = "quoted name"
    SYMBOL = "symbol"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the source text, except for strings and quoted names: their content."""

    kind: Kind
    text: str
    position: int
    end: int


_NAME_START = (
    "A-Za-z_\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d"
    "\u180f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd"
    "\U00010000-\U000effff"
)
_NAME_PART = _NAME_START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TOKEN = re.compile(
    rf"""
    (?P<skip>(?:[\s\u200b\ufeff\u180e]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+)
  | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<string>"(?:[^"\\]|\\.)*")
  | (?P<word>[{_NAME_START}][{_NAME_PART}]*)
  | (?P<quoted>`[^`]+`)
  | (?P<symbol>\*\*|\.\.|<=|>=|!=|->|/(?!\*)|[-+*=<>()\[\]{{}},:.@?'])
    """,
    re.VERBOSE | re.DOTALL,
)
PLAIN_NAME = re.compile(f"[{_NAME_START}][{_NAME_PART}]*")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{6})|\\(.)", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE = re.compile("[\ud800-\udfff]")
_SIMPLE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def tokens(text: str) -> list[Token]:
    """All tokens of `text`, ending with one END token. Raises FeelSyntaxError on what is none."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        if match.lastgroup != "skip":
            found.append(_token(match))
        position = match.end()
    found.append(Token(Kind.END, "", len(text), len(text)))
    return found


def _token(match: re.Match[str]) -> Token:
    group, text = match.lastgroup, match[0]
    start, end = match.span()
    if group == "string":
        return Token(Kind.STRING, unescape(text[1:-1], start), start, end)
    if group == "quoted":
        return Token(Kind.QUOTED, " ".join(text[1:-1].split()), start, end)
    kind = {"number": Kind.NUMBER, "word": Kind.WORD}.get(group or "", Kind.SYMBOL)
    return Token(kind, text, start, end)


def unescape(body: str, position: int) -> str:
    """The content of a string literal. An unknown escape such as `\\s` stands for itself."""
    if "\\" not in body:
        return body
    plain = _ESCAPE.sub(_unescaped, body)
    plain = _SURROGATES.sub(_joined, plain)
    if _LONE.search(plain):
        raise FeelSyntaxError(
            position,
            position + len(body) + 2,
            {
                "fr": "Ce texte contient la moitié d’un caractère (\\uD800…).",
                "en": "This string holds half a character (\\uD800…).",
            },
        )
    return plain


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF else match[0]
    return _SIMPLE_ESCAPES.get(match[3], match[0])


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16", "surrogatepass").decode("utf-16")


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    character = text[position]
    if character == '"':
        fr, en = (
            'Ce texte n’est pas fermé : il manque un guillemet « " ».',
            "This string is not closed: a quote is missing.",
        )
        return FeelSyntaxError(position, len(text), {"fr": fr, "en": en})
    if text.startswith("/*", position):
        fr, en = (
            "Ce commentaire n’est pas fermé : il manque « */ ».",
            "This comment is not closed: “*/” is missing.",
        )
        return FeelSyntaxError(position, len(text), {"fr": fr, "en": en})
    fr = f"Le caractère « {character} » n’est pas permis ici."
    return FeelSyntaxError(
        position, position + 1, {"fr": fr, "en": f"Character “{character}” is not allowed here."}
    )
