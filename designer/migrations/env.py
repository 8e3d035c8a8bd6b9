"""Alembic's entry: run the revisions on the connection that `designer.schema` hands over."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

import designer.models
from engine.store import UtcDateTime, Value

LOCK = 0x52656C616973  #: PostgreSQL advisory lock: two processes never migrate at the same time


def _render(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Revisions name plain SQL types, so that they stay what they were when our types change."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Value):
        return "sa.Text()"
    return False


def run(connection: sa.Connection) -> None:
    """Run what `context` was asked to run, in one transaction where the database can."""
    context.configure(
        connection=connection,
        target_metadata=designer.models.Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        compare_type=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        context.run_migrations()


run(context.config.attributes["connection"])
