"""What was deployed: packages, process definitions, and what starts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.base import Base, UtcDateTime, Value


class Deployment(Base):
    """A package as it was deployed: its resources are immutable from then on."""

    __tablename__ = "deployment"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    package_key: Mapped[str] = mapped_column(String(255), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str | None] = mapped_column(String(255))
    note: Mapped[str | None] = mapped_column(Text)


class Resource(Base):
    """One file of a deployment."""

    __tablename__ = "resource"
    __table_args__ = (UniqueConstraint("deployment_id", "name"), Index(None, "deployment_id", "kind", "key"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"))
    kind: Mapped[str] = mapped_column(String(20))  #: bpmn, dmn, form, scenario, other
    key: Mapped[str | None] = mapped_column(String(255))  #: a form's id
    name: Mapped[str] = mapped_column(String(500))  #: path inside the package
    checksum: Mapped[str] = mapped_column(String(64))  #: SHA-256, hexadecimal
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ProcessDefinition(Base):
    """One version of one process; (key, version) is unique and never changes."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(255))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_latest: Mapped[bool] = mapped_column(index=True)
    #: `relais:` properties of the process: case title, reference prefix, public start, description…
    properties: Mapped[Any] = mapped_column(Value, nullable=True)
    #: element id → names of variables its connector operation reads besides its inputs
    job_reads: Mapped[Any] = mapped_column(Value, nullable=True)
    version_tag: Mapped[str | None] = mapped_column(String(255))  #: what calls can bind to
    start_form: Mapped[str | None] = mapped_column(String(255))  #: form id of the none start event


class DecisionDefinition(Base):
    """One version of one decision of a DMN file; (key, version) is unique and never changes."""

    __tablename__ = "decision_definition"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(255))  #: the decision's id in its file
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(500))
    version_tag: Mapped[str | None] = mapped_column(String(255))
    deployment_id: Mapped[UUID] = mapped_column(ForeignKey("deployment.id"), index=True)
    resource_id: Mapped[UUID] = mapped_column(ForeignKey("resource.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_latest: Mapped[bool] = mapped_column(index=True)


class StartSubscription(Base):
    """A message, signal or condition that starts instances of the newest version of a process."""

    __tablename__ = "start_subscription"
    __table_args__ = (Index(None, "kind", "name"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    definition_id: Mapped[UUID] = mapped_column(ForeignKey("process_definition.id"), index=True)
    definition_key: Mapped[str] = mapped_column(String(255), index=True)
    kind: Mapped[str] = mapped_column(String(20))  #: message, signal, conditional, timer
    name: Mapped[str] = mapped_column(String(255))  #: of the message or signal; the condition's text
    element_id: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(default=0)  #: which of the event's definitions
    together: Mapped[bool] = mapped_column(default=False)  #: one of several that must all happen
    #: what those brought that happened while the others have not, oldest first
    seen: Mapped[Any] = mapped_column(Value, nullable=True)


class ReferenceCounter(Base):
    """The last case number given per process and year."""

    __tablename__ = "reference_counter"

    prefix: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
