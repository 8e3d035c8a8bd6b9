"""Words for people, always in French and in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence or a label in both languages."""

    fr: str
    en: str

    @classmethod
    def of(cls, value: Text | Mapping[str, str] | str) -> Text:
        """Accept a Text, a mapping with exactly `fr` and `en`, or one str that serves both languages.

        Raises ValueError when a mapping lacks a language.
        """
        if isinstance(value, Text):
            return value
        if isinstance(value, str):
            return cls(value, value)
        if set(value) != {"fr", "en"}:
            raise ValueError(f"a text needs exactly fr and en, not {sorted(value)}")
        return cls(value["fr"], value["en"])

    def in_(self, locale: str) -> str:
        """The words for a locale such as `fr`, `fr_FR` or `en-GB`; French for any other language."""
        return self.en if locale[:2].lower() == "en" else self.fr

    def map(self, change: Callable[[str], str]) -> Text:
        """Both languages passed through the same function."""
        return Text(change(self.fr), change(self.en))

    def as_dict(self) -> dict[str, str]:
        return {"fr": self.fr, "en": self.en}

    def __str__(self) -> str:
        return self.fr
