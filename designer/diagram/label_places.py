"""A place for names that the file gave none: under the shape, unless a flow passes there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from designer.diagram.kinds import EVENTS, GATEWAYS
from designer.diagram.labels import SMALL, outside_lines
from designer.diagram.metrics import text_width
from designer.diagram.model import Box, Line, Point, Shape

_LEADING = 13.0


def place_labels(shapes: Iterable[Shape], lines: Iterable[Line]) -> list[Shape]:
    """The same shapes; events and gateways whose bottom is taken get their name above or beside."""
    ends = [point for line in lines for point in (line.points[0], line.points[-1])]
    return [_placed(shape, ends) if _needs_place(shape) else shape for shape in shapes]


def _needs_place(shape: Shape) -> bool:
    return shape.label is None and bool(shape.node.name) and shape.node.type in (*EVENTS, *GATEWAYS)


def _placed(shape: Shape, ends: Iterable[Point]) -> Shape:
    box = shape.box
    near = [p for p in ends if abs(p.x - box.centre.x) < box.w / 3]
    if not any(abs(p.y - box.bottom) < 4 for p in near):
        return shape
    lines = outside_lines(shape.node.name, None)
    width = max(text_width(line, SMALL) for line in lines)
    height = _LEADING * len(lines)
    if shape.node.attached_to:
        return replace(shape, label=Box(box.centre.x + 8, box.bottom + 1, width, height))
    if not any(abs(p.y - box.y) < 4 for p in near):
        return replace(shape, label=Box(box.centre.x - width / 2, box.y - height - 4, width, height))
    return replace(shape, label=Box(box.centre.x + 10, box.bottom - 4, width, height))
