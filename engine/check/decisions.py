"""Rules about decision models, and about the tasks that call their decisions."""

from __future__ import annotations

from collections.abc import Collection

from engine import dmn
from engine.check.findings import Findings, label
from engine.check.model import Model
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.expressions import is_feel
from engine.packages import Package
from engine.spiff import extensions
from engine.spiff.xml import Element

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
                message = Text(
                    f"La décision « {key} » est déjà dans {owners[key]}.",
                    f'The decision "{key}" is already in {owners[key]}.',
                )
                found.append(Diagnostic("dmn.duplicate-decision", "error", message, key, name))
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
        findings.add(
            "zeebe.decision-and-job",
            element,
            f"L’étape « {label(element)} » appelle une décision et un connecteur. Gardez l’un des deux.",
            f'The step "{label(element)}" calls both a decision and a connector. Keep one of them.',
        )
    if ext.result_variable is None:
        findings.add(
            "zeebe.decision-result",
            element,
            f"L’étape « {label(element)} » ne dit pas dans quelle donnée va le résultat de la décision.",
            f'The step "{label(element)}" does not say which variable takes the result of the decision.',
        )
    _check_binding(element, ext, known, findings)


def _check_nothing_else(element: Element, job_type: str | None, findings: Findings) -> None:
    if job_type is None:
        findings.add(
            "zeebe.decision",
            element,
            f"L’étape « {label(element)} » ne dit pas quelle décision calculer. Choisissez-en une.",
            f'The step "{label(element)}" does not say which decision to evaluate. Choose one.',
        )


def _check_binding(
    element: Element, ext: extensions.Extensions, known: Collection[str] | None, findings: Findings
) -> None:
    binding, key = ext.decision_binding or "latest", ext.decision_id or ""
    if binding not in BINDINGS or (binding == "versionTag" and not ext.decision_version_tag):
        findings.add(
            "zeebe.decision-binding",
            element,
            f"L’étape « {label(element)} » ne dit pas clairement quelle version de la décision elle appelle.",
            f'The step "{label(element)}" does not say clearly which version of the decision it calls.',
        )
    if known is None or is_feel(key) or key in known:
        return
    findings.add(
        "zeebe.decision-missing",
        element,
        f"L’étape « {label(element)} » appelle la décision « {key} », qui n’est pas dans le processus.",
        f'The step "{label(element)}" calls the decision "{key}", which is not in the package.',
        severity="error" if binding == "deployment" else "warning",
    )
