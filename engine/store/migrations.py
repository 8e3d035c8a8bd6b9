"""Migrations of running instances to another version, and what became of each instance."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.store.base import Base, UtcDateTime, Value


class Migration(Base):
    """One decision to bring instances of a version to another one."""

    __tablename__ = "migration"
    __table_args__ = (Index(None, "definition_key", "created_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    target_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    mapping: Mapped[Any] = mapped_column(Value)  #: {element id: element id}
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(255))


class MigratedInstance(Base):
    """What became of one instance; `before` and `after` are its states, for going back."""

    __tablename__ = "migrated_instance"
    __table_args__ = (Index(None, "instance_id"),)

    migration_id: Mapped[UUID] = mapped_column(ForeignKey("migration.id"), primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    state: Mapped[str] = mapped_column(String(20))  #: planned, moved, stayed, undone
    message: Mapped[Any] = mapped_column(Value, nullable=True)  #: {fr, en}: why it stayed
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    before: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    after: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
