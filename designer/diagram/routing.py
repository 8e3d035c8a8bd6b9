"""Right-angled paths between boxes."""

from __future__ import annotations

from designer.diagram.model import Box, Point


def route_between(source: Box, target: Box) -> tuple[Point, ...]:
    """A path from one box to another with at most two bends: sideways when there is room, else vertical."""
    start, end = source.centre, target.centre
    if target.x >= source.right:
        return _sideways(Point(source.right, start.y), Point(target.x, end.y))
    if target.right <= source.x:
        return _sideways(Point(source.x, start.y), Point(target.right, end.y))
    if target.y >= source.bottom:
        return _upright(Point(start.x, source.bottom), Point(end.x, target.y))
    if target.bottom <= source.y:
        return _upright(Point(start.x, source.y), Point(end.x, target.bottom))
    return start, end


def _sideways(start: Point, end: Point) -> tuple[Point, ...]:
    if abs(start.y - end.y) < 0.5:
        return start, Point(end.x, start.y)
    middle = (start.x + end.x) / 2
    return start, Point(middle, start.y), Point(middle, end.y), end


def _upright(start: Point, end: Point) -> tuple[Point, ...]:
    if abs(start.x - end.x) < 0.5:
        return start, Point(start.x, end.y)
    middle = (start.y + end.y) / 2
    return start, Point(start.x, middle), Point(end.x, middle), end


def straight(source: Box, target: Box) -> tuple[Point, Point]:
    """The straight line between two centres, cut at both borders (for associations)."""
    return _exit(source, target.centre), _exit(target, source.centre)


def _exit(box: Box, towards: Point) -> Point:
    centre = box.centre
    dx, dy = towards.x - centre.x, towards.y - centre.y
    reach = min(box.w / 2 / abs(dx) if dx else 1.0, box.h / 2 / abs(dy) if dy else 1.0, 1.0)
    return Point(centre.x + dx * reach, centre.y + dy * reach)


def simplify(points: list[Point]) -> tuple[Point, ...]:
    """The same path without repeated points and without points in the middle of a straight run."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1].x - point.x) < 0.01 and abs(kept[-1].y - point.y) < 0.01:
            continue
        while len(kept) >= 2 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return tuple(kept) if len(kept) >= 2 else tuple(points[:2])


def _in_line(a: Point, b: Point, c: Point) -> bool:
    forward = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) >= 0
    return forward and abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) < 0.01
