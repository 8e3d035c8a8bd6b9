"""Deploy a package: check it, store it for ever, and let it start."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine import check, decisions, forms, messages, starts
from engine.catalogue import Catalogue
from engine.diagnostics import has_errors
from engine.errors import DefinitionInvalid
from engine.ids import new_id
from engine.packages import Package, kind_of
from engine.spiff.compiled import CompiledProcess, compile_process, process_keys
from engine.store import Deployment, ProcessDefinition, Resource


def deploy(
    session: Session,
    package: Package,
    catalogue: Catalogue,
    *,
    now: datetime,
    by: str | None = None,
    note: str | None = None,
) -> list[ProcessDefinition]:
    """Store a new immutable version of every executable process of the package.

    The very same files as last time change nothing and give the existing versions. Raises
    DefinitionInvalid with every diagnostic; nothing is stored then.
    """
    diagnostics = check.check(package, catalogue)
    if has_errors(diagnostics):
        raise DefinitionInvalid(diagnostics)
    existing = _unchanged(session, package)
    if existing:
        return existing
    deployment = Deployment(id=new_id(), package_key=package.key, created_at=now, created_by=by, note=note)
    session.add(deployment)
    session.flush()
    resources = {name: _store(session, deployment, name, data) for name, data in package.files.items()}
    decisions.deploy(session, package, deployment, resources, now)
    made = []
    for name in package.of_kind("bpmn"):
        for key in process_keys(package.files[name]):
            reads = check.job_reads(package.files[name], key, catalogue)
            compiled = compile_process(package.files[name], key, reads)
            made.append(_define(session, deployment, resources[name], compiled, reads, now))
    return made


def _store(session: Session, deployment: Deployment, name: str, content: bytes) -> Resource:
    kind = kind_of(name)
    resource = Resource(
        id=new_id(),
        deployment_id=deployment.id,
        kind=kind,
        key=forms.load(content).id if kind == "form" else None,
        name=name,
        checksum=sha256(content).hexdigest(),
        content=content,
    )
    session.add(resource)
    session.flush()
    return resource


def _unchanged(session: Session, package: Package) -> list[ProcessDefinition]:
    latest = select(Deployment.id).where(Deployment.package_key == package.key)
    deployment_id = session.scalars(latest.order_by(Deployment.id.desc()).limit(1)).first()
    if deployment_id is None:
        return []
    stored = select(Resource.name, Resource.checksum).where(Resource.deployment_id == deployment_id)
    known = {row.name: row.checksum for row in session.execute(stored)}
    if known != {name: sha256(content).hexdigest() for name, content in package.files.items()}:
        return []
    query = select(ProcessDefinition).where(ProcessDefinition.deployment_id == deployment_id)
    found = list(session.scalars(query))
    return found if all(d.is_latest for d in found) else []


def _define(
    session: Session,
    deployment: Deployment,
    resource: Resource,
    compiled: CompiledProcess,
    reads: dict[str, list[str]],
    now: datetime,
) -> ProcessDefinition:
    same_key = ProcessDefinition.key == compiled.key
    number = (session.scalar(select(func.max(ProcessDefinition.version)).where(same_key)) or 0) + 1
    session.execute(
        update(ProcessDefinition).where(same_key, ProcessDefinition.is_latest).values(is_latest=False)
    )
    start = compiled.none_start()
    definition = ProcessDefinition(
        id=new_id(),
        key=compiled.key,
        version=number,
        name=compiled.name,
        deployment_id=deployment.id,
        resource_id=resource.id,
        created_at=now,
        is_latest=True,
        properties=dict(compiled.properties),
        job_reads=reads,
        version_tag=compiled.version_tag,
        start_form=start.extensions.form_id if start else None,
    )
    session.add(definition)
    session.flush()
    starts.replace(session, definition, compiled, now)
    messages.start_early(session, definition.key, now=now)
    return definition
