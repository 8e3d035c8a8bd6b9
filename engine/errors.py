"""Errors the engine raises; callers catch `EngineError` or a leaf, never `Exception`.

EngineError
  NotFound             - no row with that key
  InvalidState         - the command does not fit the current state
    JobNotActivated    - reported by a worker whose lease (token) is no longer valid
    TaskNotOpen        - the user task is already completed or cancelled
    TaskClaimedByOther - somebody else holds the user task
    StaleRevision      - the caller saw an older revision than the stored one
    InstanceEnded      - the process instance is completed or cancelled
    Refused            - a change by hand that cannot be; `.message` says why, in both languages
  NotAllowed           - this person may not do this to this user task
  DefinitionInvalid    - the package cannot be deployed; `.diagnostics` says where and why
  SubmissionInvalid    - a form came back with errors; `.errors` maps field path to `Text`
  InvalidValue         - a value that cannot be a variable; `.path` says where in it
  StateUnreadable      - a stored instance state this version cannot read
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic, Text


class EngineError(Exception):
    """Base of every error the engine raises on purpose."""


class NotFound(EngineError):
    """No row with that key."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"{kind} {key} does not exist")
        self.kind, self.key = kind, key


class InvalidState(EngineError):
    """The command does not fit the current state."""


class JobNotActivated(InvalidState):
    """The token does not hold the job: its lease ended, or the job is gone."""


class TaskNotOpen(InvalidState):
    """The user task is already completed or cancelled."""


class TaskClaimedByOther(InvalidState):
    """Another person holds the user task."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"claimed by {holder}")
        self.holder = holder


class StaleRevision(InvalidState):
    """The caller saw an older revision than the stored one."""


class InstanceEnded(InvalidState):
    """The process instance is completed or cancelled."""


class NotAllowed(EngineError):
    """This person may not do this."""


class DefinitionInvalid(EngineError):
    """The package cannot be deployed; nothing was stored."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = [d for d in diagnostics if d.severity == "error"]
        super().__init__("; ".join(f"{d.element_id or d.file}: {d.message.en}" for d in errors[:3]))
        self.diagnostics = list(diagnostics)


class SubmissionInvalid(EngineError):
    """A form came back with errors, one text per field path, in the order of the form."""

    def __init__(self, errors: Mapping[str, Text]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


class InvalidValue(EngineError):
    """A value that cannot be a variable."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path, self.reason = path, reason


class StateUnreadable(EngineError):
    """A stored instance state in a format this version cannot read."""


class Refused(InvalidState):
    """A change by hand that would leave the instance in a state it cannot be in; `.message` says why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message
