"""Processes that a call activity calls: found by whoever knows the deployed definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

if TYPE_CHECKING:
    from engine.spiff.compiled import CompiledProcess
    from engine.spiff.specs.decision_task import DecisionSource

#: How many calls may be inside each other, so that a process that calls itself ends with an incident.
MAX_DEPTH = 24


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which process is called. `binding`: latest, deployment (the caller's own) or versionTag."""

    key: str
    binding: str
    version_tag: str | None
    caller: UUID | None  #: definition of the calling process; None: the instance's own


class Definition(NamedTuple):
    """A deployed process version."""

    id: UUID
    key: str


@dataclass(frozen=True, slots=True)
class Callee:
    """A process ready to run inside another; `definition` None: it is in the instance's own file."""

    program: CompiledProcess
    definition: Definition | None
    decisions: DecisionSource
    global_task: str | None = None  #: id of the global task of the caller's file that it is


@dataclass(frozen=True, slots=True)
class Library:
    """Finds the processes that can be called: by name, or again by the id of the definition."""

    find: Callable[[Wanted], Callee | None]
    get: Callable[[UUID], Callee]


def _nothing(wanted: Wanted) -> Callee | None:
    return None


def _unknown(definition_id: UUID) -> Callee:
    raise LookupError(f"no process definition {definition_id}")


#: For a process that runs without deployed definitions around it.
EMPTY = Library(_nothing, _unknown)
