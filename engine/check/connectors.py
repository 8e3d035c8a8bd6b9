"""Rules about connector operations: installed, connected, their inputs as the connector wants them."""

from __future__ import annotations

from engine.catalogue import Catalogue, InputProblem, OperationInfo
from engine.check.findings import Findings, label
from engine.expressions import is_feel
from engine.spiff import extensions
from engine.spiff.extensions import Extensions
from engine.spiff.xml import Element


def check_job(
    element: Element, catalogue: Catalogue, known: frozenset[str] | None, findings: Findings
) -> None:
    """One element with a job type; a type computed by FEEL is known only when it runs."""
    ext = extensions.read(element)
    if ext.job_type is None or is_feel(ext.job_type):
        return
    operation = catalogue.operation(ext.job_type)
    if operation is None:
        _unknown(element, ext.job_type, catalogue, findings)
        return
    _check_inputs(element, ext, operation, findings)
    _check_connection(element, ext, operation, catalogue, findings)
    for problem in operation.validate({m.target: m.source for m in ext.inputs}, known):
        _add(element, problem, findings)


def _unknown(element: Element, job_type: str, catalogue: Catalogue, findings: Findings) -> None:
    outside = ":" not in job_type
    findings.add(
        "connector.unknown",
        element,
        f"L’étape « {label(element)} » demande l’opération « {job_type} », qui n’est pas installée.",
        f'The step "{label(element)}" asks for the operation "{job_type}", which is not installed.',
        severity="warning" if outside else "error",
    )


def _check_inputs(element: Element, ext: Extensions, operation: OperationInfo, findings: Findings) -> None:
    given = {m.target.split(".")[0] for m in ext.inputs if m.source.strip() not in ("", "=")}
    for name in sorted(operation.required_inputs - given):
        findings.add(
            "connector.missing-input",
            element,
            f"L’étape « {label(element)} » ne donne pas « {name} », qui est obligatoire.",
            f'The step "{label(element)}" does not give "{name}", which is required.',
        )
    for name in sorted({m.target.split(".")[0] for m in ext.inputs} - operation.allowed_inputs):
        findings.add(
            "connector.unknown-input",
            element,
            f"L’étape « {label(element)} » donne « {name} », que « {operation.name.fr} » ne connaît pas.",
            f'The step "{label(element)}" gives "{name}", which "{operation.name.en}" does not know.',
        )


def _check_connection(
    element: Element, ext: Extensions, operation: OperationInfo, catalogue: Catalogue, findings: Findings
) -> None:
    name = ext.headers.get("connection", "")
    if operation.needs_connection and not name:
        findings.add(
            "connector.no-connection",
            element,
            f"L’étape « {label(element)} » ne nomme pas de connexion.",
            f'The step "{label(element)}" names no connection.',
        )
    existing = catalogue.connections(operation.type)
    if name and existing is not None and name not in existing:
        findings.add(
            "connector.unknown-connection",
            element,
            f"L’étape « {label(element)} » utilise la connexion « {name} », qui n’existe pas encore.",
            f'The step "{label(element)}" uses the connection "{name}", which does not exist yet.',
            severity="warning",
        )


def _add(element: Element, problem: InputProblem, findings: Findings) -> None:
    where_fr = f"« {label(element)} », champ « {problem.input} » : " if problem.input else ""
    where_en = f'"{label(element)}", field "{problem.input}": ' if problem.input else ""
    severity = "warning" if problem.severity == "warning" else "error"
    findings.add(
        problem.rule,
        element,
        where_fr + problem.message.fr,
        where_en + problem.message.en,
        severity=severity,  # type: ignore[arg-type]
    )
