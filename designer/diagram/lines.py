"""SVG of flows and associations: a path with soft corners, its ends, its name."""

from __future__ import annotations

import math

from designer.diagram import glyphs
from designer.diagram.labels import column, line_lines, line_place, longest_part
from designer.diagram.model import Line, Point
from designer.diagram.routing import simplify

_CORNER = 6.0


def draw_line(line: Line, *, mini: bool, from_activity: bool, trail: bool = False) -> str:
    """One connection; `trail` marks a flow the case went along."""
    points = simplify(list(line.points))
    kind = line.edge.type
    if kind == "sequenceFlow":
        drawn = _sequence_flow(line, points, from_activity, trail)
    elif kind == "messageFlow":
        drawn = _message_flow(line, points)
    elif kind == "conversationLink":
        drawn = f'<path class="flow" d="{soft_path(points)}"/>'
    else:
        drawn = _association(line, points)
    return drawn + ("" if mini else _name(line))


def _name(line: Line) -> str:
    if not line.edge.name:
        return ""
    lines = line_lines(line)
    place = line_place(line, lines)
    return column(lines, place.centre.x, place.y, css="flow-name halo")


def _sequence_flow(line: Line, points: tuple[Point, ...], from_activity: bool, trail: bool) -> str:
    on = ("flow trail", "tip tip-trail") if trail else ("flow", "tip")
    angle = _end_angle(points)
    drawn = f'<path class="{on[0]}" d="{soft_path(_shortened(points, 7))}"/>'
    drawn += f'<path class="{on[1]}" d="{_tip(points[-1], angle)}"/>'
    start = math.atan2(points[1].y - points[0].y, points[1].x - points[0].x)
    if line.edge.default:
        drawn += f'<path class="{on[0]}" d="{_slash(points[0], start)}"/>'
    elif line.edge.conditional and from_activity:
        drawn += f'<path class="node" d="{_diamond(points[0], start)}"/>'
    return drawn


def _message_flow(line: Line, points: tuple[Point, ...]) -> str:
    angle = _end_angle(points)
    drawn = f'<path class="flow" stroke-dasharray="7 4" d="{soft_path(_shortened(points, 8))}"/>'
    drawn += f'<circle class="node" cx="{points[0].x:g}" cy="{points[0].y:g}" r="3.6"/>'
    drawn += f'<path class="node" d="{_tip(points[-1], angle, 10, 5)}"/>'
    if line.message:
        start, end = longest_part(points)
        glyph = glyphs.ENVELOPE if line.message == "initiating" else glyphs.ENVELOPE_SOLID
        back = '<rect class="node" x="-13" y="-9" width="26" height="18"/>'
        drawn += glyphs.at((start.x + end.x) / 2, (start.y + end.y) / 2, back + glyph)
    return drawn


def _association(line: Line, points: tuple[Point, ...]) -> str:
    edge = line.edge
    drawn = f'<path class="dash" d="{soft_path(points)}"/>'
    if edge.direction in ("One", "Both") or edge.type != "association":
        drawn += f'<path class="note" d="{_open_tip(points[-1], _end_angle(points))}"/>'
    if edge.direction == "Both":
        drawn += f'<path class="note" d="{_open_tip(points[0], _end_angle(points[::-1]))}"/>'
    return drawn


def soft_path(points: tuple[Point, ...]) -> str:
    """The path through `points`, its corners rounded where there is room."""
    path = f"M{points[0].x:.6g} {points[0].y:.6g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
        a, b = _towards(corner, before, radius), _towards(corner, after, radius)
        path += f"L{a.x:.6g} {a.y:.6g}Q{corner.x:.6g} {corner.y:.6g} {b.x:.6g} {b.y:.6g}"
    return path + f"L{points[-1].x:.6g} {points[-1].y:.6g}"


def _towards(start: Point, end: Point, distance: float) -> Point:
    length = math.dist(start, end)
    share = distance / length if length else 0.0
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _shortened(points: tuple[Point, ...], by: float) -> tuple[Point, ...]:
    """The path cut `by` px before its end, so that a thick line does not show beyond its arrow."""
    return (*points[:-1], _towards(points[-1], points[-2], min(by, math.dist(points[-1], points[-2]))))


def _end_angle(points: tuple[Point, ...]) -> float:
    return math.atan2(points[-1].y - points[-2].y, points[-1].x - points[-2].x)


def _turned(origin: Point, angle: float, along: float, across: float) -> str:
    x = origin.x + along * math.cos(angle) - across * math.sin(angle)
    y = origin.y + along * math.sin(angle) + across * math.cos(angle)
    return f"{x:.6g} {y:.6g}"


def _tip(at: Point, angle: float, length: float = 9, half: float = 4.5) -> str:
    return f"M{at.x:.6g} {at.y:.6g}L{_turned(at, angle, -length, half)} {_turned(at, angle, -length, -half)}z"


def _open_tip(at: Point, angle: float) -> str:
    return f"M{_turned(at, angle, -8, 4.5)}L{at.x:.6g} {at.y:.6g} {_turned(at, angle, -8, -4.5)}"


def _slash(at: Point, angle: float) -> str:
    return f"M{_turned(at, angle, 6, -6)}L{_turned(at, angle, 12, 6)}"


def _diamond(at: Point, angle: float) -> str:
    sides = " ".join(_turned(at, angle, along, across) for along, across in ((8, -5), (16, 0), (8, 5)))
    return f"M{at.x:.6g} {at.y:.6g}L{sides}z"
