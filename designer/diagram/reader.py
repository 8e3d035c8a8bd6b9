"""From the bytes of a BPMN file to a `Diagram`: meaning, then places (BPMN DI, BPMN 2.0.2 clause 12)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from designer.diagram.kinds import CALLS, FLOW_NODES, SUB_PROCESSES
from designer.diagram.label_places import place_labels
from designer.diagram.layout import lay_out
from designer.diagram.model import Box, Diagram, DiagramError, Edge, Line, Node, Plane, Point, Shape
from designer.diagram.routing import route_between
from designer.diagram.semantics import Semantics, read_semantics
from designer.diagram.xml import local_name, local_ref, root_of

_FARTHEST = 200_000.0
_STRAY = 120.0


def parse(xml: bytes) -> Diagram:
    """The diagram of a BPMN 2.0 file; laid out here when the file gives no places.

    Raises DiagramError (with `.message` in French and English) for XML that is broken, hostile,
    not BPMN, too large, or without anything to draw.
    """
    root = root_of(xml)
    meaning = read_semantics(root)
    if not any(n.type != "message" for n in meaning.nodes.values()):
        raise DiagramError(
            "Le diagramme est vide : il ne contient aucune étape.", "The diagram is empty: it holds no step."
        )
    planes = _planes(root, meaning)
    if planes:
        return Diagram(meaning.nodes, meaning.edges, planes, name=_title(meaning))
    shapes, lines = lay_out(meaning.nodes, meaning.edges)
    plane = Plane(None, _title(meaning), tuple(place_labels(shapes, lines)), tuple(lines))
    return Diagram(meaning.nodes, meaning.edges, (plane,), name=_title(meaning), laid_out=True)


def _title(meaning: Semantics) -> str:
    return next((name for name in meaning.titles.values() if name), "")


def _planes(root: etree._Element, meaning: Semantics) -> tuple[Plane, ...]:
    """Drawings that show at least one node: those of whole processes first, the fullest before the others."""
    read = [_plane(el, meaning) for el in root.iter(etree.Element) if local_name(el) == "BPMNPlane"]
    drawn = [plane for plane in read if any(s.node.type in _WORTH_DRAWING for s in plane.shapes)]
    return tuple(sorted(drawn, key=lambda plane: (plane.element_id in meaning.nodes, -len(plane.shapes))))


_WORTH_DRAWING = FLOW_NODES.keys() | {"participant", "conversation", "subConversation", "callConversation"}


def _plane(element: etree._Element, meaning: Semantics) -> Plane:
    plane_of = local_ref(element.get("bpmnElement"))
    shapes = _unfold(_shapes(element, meaning.nodes))
    hidden = _inside_collapsed(shapes, meaning.nodes)
    shapes = {k: s for k, s in shapes.items() if k not in hidden}
    visible = {k: e for k, e in meaning.edges.items() if e.source not in hidden and e.target not in hidden}
    lines = {line.edge.id: line for line in _lines(element, visible, shapes)}
    node = meaning.nodes.get(plane_of)
    name = node.name if node else meaning.titles.get(plane_of, "")
    return Plane(
        plane_of or None, name, tuple(place_labels(shapes.values(), lines.values())), tuple(lines.values())
    )


def _shapes(plane: etree._Element, nodes: dict[str, Node]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    for element in plane:
        if local_name(element) != "BPMNShape":
            continue
        reference = element.get("bpmnElement") or ""
        node, box = nodes.get(reference) or nodes.get(local_ref(reference)), _bounds(element)
        if node and box and box.w > 0 and box.h > 0:
            shapes.setdefault(node.id, _shape(element, node, box))
    return shapes


def _shape(element: etree._Element, node: Node, box: Box) -> Shape:
    label = next((_bounds(c) for c in element if local_name(c) == "BPMNLabel"), None)
    return Shape(
        node,
        box,
        expanded=_tri_state(element.get("isExpanded"), node.type not in CALLS),
        horizontal=_tri_state(element.get("isHorizontal"), True),
        marker=_tri_state(element.get("isMarkerVisible"), True),
        label=label if label and label.w > 0 and label.h > 0 else None,
        message=_tri_state(element.get("isMessageVisible"), False),
    )


def _tri_state(value: str | None, default: bool) -> bool:
    return default if value is None else value.strip() in ("true", "1")


def _unfold(shapes: dict[str, Shape]) -> dict[str, Shape]:
    """A sub-process that does not say so is expanded when what it holds is drawn inside it."""
    filled = {s.node.parent for s in shapes.values()}
    return {
        k: replace(s, expanded=False) if s.node.type in SUB_PROCESSES and k not in filled else s
        for k, s in shapes.items()
    }


def _inside_collapsed(shapes: dict[str, Shape], nodes: dict[str, Node]) -> set[str]:
    hidden: set[str] = set()
    for node in nodes.values():
        parent = node.parent
        while parent:
            if parent in shapes and not shapes[parent].expanded:
                hidden.add(node.id)
            parent = nodes[parent].parent if parent in nodes else None
    return hidden


def _bounds(element: etree._Element) -> Box | None:
    for child in element:
        if local_name(child) == "Bounds":
            numbers = [_number(child.get(key)) for key in ("x", "y", "width", "height")]
            given = [n for n in numbers if n is not None]
            return Box(*given) if len(given) == 4 else None
    return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= _FARTHEST else None


def _lines(plane: etree._Element, edges: dict[str, Edge], shapes: dict[str, Shape]) -> Iterator[Line]:
    drawn = set()
    for element in plane:
        if local_name(element) != "BPMNEdge":
            continue
        reference = element.get("bpmnElement") or ""
        edge = edges.get(reference) or edges.get(local_ref(reference))
        points = tuple(_waypoints(element))
        if edge and len(points) >= 2 and _is_plausible(edge, points, shapes):
            drawn.add(edge.id)
            label = next((_bounds(c) for c in element if local_name(c) == "BPMNLabel"), None)
            yield Line(
                edge, points, label if label and label.w > 0 else None, element.get("messageVisibleKind")
            )
    yield from _missing_lines(edges, shapes, drawn)


def _is_plausible(edge: Edge, points: tuple[Point, ...], shapes: dict[str, Shape]) -> bool:
    """Some tools write (0, 0) for a bend they do not know: a flow must end near what it joins."""
    ends = ((edge.source, points[0]), (edge.target, points[-1]))
    return all(shapes[k].box.distance(point) <= _STRAY for k, point in ends if k in shapes)


def _missing_lines(edges: dict[str, Edge], shapes: dict[str, Shape], drawn: set[str]) -> Iterator[Line]:
    """Connections between two drawn elements that the file forgot to place."""
    for edge in edges.values():
        if (
            edge.type != "conversationLink"
            and edge.id not in drawn
            and {edge.source, edge.target} <= shapes.keys()
        ):
            yield Line(edge, route_between(shapes[edge.source].box, shapes[edge.target].box))


def _waypoints(element: etree._Element) -> Iterator[Point]:
    for child in element:
        if local_name(child) == "waypoint":
            x, y = _number(child.get("x")), _number(child.get("y"))
            if x is not None and y is not None:
                yield Point(x, y)
