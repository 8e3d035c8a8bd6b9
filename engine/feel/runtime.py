"""What one evaluation carries: the clock, the budgets and, when asked for, the reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from engine.feel.errors import FeelLimitExceeded, NullBecause
from engine.feel.values import Value

MAX_STEPS = 500_000
MAX_RESULT = 1_000_000
NULL_COST = 4
MAX_CALL_DEPTH = 100
MAX_LIST = 100_000
MAX_STRING = 1_000_000
MAX_REASONS = 100
MAX_TEXT = 65_536
MAX_NESTING = 64
MAX_TREE_DEPTH = 150
EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Where:
    """A part of the expression's text: offsets and the whole source."""

    position: int
    end: int
    source: str

    @property
    def excerpt(self) -> str:
        """The text of this part, shortened to fit a sentence."""
        text = " ".join(self.source[self.position : self.end].split())
        return text if len(text) <= EXCERPT else text[: EXCERPT - 1] + "…"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part of an expression gave null; `message` is a sentence in "fr" and "en"."""

    position: int
    end: int
    message: dict[str, str]


_ELIDED = re.compile(r"(?:une?|ils?|elles?|aucune?|au|avec)\b")


def _because(clause: str) -> str:
    """« parce que » before the clause, shortened before a vowel."""
    return f"parce qu’{clause}" if _ELIDED.match(clause) else f"parce que {clause}"


class Run:
    """The state of one evaluation. `reasons` is None when nobody will read them.

    `trace` belongs to whoever evaluates: what is to be told about the evaluation goes there.
    """

    __slots__ = ("depth", "now", "reasons", "steps", "trace", "zone")

    def __init__(self, now: datetime | None, zone: tzinfo | None, reasons: list[Reason] | None) -> None:
        self.now, self.zone, self.reasons = now, zone, reasons
        self.steps, self.depth = MAX_STEPS, 0
        self.trace: Any = None

    def spend(self, steps: int) -> None:
        """Count `steps` units of work. Raises FeelLimitExceeded when the budget is used up."""
        self.steps -= steps
        if self.steps < 0:
            raise FeelLimitExceeded(
                "steps", "l’expression demande trop de calculs", "the expression needs too many steps"
            )

    def enter(self) -> None:
        """Begin a function call. Raises FeelLimitExceeded when calls are nested too deep."""
        self.spend(1)
        self.depth += 1
        if self.depth > MAX_CALL_DEPTH:
            raise too_deep()

    def null(self, where: Where, why: NullBecause) -> None:
        """Record why the part at `where` is null; finding that out is slow, and is counted."""
        self.spend(NULL_COST)
        if self.reasons is not None and len(self.reasons) < MAX_REASONS:
            excerpt = where.excerpt
            fr = f"« {excerpt} » vaut null {_because(why.fr)}."
            en = f"“{excerpt}” is null because {why.en}."
            self.reasons.append(Reason(where.position, where.end, {"fr": fr, "en": en}))

    def check_list(self, size: int) -> None:
        """Raise FeelLimitExceeded when a list of `size` items must not be built; count its items."""
        if size > MAX_LIST:
            raise FeelLimitExceeded(
                "list",
                f"une liste dépasserait {MAX_LIST} éléments",
                f"a list would exceed {MAX_LIST} items",
            )
        self.spend(size)

    def check_string(self, size: int) -> None:
        """Raise FeelLimitExceeded when a string of `size` characters must not be built; count it."""
        if size > MAX_STRING:
            raise FeelLimitExceeded(
                "string",
                f"un texte dépasserait {MAX_STRING} caractères",
                f"a string would exceed {MAX_STRING} characters",
            )
        self.spend(size >> 6)


def too_deep() -> FeelLimitExceeded:
    """The error for calls or values nested too deep."""
    return FeelLimitExceeded(
        "depth", "les appels ou les valeurs sont trop imbriqués", "calls or values are nested too deep"
    )


class Frame:
    """One scope at run time: the variables given, the run, the enclosing frame and one bound value."""

    __slots__ = ("parent", "run", "scope", "value")

    def __init__(self, scope: Mapping[str, Value], run: Run, parent: Frame | None, value: Value) -> None:
        self.scope, self.run, self.parent, self.value = scope, run, parent, value
