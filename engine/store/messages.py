"""Messages that arrived, and who waits for one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, UtcDateTime, Value


class Message(Base):
    """A published message that nobody waited for yet: the inbox for early arrivals."""

    __tablename__ = "message"
    __table_args__ = (Index(None, "name", "correlation_key"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    correlation_key: Mapped[str] = mapped_column(String(500))
    dedup_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    payload: Mapped[Any] = mapped_column(Value, nullable=True)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    #: None while buffered; kept until it expires so that a repeated publication changes nothing
    correlated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    correlated_instance_id: Mapped[UUID | None] = mapped_column(Uuid)


class MessageSubscription(Base):
    """An element instance that waits for a message."""

    __tablename__ = "message_subscription"
    __table_args__ = (Index(None, "message_name", "correlation_key"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    subscription_key: Mapped[int]  #: which subscription in the instance's state
    message_name: Mapped[str] = mapped_column(String(255))
    correlation_key: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
