"""The deployed processes that call activities can call."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine import decisions, definitions
from engine.spiff.calls import Callee, Definition, Library, Wanted
from engine.store import ProcessDefinition, table

DEFINITION = table(ProcessDefinition)


def library(session: Session, definition_id: UUID) -> Library:
    """What the instances of this process version can call."""

    def get(called_id: UUID) -> Callee:
        program = definitions.compiled(session, called_id)
        return Callee(program, Definition(called_id, program.key), decisions.source(session, called_id))

    def find(wanted: Wanted) -> Callee | None:
        found = session.execute(_bound(wanted, wanted.caller or definition_id)).scalars().first()
        return None if found is None else get(found)

    return Library(find, get)


def _bound(wanted: Wanted, caller: UUID) -> Select[UUID]:
    """Binding as in Camunda 8: the newest, the one deployed together with the caller, or a tagged one."""
    columns = DEFINITION.c
    query = select(columns.id).where(columns.key == wanted.key).order_by(columns.version.desc()).limit(1)
    if wanted.binding == "deployment":
        own = select(columns.deployment_id).where(columns.id == caller).scalar_subquery()
        return query.where(columns.deployment_id == own)
    if wanted.binding == "versionTag":
        return query.where(columns.version_tag == wanted.version_tag)
    return query.where(columns.is_latest)
