"""Jobs: reading them, and working on them from outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import page_of
from designer.api.v1.support import commits, page
from designer.api.v1.work_schemas import (
    ActivatedSchema,
    ActivationBody,
    JobCompletionBody,
    JobErrorBody,
    JobFailedSchema,
    JobFailureBody,
    JobQuery,
    JobSchema,
)
from designer.cases import rights
from designer.extensions import clock, db
from engine import jobs
from engine.diagnostics import Text
from engine.store import Job, ProcessDefinition

blp = Blueprint("jobs", __name__, description="Automatic work; other programs may do it.")


@blp.route("/jobs")
@requires("operations.read")
@blp.arguments(JobQuery, location="query")
@blp.response(200, page_of(JobSchema))
def list_jobs(asked: dict[str, Any]) -> Any:
    """List jobs, newest first"""
    query = select(Job)
    keys = rights.keys(db.session(), "operations.read")
    if keys is not None:
        query = query.join(ProcessDefinition).where(ProcessDefinition.key.in_(keys))
    for name in ("state", "type", "instance_id"):
        if name in asked:
            query = query.where(getattr(Job, name) == asked[name])
    return page(query, Job.id, asked)


@blp.route("/jobs/activate", methods=["POST"])
@requires("jobs.work")
@commits
@blp.arguments(ActivationBody)
@blp.response(200, ActivatedSchema)
def activate(body: dict[str, Any]) -> Any:
    """Take due jobs of some types

    Each is yours for `lease_seconds`; its `token` reports it. Afterwards somebody else may take it, so work
    is done at least once: give the other side the `idempotency_key`.
    """
    found = jobs.claim(
        db.session(),
        worker=body["worker"],
        now=clock.now(),
        lease=timedelta(seconds=body["lease_seconds"]),
        limit=body["limit"],
        types=body["types"],
        connectors_only=True,
    )
    return {"items": found}


@blp.route("/jobs/<uuid:job_id>/complete", methods=["POST"])
@requires("jobs.work")
@commits
@blp.arguments(JobCompletionBody)
@blp.response(204)
def complete(body: dict[str, Any], job_id: UUID) -> None:
    """Report a result"""
    jobs.complete(db.session(), job_id, body["token"], body["result"], now=clock.now())


@blp.route("/jobs/<uuid:job_id>/fail", methods=["POST"])
@requires("jobs.work")
@commits
@blp.arguments(JobFailureBody)
@blp.response(200, JobFailedSchema)
def fail(body: dict[str, Any], job_id: UUID) -> Any:
    """Report a failure: tried again later, or an incident"""
    after = body["after_seconds"]
    outcome = jobs.fail(
        db.session(),
        job_id,
        body["token"],
        message=Text(body["message"], body["message"]),
        code=body["code"],
        retry=body["retry"],
        after=None if after is None else timedelta(seconds=after),
        now=clock.now(),
    )
    return {"outcome": outcome}


@blp.route("/jobs/<uuid:job_id>/throw-error", methods=["POST"])
@requires("jobs.work")
@commits
@blp.arguments(JobErrorBody)
@blp.response(204)
def throw_error(body: dict[str, Any], job_id: UUID) -> None:
    """Report a business outcome that the diagram catches"""
    jobs.throw_bpmn_error(
        db.session(),
        job_id,
        body["token"],
        body["code"],
        body["message"],
        body["variables"],
        now=clock.now(),
    )
