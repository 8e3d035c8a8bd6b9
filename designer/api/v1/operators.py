"""Modify a case by a plan; bring cases to another version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import marshmallow as ma
from marshmallow import fields, validate

from designer.access import requires
from designer.api.v1.parsing import Blueprint
from designer.api.v1.schemas import Body, BothLanguages, Variables
from designer.api.v1.support import case, commits, me
from designer.cases import rights, standing
from designer.extensions import clock, db
from engine import definitions, migration, surgery
from engine.errors import NotFound
from engine.store import Migration
from engine.surgery import Instruction

VERSION = validate.Range(min=1, max=2**31 - 1)
ACTIONS = ("move", "cancel", "start", "restart", "drop", "variables")
blp = Blueprint("operators", __name__, description="Modify running cases and change their version.")


class InstructionBody(Body):
    """One change; `element_key` is a place where the case stands, `element_id` where something starts."""

    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    element_key = fields.Integer(load_default=None, allow_none=True)
    element_id = fields.String(load_default=None, allow_none=True)
    scope_key = fields.Integer(load_default=None, allow_none=True)
    variables = Variables(load_default=dict)


class PlanBody(Body):
    """What is asked for."""

    instructions = fields.List(fields.Nested(InstructionBody), required=True)


class ModificationBody(PlanBody):
    """The same, with the revision of the plan and the reason."""

    revision = fields.Integer(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class LineSchema(ma.Schema):
    """One thing that happens; with `warning`, something is lost."""

    text = fields.Nested(BothLanguages, required=True)
    element_id = fields.String(required=True, allow_none=True)
    warning = fields.Boolean(required=True)


class PlanSchema(ma.Schema):
    """What would happen, or why it cannot be."""

    revision = fields.Integer(required=True)
    lines = fields.List(fields.Nested(LineSchema), required=True)
    refused = fields.Nested(BothLanguages, required=True, allow_none=True)


class MigrationQuery(Body):
    """From which version to which; `mapping` completes what certainly corresponds."""

    definition_key = fields.String(required=True)
    source = fields.Integer(required=True, validate=VERSION)
    target = fields.Integer(required=True, validate=VERSION)
    mapping = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class MigrationBody(MigrationQuery):
    """The same, with the reason."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class VerdictSchema(ma.Schema):
    """What would become of one case."""

    instance_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    moves = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(BothLanguages), required=True)
    notes = fields.List(fields.Nested(BothLanguages), required=True)


class VerdictListSchema(ma.Schema):
    """Every case of the version."""

    items = fields.List(fields.Nested(VerdictSchema), required=True)


class MovedSchema(ma.Schema):
    """What became of one case: planned, moved, stayed or undone."""

    instance_id = fields.UUID(required=True)
    state = fields.String(required=True)
    message = fields.Nested(BothLanguages, required=True, allow_none=True)


class MigrationSchema(ma.Schema):
    """A migration and what became of each case."""

    id = fields.UUID(required=True)
    items = fields.List(fields.Nested(MovedSchema), required=True)


def _instructions(body: dict[str, Any]) -> list[Instruction]:
    return [Instruction(**one) for one in body["instructions"]]


@blp.route("/process-instances/<uuid:instance_id>/modification-plan", methods=["POST"])
@requires("operations.modify")
@blp.arguments(PlanBody)
@blp.response(200, PlanSchema)
def plan(body: dict[str, Any], instance_id: UUID) -> Any:
    """What these changes would do; nothing changes"""
    found = case(instance_id, "operations.modify")
    names = standing.names(db.session(), found.definition_id)
    return surgery.plan(db.session(), instance_id, _instructions(body), now=clock.now(), names=names)


@blp.route("/process-instances/<uuid:instance_id>/modification", methods=["POST"])
@requires("operations.modify")
@commits
@blp.arguments(ModificationBody)
@blp.response(200, PlanSchema)
def modify(body: dict[str, Any], instance_id: UUID) -> Any:
    """Do what a plan said, if the case is still at its revision; 409 otherwise"""
    found = case(instance_id, "operations.modify")
    return surgery.apply(
        db.session(),
        instance_id,
        _instructions(body),
        revision=body["revision"],
        by=me(),
        reason=body["reason"],
        now=clock.now(),
        names=standing.names(db.session(), found.definition_id),
    )


def _versions(body: dict[str, Any]) -> tuple[UUID, UUID]:
    rights.check_process(db.session(), body["definition_key"], "operations.modify")
    key = body["definition_key"]
    source, target = (definitions.version(db.session(), key, body[name]) for name in ("source", "target"))
    return source.id, target.id


@blp.route("/migrations/dry-run", methods=["POST"])
@requires("operations.modify")
@blp.arguments(MigrationQuery)
@blp.response(200, VerdictListSchema)
def dry_run(body: dict[str, Any]) -> Any:
    """Who would move, who would stay and why; nothing changes"""
    found = migration.dry_run(db.session(), *_versions(body), body["mapping"], now=clock.now())
    return {"items": found}


@blp.route("/migrations", methods=["POST"])
@requires("operations.modify")
@commits
@blp.arguments(MigrationBody)
@blp.response(202, MigrationSchema)
def start(body: dict[str, Any]) -> Any:
    """Let workers move the cases; look at the migration to see how far they are"""
    made = migration.start(
        db.session(), *_versions(body), body["mapping"], by=me(), reason=body["reason"], now=clock.now()
    )
    return _shown(made)


def _shown(migration_id: UUID) -> dict[str, Any]:
    items = [item for item, _case in migration.items(db.session(), migration_id)]
    return {"id": migration_id, "items": items}


def _checked(migration_id: UUID) -> None:
    found = db.session.get(Migration, migration_id)
    if found is None:
        raise NotFound("migration", migration_id)
    rights.check_process(db.session(), found.definition_key, "operations.modify")


@blp.route("/migrations/<uuid:migration_id>")
@requires("operations.modify")
@blp.response(200, MigrationSchema)
def get_migration(migration_id: UUID) -> Any:
    """What became of each case"""
    _checked(migration_id)
    return _shown(migration_id)


@blp.route("/migrations/<uuid:migration_id>/undo", methods=["POST"])
@requires("operations.modify")
@commits
@blp.response(202, MigrationSchema)
def undo(migration_id: UUID) -> Any:
    """Give back every case that has not gone on since"""
    _checked(migration_id)
    migration.undo_all(db.session(), migration_id, by=me(), now=clock.now())
    return _shown(migration_id)
