"""A running or ended process instance: its state, variables, incidents, documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, Uuid
from sqlalchemy.orm import Mapped, deferred, mapped_column

from engine.store.base import Base, UtcDateTime, Value


class ProcessInstance(Base):
    """One execution of a process definition; the case people see."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index(None, "state", "started_at"),
        Index(None, "definition_key", "state", "started_at"),
        Index(None, "root_instance_id"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    definition_key: Mapped[str] = mapped_column(String(255))
    reference: Mapped[str] = mapped_column(String(60), unique=True)  #: CA-2026-0402
    title: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_event_id: Mapped[str | None] = mapped_column(String(255))
    is_sample: Mapped[bool] = mapped_column(default=False, index=True)
    #: correlation key of the message that started it: no other instance starts with it meanwhile
    message_key: Mapped[str | None] = mapped_column(String(500), index=True)
    #: grows by one with every advance; pages poll it, writers compare it
    revision: Mapped[int] = mapped_column(default=0)
    history_seq: Mapped[int] = mapped_column(default=0)
    execution_state: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))


class VariableRow(Base):
    """One variable in one scope of an instance; scope 0 is the process."""

    __tablename__ = "variable"

    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), primary_key=True)
    scope_key: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    value: Mapped[str] = mapped_column(Text)  #: as `engine.values.dumps` wrote it


class Incident(Base):
    """A stop that needs an operator."""

    __tablename__ = "incident"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    definition_key: Mapped[str] = mapped_column(String(255))
    #: of the called process that the element is in; None: of the instance's own
    definition_id: Mapped[UUID | None] = mapped_column(Uuid)
    element_id: Mapped[str] = mapped_column(String(255))
    element_key: Mapped[int]
    job_id: Mapped[UUID | None] = mapped_column(Uuid)
    effect_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(
        String(40)
    )  #: job_failed, expression, uncaught_error, uncertain_effect…
    code: Mapped[str | None] = mapped_column(String(255))
    message: Mapped[Any] = mapped_column(Value, nullable=True)  #: {fr, en}
    document_ids: Mapped[Any] = mapped_column(Value, nullable=True)  #: pictures that show what happened
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str | None] = mapped_column(String(255))


class Document(Base):
    """A file that belongs to a case: an upload, a screenshot, a letter."""

    __tablename__ = "document"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    name: Mapped[str] = mapped_column(String(500))
    media_type: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    checksum: Mapped[str] = mapped_column(String(64))  #: SHA-256, hexadecimal
    kind: Mapped[str] = mapped_column(String(20))  #: upload, screenshot, output
    element_id: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(255))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
