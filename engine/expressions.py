"""The one place where text of a diagram becomes something that can be evaluated.

Text that starts with `=` is FEEL, other text is a literal; conditions are always FEEL.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any, Protocol

from engine import feel


class Expression(Protocol):
    """A literal or a FEEL expression, ready to be evaluated."""

    @property
    def variables(self) -> frozenset[str]:
        """Free variables it reads."""

    def evaluate(self, scope: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Any:
        """Its value in `scope`."""


class Literal:
    """Text that stands for itself."""

    __slots__ = ("value",)
    variables: frozenset[str] = frozenset()

    def __init__(self, value: str) -> None:
        self.value = value

    def evaluate(self, scope: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Any:
        """The text."""
        return self.value


def compile_text(text: str) -> Expression:
    """An attribute's text: FEEL after `=`, else a literal. Raises FeelSyntaxError."""
    return feel.parse(text[1:]) if text.startswith("=") else Literal(text)


def compile_feel(text: str) -> feel.Expression:
    """Text that is FEEL with or without its `=`. Raises FeelSyntaxError."""
    stripped = text.strip()
    return feel.parse(stripped.removeprefix("="))


def is_feel(text: str | None) -> bool:
    """Whether an attribute's text is FEEL."""
    return bool(text) and str(text).startswith("=")
