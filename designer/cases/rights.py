"""Which processes a person's rights reach: rights are given per process group."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import access
from engine.store import ProcessDefinition


@dataclass(frozen=True, slots=True)
class Known:
    """The newest version of a process, as lists name it."""

    key: str
    name: str
    group: str | None


def group_of(definition: ProcessDefinition) -> str | None:
    """The process group a definition says it belongs to."""
    return (definition.properties or {}).get("group")


def reachable(session: Session, permission: str) -> list[Known]:
    """Processes in which the person has `permission`, by name."""
    groups = access.groups_where(permission)
    query = select(ProcessDefinition).where(ProcessDefinition.is_latest).order_by(ProcessDefinition.name)
    known = [Known(d.key, d.name, group_of(d)) for d in session.scalars(query)]
    return known if groups is None else [k for k in known if k.group in groups]


def keys(session: Session, permission: str) -> list[str] | None:
    """Keys of those processes; None when the person has the permission everywhere."""
    if access.groups_where(permission) is None:
        return None
    return [known.key for known in reachable(session, permission)]


def check_process(session: Session, key: str, *permissions: str) -> None:
    """Raise MissingPermission unless one of `permissions` is held in the group of process `key`."""
    query = select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.is_latest)
    definition = session.scalar(query)
    group = group_of(definition) if definition else None
    if not any(can(permission, group) for permission in permissions):
        raise access.MissingPermission(*permissions)


def can(permission: str, group: str | None) -> bool:
    """Whether the person may there; outside every process group only with the permission everywhere."""
    if group is None:
        return access.can(permission) and access.groups_where(permission) is None
    return access.can(permission, group)
