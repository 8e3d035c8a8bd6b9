"""Bodies and answers of the API. Unknown fields are refused; numbers are exact."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask_babel import gettext as _
from marshmallow import fields, validate

from designer.text import locale
from engine import values
from engine.errors import InvalidValue

MAX_PAGE = 200


class Body(ma.Schema):
    """Base of what is sent."""

    class Meta:
        unknown = ma.RAISE


class Variables(fields.Dict):
    """Names and values; numbers keep every digit. Temporal values are ISO 8601 text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=fields.String(validate=validate.Length(min=1, max=255)), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        loaded = super()._deserialize(value, attr, data, **options)
        try:
            return values.from_python(loaded)
        except InvalidValue as error:
            raise ma.ValidationError(f"{error.path}: {error.reason}") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return values.to_python(value or {})


class AnyValue(fields.Raw):
    """Any value, as JSON."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return values.to_python(value)


class Words(fields.Raw):
    """A text in the language of the request."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **options: Any) -> Any:
        return value.get(locale()) if isinstance(value, dict) else value


class Page(Body):
    """Which page of a list."""

    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))
    cursor = fields.UUID(load_default=None, metadata={"description": "`next_cursor` of the page before"})


def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of one page of `item`."""
    name = item.__name__.removesuffix("Schema")
    return ma.Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next_cursor": fields.String(required=True, allow_none=True),
        },
        name=f"{name}Page",
    )


# --- process definitions -----------------------------------------------------------------------------------


class DefinitionQuery(Page):
    """Filters of the list."""

    key = fields.String()
    latest = fields.Boolean(load_default=True, metadata={"description": "only the newest versions"})


class DefinitionSchema(ma.Schema):
    """One version of one process."""

    id = fields.UUID(required=True)
    key = fields.String(required=True)
    version = fields.Integer(required=True)
    name = fields.String(required=True)
    deployment_id = fields.UUID(required=True)
    created_at = fields.DateTime(required=True)
    is_latest = fields.Boolean(required=True)
    properties = Variables(required=True)
    start_form = fields.String(required=True, allow_none=True)


class PackageBody(Body):
    """A package as texts: paths inside it, and what each file holds."""

    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    key = fields.String(load_default="package", validate=validate.Length(min=1, max=255))
    note = fields.String(load_default=None, allow_none=True)

    @ma.validates("files")
    def _has_files(self, value: dict[str, str], data_key: str) -> None:
        if not value:
            raise ma.ValidationError(_("Il faut au moins un fichier."))


class DiagnosticSchema(ma.Schema):
    """One finding of the check."""

    rule = fields.String(required=True)
    severity = fields.String(required=True)
    message = fields.String(required=True)
    hint = fields.String(required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    file = fields.String(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)


class CheckSchema(ma.Schema):
    """What the check says; `ok` when nothing forbids deployment."""

    ok = fields.Boolean(required=True)
    diagnostics = fields.List(fields.Nested(DiagnosticSchema), required=True)


class DeployedSchema(ma.Schema):
    """What a deployment made."""

    definitions = fields.List(fields.Nested(DefinitionSchema), required=True)


# --- process instances -------------------------------------------------------------------------------------


class InstanceQuery(Page):
    """Filters of the list."""

    definition_key = fields.String()
    state = fields.String(validate=validate.OneOf(["active", "completed", "cancelled"]))
    reference = fields.String()
    sample = fields.Boolean(load_default=None)


class InstanceSchema(ma.Schema):
    """One case."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    title = fields.String(required=True, allow_none=True)
    definition_id = fields.UUID(required=True)
    definition_key = fields.String(required=True)
    state = fields.String(required=True)
    started_at = fields.DateTime(required=True)
    started_by = fields.String(required=True, allow_none=True)
    ended_at = fields.DateTime(required=True, allow_none=True)
    end_event_id = fields.String(required=True, allow_none=True)
    is_sample = fields.Boolean(required=True)
    revision = fields.Integer(required=True)


class StartBody(Body):
    """Which process, and with what. `submission` is validated by its start form, `variables` are not."""

    key = fields.String(required=True)
    version = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=1, max=2**31 - 1)
    )
    variables = Variables(load_default=None)
    submission = fields.Dict(load_default=None)

    @ma.validates_schema
    def _one_of_both(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("variables") is not None and data.get("submission") is not None:
            raise ma.ValidationError(_("Donnez variables ou submission, pas les deux."), "submission")


class CancelBody(Body):
    """Why."""

    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class VariablesBody(Body):
    """Variables to write."""

    variables = Variables(required=True)


class VariablesSchema(ma.Schema):
    """Variables of the process scope."""

    variables = Variables(required=True)


class HistorySchema(ma.Schema):
    """One fact."""

    seq = fields.Integer(required=True)
    at = fields.DateTime(required=True)
    kind = fields.String(required=True)
    element_id = fields.String(required=True, allow_none=True)
    element_key = fields.Integer(required=True, allow_none=True)
    ready_at = fields.DateTime(required=True, allow_none=True)
    claimed_at = fields.DateTime(required=True, allow_none=True)
    started_at = fields.DateTime(required=True, allow_none=True)
    actor = fields.String(required=True, allow_none=True)
    data = AnyValue(required=True, allow_none=True)


class HistoryListSchema(ma.Schema):
    """Everything that happened, oldest first."""

    items = fields.List(fields.Nested(HistorySchema), required=True)


class OpenElementSchema(ma.Schema):
    """Where the case stands."""

    element_id = fields.String(required=True)
    key = fields.Integer(required=True)
    kind = fields.String(required=True)
    since = fields.DateTime(required=True, allow_none=True)
    waiting_for = fields.String(required=True)
    incident = fields.Boolean(required=True)


class BothLanguages(ma.Schema):
    """One sentence in French and in English."""

    fr = fields.String(required=True)
    en = fields.String(required=True)


class ReasonSchema(ma.Schema):
    """One reason why a case stands where it stands; the lower the rank, the more it matters."""

    kind = fields.String(required=True)
    rank = fields.Integer(required=True)
    text = fields.Nested(BothLanguages, required=True)
    note = fields.Nested(BothLanguages, required=True, allow_none=True)
    element_id = fields.String(required=True, allow_none=True)
    element_key = fields.Integer(required=True, allow_none=True)
    since = fields.DateTime(required=True, allow_none=True)
    until = fields.DateTime(required=True, allow_none=True)
    stuck = fields.Boolean(required=True)


class ReasonListSchema(ma.Schema):
    """Every reason, the most important first."""

    items = fields.List(fields.Nested(ReasonSchema), required=True)


class OpenElementListSchema(ma.Schema):
    """Every place where the case stands."""

    items = fields.List(fields.Nested(OpenElementSchema), required=True)
