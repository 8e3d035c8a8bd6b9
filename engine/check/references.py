"""Rules about references: each means something that exists, and of the right kind (BPMN 2.0, 8.2 and 8.4)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from engine.check.findings import Findings
from engine.check.model import ACTIVITIES, FLOW_NODES, Model
from engine.check.rules import rule
from engine.diagnostics import Severity
from engine.spiff.xml import Element, b, local

UNKNOWN = rule(
    "bpmn.reference",
    "BPMN 2.0.2, 8.2 and 8.4",
    "« {name} » désigne « {reference} » ({attribute}), qui n’existe pas.",
    '"{name}" refers to "{reference}" ({attribute}), which does not exist.',
    hint=("Choisissez-en un qui existe, ou retirez ce réglage.", "Choose one that exists, or remove it."),
)
KIND = rule(
    "bpmn.reference-kind",
    "BPMN 2.0.2, 8.2 and 8.4",
    "« {name} » désigne « {reference} » ({attribute}), qui est d’une autre sorte : {kind}.",
    '"{name}" refers to "{reference}" ({attribute}), which is of another kind: {kind}.',
    hint=("Choisissez un élément de la bonne sorte.", "Choose an element of the right kind."),
)
ESCALATION_CODE = rule(
    "bpmn.escalation-code",
    "BPMN 2.0.2, 8.4.4 (EXT011)",
    "L’escalade envoyée par « {name} » doit donner un code.",
    'The escalation thrown by "{name}" must give a code.',
    hint=("Choisissez une escalade et donnez-lui un code.", "Choose an escalation and give it a code."),
)
ERROR_CODE = rule(
    "bpmn.error-code",
    "BPMN 2.0.2, 8.4.3 (EXT012)",
    "L’erreur levée par « {name} » doit donner un code.",
    'The error thrown by "{name}" must give a code.',
    hint=("Choisissez une erreur et donnez-lui un code.", "Choose an error and give it a code."),
)
TEXT_FORMAT = rule(
    "bpmn.text-format",
    "BPMN 2.0.2, 8.3.1 and 8.4.1 (EXT010)",
    "« {name} » : « {value} » n’est pas un format de texte (exemple : text/plain).",
    '"{name}": "{value}" is not a text format (such as text/plain).',
    hint=("Donnez un type MIME.", "Give a MIME type."),
)
LANGUAGE = rule(
    "bpmn.language-uri",
    "BPMN 2.0.2, 8.2.1 and 8.4.6 (EXT003, EXT004, EXT014)",
    "« {name} » : « {value} » n’est pas l’adresse d’un langage (URI).",
    '"{name}": "{value}" is not the address of a language (URI).',
    hint=("Donnez l’URI du langage, ou rien.", "Give the URI of the language, or nothing."),
)
SHAPE = rule(
    "bpmn.shape-reference",
    "BPMN 2.0.2, 12.2",
    "Le dessin montre « {reference} », qui n’existe pas.",
    'The drawing shows "{reference}", which does not exist.',
    hint=("Retirez cette forme du dessin.", "Remove this shape from the drawing."),
    severity="warning",
)


class Reference(NamedTuple):
    """One attribute or child that refers: on which elements, to which kinds."""

    holders: frozenset[str]
    name: str
    kinds: frozenset[str]
    severity: Severity = "error"


def _of(holders: str, name: str, kinds: str, severity: Severity = "error") -> Reference:
    return Reference(frozenset(holders.split()), name, frozenset(kinds.split()), severity)


TRIGGERS = "message timer signal error escalation conditional compensate cancel link terminate"
EVENT_DEFINITIONS = frozenset(f"{kind}EventDefinition" for kind in TRIGGERS.split())
GLOBAL_TASKS = "globalTask globalUserTask globalScriptTask globalManualTask globalBusinessRuleTask"
ITEM_AWARE = (
    "dataObject dataObjectReference dataStore dataStoreReference dataInput dataOutput property "
    "inputDataItem outputDataItem"
)
DATA_ASSOCIATIONS = "dataInputAssociation dataOutputAssociation"
ATTRIBUTES = (
    _of("sendTask correlationPropertyRetrievalExpression", "messageRef", "message"),
    _of("errorEventDefinition", "errorRef", "error"),
    _of("escalationEventDefinition", "escalationRef", "escalation"),
    _of("serviceTask sendTask receiveTask ioBinding", "operationRef", "operation"),
    _of("ioBinding", "inputDataRef", "dataInput inputSet"),
    _of("ioBinding", "outputDataRef", "dataOutput outputSet"),
    _of("message", "itemRef", "itemDefinition", "warning"),
    _of("signal error escalation", "structureRef", "itemDefinition", "warning"),
    _of(ITEM_AWARE, "itemSubjectRef", "itemDefinition", "warning"),
    _of("dataObjectReference", "dataObjectRef", "dataObject"),
    _of("dataStoreReference", "dataStoreRef", "dataStore", "warning"),
    _of("participant", "processRef", "process"),
    Reference(
        frozenset({"compensateEventDefinition"}), "activityRef", ACTIVITIES | {"boundaryEvent"}, "error"
    ),
    _of("group", "categoryValueRef", "categoryValue", "warning"),
    _of("resourceParameterBinding", "parameterRef", "resourceParameter"),
    Reference(
        frozenset({"multiInstanceLoopCharacteristics"}), "noneBehaviorEventRef", EVENT_DEFINITIONS, "error"
    ),
    Reference(
        frozenset({"multiInstanceLoopCharacteristics"}), "oneBehaviorEventRef", EVENT_DEFINITIONS, "error"
    ),
    _of("conditionExpression formalExpression", "evaluatesToTypeRef", "itemDefinition", "warning"),
    _of("correlationPropertyBinding", "correlationPropertyRef", "correlationProperty"),
    _of("correlationSubscription", "correlationKeyRef", "correlationKey"),
    _of("choreographyTask subChoreography callChoreography", "initiatingParticipantRef", "participant"),
    _of("callChoreography", "calledChoreographyRef", "choreography globalChoreographyTask"),
    _of("callConversation", "calledCollaborationRef", "collaboration globalConversation choreography"),
    _of("process", "definitionalCollaborationRef", "collaboration"),
    _of("association", "sourceRef", "", "warning"),
    _of("association", "targetRef", "", "warning"),
)
CHILDREN = (
    Reference(frozenset({"*"}), "eventDefinitionRef", EVENT_DEFINITIONS),
    _of("messageEventDefinition", "operationRef", "operation"),
    _of("operation", "inMessageRef", "message"),
    _of("operation", "outMessageRef", "message"),
    _of("operation", "errorRef", "error"),
    _of("inputSet", "dataInputRefs", "dataInput"),
    _of("outputSet", "dataOutputRefs", "dataOutput"),
    _of("process " + GLOBAL_TASKS, "supportedInterfaceRef", "interface"),
    _of("participant", "interfaceRef", "interface"),
    _of("performer humanPerformer potentialOwner resourceRole", "resourceRef", "resource"),
    _of("choreographyTask subChoreography callChoreography conversation", "participantRef", "participant"),
    _of("choreographyTask conversation", "messageFlowRef", "messageFlow"),
    _of("collaboration", "choreographyRef", "choreography globalChoreographyTask collaboration"),
    _of("correlationKey", "correlationPropertyRef", "correlationProperty"),
    _of(DATA_ASSOCIATIONS, "sourceRef", ITEM_AWARE),
    _of(DATA_ASSOCIATIONS, "targetRef", ITEM_AWARE),
    _of("multiInstanceLoopCharacteristics", "loopDataInputRef", ITEM_AWARE, "warning"),
    _of("multiInstanceLoopCharacteristics", "loopDataOutputRef", ITEM_AWARE, "warning"),
    Reference(frozenset({"lane"}), "flowNodeRef", FLOW_NODES, "warning"),
)
CALLED = _of("callActivity", "calledElement", "process " + GLOBAL_TASKS)
EXPRESSIONS = frozenset(
    {
        "activationCondition",
        "completionCondition",
        "condition",
        "conditionExpression",
        "dataPath",
        "expression",
        "formalExpression",
        "from",
        "loopCardinality",
        "loopCondition",
        "messagePath",
        "timeCycle",
        "timeDate",
        "timeDuration",
        "to",
        "transformation",
    }
)
MIME_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?")
NOT_IN_URI = re.compile(r"[\s<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
BY_HOLDER: dict[str, list[tuple[Reference, bool]]] = {}
for _reference in ATTRIBUTES:
    for _holder in _reference.holders:
        BY_HOLDER.setdefault(_holder, []).append((_reference, True))
for _reference in CHILDREN:
    for _holder in _reference.holders:
        BY_HOLDER.setdefault(_holder, []).append((_reference, False))


def check(model: Model, findings: Findings) -> None:
    """Every reference of the file, and what is referred to by address."""
    for element in model.elements:
        tag = local(element)
        for reference, is_attribute in BY_HOLDER.get(tag, ()):
            _check_reference(element, reference, is_attribute, model, findings)
        for found in element.findall(b("eventDefinitionRef")) if tag.endswith("Event") else ():
            _check_one(element, found.text, CHILDREN[0], model, findings)
        _check_address(element, tag, findings)
        if tag == "callActivity" and model.find(element, element.get("calledElement")) is not None:
            _check_one(element, element.get("calledElement"), CALLED, model, findings)
    _check_codes(model, findings)
    _check_shapes(model, findings)


def _check_reference(
    element: Element, reference: Reference, is_attribute: bool, model: Model, findings: Findings
) -> None:
    if is_attribute:
        _check_one(element, element.get(reference.name), reference, model, findings)
        return
    for child in element.findall(b(reference.name)):
        _check_one(element, child.text, reference, model, findings)


def _check_one(
    element: Element, text: str | None, reference: Reference, model: Model, findings: Findings
) -> None:
    text = (text or "").strip()
    if not text or not model.is_local(element, text):
        return
    found = model.find(element, text)
    words: dict[str, Any] = {"reference": text, "attribute": reference.name}
    if found is None:
        findings.report(UNKNOWN, _named(element), severity=reference.severity, **words)
    elif reference.kinds and local(found) not in reference.kinds:
        findings.report(KIND, _named(element), severity=reference.severity, kind=local(found), **words)


def _named(element: Element) -> Element:
    """The element people see: the event of a definition, the activity of a loop."""
    while not element.get("name") and local(element) not in FLOW_NODES:
        parent = element.getparent()
        if parent is None or local(parent) in ("process", "definitions", "collaboration"):
            break
        element = parent
    return element


# ---- codes (8.4.3, 8.4.4)


def _check_codes(model: Model, findings: Findings) -> None:
    events = model.of("endEvent", "intermediateThrowEvent")
    for event in (e for e in events if model.is_executed(e)):
        for definition in model.definitions(event):
            tag = local(definition)
            if tag == "escalationEventDefinition" and not _code(definition, "escalation", model):
                findings.report(ESCALATION_CODE, event)
            ends_in_error = tag == "errorEventDefinition" and local(event) == "endEvent"
            if ends_in_error and not _code(definition, "error", model):
                findings.report(ERROR_CODE, event)


def _code(definition: Element, kind: str, model: Model) -> str | None:
    found = model.find(definition, definition.get(f"{kind}Ref"))
    return None if found is None else (found.get(f"{kind}Code") or "").strip()


# ---- addresses and formats


def _check_address(element: Element, tag: str, findings: Findings) -> None:
    format_ = element.get("textFormat")
    if tag not in ("textAnnotation", "documentation"):
        format_ = None
    if format_ is not None and not MIME_TYPE.fullmatch(format_.strip()):
        findings.report(TEXT_FORMAT, _named(element), value=format_)
    names = ("expressionLanguage", "typeLanguage") if tag == "definitions" else ("language",)
    for name in names if tag == "definitions" or tag in EXPRESSIONS else ():
        value = element.get(name)
        if value and not _is_uri(value):
            findings.report(LANGUAGE, _named(element), value=value)


def _is_uri(text: str) -> bool:
    """A URI reference (RFC 3986) as far as its characters and its structure tell."""
    if NOT_IN_URI.search(text.strip()):
        return False
    try:
        urlsplit(text.strip())
    except ValueError:
        return False
    return True


# ---- the drawing


def _check_shapes(model: Model, findings: Findings) -> None:
    for shape in model.root.iter("{http://www.omg.org/spec/BPMN/20100524/DI}*"):
        reference = shape.get("bpmnElement")
        if reference and model.is_local(shape, reference) and model.find(shape, reference) is None:
            findings.report(SHAPE, shape.get("id"), reference=reference)
