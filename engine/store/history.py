"""What happened: append-only, in the order it happened, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, UtcDateTime, Value


class HistoryEvent(Base):
    """One fact about an instance; `seq` grows by one without gaps inside the instance.

    An element instance that starts and ends in one advance is one row, `element_completed`, whose
    `ready_at` and `started_at` say when it began; one that waits has an `element_activated` row too.
    """

    __tablename__ = "history_event"
    __table_args__ = (Index(None, "root_instance_id"), Index(None, "at"))

    instance_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(40))
    #: of the called process that the element is in; None: of the instance's own
    definition_id: Mapped[UUID | None] = mapped_column(Uuid)
    element_id: Mapped[str | None] = mapped_column(String(255))
    element_key: Mapped[int | None] = mapped_column(Integer)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(String(255))  #: a person's id; None: the machine
    data: Mapped[Any] = mapped_column(Value, nullable=True)
