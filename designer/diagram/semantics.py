"""The meaning part of a BPMN file: its nodes and edges, without their places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from designer.diagram.kinds import ACTIVITIES, CALLS, EDGES, EVENT_DEFINITIONS, NODES, SUB_PROCESSES
from designer.diagram.model import DiagramError, Edge, Node
from designer.diagram.xml import local_name, local_ref, namespace

MAX_ELEMENTS = 10_000
_ICON_ATTRIBUTE = "{http://camunda.org/schema/zeebe/1.0}modelerTemplateIcon"
_ICON = re.compile(r"data:image/(?:svg\+xml|png)[;,][ -~]+")
_MAX_ICON = 100_000
_CONTAINERS = frozenset(SUB_PROCESSES)


@dataclass(slots=True)
class Semantics:
    """Everything found, by id; `titles` holds names of roots (processes, collaborations)."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[str, Edge] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


def read_semantics(root: etree._Element) -> Semantics:
    """Nodes and edges of every process, collaboration and choreography in the file."""
    index = {el.get("id", ""): el for el in root.iter(etree.Element) if el.get("id")}
    found = Semantics()
    for child in _children(root):
        name = local_name(child)
        if name in ("process", "collaboration", "choreography", "globalConversation"):
            found.titles[child.get("id", "")] = _name(child)
            _read_container(child, None, child.get("id"), index, found)
        elif name in ("message", "dataStore") and child.get("id"):
            found.nodes.setdefault(child.get("id", ""), _node(child, None, None, index))
    _place_in_pools(found, root)
    _place_in_lanes(found, root)
    _mark_defaults(found, index)
    return found


def _children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    for child in element:
        name = local_name(child)
        if name and (not names or name in names) and "BPMN" in namespace(child):
            yield child


def _name(element: etree._Element) -> str:
    return (element.get("name") or "").strip()


def _read_container(
    container: etree._Element,
    parent: str | None,
    process: str | None,
    index: dict[str, Any],
    found: Semantics,
) -> None:
    for child in _children(container):
        name, child_id = local_name(child), child.get("id")
        if name in ("laneSet", "childLaneSet", "lane", "ioSpecification"):
            if child_id and name == "lane":
                found.nodes.setdefault(child_id, _node(child, parent, process, index))
            _read_container(child, parent, process, index, found)
        elif name in EDGES:
            edge = _edge(child, name, parent, len(found.edges))
            found.edges.setdefault(edge.id, edge)
        elif name in NODES and child_id:
            _read_node(child, name, parent, process, index, found)
    if len(found.nodes) > MAX_ELEMENTS:
        raise DiagramError(
            f"Le diagramme compte plus de {MAX_ELEMENTS} éléments. Découpez-le en plusieurs processus.",
            f"The diagram has more than {MAX_ELEMENTS} elements. Split it into several processes.",
        )


def _read_node(
    element: etree._Element,
    name: str,
    parent: str | None,
    process: str | None,
    index: dict[str, Any],
    found: Semantics,
) -> None:
    node = _node(element, parent, process, index)
    found.nodes.setdefault(node.id, node)
    if name in _CONTAINERS:
        _read_container(element, node.id, process, index, found)
    if name in ACTIVITIES or name.endswith("Event"):
        _read_data_associations(element, parent, found)


def _read_data_associations(owner: etree._Element, parent: str | None, found: Semantics) -> None:
    owner_id = owner.get("id", "")
    for child in _children(owner, "dataInputAssociation", "dataOutputAssociation"):
        is_input = local_name(child) == "dataInputAssociation"
        other = next(
            (local_ref(c.text) for c in _children(child, "sourceRef" if is_input else "targetRef")), ""
        )
        ends = (other, owner_id) if is_input else (owner_id, other)
        if child.get("id"):
            found.edges.setdefault(
                child.get("id", ""), Edge(child.get("id", ""), local_name(child), *ends, "", parent)
            )


def _node(element: etree._Element, parent: str | None, process: str | None, index: dict[str, Any]) -> Node:
    name = local_name(element)
    node = Node(
        id=element.get("id", ""), type=name, name=_label(element, name, index), parent=parent, process=process
    )
    if name.endswith("Event"):
        return _event(node, element, index)
    if name in ACTIVITIES:
        return _activity(node, element, index)
    if name in ("eventBasedGateway", "receiveTask"):
        return replace(node, instantiates=_flag(element, "instantiate"), parallel=_is_parallel(element))
    if name in ("dataObjectReference", "dataInput", "dataOutput", "dataObject"):
        return replace(node, collection=_is_collection(element, index), state=_data_state(element))
    if name == "participant":
        multiple = any(True for _ in _children(element, "participantMultiplicity"))
        return replace(
            node, process=local_ref(element.get("processRef")) or None, loop="parallel" if multiple else None
        )
    return node


def _is_parallel(element: etree._Element) -> bool:
    return element.get("eventGatewayType") == "Parallel"


def _label(element: etree._Element, name: str, index: dict[str, Any]) -> str:
    if name == "textAnnotation":
        return next(("".join(map(str, c.itertext())).strip() for c in _children(element, "text")), "")
    if name == "group":
        value = index.get(local_ref(element.get("categoryValueRef")))
        return (value.get("value") or "").strip() if value is not None else ""
    return _name(element)


def _event(node: Node, element: etree._Element, index: dict[str, Any]) -> Node:
    return replace(
        node,
        events=tuple(_event_definitions(element, index)),
        parallel=_flag(element, "parallelMultiple"),
        interrupting=_flag(element, "cancelActivity", True) and _flag(element, "isInterrupting", True),
        attached_to=local_ref(element.get("attachedToRef")) or None,
    )


def _event_definitions(element: etree._Element, index: dict[str, Any]) -> Iterator[str]:
    for child in _children(element):
        name = local_name(child)
        if name == "eventDefinitionRef":
            target = index.get(local_ref(child.text))
            name = local_name(target) if target is not None else ""
        kind = name.removesuffix("EventDefinition")
        if kind != name and kind in EVENT_DEFINITIONS:
            yield kind


def _activity(node: Node, element: etree._Element, index: dict[str, Any]) -> Node:
    icon = element.get(_ICON_ATTRIBUTE) or ""
    return replace(
        node,
        loop=_loop(element),
        compensation=_flag(element, "isForCompensation"),
        event_triggered=_flag(element, "triggeredByEvent"),
        instantiates=_flag(element, "instantiate"),
        icon=icon if len(icon) <= _MAX_ICON and _ICON.fullmatch(icon) else None,
        has_content=any(local_name(c) in NODES for c in _children(element)) or _calls_process(element, index),
        bands=tuple(_participants(element, index)),
        initiator=local_ref(element.get("initiatingParticipantRef")) or None,
    )


def _calls_process(element: etree._Element, index: dict[str, Any]) -> bool:
    """A call activity shows a “+” unless what it calls is known to be a single task."""
    called = index.get(local_ref(element.get("calledElement")))
    return local_name(element) in CALLS and (called is None or "Task" not in local_name(called))


def _participants(element: etree._Element, index: dict[str, Any]) -> Iterator[str]:
    return (local_ref(child.text) for child in _children(element, "participantRef"))


def _loop(element: etree._Element) -> str | None:
    for child in _children(element, "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
        if local_name(child) == "standardLoopCharacteristics":
            return "standard"
        return "sequential" if _flag(child, "isSequential") else "parallel"
    return None


def _is_collection(element: etree._Element, index: dict[str, Any]) -> bool:
    target = index.get(local_ref(element.get("dataObjectRef")))
    return _flag(element, "isCollection") or (target is not None and _flag(target, "isCollection"))


def _data_state(element: etree._Element) -> str:
    return next((_name(child) for child in _children(element, "dataState")), "")


def _flag(element: etree._Element, name: str, default: bool = False) -> bool:
    value = element.get(name)
    return default if value is None else value.strip() in ("true", "1")


def _edge(element: etree._Element, name: str, parent: str | None, count: int) -> Edge:
    """The connection; one without an id (the standard allows it) gets a name of its own."""
    return Edge(
        id=element.get("id") or f"#{count}",
        type=name,
        source=local_ref(element.get("sourceRef")),
        target=local_ref(element.get("targetRef")),
        name=_name(element),
        parent=parent,
        conditional=any(True for _ in _children(element, "conditionExpression")),
        direction=element.get("associationDirection", "None"),
    )


def _mark_defaults(found: Semantics, index: dict[str, Any]) -> None:
    for node_id in found.nodes:
        element = index.get(node_id)
        default = local_ref(element.get("default")) if element is not None else ""
        if default in found.edges:
            found.edges[default] = replace(found.edges[default], default=True)


def _place_in_pools(found: Semantics, root: etree._Element) -> None:
    pools = {n.process: n.id for n in found.nodes.values() if n.type == "participant" and n.process}
    for node_id, node in found.nodes.items():
        if node.type != "participant" and node.process in pools:
            found.nodes[node_id] = replace(node, pool=pools[node.process])
    filled = {n.pool for n in found.nodes.values()}
    for pool_id in pools.values():
        found.nodes[pool_id] = replace(found.nodes[pool_id], has_content=pool_id in filled)


def _place_in_lanes(found: Semantics, root: etree._Element) -> None:
    """Innermost lanes come last in document order, so they win over the lanes around them."""
    for lane in root.iter(etree.Element):
        if local_name(lane) != "lane" or not lane.get("id"):
            continue
        inside = [local_ref(ref.text) for ref in _children(lane, "flowNodeRef")]
        inside += [
            sub.get("id", "") for group in _children(lane, "childLaneSet") for sub in _children(group, "lane")
        ]
        for node_id in inside:
            if node_id in found.nodes and node_id != lane.get("id"):
                found.nodes[node_id] = replace(found.nodes[node_id], lane=lane.get("id"))
