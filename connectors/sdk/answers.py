"""What a check may answer: did the effect of an earlier call take place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Found:
    """The effect took place; `result` is what the operation would have returned."""

    result: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the two answers without a result."""

    name: str

    def __repr__(self) -> str:
        return self.name


NOT_FOUND: Final = Answer("NOT_FOUND")
"""The effect did not take place: the operation may be called again."""
UNKNOWN: Final = Answer("UNKNOWN")
"""It cannot be known: a person has to settle it."""

CheckAnswer: TypeAlias = Found | Answer
