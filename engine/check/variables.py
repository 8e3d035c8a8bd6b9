"""Which variables can exist in a process, as far as that can be known before it runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine import forms, scripts
from engine.catalogue import Catalogue
from engine.check.model import Model
from engine.check.scripts import written
from engine.spiff.extensions import Extensions
from engine.spiff.scopes import CASE_NAME
from engine.spiff.xml import Element, local

#: What loops, multi-instances and complex gateways lend to the expressions inside them.
LENT = {
    "activationCount",
    "loopCounter",
    "numberOfActiveInstances",
    "numberOfCompletedInstances",
    "numberOfInstances",
    "numberOfTerminatedInstances",
}
#: Events whose payload can bring any name.
PAYLOADS = ("messageEventDefinition", "signalEventDefinition", "escalationEventDefinition")
JOBS = ("serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent")

BRINGS = ("receiveTask", "callActivity", "startEvent", "intermediateCatchEvent", "boundaryEvent")


REPEATED = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


class Known:
    """Names that can exist, and whether others may come from where nobody can see."""

    def __init__(self) -> None:
        self.names: set[str] = {CASE_NAME} | LENT
        self.is_open = False

    def closed_names(self) -> frozenset[str] | None:
        """Every name that can exist; None when more may come from outside."""
        return None if self.is_open else frozenset(self.names)


def known_variables(
    process: Element, model: Model, forms_by_key: Mapping[str, forms.Form], catalogue: Catalogue
) -> Known:
    """Everything the process's forms, mappings, scripts, connectors and messages can write."""
    known = Known()
    for element in process.iter():
        if isinstance(element.tag, str):
            _note(element, model, forms_by_key, catalogue, known)
    return known


def written_by(
    element: Element, model: Model, forms_by_key: Mapping[str, forms.Form], catalogue: Catalogue
) -> frozenset[str]:
    """The names that this very element writes outside itself."""
    known = Known()
    _note(element, model, forms_by_key, catalogue, known)
    inner = {m.target.split(".")[0] for m in model.extensions(element).inputs}
    return frozenset(known.names - inner - LENT - {CASE_NAME})


def _note(
    element: Element,
    model: Model,
    forms_by_key: Mapping[str, forms.Form],
    catalogue: Catalogue,
    known: Known,
) -> None:
    tag, ext = local(element), model.extensions(element)
    known.names |= {m.target.split(".")[0] for m in (*ext.inputs, *ext.outputs)}
    if ext.result_variable:
        known.names.add(ext.result_variable)
    elif tag in ("scriptTask", "globalScriptTask") and scripts.is_python(element.get("scriptFormat")):
        known.names |= written(element)
    if tag in REPEATED:
        known.names |= _repetition_variables(element)
    if tag == "startEvent" and element.getparent() is model.process(element):
        _note_start(element, ext, forms_by_key, known)
    elif tag == "userTask" and not ext.outputs:
        known.names |= set(_form_variables(ext, forms_by_key))
    elif tag in JOBS and ext.job_type is not None:
        _note_job(ext, catalogue, known)
    elif tag in BRINGS and not ext.outputs:
        known.is_open |= tag in ("receiveTask", "callActivity") or _brings_payload(element)


def _note_start(
    element: Element, ext: Extensions, forms_by_key: Mapping[str, forms.Form], known: Known
) -> None:
    if _brings_payload(element):
        known.is_open |= not ext.outputs
    elif any(local(c).endswith("EventDefinition") for c in element):
        return
    elif ext.form_id in forms_by_key:
        known.names |= set(_form_variables(ext, forms_by_key))
    else:
        known.is_open = True


def _form_variables(ext: Extensions, forms_by_key: Mapping[str, forms.Form]) -> Iterable[str]:
    form = forms_by_key.get(ext.form_id or "")
    return () if form is None else form.variables_written


def _note_job(ext: Extensions, catalogue: Catalogue, known: Known) -> None:
    name, picks = ext.headers.get("resultVariable"), ext.headers.get("resultExpression")
    if name:
        known.names.add(name)
    if picks:
        known.is_open = True
    if name or picks or ext.outputs:
        return
    operation = catalogue.operation(ext.job_type or "")
    if operation is None:
        known.is_open = True
    else:
        known.names |= set(operation.outputs)


def _brings_payload(element: Element) -> bool:
    return any(local(c) in PAYLOADS or local(c) == "eventDefinitionRef" for c in element)


def _repetition_variables(marker: Element) -> set[str]:
    """What the instances of a repeated activity see and what the whole gives."""
    found = {"loopCounter"}
    for element in marker.iter():
        if local(element) == "loopCharacteristics":
            found |= {element.get("inputElement") or "", element.get("outputCollection") or ""}
            found.add((element.get("outputElement") or "").removeprefix("=").split(".")[0].strip())
        elif local(element) in ("inputDataItem", "outputDataItem"):
            found.add(element.get("name") or element.get("id") or "")
        elif local(element) == "loopDataOutputRef":
            found.add((element.text or "").strip())
    return found - {""}
