"""Every lifecycle of the engine, as stored."""

from __future__ import annotations

from enum import StrEnum


class InstanceState(StrEnum):
    """A process instance."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class UserTaskState(StrEnum):
    """A user task; `created` has no assignee yet."""

    CREATED = "created"
    CLAIMED = "claimed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """A job; finished jobs are deleted, failed ones wait for their incident to be resolved."""

    CREATED = "created"
    ACTIVATED = "activated"
    FAILED = "failed"


class JobKind(StrEnum):
    """Who does the work: a connector in a worker, or the engine itself when time has come."""

    CONNECTOR = "connector"
    TIMER = "timer"
    TIMER_START = "timer_start"
    PUBLISH = "publish"
    CORRELATE = "correlate"
    SIGNAL = "signal"
    EVENT_START = "event_start"
    NEXT_START = "next_start"
    MESSAGE_EXPIRY = "message_expiry"
    UPLOAD_EXPIRY = "upload_expiry"
    LOOK_OVER = "look_over"
    LOOK_INTO = "look_into"
    MIGRATE = "migrate"


class IncidentState(StrEnum):
    """A stop that needs an operator."""

    OPEN = "open"
    RESOLVED = "resolved"


class MigrationState(StrEnum):
    """What became of one instance of a migration."""

    PLANNED = "planned"
    MOVED = "moved"
    STAYED = "stayed"
    UNDONE = "undone"


class EffectState(StrEnum):
    """An effect on the outside world: intended before the call, known after it, or uncertain."""

    INTENDED = "intended"
    DONE = "done"
    NOT_DONE = "not_done"
    UNCERTAIN = "uncertain"


OPEN_TASK = (UserTaskState.CREATED, UserTaskState.CLAIMED)
