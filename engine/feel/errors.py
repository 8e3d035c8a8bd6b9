"""Errors of FEEL expressions; callers catch `FeelError` or a leaf.

FeelError
  FeelSyntaxError   - the text is not an expression; `.position`, `.end` say where
  FeelUnsupported   - correct FEEL that this module refuses to run; never misread
  FeelLimitExceeded - a budget (steps, sizes, depth) ran out: evaluation was stopped
"""

from __future__ import annotations


class FeelError(Exception):
    """Base: `message` holds the sentence in French ("fr") and English ("en").

    `position` and `end` are offsets in characters into the expression's text, None when unknown.
    """

    def __init__(self, position: int | None, end: int | None, message: dict[str, str]) -> None:
        super().__init__(message["en"] if position is None else f"{message['en']} (at {position})")
        self.position, self.end, self.message = position, end, message


class FeelSyntaxError(FeelError):
    """The text cannot be read; the message says what was expected."""


class FeelUnsupported(FeelError):
    """The text is FEEL, but uses something that is refused or not built."""


class FeelLimitExceeded(FeelError):
    """Evaluation was stopped because a budget ran out; `limit` names the budget."""

    def __init__(
        self, limit: str, fr: str, en: str, position: int | None = None, end: int | None = None
    ) -> None:
        super().__init__(position, end, {"fr": fr, "en": en})
        self.limit = limit


class NullBecause(Exception):
    """Inside evaluation: the current operation gives null, and why. Never leaves the module.

    The two clauses complete "… is null because …"; they carry no capital and no full stop.
    """

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr, self.en = fr, en
