"""Rules about decision models, and about the tasks that call their decisions."""

from __future__ import annotations

from collections.abc import Collection

from engine import dmn
from engine.check.findings import Findings
from engine.check.model import Model
from engine.check.rules import rule
from engine.diagnostics import Diagnostic, Severity
from engine.errors import DefinitionInvalid
from engine.expressions import is_feel
from engine.packages import Package
from engine.spiff import extensions
from engine.spiff.xml import Element

DUPLICATE = rule(
    "dmn.duplicate-decision",
    "Relais",
    "La décision « {decision} » est déjà dans {file}.",
    'The decision "{decision}" is already in {file}.',
    hint=("Changez l’identifiant de l’une des deux.", "Change the id of one of them."),
)
DECISION_AND_JOB = rule(
    "zeebe.decision-and-job",
    "Relais",
    "L’étape « {name} » appelle une décision et un connecteur.",
    'The step "{name}" calls both a decision and a connector.',
    hint=("Gardez l’un des deux.", "Keep one of them."),
)
RESULT = rule(
    "zeebe.decision-result",
    "Relais",
    "L’étape « {name} » ne dit pas dans quelle donnée va le résultat de la décision.",
    'The step "{name}" does not say which variable takes the result of the decision.',
    hint=("Donnez un nom au résultat.", "Give the result a name."),
)
DECISION = rule(
    "zeebe.decision",
    "Relais",
    "L’étape « {name} » ne dit pas quelle décision calculer.",
    'The step "{name}" does not say which decision to evaluate.',
    hint=("Choisissez-en une.", "Choose one."),
)
BINDING = rule(
    "zeebe.decision-binding",
    "Relais",
    "L’étape « {name} » ne dit pas clairement quelle version de la décision elle appelle.",
    'The step "{name}" does not say clearly which version of the decision it calls.',
    hint=(
        "Choisissez la dernière, celle de ce processus, ou une étiquette.",
        "Choose the latest, the one of this package, or a version tag.",
    ),
)
MISSING = rule(
    "zeebe.decision-missing",
    "Relais",
    "L’étape « {name} » appelle la décision « {decision} », qui n’est pas dans le processus.",
    'The step "{name}" calls the decision "{decision}", which is not in the package.',
    hint=("Ajoutez son fichier .dmn, ou choisissez-en une autre.", "Add its .dmn file, or choose another."),
)
BINDINGS = ("latest", "deployment", "versionTag")


def check_models(package: Package, found: list[Diagnostic]) -> set[str]:
    """Every decision model of the package; gives the ids of their decisions."""
    files = package.of_kind("dmn")
    owners: dict[str, str] = {}
    for name, content in files.items():
        others = [other for key, other in files.items() if key != name]
        found += check_model(name, content, others)
        for key in _decision_ids(content, others):
            if key in owners:
                findings = Findings(name)
                findings.report(DUPLICATE, key, decision=key, file=owners[key])
                found += findings.all
            owners.setdefault(key, name)
    return set(owners)


def check_model(name: str, content: bytes, others: list[bytes]) -> list[Diagnostic]:
    """One DMN file; `others` are those it may import."""
    try:
        model = dmn.load(content, others)
    except DefinitionInvalid as error:
        return [d.in_file(name) for d in error.diagnostics]
    return [d.in_file(name) for d in dmn.check(model)]


def _decision_ids(content: bytes, others: list[bytes]) -> list[str]:
    try:
        return [decision.id for decision in dmn.load(content, others).decisions]
    except DefinitionInvalid:
        return []


def check_task(element: Element, model: Model, known: Collection[str] | None, findings: Findings) -> None:
    """A business rule task says which decision, or which job, and where the result goes.

    `known` are the decisions of the package; None when the files beside the diagram are not known.
    """
    ext = model.extensions(element)
    if ext.decision_id is None:
        _check_nothing_else(element, ext.job_type, findings)
        return
    if ext.job_type is not None:
        findings.report(DECISION_AND_JOB, element)
    if ext.result_variable is None:
        findings.report(RESULT, element)
    _check_binding(element, ext, known, findings)


def _check_nothing_else(element: Element, job_type: str | None, findings: Findings) -> None:
    if job_type is None:
        findings.report(DECISION, element)


def _check_binding(
    element: Element, ext: extensions.Extensions, known: Collection[str] | None, findings: Findings
) -> None:
    binding, key = ext.decision_binding or "latest", ext.decision_id or ""
    if binding not in BINDINGS or (binding == "versionTag" and not ext.decision_version_tag):
        findings.report(BINDING, element)
    if known is None or is_feel(key) or key in known:
        return
    severity: Severity = "error" if binding == "deployment" else "warning"
    findings.report(MISSING, element, severity=severity, decision=key)
