"""Places for diagrams that have none (BPMN 2.0.2, clause 12): the editor cannot open a file without them."""

from __future__ import annotations

from lxml import etree

from designer.diagram import DiagramError, parse
from designer.diagram.model import Box, Line, Plane, Shape
from designer.modeler import bpmn, naming
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
    _draw(root, diagram.plane())
    return bpmn.write(root)


def _draw(root: bpmn.Element, plane: Plane) -> None:
    nsmap = {"bpmndi": DI, "dc": DC, "di": DD}
    names = _Names(root)
    drawing = _drawing(root, names)
    shown = drawing.find(f"{{{DI}}}BPMNPlane")
    if shown is None:
        shown = etree.SubElement(drawing, f"{{{DI}}}BPMNPlane", nsmap=nsmap, id=names.free("plane"))
    if shown.get("bpmnElement") is None:
        shown.set("bpmnElement", _whole(root))
    for shape in plane.shapes:
        _shape(shown, shape, names)
    for line in plane.lines:
        _line(shown, line, names)


def _drawing(root: bpmn.Element, names: _Names) -> bpmn.Element:
    """The first drawing, where it is empty; else a new one before it, because editors open the first."""
    first = root.find(f"{{{DI}}}BPMNDiagram")
    if first is not None and next(first.iter(f"{{{DI}}}BPMNShape", f"{{{DI}}}BPMNEdge"), None) is None:
        return first
    made = etree.Element(f"{{{DI}}}BPMNDiagram", nsmap={"bpmndi": DI}, id=names.free("drawing"))
    root.insert(len(root) if first is None else root.index(first), made)
    return made


class _Names:
    """Ids of a file, so that the drawing takes none of them."""

    def __init__(self, root: bpmn.Element) -> None:
        self.taken = {element.get("id") or "" for element in root.iter(etree.Element)}

    def free(self, name: str) -> str:
        """`name`, with a number after it when the file uses it."""
        found = naming.free(name, self.taken)
        self.taken.add(found)
        return found


def _whole(root: bpmn.Element) -> str:
    """What the drawing shows: the collaboration, else the process."""
    process = bpmn.main_process(root)
    whole = root.find(f"{{{bpmn.BPMN}}}collaboration")
    found = whole if whole is not None else process
    return (found.get("id") or "") if found is not None else ""


def _shape(plane: bpmn.Element, shape: Shape, names: _Names) -> None:
    attributes = {"id": names.free(f"{shape.node.id}_di"), "bpmnElement": shape.node.id}
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


def _line(plane: bpmn.Element, line: Line, names: _Names) -> None:
    edge = etree.SubElement(
        plane, f"{{{DI}}}BPMNEdge", {"id": names.free(f"{line.edge.id}_di"), "bpmnElement": line.edge.id}
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
