"""A page that lists what the API can do, made from its own description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from designer.access import requires

bp = Blueprint("api_docs", __name__)
METHODS = ("get", "post", "put", "delete")


@dataclass(frozen=True, slots=True)
class Described:
    """One operation as the page shows it."""

    method: str
    path: str
    summary: str
    details: str
    parameters: list[dict[str, Any]]
    fields: list[tuple[str, str, bool]]


@bp.get("/api/")
@requires("api.use")
def operations() -> ResponseReturnValue:
    """Every operation by resource, with its parameters."""
    spec: dict[str, Any] = current_app.extensions["relais_api"].spec.to_dict()
    groups: dict[str, list[Described]] = {}
    for path, methods in spec["paths"].items():
        for method in METHODS:
            if method in methods:
                described = _describe(method, path, methods, spec)
                groups.setdefault(methods[method].get("tags", ["?"])[0], []).append(described)
    return render_template("api/operations.html", groups=groups)


def _describe(method: str, path: str, methods: dict[str, Any], spec: dict[str, Any]) -> Described:
    operation = methods[method]
    parameters = [*methods.get("parameters", []), *operation.get("parameters", [])]
    return Described(
        method.upper(),
        path,
        operation.get("summary", ""),
        operation.get("description", ""),
        [p for p in parameters if "name" in p],
        list(_body_fields(operation, spec)),
    )


def _body_fields(operation: dict[str, Any], spec: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Name, type and obligation of each field of the JSON body."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    schema = spec["components"]["schemas"].get(name, {})
    required = set(schema.get("required", ()))
    return [(f, _type(p), f in required) for f, p in schema.get("properties", {}).items()]


def _type(described: dict[str, Any]) -> str:
    kind = described.get("type", "object")
    return " | ".join(kind) if isinstance(kind, list) else str(kind)
