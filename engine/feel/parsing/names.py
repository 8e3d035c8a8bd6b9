"""Names that contain spaces and operators: known names as paths of tokens, longest match first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from engine.feel.errors import FeelSyntaxError
from engine.feel.parsing.lexer import Kind, Token, tokens


@lru_cache(maxsize=4096)
def parts(name: str) -> tuple[str, ...] | None:
    """The token texts of a name, None when it cannot be written as one (it needs backquotes)."""
    try:
        found = tokens(name)[:-1]
    except FeelSyntaxError:
        return None
    if (
        not found
        or found[0].kind is not Kind.WORD
        or any(t.kind in (Kind.STRING, Kind.QUOTED) for t in found)
    ):
        return None
    return tuple(t.text for t in found)


class Names:
    """A set of names of several tokens, asked for the longest one that starts at a token."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], str]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Know `name`; names of a single token need no knowing."""
        found = parts(name)
        if found is not None and len(found) > 1:
            self._by_first.setdefault(found[0], {})[found] = name

    def __contains__(self, name: str) -> bool:
        found = parts(name)
        return found is not None and found in self._by_first.get(found[0], {})

    def longest(self, stream: Sequence[Token], at: int) -> tuple[int, str] | None:
        """(number of tokens, name) of the longest known name starting at `at`."""
        known = self._by_first.get(stream[at].text)
        if known is None:
            return None
        best: tuple[int, str] | None = None
        for texts, name in known.items():
            size = len(texts)
            if (best is None or size > best[0]) and _matches(stream, at, texts):
                best = size, name
        return best


def _matches(stream: Sequence[Token], at: int, texts: tuple[str, ...]) -> bool:
    window = stream[at : at + len(texts)]
    if len(window) < len(texts):
        return False
    return all(
        token.text == text and token.kind not in (Kind.STRING, Kind.QUOTED)
        for token, text in zip(window, texts, strict=True)
    )
