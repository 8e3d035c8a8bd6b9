"""JSON with exact numbers: Decimal in, Decimal out, never a binary fraction in between."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any
from uuid import UUID

import simplejson
from flask.json.provider import JSONProvider


def dumps(value: object, **options: Any) -> str:
    """JSON text; Decimals keep every digit, instants and ids become text."""
    options.setdefault("ensure_ascii", False)
    options.pop("default", None)
    return str(simplejson.dumps(value, use_decimal=True, allow_nan=False, default=_text, **options))


def loads(text: str | bytes) -> Any:
    """Value of a JSON text; every number with a fraction or an exponent is a Decimal. Raises ValueError.

    Constants that JSON does not have (NaN, Infinity) and nesting too deep to read are refused.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        return simplejson.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("JSON nested too deeply") from error


class ExactJson(JSONProvider):
    """Flask's JSON, exact."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """See `dumps` of this module."""
        return dumps(obj, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """See `loads` of this module."""
        return loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Any:
        """A JSON answer."""
        body = self._prepare_response_obj(args, kwargs)
        return self._app.response_class(self.dumps(body), mimetype="application/json")

    def dump(self, obj: Any, fp: IO[str], **kwargs: Any) -> None:
        """Write JSON text to a stream."""
        fp.write(self.dumps(obj, **kwargs))


def _text(value: object) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    if type(value).__name__ == "LazyString":
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} cannot be JSON")


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
