"""Structured logs: one line per event, never a secret."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SENSITIVE = ("password", "secret", "token", "authorization", "cookie", "key")
SHOWN = {"idempotency_key", "definition_key", "correlation_key", "process_key", "key_prefix"}
MASK = "•••"

log = structlog.get_logger("relais")


def configure(env: str) -> None:
    """JSON lines on standard error in production, readable lines elsewhere.

    Tracebacks never show local variables: they may hold secrets.
    """
    renderer: Any = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    if env == "production":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    final: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if env == "production":
        final.append(structlog.processors.format_exc_info)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*final, renderer])
    )
    root = logging.getLogger("relais")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = env == "test"


def mask(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide the value of every field whose name says it is secret."""
    for name in event:
        lowered = name.lower()
        if name not in SHOWN and any(word in lowered for word in SENSITIVE):
            event[name] = MASK
    return event
