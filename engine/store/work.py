"""Work that waits: jobs and effects for machines, user tasks for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.store.base import Base, UtcDateTime, Value

_OPEN_TASK = text("state IN ('created', 'claimed')")
_CLAIMABLE = text("state <> 'failed'")


class Job(Base):
    """The unit of automatic work; `due_at` is also the end of the lease once it is claimed.

    So one index serves new work, retries and work whose worker died. Deleted when finished.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_claim", "due_at", postgresql_where=_CLAIMABLE, sqlite_where=_CLAIMABLE),
        Index(None, "instance_id"),
        Index(None, "root_instance_id"),
        UniqueConstraint("idempotency_key"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_instance.id"))
    root_instance_id: Mapped[UUID | None] = mapped_column(Uuid)
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("process_definition.id"))
    kind: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(255))  #: kind:operation:version, or the timer's element
    element_id: Mapped[str] = mapped_column(String(255))
    element_key: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int] = mapped_column(default=50)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[UUID | None] = mapped_column(Uuid)  #: fencing token, fresh for every claim
    worker: Mapped[str | None] = mapped_column(String(255))
    attempt: Mapped[int] = mapped_column(default=0)
    retries: Mapped[int] = mapped_column(default=3)
    idempotency_key: Mapped[str] = mapped_column(String(100))  #: stable across attempts
    input: Mapped[Any] = mapped_column(Value, nullable=True)
    variables: Mapped[Any] = mapped_column(
        Value, nullable=True
    )  #: what the operation reads besides its inputs
    headers: Mapped[Any] = mapped_column(Value, nullable=True)
    last_error: Mapped[str | None] = mapped_column(Text)


class Effect(Base):
    """The ledger of effects on the outside world: the intent before the call, the outcome after."""

    __tablename__ = "effect"
    __table_args__ = (Index(None, "state", "intended_at"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    job_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    operation: Mapped[str] = mapped_column(String(255))
    idempotency_key: Mapped[str] = mapped_column(String(100))
    attempt: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    intended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by: Mapped[str | None] = mapped_column(String(255))  #: None: the connector itself
    outcome: Mapped[Any] = mapped_column(Value, nullable=True)


class UserTask(Base):
    """A human work item."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index(
            "ix_user_task_open", "assignee", "due_at", postgresql_where=_OPEN_TASK, sqlite_where=_OPEN_TASK
        ),
        Index(None, "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"))
    definition_key: Mapped[str] = mapped_column(String(255))
    element_id: Mapped[str] = mapped_column(String(255))
    element_key: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    form_key: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(20))
    assignee: Mapped[str | None] = mapped_column(String(255))
    priority: Mapped[int] = mapped_column(default=50)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    follow_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_by: Mapped[str | None] = mapped_column(String(255))
    draft: Mapped[Any] = mapped_column(Value, nullable=True)  #: a form half filled in
    revision: Mapped[int] = mapped_column(default=0)

    candidates: Mapped[list[UserTaskCandidate]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", passive_deletes=True
    )


class UserTaskCandidate(Base):
    """A group (or person) that may claim a user task."""

    __tablename__ = "user_task_candidate"
    __table_args__ = (Index(None, "kind", "name"),)

    user_task_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  #: group, user
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
