"""Rules about sequence flows: what they may join, and where they may not go (BPMN 2.0, 7.6 and 8.4.13)."""

from __future__ import annotations

from collections import Counter

from engine.check.findings import Findings, label
from engine.check.model import ACTIVITIES, ARTIFACTS, CHOREOGRAPHY, FLOW_NODES, GATEWAYS, Model, Scope
from engine.check.rules import rule
from engine.spiff.xml import Element, b, is_bpmn, local

DUPLICATE_ID = rule(
    "bpmn.duplicate-id",
    "BPMN 2.0.2, 8.3.1 (EXT002)",
    "L’identifiant « {name} » est porté par {count} éléments.",
    'The id "{name}" is used by {count} elements.',
    hint=("Donnez-en un à chacun.", "Give each its own."),
)
FLOW_REFERENCE = rule(
    "bpmn.flow-reference",
    "BPMN 2.0.2, 8.4.13",
    "La flèche « {name} » part ou arrive nulle part ({reference}).",
    'The sequence flow "{name}" starts or ends nowhere ({reference}).',
    hint=("Reliez-la à deux éléments, ou retirez-la.", "Connect it to two elements, or remove it."),
)
ARTIFACT_TARGET = rule(
    "bpmn.artifact-target",
    "BPMN 2.0.2, 8.4.1 (EXT006)",
    "La flèche « {name} » arrive à une annotation, un groupe ou un lien.",
    'The sequence flow "{name}" leads to an annotation, a group or an association.',
    hint=("Utilisez une association.", "Use an association instead."),
)
ARTIFACT_SOURCE = rule(
    "bpmn.artifact-source",
    "BPMN 2.0.2, 8.4.1 (EXT007)",
    "La flèche « {name} » part d’une annotation, d’un groupe ou d’un lien.",
    'The sequence flow "{name}" leaves an annotation, a group or an association.',
    hint=("Utilisez une association.", "Use an association instead."),
)
FLOW_KIND = rule(
    "bpmn.flow-kind",
    "BPMN 2.0.2, 8.4.13 (EXT021, EXT022)",
    "La flèche « {name} » relie « {other} », qui n’est ni une étape, ni un événement, ni un embranchement.",
    'The sequence flow "{name}" joins "{other}", which is no activity, event or gateway.',
    hint=("Reliez-la à une étape.", "Connect it to an activity."),
)
FLOW_CROSSES_POOL = rule(
    "bpmn.flow-crosses-pool",
    "BPMN 2.0.2, 9.3 (EXT028)",
    "La flèche « {name} » va d’un processus à un autre.",
    'The sequence flow "{name}" goes from one process to another.',
    hint=("Entre deux processus, envoyez un message.", "Between two processes, send a message."),
)
FLOW_CROSSES_SCOPE = rule(
    "bpmn.flow-crosses-sub-process",
    "BPMN 2.0.2, 7.6.1 (EXT029)",
    "La flèche « {name} » traverse le bord d’un sous-processus.",
    'The sequence flow "{name}" crosses the boundary of a sub-process.',
    hint=(
        "Reliez le sous-processus lui-même, ou un événement posé sur lui.",
        "Connect the sub-process itself, or an event on its boundary.",
    ),
)
EVENT_SUB_PROCESS_FLOW = rule(
    "bpmn.event-sub-process-flow",
    "BPMN 2.0.2, 10.3.5 (EXT021, EXT022, EXT057)",
    "Le sous-processus événementiel « {name} » est relié par une flèche : seul son événement le démarre.",
    'The event sub-process "{name}" is joined by a sequence flow: only its event starts it.',
    hint=("Retirez la flèche « {flow} ».", 'Remove the flow "{flow}".'),
)
COMPENSATION_FLOW = rule(
    "bpmn.compensation-flow",
    "BPMN 2.0.2, 10.7 (EXT144)",
    "L’étape de compensation « {name} » est reliée par une flèche.",
    'The compensation activity "{name}" is joined by a sequence flow.',
    hint=("Reliez-la par une association.", "Connect it by an association."),
)
INCOMING_NOT_ALLOWED = rule(
    "bpmn.incoming-not-allowed",
    "BPMN 2.0.2, 10.5.2 and 10.5.4 (EXT101, EXT112)",
    "Aucune flèche ne peut arriver à « {name} ».",
    'No sequence flow may lead into "{name}".',
    hint=("Retirez la flèche « {flow} ».", 'Remove the flow "{flow}".'),
)
OUTGOING_NOT_ALLOWED = rule(
    "bpmn.outgoing-not-allowed",
    "BPMN 2.0.2, 10.5.3 (EXT107, EXT108)",
    "Aucune flèche ne peut partir de « {name} ».",
    'No sequence flow may leave "{name}".',
    hint=("Retirez la flèche « {flow} ».", 'Remove the flow "{flow}".'),
)
FLOW_LISTS = rule(
    "bpmn.flow-lists",
    "BPMN 2.0.2, 8.4.7 (EXT023, EXT101)",
    "« {name} » et la flèche « {flow} » ne disent pas la même chose de leur lien.",
    '"{name}" and the sequence flow "{flow}" do not say the same about their connection.',
    hint=("Supprimez la flèche et tracez-la de nouveau.", "Delete the flow and draw it again."),
)
SINGLE_CONDITION = rule(
    "bpmn.single-condition",
    "BPMN 2.0.2, 10.3",
    "Le seul chemin qui part de « {name} » a une condition : si elle est fausse, tout s’arrête là.",
    'The only flow that leaves "{name}" has a condition: when it is false, everything stops there.',
    hint=("Retirez la condition, ou donnez un autre chemin.", "Remove it, or give another flow."),
    severity="warning",
)
IMMEDIATE = rule(
    "bpmn.flow-immediate",
    "BPMN 2.0.2, 8.4.13 (EXT024)",
    "La flèche « {name} » laisse place à des étapes qui ne sont pas dessinées (isImmediate).",
    'The sequence flow "{name}" leaves room for activities that are not drawn (isImmediate).',
    hint=(
        "Dans un processus exécuté, tout est dessiné : retirez « isImmediate ».",
        'In an executed process everything is drawn: remove "isImmediate".',
    ),
)
CONDITION_PLACE = rule(
    "bpmn.condition-place",
    "BPMN 2.0.2, 8.4.13",
    "Le chemin « {flow} » a une condition, mais part de « {name} », qui ne choisit pas.",
    'The flow "{flow}" has a condition but leaves "{name}", which makes no choice.',
    hint=("Mettez un embranchement avant ce chemin.", "Put a gateway before this flow."),
)
DEFAULT_FLOW = rule(
    "bpmn.default-flow",
    "BPMN 2.0.2, 10.3 and 10.6 (EXT025)",
    "Le chemin par défaut de « {name} » n’en part pas ({reference}).",
    'The default flow of "{name}" does not leave it ({reference}).',
    hint=("Choisissez un chemin qui part de l’élément.", "Choose a flow that leaves the element."),
)
DEFAULT_CONDITION = rule(
    "bpmn.default-condition",
    "BPMN 2.0.2, 10.3 and 10.6",
    "Le chemin par défaut de « {name} » a une condition, qui ne compte pas.",
    'The default flow of "{name}" has a condition, which does not count.',
    hint=("Retirez la condition.", "Remove the condition."),
    severity="warning",
)
WITHOUT_CONDITION_FROM = frozenset({"startEvent", "intermediateCatchEvent", "intermediateThrowEvent"})


def check(model: Model, findings: Findings) -> None:
    """Every sequence flow of the file, and what its ends say about it."""
    _check_ids(model, findings)
    for scope in model.scopes:
        for flow in scope.flows:
            _check_ends(flow, scope, model, findings)
            _check_condition_place(flow, model, findings)
            if flow.get("isImmediate") == "false" and model.is_executed(flow):
                findings.report(IMMEDIATE, flow)
        for node in scope.nodes:
            _check_node(node, model, findings)
    _check_lists(model, findings)


def _check_ids(model: Model, findings: Findings) -> None:
    counts = Counter(e.get("id") for e in model.elements if e.get("id"))
    for element_id, count in counts.items():
        if count > 1 and element_id is not None:
            findings.report(DUPLICATE_ID, element_id, count=count)


# ---- the two ends


def _check_ends(flow: Element, scope: Scope, model: Model, findings: Findings) -> None:
    for attribute in ("sourceRef", "targetRef"):
        end = model.find(flow, flow.get(attribute))
        if end is None:
            findings.report(FLOW_REFERENCE, flow, reference=flow.get(attribute) or "?")
        elif local(end) in ARTIFACTS:
            findings.report(ARTIFACT_SOURCE if attribute == "sourceRef" else ARTIFACT_TARGET, flow)
        elif local(end) not in FLOW_NODES or (local(end) in CHOREOGRAPHY) is scope.holds_process:
            findings.report(FLOW_KIND, flow, other=label(end))
        elif end.getparent() is not scope.element:
            pools = model.process(end), model.process(scope.element)
            findings.report(FLOW_CROSSES_POOL if pools[0] is not pools[1] else FLOW_CROSSES_SCOPE, flow)


def _check_node(node: Element, model: Model, findings: Findings) -> None:
    tag, into, out = local(node), model.into(node), model.out_of(node)
    if node.get("triggeredByEvent") == "true":
        _not_allowed(EVENT_SUB_PROCESS_FLOW, node, into + out, findings)
    elif node.get("isForCompensation") == "true":
        _not_allowed(COMPENSATION_FLOW, node, into + out, findings)
    if tag in ("startEvent", "boundaryEvent"):
        _not_allowed(INCOMING_NOT_ALLOWED, node, into, findings)
    elif tag == "endEvent":
        _not_allowed(OUTGOING_NOT_ALLOWED, node, out, findings)
    elif tag in ACTIVITIES and len(out) == 1 and _condition(out[0]):
        findings.report(SINGLE_CONDITION, node)
    _check_default(node, out, findings)


def _not_allowed(broken: object, node: Element, flows: list[Element], findings: Findings) -> None:
    for flow in flows[:1]:
        findings.report(broken, node, flow=label(flow))  # type: ignore[arg-type]


# ---- conditions and default flows


def _check_condition_place(flow: Element, model: Model, findings: Findings) -> None:
    source = model.find(flow, flow.get("sourceRef"))
    if source is not None and local(source) in WITHOUT_CONDITION_FROM and _condition(flow):
        findings.report(CONDITION_PLACE, source, flow=label(flow))


def _check_default(node: Element, out: list[Element], findings: Findings) -> None:
    default = node.get("default")
    if not default or local(node) not in ACTIVITIES | GATEWAYS:
        return
    flow = next((f for f in out if f.get("id") == default), None)
    if flow is None:
        findings.report(DEFAULT_FLOW, node, reference=default)
    elif _condition(flow):
        findings.report(DEFAULT_CONDITION, node)


def _condition(flow: Element) -> str:
    return (flow.findtext(b("conditionExpression")) or "").strip()


# ---- what nodes list as their flows


def _check_lists(model: Model, findings: Findings) -> None:
    for scope in model.scopes:
        for node in scope.nodes:
            _check_listed(node, "incoming", "targetRef", model, findings)
            _check_listed(node, "outgoing", "sourceRef", model, findings)
    _check_unlisted(model, findings)


def _check_listed(node: Element, tag: str, end: str, model: Model, findings: Findings) -> None:
    for entry in node:
        if local(entry) != tag or not is_bpmn(entry):
            continue
        flow = model.find(entry, entry.text)
        if flow is None or local(flow) != "sequenceFlow" or flow.get(end) != node.get("id"):
            findings.report(FLOW_LISTS, node, flow=(entry.text or "").strip() or "?")


def _check_unlisted(model: Model, findings: Findings) -> None:
    """A start or an end that lists no flow although the flow's other end lists it (10.5.2, 10.5.3)."""
    for node in model.of("startEvent", "endEvent"):
        starts = local(node) == "startEvent"
        mine, others = ("outgoing", "incoming") if starts else ("incoming", "outgoing")
        flows = model.out_of(node) if starts else model.into(node)
        if not flows or node.find(b(mine)) is not None:
            continue
        for flow in flows:
            other = model.find(flow, flow.get("targetRef" if starts else "sourceRef"))
            listed = [] if other is None else [(e.text or "").strip() for e in other.findall(b(others))]
            if flow.get("id") in listed:
                findings.report(FLOW_LISTS, node, flow=label(flow))
