"""Checks a whole package: its files one by one, then what they say about each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine import forms
from engine.catalogue import Catalogue
from engine.check import connectors, decisions, structure
from engine.check.elements import check_element
from engine.check.findings import Findings, label
from engine.check.supported import FLOW_NODES
from engine.check.variables import known_variables
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.packages import Package
from engine.spiff import extensions, xml
from engine.spiff.compiled import compile_process
from engine.spiff.xml import Element, b, local


def check(package: Package, catalogue: Catalogue) -> list[Diagnostic]:
    """Every finding about the package, errors first; no error means that it can be deployed."""
    found: list[Diagnostic] = []
    known_forms = _check_forms(package, found)
    known_decisions = decisions.check_models(package, found)
    files = package.of_kind("bpmn")
    if not files:
        message = Text("Le dossier ne contient aucun diagramme.", "The package holds no diagram.")
        found.append(Diagnostic("package.no-diagram", "error", message))
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
    findings = Findings(name)
    processes = _executable(root, findings)
    structure.check_ids(root, findings)
    for process in processes:
        _check_process(process, root, known_forms, catalogue, findings)
        for task in process.iter(b("businessRuleTask")):
            decisions.check_task(task, known_decisions, findings)
    if not findings.has_errors:
        _compile(content, processes, findings)
    return findings.all


def _executable(root: Element, findings: Findings) -> list[Element]:
    if local(root) != "definitions" or not xml.is_bpmn(root):
        findings.add(
            "bpmn.not-bpmn", None, "Ce fichier n’est pas un diagramme BPMN.", "This file is not BPMN."
        )
        return []
    processes = [p for p in root.iter(b("process")) if p.get("isExecutable") == "true"]
    if not processes:
        findings.add(
            "bpmn.no-executable-process",
            None,
            "Ce diagramme est un dessin : aucun processus n’y est marqué comme exécutable.",
            "This diagram is a drawing: no process in it is marked as executable.",
        )
    for process in [p for p in processes if not p.get("id")]:
        findings.add("bpmn.missing-id", None, "Un processus n’a pas d’identifiant.", "A process has no id.")
        processes.remove(process)
    return processes


def _check_process(
    process: Element,
    root: Element,
    known_forms: Mapping[str, forms.Form] | None,
    catalogue: Catalogue,
    findings: Findings,
) -> None:
    structure.check_scope(process, findings)
    variables = known_variables(process, known_forms or {}, catalogue)
    known = None if known_forms is None else variables.closed_names()
    for element in process.iter():
        if isinstance(element.tag, str) and local(element) in FLOW_NODES:
            check_element(element, root, findings)
            connectors.check_job(element, catalogue, known, findings)
            _check_form(element, known_forms, findings)


def _check_form(element: Element, known_forms: Mapping[str, forms.Form] | None, findings: Findings) -> None:
    form_id = extensions.read(element).form_id
    if form_id and known_forms is not None and form_id not in known_forms:
        findings.add(
            "form.missing",
            element,
            f"« {label(element)} » utilise le formulaire « {form_id} », qui n’est pas dans le processus.",
            f'"{label(element)}" uses the form "{form_id}", which is not in the package.',
        )


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
            text = Text(
                f"Deux formulaires portent l’identifiant « {form.id} ».",
                f'Two forms have the id "{form.id}".',
            )
            found.append(Diagnostic("form.duplicate-id", "error", text, file=name))
        known[form.id] = form
    return known


def _keys_taken(name: str, content: bytes, keys: dict[str, str]) -> list[Diagnostic]:
    try:
        root = xml.read(content)
    except DefinitionInvalid:
        return []
    found = []
    for process in [p for p in root.iter(b("process")) if p.get("isExecutable") == "true"]:
        key = process.get("id") or ""
        if key in keys:
            message = Text(
                f"Le processus « {key} » est déjà dans {keys[key]}.",
                f'The process "{key}" is already in {keys[key]}.',
            )
            found.append(Diagnostic("bpmn.duplicate-process", "error", message, key, name))
        keys.setdefault(key, name)
    return found


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
