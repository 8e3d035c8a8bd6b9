"""Rules about the drawing itself: ids, flows, what stands where."""

from __future__ import annotations

from collections import Counter

from engine.check.findings import Findings, label
from engine.check.supported import DRAWN, FLOW_NODES, NOT_EXECUTED
from engine.diagnostics import Text
from engine.spiff.xml import Element, b, is_bpmn, local

SUB_PROCESSES = ("subProcess", "transaction")


def check_ids(root: Element, findings: Findings) -> None:
    """Every id once in the file (BPMN 2.0, clause 8.3.1)."""
    ids = Counter(e.get("id") for e in root.iter() if isinstance(e.tag, str) and e.get("id") and is_bpmn(e))
    for element_id, count in ids.items():
        if count > 1:
            findings.add(
                "bpmn.duplicate-id",
                element_id,
                f"L’identifiant « {element_id} » est porté par {count} éléments. Donnez-en un à chacun.",
                f'The id "{element_id}" is used by {count} elements. Give each its own.',
            )


def check_scope(scope: Element, findings: Findings) -> None:
    """One process or sub-process and everything inside."""
    for element in scope:
        if isinstance(element.tag, str):
            _check_known(element, findings)
    nodes = {e.get("id"): e for e in scope if local(e) in FLOW_NODES and e.get("id")}
    flows = scope.findall(b("sequenceFlow"))
    _check_flows(scope, flows, nodes, findings)
    _check_starts(scope, nodes, findings)
    _check_ends(flows, nodes, findings)
    _check_boundaries(nodes, findings)
    _check_reachable(scope, flows, nodes, findings)
    for element in nodes.values():
        if local(element) in SUB_PROCESSES:
            check_scope(element, findings)


def _check_known(element: Element, findings: Findings) -> None:
    tag = local(element)
    if not is_bpmn(element) or tag in DRAWN:
        return
    if tag in FLOW_NODES:
        if not element.get("id"):
            findings.add(
                "bpmn.missing-id",
                None,
                f"L’élément « {label(element)} » n’a pas d’identifiant.",
                f'The element "{label(element)}" has no id.',
            )
        return
    kind = NOT_EXECUTED.get(tag, Text(tag, tag))
    findings.add(
        "bpmn.unsupported-element",
        element,
        f"« {label(element)} » est un élément que Relais n’exécute pas : {kind.fr}.",
        f'"{label(element)}" is an element that Relais does not execute: {kind.en}.',
        hint=Text("Remplacez-le ou retirez-le du processus.", "Replace it or remove it from the process."),
    )


def _check_flows(
    scope: Element, flows: list[Element], nodes: dict[str | None, Element], findings: Findings
) -> None:
    drawn = {e.get("id") for e in scope}
    for flow in flows:
        for end in ("sourceRef", "targetRef"):
            if flow.get(end) in nodes or flow.get(end) in drawn:
                continue
            findings.add(
                "bpmn.flow-reference",
                flow,
                f"La flèche « {label(flow)} » part ou arrive hors de son processus ({flow.get(end)}).",
                f'The sequence flow "{label(flow)}" starts or ends outside its process ({flow.get(end)}).',
            )


def _check_starts(scope: Element, nodes: dict[str | None, Element], findings: Findings) -> None:
    starts = [e for e in nodes.values() if local(e) == "startEvent"]
    plain = [e for e in starts if not _definitions(e)]
    if scope.get("triggeredByEvent") == "true":
        _check_event_start(scope, starts, plain, findings)
        return
    if local(scope) == "process" and not starts and not _entries(scope, nodes):
        findings.add(
            "bpmn.no-start",
            scope,
            f"« {label(scope)} » n’a pas de début. Ajoutez un événement de début.",
            f'"{label(scope)}" has no start. Add a start event.',
        )
    if len(plain) > 1:
        findings.add(
            "bpmn.several-starts",
            plain[1],
            f"« {label(scope)} » a plusieurs débuts simples : chacun part en même temps que les autres.",
            f'"{label(scope)}" has several none start events: they all begin at the same time.',
            severity="warning",
        )
    if local(scope) in SUB_PROCESSES and starts and not plain:
        findings.add(
            "bpmn.sub-process-start",
            scope,
            f"Le sous-processus « {label(scope)} » doit commencer par un début simple.",
            f'The sub-process "{label(scope)}" must begin with a none start event.',
        )
    for start in starts if local(scope) in SUB_PROCESSES else []:
        if _definitions(start):
            findings.add(
                "bpmn.sub-process-start",
                start,
                f"Le début « {label(start)} » attend un événement : un sous-processus ne le permet pas.",
                f'The start "{label(start)}" waits for an event: a sub-process does not allow it.',
            )


def _entries(scope: Element, nodes: dict[str | None, Element]) -> list[str | None]:
    """Elements that no flow leads to: without any start event, a scope begins there (clause 13.2)."""
    led_to = {f.get("targetRef") for f in scope.findall(b("sequenceFlow"))}
    return [i for i, e in nodes.items() if i not in led_to and local(e) != "boundaryEvent"]


def _check_event_start(
    scope: Element, starts: list[Element], plain: list[Element], findings: Findings
) -> None:
    if len(starts) != 1 or plain:
        findings.add(
            "bpmn.event-sub-process-start",
            scope,
            f"Le sous-processus événementiel « {label(scope)} » commence par un seul début, "
            "qui attend un événement.",
            f'The event sub-process "{label(scope)}" begins with one start event that waits for an event.',
        )


def _definitions(element: Element) -> list[Element]:
    return [c for c in element if local(c).endswith("EventDefinition") or local(c) == "eventDefinitionRef"]


def _check_ends(flows: list[Element], nodes: dict[str | None, Element], findings: Findings) -> None:
    for flow in flows:
        source, target = nodes.get(flow.get("sourceRef")), nodes.get(flow.get("targetRef"))
        if target is not None and local(target) in ("startEvent", "boundaryEvent"):
            findings.add(
                "bpmn.incoming-not-allowed",
                target,
                f"Aucune flèche ne peut arriver à « {label(target)} ».",
                f'No sequence flow may lead into "{label(target)}".',
            )
        if source is not None and local(source) == "endEvent":
            findings.add(
                "bpmn.outgoing-not-allowed",
                source,
                f"Aucune flèche ne peut partir de la fin « {label(source)} ».",
                f'No sequence flow may leave the end event "{label(source)}".',
            )


def _check_boundaries(nodes: dict[str | None, Element], findings: Findings) -> None:
    for event in [e for e in nodes.values() if local(e) == "boundaryEvent"]:
        host = nodes.get(event.get("attachedToRef"))
        if host is None or not (local(host).endswith("Task") or local(host) in ("task", *SUB_PROCESSES)):
            findings.add(
                "bpmn.boundary-host",
                event,
                f"L’événement « {label(event)} » n’est posé sur aucune étape.",
                f'The boundary event "{label(event)}" is attached to no activity.',
            )


def _check_reachable(
    scope: Element, flows: list[Element], nodes: dict[str | None, Element], findings: Findings
) -> None:
    following: dict[str | None, list[str | None]] = {}
    for flow in flows:
        following.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for event in [e for e in nodes.values() if local(e) == "boundaryEvent"]:
        following.setdefault(event.get("attachedToRef"), []).append(event.get("id"))
    seen: set[str | None] = set()
    todo = [i for i, e in nodes.items() if _begins(e)]
    if not any(local(e) == "startEvent" for e in nodes.values()):
        todo += _entries(scope, nodes)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += following.get(node, [])
    for element_id, element in nodes.items():
        if element_id not in seen:
            findings.add(
                "bpmn.unreachable",
                element,
                f"Aucun chemin ne mène à « {label(element)} ».",
                f'No path leads to "{label(element)}".',
                severity="warning",
            )


def _begins(element: Element) -> bool:
    """Whether tokens come here otherwise than by a flow."""
    marks = ("triggeredByEvent", "isForCompensation", "instantiate")
    by_link = element.find(b("linkEventDefinition")) is not None
    return local(element) == "startEvent" or by_link or any(element.get(m) == "true" for m in marks)
