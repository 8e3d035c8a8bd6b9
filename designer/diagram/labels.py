"""Text in the drawing: lines, where they go, and the room they take."""

from __future__ import annotations

import itertools
from html import escape

from designer.diagram.metrics import text_width, wrap
from designer.diagram.model import Box, Line, Point, Shape

SMALL, NORMAL = 11.0, 12.0
_LEADING = 13.0
_INSIDE_LEADING = 14.5
_CORNER = 23.0


def column(
    lines: list[str],
    x: float,
    top: float,
    *,
    css: str = "",
    leading: float = _LEADING,
    anchor: str = "middle",
) -> str:
    """One `text` element a line, the first baseline a line's height under `top`."""
    attribute = f' class="{css}"' if css else ""
    place = f' text-anchor="{anchor}"' if anchor != "start" else ""
    return "".join(
        f'<text{attribute} x="{x:.5g}" y="{top + leading * (i + 0.8):.5g}"{place}>{escape(line)}</text>'
        for i, line in enumerate(lines)
    )


def inside(name: str, box: Box, *, corner: bool = False, room: float = 0.0) -> str:
    """A name in the middle of a shape, clear of a sign in the top left `corner`.

    `room` px are kept free for markers at the bottom.
    """
    most = max(1, int((box.h - room - 8) // _INSIDE_LEADING))
    lines = wrap(name, box.w - 12, NORMAL, most)
    if corner and not _clears_corner(lines, box, room):
        narrow = wrap(name, box.w - 2 * _CORNER, NORMAL, most)
        lines = narrow if len(narrow) <= len(lines) + 1 and not _is_cut(narrow, lines) else lines
    spare = box.h - room - _INSIDE_LEADING * len(lines)
    shift = min(3.0 if _clears_corner(lines, box, room) else spare, spare / 2 - 3) if corner else 0.0
    return column(lines, box.centre.x, box.y + spare / 2 + max(0.0, shift), leading=_INSIDE_LEADING)


def _clears_corner(lines: list[str], box: Box, room: float) -> bool:
    top = (box.h - room - _INSIDE_LEADING * len(lines)) / 2
    left = (box.w - max((text_width(line, NORMAL) for line in lines[:1]), default=0.0)) / 2
    return top + 3 >= _CORNER - 2 or left >= _CORNER


def _is_cut(narrow: list[str], wide: list[str]) -> bool:
    """Whether narrower lines lose text or break a word that was whole."""
    return "".join(" ".join(narrow).split()) != "".join(" ".join(wide).split()) or len(
        " ".join(narrow)
    ) != len(" ".join(wide))


def outside_lines(name: str, given: Box | None) -> list[str]:
    """The lines of a name beside its shape: as wide as the author drew it (at least 92 px), else 80 px."""
    return wrap(name, max(given.w * 1.15, 92.0) if given else 80.0, SMALL, 8)


def outside_place(shape: Shape, lines: list[str]) -> Box:
    """Where those lines go: where the author put them, else under the shape."""
    width = max((text_width(line, SMALL) for line in lines), default=0.0)
    height = _LEADING * len(lines)
    if shape.label:
        return Box(shape.label.centre.x - width / 2, shape.label.y, width, height)
    return Box(shape.box.centre.x - width / 2, shape.box.bottom + 4, width, height)


def line_lines(line: Line) -> list[str]:
    """The lines of a flow's name."""
    return wrap(line.edge.name, max(line.label.w * 1.15 if line.label else 0.0, 96.0), SMALL, 4)


def line_place(line: Line, lines: list[str]) -> Box:
    """Where a flow's name goes: where the author put it, else at the middle of its longest part."""
    width = max((text_width(text, SMALL) for text in lines), default=0.0)
    height = _LEADING * len(lines)
    if line.label:
        return Box(line.label.centre.x - width / 2, line.label.y, width, height)
    start, end = longest_part(line.points)
    middle = Point((start.x + end.x) / 2, (start.y + end.y) / 2)
    if abs(start.y - end.y) <= abs(start.x - end.x):
        return Box(middle.x - width / 2, middle.y - height - 3, width, height)
    return Box(middle.x + 6, middle.y - height / 2, width, height)


def longest_part(points: tuple[Point, ...]) -> tuple[Point, Point]:
    """The longest straight piece of a path; a level one counts double because names read better there."""

    def weight(piece: tuple[Point, Point]) -> float:
        (x0, y0), (x1, y1) = piece
        return 2 * abs(x1 - x0) + abs(y1 - y0)

    return max(itertools.pairwise(points), key=weight)
