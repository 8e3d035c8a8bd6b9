"""Places for diagrams that have none (BPMN 2.0.2, clause 12): the editor cannot open a file without them."""

from __future__ import annotations

from lxml import etree

from designer.diagram import DiagramError, parse
from designer.diagram.model import Box, Line, Plane, Shape
from designer.modeler import bpmn
from engine.errors import DefinitionInvalid

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DD = "http://www.omg.org/spec/DD/20100524/DI"


def with_places(content: bytes) -> bytes:
    """The same file with a drawing, when it has none; a file that cannot be drawn stays as it is."""
    try:
        root, diagram = bpmn.read(content), parse(content)
    except (DefinitionInvalid, DiagramError):
        return content
    if not diagram.laid_out:
        return content
    for empty in root.findall(f"{{{DI}}}BPMNDiagram"):
        root.remove(empty)
    _draw(root, diagram.plane())
    return bpmn.write(root)


def _draw(root: bpmn.Element, plane: Plane) -> None:
    nsmap = {"bpmndi": DI, "dc": DC, "di": DD}
    drawing = etree.SubElement(root, f"{{{DI}}}BPMNDiagram", nsmap=nsmap, id="drawing")
    shown = etree.SubElement(drawing, f"{{{DI}}}BPMNPlane", id="plane", bpmnElement=_whole(root))
    for shape in plane.shapes:
        _shape(shown, shape)
    for line in plane.lines:
        _line(shown, line)


def _whole(root: bpmn.Element) -> str:
    """What the drawing shows: the collaboration, else the process."""
    process = bpmn.main_process(root)
    whole = root.find(f"{{{bpmn.BPMN}}}collaboration")
    found = whole if whole is not None else process
    return str(found.get("id")) if found is not None else ""


def _shape(plane: bpmn.Element, shape: Shape) -> None:
    attributes = {"id": f"{shape.node.id}_di", "bpmnElement": shape.node.id}
    if shape.is_open:
        attributes["isExpanded"] = "true"
    if shape.node.type in {"lane", "participant"}:
        attributes["isHorizontal"] = str(shape.horizontal).lower()
    if shape.node.type == "exclusiveGateway":
        attributes["isMarkerVisible"] = "true"
    element = etree.SubElement(plane, f"{{{DI}}}BPMNShape", attributes)
    _bounds(element, shape.box)
    if shape.label is not None:
        _bounds(etree.SubElement(element, f"{{{DI}}}BPMNLabel"), shape.label)


def _line(plane: bpmn.Element, line: Line) -> None:
    edge = etree.SubElement(
        plane, f"{{{DI}}}BPMNEdge", {"id": f"{line.edge.id}_di", "bpmnElement": line.edge.id}
    )
    for point in line.points:
        etree.SubElement(edge, f"{{{DD}}}waypoint", x=_px(point.x), y=_px(point.y))
    if line.label is not None:
        _bounds(etree.SubElement(edge, f"{{{DI}}}BPMNLabel"), line.label)


def _bounds(element: bpmn.Element, box: Box) -> None:
    sides = {"x": box.x, "y": box.y, "width": box.w, "height": box.h}
    etree.SubElement(element, f"{{{DC}}}Bounds", {name: _px(value) for name, value in sides.items()})


def _px(value: float) -> str:
    return str(round(value))
