"""Bodies and answers about work: user tasks, jobs, incidents, effects, messages."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext as _
from marshmallow import fields, validate

from designer.api.v1.schemas import AnyValue, Body, Page, Variables, Words

ONE_DAY_SECONDS = 86400
LONGEST_NOTE = 500


class TaskQuery(Page):
    """Filters of the list; without `state`, open tasks."""

    state = fields.String(validate=validate.OneOf(["created", "claimed", "completed", "cancelled"]))
    mine = fields.Boolean(load_default=False, metadata={"description": "only those I have claimed"})
    instance_id = fields.UUID()
    definition_key = fields.String()


class CandidateSchema(ma.Schema):
    """Who may claim."""

    kind = fields.String(required=True)
    name = fields.String(required=True)


class TaskSchema(ma.Schema):
    """One user task."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    state = fields.String(required=True)
    instance_id = fields.UUID(required=True)
    definition_key = fields.String(required=True)
    element_id = fields.String(required=True)
    assignee = fields.String(required=True, allow_none=True)
    candidates = fields.List(fields.Nested(CandidateSchema), required=True)
    priority = fields.Integer(required=True)
    due_at = fields.DateTime(required=True, allow_none=True)
    follow_up_at = fields.DateTime(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    completed_at = fields.DateTime(required=True, allow_none=True)
    form_key = fields.String(required=True, allow_none=True)
    draft = AnyValue(required=True, allow_none=True)
    revision = fields.Integer(required=True)


class FormSchema(ma.Schema):
    """A form: its form-js schema, and the values to begin with."""

    form_schema = fields.Raw(data_key="schema", required=True)
    values = Variables(required=True)


class DraftBody(Body):
    """A half-filled form."""

    draft = Variables(required=True)


class CompletionBody(Body):
    """What the task gives. `submission` is validated by the task's form; `variables` serve without one."""

    variables = Variables(load_default=None)
    submission = fields.Dict(load_default=None)

    @ma.validates_schema
    def _one_of_both(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("variables") is not None and data.get("submission") is not None:
            raise ma.ValidationError(_("Donnez variables ou submission, pas les deux."), "submission")


class AssignmentBody(Body):
    """Who shall do the task, and a word for that person."""

    assignee = fields.UUID(required=True, metadata={"description": "Id of the person."})
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_NOTE))


class JobQuery(Page):
    """Filters of the list."""

    state = fields.String(validate=validate.OneOf(["created", "activated", "failed"]))
    type = fields.String()
    instance_id = fields.UUID()


class JobSchema(ma.Schema):
    """One job, without its token."""

    id = fields.UUID(required=True)
    type = fields.String(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True)
    instance_id = fields.UUID(required=True, allow_none=True)
    element_id = fields.String(required=True)
    due_at = fields.DateTime(required=True)
    created_at = fields.DateTime(required=True)
    attempt = fields.Integer(required=True)
    retries = fields.Integer(required=True)
    worker = fields.String(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)


class ActivationBody(Body):
    """Which jobs to take, for how long."""

    types = fields.List(
        fields.String(validate=validate.Length(min=1, max=255)),
        required=True,
        validate=validate.Length(1, 50),
    )
    worker = fields.String(required=True, validate=validate.Length(min=1, max=200))
    limit = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100))
    lease_seconds = fields.Integer(load_default=60, validate=validate.Range(min=1, max=ONE_DAY_SECONDS))


class ActivatedJobSchema(JobSchema):
    """A job that was taken: its token reports it, its input says what to do."""

    token = fields.UUID(required=True)
    idempotency_key = fields.String(required=True)
    input = AnyValue(required=True)
    variables = AnyValue(required=True)
    headers = AnyValue(required=True)


class ActivatedSchema(ma.Schema):
    """The jobs that were taken."""

    items = fields.List(fields.Nested(ActivatedJobSchema), required=True)


class JobCompletionBody(Body):
    """It worked."""

    token = fields.UUID(required=True)
    result = Variables(load_default=dict)


class JobFailureBody(Body):
    """It did not work."""

    token = fields.UUID(required=True)
    message = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    code = fields.String(load_default=None, allow_none=True)
    retry = fields.Boolean(load_default=True)
    after_seconds = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=0, max=30 * ONE_DAY_SECONDS)
    )


class JobFailedSchema(ma.Schema):
    """What became of it: retry, caught, incident or uncertain."""

    outcome = fields.String(required=True)


class JobErrorBody(Body):
    """A business outcome for the diagram."""

    token = fields.UUID(required=True)
    code = fields.String(required=True, validate=validate.Length(min=1, max=255))
    message = fields.String(load_default="")
    variables = Variables(load_default=dict)


class IncidentQuery(Page):
    """Filters of the list."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "resolved"]))
    definition_key = fields.String()
    instance_id = fields.UUID()


class IncidentSchema(ma.Schema):
    """A stop that needs somebody."""

    id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    definition_key = fields.String(required=True)
    element_id = fields.String(required=True)
    kind = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    message = Words(required=True)
    state = fields.String(required=True)
    job_id = fields.UUID(required=True, allow_none=True)
    effect_id = fields.UUID(required=True, allow_none=True)
    created_at = fields.DateTime(required=True)
    resolved_at = fields.DateTime(required=True, allow_none=True)


class ResolutionBody(Body):
    """Variables to correct before trying again."""

    variables = Variables(load_default=dict)


class EffectQuery(Page):
    """Filters of the list."""

    state = fields.String(
        load_default="uncertain", validate=validate.OneOf(["intended", "done", "not_done", "uncertain"])
    )
    instance_id = fields.UUID()


class EffectSchema(ma.Schema):
    """An effect on the outside world."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    instance_id = fields.UUID(required=True)
    element_id = fields.String(required=True)
    operation = fields.String(required=True)
    idempotency_key = fields.String(required=True)
    state = fields.String(required=True)
    intended_at = fields.DateTime(required=True)
    settled_at = fields.DateTime(required=True, allow_none=True)
    settled_by = fields.String(required=True, allow_none=True)


class SettlementBody(Body):
    """Whether it happened; if so, what it gave."""

    happened = fields.Boolean(required=True)
    result = Variables(load_default=dict)


class MessageBody(Body):
    """A message for a waiting case."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    correlation_key = fields.String(required=True, validate=validate.Length(max=500))
    variables = Variables(load_default=dict)
    ttl_seconds = fields.Integer(load_default=3600, validate=validate.Range(min=0, max=366 * ONE_DAY_SECONDS))
    dedup_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=255))


class SignalBody(Body):
    """A signal for everybody who waits for it."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=255))
    variables = Variables(load_default=dict)


class BroadcastSchema(ma.Schema):
    """Whom a signal reached: cases that waited, keys of processes of which it starts a case."""

    woken = fields.List(fields.UUID(), required=True)
    started = fields.List(fields.String(), required=True)


class ConditionsBody(Body):
    """What conditional start events are evaluated with."""

    variables = Variables(required=True)


class StartedByConditionSchema(ma.Schema):
    """The cases whose condition held."""

    started = fields.List(fields.UUID(), required=True)


class PublicationSchema(ma.Schema):
    """What became of a message."""

    message_id = fields.UUID(required=True)
    started = fields.List(fields.UUID(), required=True)
    woken = fields.List(fields.UUID(), required=True)
    buffered = fields.Boolean(required=True)
    duplicate = fields.Boolean(required=True)
