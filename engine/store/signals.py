"""Who waits for a signal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, UtcDateTime


class SignalSubscription(Base):
    """An element instance (or a scope's event sub-process) that waits for a signal."""

    __tablename__ = "signal_subscription"
    __table_args__ = (Index(None, "signal_name"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    instance_id: Mapped[UUID] = mapped_column(ForeignKey("process_instance.id"), index=True)
    root_instance_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    element_id: Mapped[str] = mapped_column(String(255))
    subscription_key: Mapped[int]  #: which subscription in the instance's state
    signal_name: Mapped[str] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
