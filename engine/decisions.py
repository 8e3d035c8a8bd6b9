"""Deployed decisions: stored by version with their package, found by the process that calls them."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from uuid import UUID

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from engine import dmn
from engine.errors import NotFound
from engine.ids import new_id
from engine.packages import Package
from engine.spiff.specs.decision_task import Called, DecisionSource, FoundDecision
from engine.store import DecisionDefinition, Deployment, ProcessDefinition, Resource

CACHE_SIZE = 256
_cache: OrderedDict[UUID, dmn.CompiledModel] = OrderedDict()
_cache_lock = Lock()


def deploy(
    session: Session, package: Package, deployment: Deployment, resources: dict[str, Resource], now: datetime
) -> list[DecisionDefinition]:
    """Store a new version of every decision of the package, whose files the check found sound."""
    made = []
    files = package.of_kind("dmn")
    for name in files:
        model = dmn.load(files[name], [other for key, other in files.items() if key != name])
        made += [_define(session, deployment, resources[name], d, now) for d in model.decisions]
    return made


def _define(
    session: Session,
    deployment: Deployment,
    resource: Resource,
    decision: dmn.Decision,
    now: datetime,
) -> DecisionDefinition:
    same_key = DecisionDefinition.key == decision.id
    number = (session.scalar(select(func.max(DecisionDefinition.version)).where(same_key)) or 0) + 1
    session.execute(
        update(DecisionDefinition).where(same_key, DecisionDefinition.is_latest).values(is_latest=False)
    )
    definition = DecisionDefinition(
        id=new_id(),
        key=decision.id,
        version=number,
        name=decision.name,
        version_tag=decision.version_tag,
        deployment_id=deployment.id,
        resource_id=resource.id,
        created_at=now,
        is_latest=True,
    )
    session.add(definition)
    session.flush()
    return definition


def get(session: Session, decision_id: UUID) -> DecisionDefinition:
    """One version of one decision. Raises NotFound."""
    found = session.get(DecisionDefinition, decision_id)
    if found is None:
        raise NotFound("decision", decision_id)
    return found


def latest(session: Session, key: str) -> DecisionDefinition:
    """The newest version of a decision. Raises NotFound."""
    found = session.scalars(_newest(key).where(DecisionDefinition.is_latest)).first()
    if found is None:
        raise NotFound("decision", key)
    return found


def versions(session: Session, key: str) -> list[DecisionDefinition]:
    """Every version of a decision, newest first."""
    return list(session.scalars(_newest(key)))


def all_latest(session: Session) -> list[DecisionDefinition]:
    """The newest version of every decision, by name."""
    query = select(DecisionDefinition).where(DecisionDefinition.is_latest)
    return list(session.scalars(query.order_by(DecisionDefinition.name)))


def model(session: Session, definition: DecisionDefinition) -> dmn.CompiledModel:
    """The model that holds this version, compiled once per process of the operating system."""
    with _cache_lock:
        found = _cache.get(definition.resource_id)
        if found is not None:
            _cache.move_to_end(definition.resource_id)
            return found
    made = _load(session, definition)
    with _cache_lock:
        _cache[definition.resource_id] = made
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return made


def _load(session: Session, definition: DecisionDefinition) -> dmn.CompiledModel:
    own = session.get_one(Resource, definition.resource_id)
    others = select(Resource.content).where(
        Resource.deployment_id == own.deployment_id, Resource.kind == "dmn", Resource.id != own.id
    )
    return dmn.load(own.content, session.scalars(others.order_by(Resource.name)))


def source(session: Session, process_definition_id: UUID) -> DecisionSource:
    """Finds decisions for the instances of one process version."""

    def find(called: Called) -> FoundDecision | None:
        definition = session.scalars(_bound(called, process_definition_id)).first()
        if definition is None:
            return None
        return FoundDecision(definition.id, definition.key, definition.version, model(session, definition))

    return find


def _newest(key: str) -> Select[DecisionDefinition]:
    return (
        select(DecisionDefinition)
        .where(DecisionDefinition.key == key)
        .order_by(DecisionDefinition.version.desc())
    )


def _bound(called: Called, process_definition_id: UUID) -> Select[DecisionDefinition]:
    """Binding as in Camunda 8: the newest, the one deployed together with the process, or a tagged one."""
    query = _newest(called.key)
    if called.binding == "deployment":
        deployment = select(ProcessDefinition.deployment_id).where(
            ProcessDefinition.id == process_definition_id
        )
        return query.where(DecisionDefinition.deployment_id == deployment.scalar_subquery())
    if called.binding == "versionTag":
        return query.where(DecisionDefinition.version_tag == called.version_tag)
    return query.where(DecisionDefinition.is_latest)
