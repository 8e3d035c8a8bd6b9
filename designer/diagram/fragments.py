"""The parts of a drawing that never change, drawn once per plane, size and language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from designer.diagram.kinds import ACTIVITIES, kind_words
from designer.diagram.labels import line_lines, line_place, outside_lines, outside_place
from designer.diagram.lines import draw_line
from designer.diagram.model import Box, Diagram, Line, Node, Plane, Shape
from designer.diagram.reading import reading_order
from designer.diagram.shapes import draw_shape

_BACKGROUND = ("participant", "lane")
_NAMED_INSIDE = {*ACTIVITIES, *_BACKGROUND, "textAnnotation", "group"}
_MARGIN = 10.0
_NARROWEST, _NARROWEST_MINI = 760.0, 360.0


@dataclass(frozen=True, slots=True)
class Piece:
    """One element: its SVG, its place, its name in words."""

    id: str
    title: str
    svg: str
    box: Box


@dataclass(frozen=True, slots=True)
class Fragments:
    """A plane ready to be put together: lanes, open sub-processes, flows, the rest."""

    view: Box
    background: str
    open_pieces: tuple[Piece, ...]
    lines: Mapping[str, tuple[str, str]]
    pieces: tuple[Piece, ...]
    boxes: Mapping[str, Box]


def fragments_of(diagram: Diagram, plane: Plane, *, mini: bool, locale: str) -> Fragments:
    """Drawn on first use, then kept on the diagram."""
    key = (plane.element_id, mini, locale)
    found = diagram.fragments.get(key)
    if not isinstance(found, Fragments):
        found = diagram.fragments[key] = _draw(diagram, plane, mini, locale)
    return found


def _draw(diagram: Diagram, plane: Plane, mini: bool, locale: str) -> Fragments:
    order = reading_order(diagram)
    shapes = sorted(plane.shapes, key=lambda s: order.get(s.node.id, len(order)))
    frames = sorted(
        (s for s in shapes if s.node.type in _BACKGROUND), key=lambda s: (s.node.type == "lane", -_area(s))
    )
    groups = [s for s in shapes if s.node.type == "group"]
    opened = sorted((s for s in shapes if s.is_open), key=_area, reverse=True)
    rest = [s for s in shapes if s.node.type not in (*_BACKGROUND, "group") and not s.is_open]
    return Fragments(
        _view(plane, mini),
        "".join(draw_shape(s, diagram.nodes, mini=mini) for s in [*frames, *groups]),
        tuple(_piece(s, diagram.nodes, mini, locale) for s in opened),
        {line.edge.id: _both(line, diagram.nodes, mini) for line in plane.lines},
        tuple(_piece(s, diagram.nodes, mini, locale) for s in rest),
        {s.node.id: s.box for s in shapes},
    )


def _area(shape: Shape) -> float:
    return shape.box.w * shape.box.h


def _both(line: Line, nodes: Mapping[str, Node], mini: bool) -> tuple[str, str]:
    source = nodes.get(line.edge.source)
    from_activity = source is not None and source.type in ACTIVITIES
    plain = draw_line(line, mini=mini, from_activity=from_activity)
    if line.edge.type != "sequenceFlow":
        return plain, plain
    return plain, draw_line(line, mini=mini, from_activity=from_activity, trail=True)


def _piece(shape: Shape, nodes: Mapping[str, Node], mini: bool, locale: str) -> Piece:
    return Piece(shape.node.id, title_of(shape.node, locale), draw_shape(shape, nodes, mini=mini), shape.box)


def title_of(node: Node, locale: str) -> str:
    """Name and kind: « Contrôler la demande, tâche d’une personne »; the kind alone when there is no name."""
    kind = kind_words(
        node.type,
        node.events,
        interrupting=node.interrupting,
        parallel=node.parallel,
        triggered=node.event_triggered,
    ).in_(locale)
    return f"{' '.join(node.name.split())}, {kind}" if node.name else kind[:1].upper() + kind[1:]


def _view(plane: Plane, mini: bool) -> Box:
    """The window onto the drawing; a small drawing gets air around it, so that it is not blown up."""
    boxes = [s.box for s in plane.shapes]
    boxes += [Box(p.x, p.y, 0, 0) for line in plane.lines for p in line.points]
    if not mini:
        boxes += _label_boxes(plane)
    left, top = min(b.x for b in boxes) - _MARGIN, min(b.y for b in boxes) - _MARGIN
    right, bottom = max(b.right for b in boxes) + _MARGIN, max(b.bottom for b in boxes) + _MARGIN
    air = max(0.0, (_NARROWEST_MINI if mini else _NARROWEST) - (right - left)) / 2
    return Box(left - air, top, right - left + 2 * air, bottom - top)


def _label_boxes(plane: Plane) -> list[Box]:
    named = [s for s in plane.shapes if s.node.name and s.node.type not in _NAMED_INSIDE]
    boxes = [outside_place(s, outside_lines(s.node.name, s.label)) for s in named]
    return boxes + [line_place(line, line_lines(line)) for line in plane.lines if line.edge.name]
