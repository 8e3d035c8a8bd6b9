"""A position in the token stream, and the errors that say what was expected there."""

from __future__ import annotations

from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing.lexer import Kind, Token, tokens
from engine.feel.runtime import MAX_TEXT

KEYWORDS = frozenset(
    [
        "and",
        "or",
        "between",
        "in",
        "if",
        "then",
        "else",
        "for",
        "return",
        "some",
        "every",
        "satisfies",
        "instance",
        "function",
        "external",
        "true",
        "false",
        "null",
    ]
)
STOPS = frozenset(["and", "or", "between", "in", "instance", "then", "else", "return", "satisfies"])
_NAME_SYMBOLS = frozenset("+-*/.'")


class Cursor:
    """Reads the tokens of `source` one after the other."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_TEXT:
            message = {
                "fr": f"L’expression dépasse {MAX_TEXT} caractères.",
                "en": f"The expression exceeds {MAX_TEXT} characters.",
            }
            raise FeelSyntaxError(MAX_TEXT, len(source), message)
        self.source = source
        self.stream = tokens(source)
        self.at = 0

    @property
    def token(self) -> Token:
        """The current token."""
        return self.stream[self.at]

    @property
    def last_end(self) -> int:
        """Where the token before the current one ends."""
        return self.stream[self.at - 1].end if self.at else 0

    def ahead(self, count: int) -> Token:
        """The token `count` places further, or the END token."""
        return self.stream[min(self.at + count, len(self.stream) - 1)]

    def take(self) -> Token:
        """The current token, moving on."""
        token = self.stream[self.at]
        if token.kind is not Kind.END:
            self.at += 1
        return token

    def sees(self, text: str) -> bool:
        """Whether the current token is this symbol or keyword."""
        token = self.stream[self.at]
        return token.text == text and (token.kind is Kind.SYMBOL or token.kind is Kind.WORD)

    def accept(self, text: str) -> bool:
        """Move past this symbol or keyword if it is there."""
        if self.sees(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> Token:
        """Move past this symbol or keyword. Raises FeelSyntaxError when it is not there."""
        if not self.sees(text):
            raise self.expected(f"« {text} »", f"“{text}”")
        return self.take()

    def expected(self, fr: str, en: str) -> FeelSyntaxError:
        """The error that something else was expected at the current token."""
        token = self.token
        if token.kind is Kind.END:
            found_fr, found_en = "la fin de l’expression", "the end of the expression"
        else:
            text = self.source[token.position : token.end][:40]
            found_fr, found_en = f"« {text} »", f"“{text}”"
        message = {
            "fr": f"Il faut {fr} ici, et non {found_fr}.",
            "en": f"Expected {en} here, not {found_en}.",
        }
        return FeelSyntaxError(token.position, token.end, message)

    def text_between(self, start: int, end: int) -> str:
        """The source text of tokens `start` to `end` (excluded), its spaces collapsed."""
        first, last = self.stream[start], self.stream[end - 1]
        if start + 1 == end and first.kind in (Kind.STRING, Kind.QUOTED):
            return first.text
        return " ".join(self.source[first.position : last.end].split())

    def name_before(self, stop: str) -> str | None:
        """The name made of the tokens from here to the symbol or keyword `stop`, or None.

        Moves to `stop` when there is such a name, and stays otherwise.
        """
        start = end = self.at
        while self._may_be_in_name(end, end == start) and not (end > start and self.stream[end].text == stop):
            end += 1
        if end == start or self.stream[end].text != stop:
            return None
        self.at = end
        return self.text_between(start, end)

    def _may_be_in_name(self, at: int, first: bool) -> bool:
        token = self.stream[at]
        if first:
            return token.kind in (Kind.WORD, Kind.QUOTED)
        if token.kind is Kind.SYMBOL:
            return token.text in _NAME_SYMBOLS
        return token.kind in (Kind.WORD, Kind.NUMBER)
