"""The description says what the API does: generated requests get answers that fit it, never a defect."""

from __future__ import annotations

from collections.abc import Callable

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.api.conftest import Program

EXAMPLES = 3
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_generated_requests_meet_no_defect(
    app: Flask, program: Callable[..., Program], deployed: str
) -> None:
    headers = {"Authorization": f"Bearer {program().token}"}
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = 0
    for found in described.get_all_operations():
        assert isinstance(found, Ok)

        @FEW
        @given(case=found.ok().as_strategy())
        def probe(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            answer = case.call(headers=headers)
            assert answer.status_code < 500, f"{case.method} {case.path}: {answer.text}"
            case.validate_response(answer, checks=[response_schema_conformance])

        probe()
    assert tried > EXAMPLES * 20


def test_the_description_is_openapi_3_1_and_names_every_refusal(app: Flask) -> None:
    described = app.test_client().get("/api/v1/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert described["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    for methods in described["paths"].values():
        for name, operation in methods.items():
            if name != "parameters":
                assert operation["summary"], operation
                assert "default" in operation["responses"]
