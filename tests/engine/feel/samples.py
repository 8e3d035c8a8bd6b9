"""What the FEEL tests share: a fixed moment, a scope, and evaluation to FEEL text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
SCOPE: dict[str, Any] = {
    "x": Decimal(3),
    "montant": Decimal("120.50"),
    "nom": "Élise",
    "absent": None,
    "liste": [Decimal(1), Decimal(2), Decimal(3)],
    "demande": {"ville": "Paris", "montant": Decimal(40), "pieces": [{"nom": "RIB"}, {"nom": "CNI"}]},
}


def value(text: str, scope: Mapping[str, Any] | None = None, names: list[str] | None = None) -> Any:
    """The value of an expression in the sample scope, or in `scope`."""
    return feel.parse(text, names).evaluate(SCOPE if scope is None else scope, now=NOW, zone=PARIS)


def written(text: str, scope: Mapping[str, Any] | None = None, names: list[str] | None = None) -> str:
    """The same, as FEEL text: easy to read in a table."""
    return feel.to_text(value(text, scope, names))


def reasons(text: str, locale: str = "fr") -> list[str]:
    """Why parts of the expression are null."""
    result = feel.parse(text).explain(SCOPE, now=NOW, zone=PARIS)
    return [reason.message[locale] for reason in result.reasons]
