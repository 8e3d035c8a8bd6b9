"""Checks a whole package: its files one by one, then what they say about each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from engine import forms
from engine.catalogue import Catalogue
from engine.check import (
    activities,
    analysis,
    collaboration,
    connections,
    connectors,
    data,
    decisions,
    elements,
    events,
    expressions,
    flows,
    gateways,
    references,
)
from engine.check.elements import MISSING_ID
from engine.check.findings import Findings
from engine.check.model import Model
from engine.check.rules import Rule, rule
from engine.check.variables import known_variables, written_by
from engine.diagnostics import Diagnostic
from engine.errors import DefinitionInvalid
from engine.packages import Package
from engine.spiff import extensions, xml
from engine.spiff.compiled import compile_process
from engine.spiff.xml import Element, b, local

NOT_BPMN = rule(
    "bpmn.not-bpmn",
    "BPMN 2.0.2, 15.3",
    "Ce fichier n’est pas un diagramme BPMN.",
    "This file is not BPMN.",
    hint=("Exportez-le en BPMN 2.0.", "Export it as BPMN 2.0."),
)
NO_EXECUTABLE = rule(
    "bpmn.no-executable-process",
    "BPMN 2.0.2, 10.2",
    "Ce diagramme est un dessin : aucun processus n’y est marqué comme exécutable.",
    "This diagram is a drawing: no process in it is marked as executable.",
    hint=("Cochez « exécutable » dans les réglages du processus.", 'Tick "executable" on the process.'),
)
FORM_MISSING = rule(
    "form.missing",
    "Relais",
    "« {name} » utilise le formulaire « {form} », qui n’est pas dans le processus.",
    '"{name}" uses the form "{form}", which is not in the package.',
    hint=("Ajoutez ce formulaire ou choisissez-en un autre.", "Add this form or choose another."),
)
NO_DIAGRAM = rule(
    "package.no-diagram",
    "Relais",
    "Le dossier ne contient aucun diagramme.",
    "The package holds no diagram.",
    hint=("Ajoutez un fichier .bpmn.", "Add a .bpmn file."),
)
DUPLICATE_FORM = rule(
    "form.duplicate-id",
    "Relais",
    "Deux formulaires portent l’identifiant « {form} ».",
    'Two forms have the id "{form}".',
    hint=("Donnez à chacun le sien.", "Give each its own."),
)
DUPLICATE_PROCESS = rule(
    "bpmn.duplicate-process",
    "Relais",
    "Le processus « {process} » est déjà dans {file}.",
    'The process "{process}" is already in {file}.',
    hint=("Changez l’identifiant de l’un des deux.", "Change the id of one of them."),
)
#: Families of rules about the standard, in the order in which their findings are listed.
FAMILIES = (references, flows, connections, events, gateways, activities, data, collaboration)


def check(package: Package, catalogue: Catalogue) -> list[Diagnostic]:
    """Every finding about the package, errors first; no error means that it can be deployed."""
    found: list[Diagnostic] = []
    known_forms = _check_forms(package, found)
    known_decisions = decisions.check_models(package, found)
    files = package.of_kind("bpmn")
    if not files:
        found += _said(NO_DIAGRAM, None, None)
    keys: dict[str, str] = {}
    for name, content in files.items():
        found += check_file(name, content, known_forms, catalogue, known_decisions)
        found += _keys_taken(name, content, keys)
    return sorted(found, key=lambda d: ("error", "warning", "info").index(d.severity))


def check_file(
    name: str,
    content: bytes,
    known_forms: Mapping[str, forms.Form] | None,
    catalogue: Catalogue,
    known_decisions: Collection[str] | None = None,
) -> list[Diagnostic]:
    """One BPMN file; what is beside it (forms, decisions by id) is None when it is not known."""
    try:
        root = xml.read(content)
    except DefinitionInvalid as error:
        return [d.in_file(name) for d in error.diagnostics]
    model = Model(root)
    findings = Findings(name, model.drawn_only)
    processes = _executable(model, findings)
    for family in FAMILIES:
        family.check(model, findings)
    for process in processes:
        _check_process(process, model, known_forms, catalogue, findings)
        for task in process.iter(b("businessRuleTask")):
            decisions.check_task(task, model, known_decisions, findings)
    if not findings.has_errors:
        _compile(content, processes, findings)
    return findings.all


def _executable(model: Model, findings: Findings) -> list[Element]:
    if local(model.root) != "definitions" or not xml.is_bpmn(model.root):
        findings.report(NOT_BPMN, None)
        return []
    processes = [p for p in model.processes if p.get("isExecutable") == "true"]
    if not processes:
        findings.report(NO_EXECUTABLE, None)
    for process in processes:
        if not process.get("id"):
            findings.report(MISSING_ID, process)
    return [p for p in processes if p.get("id")]


def _check_process(
    process: Element,
    model: Model,
    known_forms: Mapping[str, forms.Form] | None,
    catalogue: Catalogue,
    findings: Findings,
) -> None:
    variables = known_variables(process, model, known_forms or {}, catalogue)
    known = None if known_forms is None else variables.closed_names()

    def writes(element: Element) -> frozenset[str]:
        return written_by(element, model, known_forms or {}, catalogue)

    for scope in model.scopes:
        if model.process(scope.element) is not process:
            continue
        elements.check_scope(scope, model, findings)
        expressions.check(scope, model, known, findings)
        analysis.check(scope, model, writes, findings)
        for element in scope.nodes:
            elements.check_element(element, model, findings)
            connectors.check_job(element, model, catalogue, known, findings)
            _check_form(element, model, known_forms, findings)


def _check_form(
    element: Element, model: Model, known_forms: Mapping[str, forms.Form] | None, findings: Findings
) -> None:
    form_id = model.extensions(element).form_id
    if form_id and known_forms is not None and form_id not in known_forms:
        findings.report(FORM_MISSING, element, form=form_id)


def _compile(content: bytes, processes: list[Element], findings: Findings) -> None:
    for process in processes:
        try:
            compile_process(content, process.get("id"))
        except DefinitionInvalid as error:
            findings.extend(error.diagnostics)


def _check_forms(package: Package, found: list[Diagnostic]) -> dict[str, forms.Form]:
    known: dict[str, forms.Form] = {}
    for name, content in package.of_kind("form").items():
        try:
            form = forms.load(content)
        except forms.FormInvalid as error:
            found += [d.in_file(name) for d in error.diagnostics]
            continue
        if form.id in known:
            found += _said(DUPLICATE_FORM, name, None, form=form.id)
        known[form.id] = form
    return known


def _keys_taken(name: str, content: bytes, keys: dict[str, str]) -> list[Diagnostic]:
    try:
        root = xml.read(content)
    except DefinitionInvalid:
        return []
    found: list[Diagnostic] = []
    for process in [p for p in root.iter(b("process")) if p.get("isExecutable") == "true"]:
        key = process.get("id") or ""
        if key in keys:
            found += _said(DUPLICATE_PROCESS, name, key, process=key, file=keys[key])
        keys.setdefault(key, name)
    return found


def _said(broken: Rule, where: str | None, element_id: str | None, **words: Any) -> list[Diagnostic]:
    findings = Findings(where or "")
    findings.report(broken, element_id, **words)
    return [replace(d, file=where) for d in findings.all]


def job_reads(content: bytes, key: str, catalogue: Catalogue) -> dict[str, list[str]]:
    """Per element, the variables its connector operation reads besides its inputs."""
    found: dict[str, list[str]] = {}
    for process in xml.read(content).iter(b("process")):
        for element in process.iter() if process.get("id") == key else ():
            ext = extensions.read(element) if isinstance(element.tag, str) else None
            operation = catalogue.operation(ext.job_type) if ext and ext.job_type else None
            if ext is not None and operation is not None:
                names = operation.reads({m.target: m.source for m in ext.inputs})
                if names:
                    found[element.get("id") or ""] = sorted(names)
    return found
