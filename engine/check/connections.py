"""Rules about how a process begins, hangs together and ends (BPMN 2.0, 10.3, 10.5.2 and 10.5.3)."""

from __future__ import annotations

from engine.check.findings import Findings
from engine.check.model import GATEWAYS, SUB_PROCESSES, Model, Scope
from engine.check.rules import rule
from engine.spiff.xml import Element, b, local

EVENT_SUB_PROCESS_STARTS = rule(
    "bpmn.event-sub-process-starts",
    "BPMN 2.0.2, 10.3.5 (EXT058)",
    "Le sous-processus événementiel « {name} » doit avoir un seul événement de début ; il en a {count}.",
    'The event sub-process "{name}" must have one start event; it has {count}.',
    hint=("Gardez un seul début.", "Keep one start."),
)
NO_START = rule(
    "bpmn.no-start",
    "BPMN 2.0.2, 10.5.2 and 10.5.3 (EXT097)",
    "« {name} » n’a pas de début.",
    '"{name}" has no start.',
    hint=("Ajoutez un événement de début.", "Add a start event."),
)
NO_END = rule(
    "bpmn.no-end",
    "BPMN 2.0.2, 10.5.2 and 10.5.3 (EXT105)",
    "« {name} » a un début, mais pas de fin.",
    '"{name}" has a start, but no end.',
    hint=("Ajoutez un événement de fin.", "Add an end event."),
)
NO_INCOMING = rule(
    "bpmn.no-incoming",
    "BPMN 2.0.2, 10.3 and 10.5.2 (EXT098, EXT115, EXT151)",
    "Aucune flèche ne mène à « {name} ».",
    'No sequence flow leads to "{name}".',
    hint=("Reliez-le à ce qui le précède, ou retirez-le.", "Connect it to what precedes, or remove it."),
)
NO_OUTGOING = rule(
    "bpmn.no-outgoing",
    "BPMN 2.0.2, 10.3 and 10.5.3 (EXT113, EXT116, EXT151)",
    "Aucune flèche ne part de « {name} ».",
    'No sequence flow leaves "{name}".',
    hint=("Reliez-le à la suite, par exemple à une fin.", "Connect it to what follows, such as an end."),
)


def check(model: Model, findings: Findings) -> None:
    """Every process and sub-process."""
    for scope in model.scopes:
        if scope.tag not in SUB_PROCESSES | {"process"} or scope.tag == "adHocSubProcess":
            continue
        starts, ends = scope.of("startEvent"), scope.of("endEvent")
        _check_starts(scope, starts, ends, model, findings)
        if starts and not ends:
            findings.report(NO_END, scope.element)
        begins = bool(starts) or any(instantiates(n) for n in scope.nodes)
        for node in scope.nodes:
            _check_node(node, begins, bool(ends), model, findings)


def instantiates(node: Element) -> bool:
    """Whether a case can begin at this node although it is no start event (10.3.3, 10.6.6)."""
    return local(node) in ("receiveTask", "eventBasedGateway") and node.get("instantiate") == "true"


def _check_starts(
    scope: Scope, starts: list[Element], ends: list[Element], model: Model, findings: Findings
) -> None:
    if scope.is_event_sub_process:
        if len(starts) != 1:
            findings.report(EVENT_SUB_PROCESS_STARTS, scope.element, count=len(starts))
    elif not starts and not any(instantiates(n) for n in scope.nodes):
        empty = scope.tag == "process" and not any(_may_begin(n, model) for n in scope.nodes)
        if ends or (empty and model.is_executed(scope.element)):
            findings.report(NO_START, scope.element)


def _may_begin(node: Element, model: Model) -> bool:
    """Without any start event a scope begins at what no flow leads to (13.2)."""
    return not model.into(node) and local(node) != "boundaryEvent"


def _check_node(node: Element, begins: bool, ends: bool, model: Model, findings: Findings) -> None:
    """Nodes without flows: allowed when the scope has no start or end event, else a hole in the drawing."""
    if node.get("isForCompensation") == "true" or node.get("triggeredByEvent") == "true":
        return
    tag = local(node)
    links = node.find(b("linkEventDefinition")) is not None
    middle = tag in ("intermediateCatchEvent", "intermediateThrowEvent")
    may_begin = tag in ("startEvent", "boundaryEvent") or instantiates(node)
    may_begin |= links and tag == "intermediateCatchEvent"
    if not model.into(node) and not may_begin and (begins or middle):
        findings.report(NO_INCOMING, node)
    may_end = tag == "endEvent" or tag in GATEWAYS or (links and tag == "intermediateThrowEvent")
    may_end |= tag == "boundaryEvent" and "compensate" in model.triggers(node)
    if not model.out_of(node) and not may_end and (ends or middle or tag == "boundaryEvent"):
        findings.report(NO_OUTGOING, node)
