"""The REST API: `/api/v1`, its OpenAPI 3.1 description, and the page that explains it."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Flask, Response, g
from flask_limiter.util import get_remote_address
from flask_smorest import Api

from designer import access, database
from designer.accounts import tokens
from designer.extensions import clock, db, limiter

REQUESTS = "1200 per minute"
PROBLEM = "application/problem+json"
SETTINGS = {
    "API_TITLE": "Relais",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
}


class ProblemSchema(ma.Schema):
    """RFC 9457. `errors` maps fields to messages; `diagnostics` are a process's problems."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    reference = ma.fields.String()
    errors = ma.fields.Dict()
    diagnostics = ma.fields.List(ma.fields.Dict())
    permissions = ma.fields.List(ma.fields.String())


class RelaisApi(Api):
    """flask-smorest, with our own answers to errors."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """`designer.errors` answers, as everywhere else."""


def init_app(app: Flask) -> None:
    """Register the resources, their description and their page."""
    from designer.api import docs
    from designer.api.v1 import BLUEPRINTS

    app.config.update(SETTINGS)
    api = RelaisApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"bearer": []}]
    for blueprint in BLUEPRINTS:
        limiter.limit(REQUESTS, key_func=_caller)(blueprint)
        api.register_blueprint(blueprint, url_prefix="/api/v1")
    _document_problems(api)
    access.declare(app, "api-docs.openapi_json", access.PUBLIC)
    app.extensions["relais_api"] = api
    app.register_blueprint(docs.bp)
    app.after_request(_note_token_use)


def _document_problems(api: RelaisApi) -> None:
    """Every refusal is problem+json, in the description too."""
    responses: dict[str, Any] = api.spec.components.responses
    for response in responses.values():
        content = response.get("content", {})
        if "application/json" in content:
            content[PROBLEM] = content.pop("application/json")


def _caller() -> str:
    """Requests are counted per person, and per address for who has not said who she is."""
    return access.user_id() or get_remote_address()


def _note_token_use(response: Response) -> Response:
    token = g.get("api_token")
    now = clock.now()
    if token is not None and tokens.is_use_worth_noting(token, now):
        token_id = token.id
        db.session.rollback()
        database.set_read_only(False)
        tokens.note_use(db.session(), token_id, now)
        db.session.commit()
    return response
