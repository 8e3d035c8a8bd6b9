"""Deployed process definitions: look them up, read their files, have them compiled."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from engine import forms
from engine.errors import NotFound
from engine.spiff.compiled import CompiledProcess, compile_process
from engine.store import ProcessDefinition, Resource, table

DEFINITION = table(ProcessDefinition)
LATEST = select(DEFINITION.c.id, DEFINITION.c.key).where(
    DEFINITION.c.key == bindparam("key"), DEFINITION.c.is_latest
)
CACHE_SIZE = 256
_cache: OrderedDict[UUID, CompiledProcess] = OrderedDict()
_cache_lock = Lock()


class DefinitionRef(NamedTuple):
    """Which version of which process."""

    id: UUID
    key: str


def get(session: Session, definition_id: UUID) -> ProcessDefinition:
    """One version of one process. Raises NotFound."""
    found = session.get(ProcessDefinition, definition_id)
    if found is None:
        raise NotFound("process definition", definition_id)
    return found


def latest(session: Session, key: str) -> ProcessDefinition:
    """The newest version of a process. Raises NotFound."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.is_latest)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("process definition", key)
    return found


def latest_ref(session: Session, key: str) -> DefinitionRef:
    """Id and key of the newest version, without the rest. Raises NotFound."""
    row = session.execute(LATEST, {"key": key}).one_or_none()
    if row is None:
        raise NotFound("process definition", key)
    return DefinitionRef(row.id, row.key)


def version(session: Session, key: str, number: int) -> ProcessDefinition:
    """A given version of a process. Raises NotFound."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.version == number)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound("process definition", f"{key} version {number}")
    return found


def versions(session: Session, key: str) -> list[ProcessDefinition]:
    """Every version of a process, newest first."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == key)
    return list(session.scalars(query.order_by(ProcessDefinition.version.desc())))


def all_latest(session: Session) -> list[ProcessDefinition]:
    """The newest version of every process, by name."""
    query = select(ProcessDefinition).where(ProcessDefinition.is_latest)
    return list(session.scalars(query.order_by(ProcessDefinition.name)))


def startable(session: Session) -> list[ProcessDefinition]:
    """The newest versions that people can start: those that do not wait for an event to begin."""
    return [d for d in all_latest(session) if compiled(session, d.id).entries()]


def xml(session: Session, definition_id: UUID) -> bytes:
    """The BPMN file as it was deployed."""
    definition = get(session, definition_id)
    resource = session.get_one(Resource, definition.resource_id)
    return resource.content


def form(session: Session, definition_id: UUID, form_key: str) -> forms.Form:
    """A form of the definition's own deployment. Raises NotFound."""
    definition = get(session, definition_id)
    query = select(Resource.content).where(
        Resource.deployment_id == definition.deployment_id, Resource.kind == "form", Resource.key == form_key
    )
    content = session.scalars(query).first()
    if content is None:
        raise NotFound("form", form_key)
    return forms.load(content)


def compiled(session: Session, definition_id: UUID) -> CompiledProcess:
    """The definition ready to run, compiled once per process of the operating system."""
    with _cache_lock:
        found = _cache.get(definition_id)
        if found is not None:
            _cache.move_to_end(definition_id)
            return found
    definition = get(session, definition_id)
    made = compile_process(xml(session, definition_id), definition.key, definition.job_reads)
    with _cache_lock:
        _cache[definition_id] = made
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return made
