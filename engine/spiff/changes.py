"""What one advance produced for the outside: the database rows to write, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.diagnostics import Text
from engine.feel import FeelError


class Stop(Exception):
    """The token cannot go on: becomes an incident of this kind, never a crash."""

    def __init__(self, kind: str, message: Text, code: str | None = None) -> None:
        super().__init__(message.en)
        self.kind, self.message, self.code = kind, message, code


def feel_text(error: FeelError) -> Text:
    """What an expression has wrong, in both languages."""
    return Text(error.message["fr"], error.message["en"])


@dataclass(slots=True)
class NewJob:
    """Work for a connector."""

    element_key: int
    element_id: str
    type: str
    retries: int
    input: dict[str, Any]
    variables: dict[str, Any]
    headers: dict[str, str]


@dataclass(slots=True)
class NewUserTask:
    """Work for a person."""

    element_key: int
    element_id: str
    name: str
    form_key: str | None
    assignee: str | None
    candidate_users: list[str]
    candidate_groups: list[str]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int


@dataclass(slots=True)
class NewIncident:
    """A token that stopped."""

    element_key: int
    element_id: str
    kind: str
    message: Text
    code: str | None


@dataclass(slots=True)
class NewMessage:
    """A message thrown by the diagram."""

    element_key: int
    element_id: str
    name: str
    correlation_key: str
    payload: dict[str, Any]


@dataclass(slots=True)
class NewSignal:
    """A signal thrown by the diagram, for every other instance that waits for it."""

    element_key: int
    element_id: str
    name: str
    payload: dict[str, Any]


@dataclass(slots=True)
class Event:
    """A history event before it gets its number."""

    kind: str
    element_id: str | None = None
    element_key: int | None = None
    ready_at: datetime | None = None
    claimed_at: datetime | None = None
    started_at: datetime | None = None
    actor: str | None = None
    data: Any = None
    definition_id: UUID | None = None  #: of the called process that the element is in


@dataclass(slots=True)
class Changes:
    """Everything one advance produced; the instance's own state is saved besides."""

    jobs: list[NewJob] = field(default_factory=list)
    user_tasks: list[NewUserTask] = field(default_factory=list)
    messages: list[NewMessage] = field(default_factory=list)
    signals: list[NewSignal] = field(default_factory=list)
    incidents: list[NewIncident] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)  #: subscriptions
    closed: list[Any] = field(default_factory=list)  #: subscriptions
    ended_elements: list[int] = field(default_factory=list)  #: cancelled: their job or user task goes
    dropped_scopes: list[int] = field(default_factory=list)
    end_event_id: str | None = None
