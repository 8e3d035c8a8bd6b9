"""Secrets that never print themselves, and loggers that never print them either."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, Final, NoReturn, Self

MASK: Final = "•••"


class Secret:
    """A secret value. Only `.reveal()` gives it; str, repr, format and pickle do not."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself. Call it as late as possible and keep the result out of variables and logs."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled: reveal it where it is needed")


def secrets_in(value: object) -> list[Secret]:
    """Every Secret found in nested mappings, lists and tuples."""
    if isinstance(value, Secret):
        return [value]
    if isinstance(value, Mapping):
        return [secret for item in value.values() for secret in secrets_in(item)]
    if isinstance(value, list | tuple):
        return [secret for item in value for secret in secrets_in(item)]
    return []


def redact(text: str, secrets: Iterable[Secret]) -> str:
    """The text with every revealed secret of four characters or more replaced by the mask.

    Shorter ones are left: masking every "a" of a text would hide the text and prove nothing.
    Longest first, so that a secret that contains another is masked whole.
    """
    values = sorted({secret.reveal() for secret in secrets}, key=len, reverse=True)
    for value in values:
        if len(value) >= 4:
            text = text.replace(value, MASK)
    return text


class RedactingLogger(logging.LoggerAdapter[logging.Logger]):
    """A logger that masks the secrets of one call in the finished message."""

    def __init__(self, logger: logging.Logger, secrets: Iterable[Secret]) -> None:
        super().__init__(logger, {})
        self._secrets = tuple(secrets)

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        if self.isEnabledFor(level):
            text = str(msg) % args if args else str(msg)
            self.logger.log(level, redact(text, self._secrets), **kwargs)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        return redact(str(msg), self._secrets), kwargs
