"""Forms in a few lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms import Form, Submission, load

NOW = datetime(2026, 12, 3, 8, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def field(type: str, key: str = "x", label: str = "Nom", /, **more: Any) -> dict[str, Any]:
    """One component of the schema."""
    return {"type": type, "key": key, "label": label, **more}


def required(type: str, key: str = "x", label: str = "Nom", /, **more: Any) -> dict[str, Any]:
    """One that must be answered."""
    return field(type, key, label, **{**more, "validate": {**more.get("validate", {}), "required": True}})


def schema(*components: dict[str, Any]) -> dict[str, Any]:
    """A whole form-js schema."""
    return {"id": "essai", "schemaVersion": 19, "type": "default", "components": list(components)}


def form(*components: dict[str, Any]) -> Form:
    """A form of these components."""
    return load(schema(*components))


def submit(
    components: list[dict[str, Any]], answers: Any, variables: dict[str, Any] | None = None
) -> Submission:
    """What becomes of `answers` on 3 December 2026 at 9:12 in Paris."""
    return form(*components).validate(answers, variables or {}, now=NOW, zone=PARIS)


YES_NO = [{"label": "Oui", "value": "oui"}, {"label": "Non", "value": "non"}]
