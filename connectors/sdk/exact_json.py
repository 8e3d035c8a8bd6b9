"""JSON with exact numbers: Decimal in, Decimal out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

import simplejson

from connectors.sdk.secrets import Secret


def encode(value: Any) -> bytes:
    """UTF-8 JSON. Decimals keep their digits; dates become ISO 8601. Raises TypeError, also on a Secret."""
    text = simplejson.dumps(value, use_decimal=True, allow_nan=False, ensure_ascii=False, default=_plain)
    return text.encode("utf-8")


def _plain(value: object) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    name = "a secret" if isinstance(value, Secret) else type(value).__name__
    raise TypeError(f"{name} cannot be written as JSON")


def decode(data: bytes | str) -> Any:
    """The value; numbers with a fraction or an exponent are Decimal, others int.

    Raises ValueError on anything that is not JSON (RFC 8259), including NaN and a nesting too deep to read.
    """
    try:
        return simplejson.loads(data, use_decimal=True, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error


def _refuse(constant: str) -> Decimal:
    raise ValueError(f"{constant} is not JSON")
