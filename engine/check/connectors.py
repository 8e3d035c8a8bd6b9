"""Rules about connector operations: installed, connected, their inputs as the connector wants them."""

from __future__ import annotations

from difflib import get_close_matches

from engine.catalogue import Catalogue, InputProblem, OperationInfo
from engine.check.findings import Findings, label
from engine.check.model import Model
from engine.check.rules import rule
from engine.diagnostics import Severity, Text
from engine.expressions import is_feel
from engine.spiff.extensions import Extensions
from engine.spiff.xml import Element

UNKNOWN = rule(
    "connector.unknown",
    "Relais",
    "L’étape « {name} » demande l’opération « {type} », qui n’est pas installée.",
    'The step "{name}" asks for the operation "{type}", which is not installed.',
    hint=("Choisissez-en une autre, ou faites-la installer.", "Choose another, or have it installed."),
)
MISSING_INPUT = rule(
    "connector.missing-input",
    "Relais",
    "L’étape « {name} » ne donne pas « {input} », qui est obligatoire.",
    'The step "{name}" does not give "{input}", which is required.',
    hint=("Remplissez ce champ.", "Fill in this field."),
)
UNKNOWN_INPUT = rule(
    "connector.unknown-input",
    "Relais",
    "L’étape « {name} » donne « {input} », que « {operation} » ne connaît pas.",
    'The step "{name}" gives "{input}", which "{operation}" does not know.',
    hint=("{advice}", "{advice}"),
)
NO_CONNECTION = rule(
    "connector.no-connection",
    "Relais",
    "L’étape « {name} » ne nomme pas de connexion.",
    'The step "{name}" names no connection.',
    hint=("Choisissez la connexion à utiliser.", "Choose the connection to use."),
)
UNKNOWN_CONNECTION = rule(
    "connector.unknown-connection",
    "Relais",
    "L’étape « {name} » utilise la connexion « {connection} », qui n’existe pas encore.",
    'The step "{name}" uses the connection "{connection}", which does not exist yet.',
    hint=("Créez-la dans Connecteurs.", "Create it under Connectors."),
    severity="warning",
)
INPUT = rule(
    "connector.input",
    "Relais",
    "« {name} », champ « {input} » : {problem}",
    '"{name}", field "{input}": {problem}',
)


def check_job(
    element: Element,
    model: Model,
    catalogue: Catalogue,
    known: frozenset[str] | None,
    findings: Findings,
) -> None:
    """One element with a job type; a type computed by FEEL is known only when it runs."""
    ext = model.extensions(element)
    if ext.job_type is None or is_feel(ext.job_type):
        return
    operation = catalogue.operation(ext.job_type)
    if operation is None:
        severity: Severity = "error" if ":" in ext.job_type else "warning"
        findings.report(UNKNOWN, element, severity=severity, type=ext.job_type)
        return
    _check_inputs(element, ext, operation, findings)
    _check_connection(element, ext, operation, catalogue, findings)
    for problem in operation.validate({m.target: m.source for m in ext.inputs}, known):
        _add(element, problem, operation, findings)


def _check_inputs(element: Element, ext: Extensions, operation: OperationInfo, findings: Findings) -> None:
    given = {m.target.split(".")[0] for m in ext.inputs if m.source.strip() not in ("", "=")}
    for name in sorted(operation.required_inputs - given):
        findings.report(MISSING_INPUT, element, input=_label(name, operation))
    for name in sorted({m.target.split(".")[0] for m in ext.inputs} - operation.allowed_inputs):
        advice = _advice(name, operation)
        findings.report(UNKNOWN_INPUT, element, input=name, operation=operation.name, advice=advice)


def _advice(name: str, operation: OperationInfo) -> Text:
    near = get_close_matches(name, operation.allowed_inputs, 1)
    if not near:
        return Text("Retirez cette entrée.", "Remove this input.")
    return Text(f"Vouliez-vous dire « {near[0]} » ?", f'Did you mean "{near[0]}"?')


def _label(name: str, operation: OperationInfo) -> Text:
    """What people read beside the field; the technical name when it has no label."""
    return operation.input_labels.get(name, Text(name, name))


def _check_connection(
    element: Element, ext: Extensions, operation: OperationInfo, catalogue: Catalogue, findings: Findings
) -> None:
    name = ext.headers.get("connection", "")
    if operation.needs_connection and not name:
        findings.report(NO_CONNECTION, element)
    existing = catalogue.connections(operation.type)
    if name and existing is not None and name not in existing:
        findings.report(UNKNOWN_CONNECTION, element, connection=name)


def _add(element: Element, problem: InputProblem, operation: OperationInfo, findings: Findings) -> None:
    """A problem that the operation found itself: its words, with the place before them."""
    where_fr, where_en = f"« {label(element)} » : ", f'"{label(element)}": '
    if problem.input:
        field = _label(problem.input, operation)
        where_fr = f"« {label(element)} », champ « {field.fr} » : "
        where_en = f'"{label(element)}", field "{field.en}": '
    findings.add(
        problem.rule,
        element,
        where_fr + problem.message.fr,
        where_en + problem.message.en,
        severity="warning" if problem.severity == "warning" else "error",
    )
