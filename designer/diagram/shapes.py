"""SVG of each kind of shape; coordinates are those of the diagram."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from designer.diagram import glyphs
from designer.diagram.kinds import ACTIVITIES, CALLS, DATA, EVENTS, GATEWAYS, SUB_PROCESSES
from designer.diagram.labels import NORMAL, SMALL, column, inside, outside_lines, outside_place
from designer.diagram.metrics import wrap
from designer.diagram.model import Box, Node, Shape

_HEAD = 30.0
_BAND = 20.0


def draw_shape(shape: Shape, nodes: Mapping[str, Node], *, mini: bool) -> str:
    """Everything inside the `g` of one element, its name included unless `mini`."""
    kind = shape.node.type
    if kind in ACTIVITIES:
        return _activity(shape, nodes, mini)
    if kind in EVENTS:
        return _name_outside(shape, mini) + _event(shape)
    if kind in GATEWAYS:
        return _name_outside(shape, mini) + _gateway(shape)
    return _OTHERS.get(kind, _plain)(shape, mini)


def _rect(box: Box, css: str, extra: str = "", radius: float = 0) -> str:
    round_ = f' rx="{radius:g}"' if radius else ""
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.w:g}" height="{box.h:g}"'
    return f'<rect class="{css}" {place}{round_}{extra}/>'


def _name_outside(shape: Shape, mini: bool) -> str:
    if mini or not shape.node.name:
        return ""
    lines = outside_lines(shape.node.name, shape.label)
    place = outside_place(shape, lines)
    return column(lines, place.centre.x, place.y, css="event-name halo")


# Events and gateways


def _event(shape: Shape) -> str:
    node, box = shape.node, shape.box
    radius = min(box.w, box.h) / 2
    centre = box.centre
    dash = "" if node.interrupting else ' stroke-dasharray="5 3"'
    thick = " thick" if node.type == "endEvent" else ""
    circle = f'<circle class="{{css}}" cx="{centre.x:g}" cy="{centre.y:g}" r="{{r:g}}"{dash}/>'
    drawn = circle.format(css="node" + thick, r=radius)
    if node.type not in ("startEvent", "endEvent"):
        drawn += circle.format(css="node inner", r=radius * 0.81)
    throws = node.type in ("endEvent", "intermediateThrowEvent", "implicitThrowEvent")
    glyph = glyphs.event_glyph(node.events, parallel=node.parallel, throws=throws)
    return drawn + (glyphs.at(centre.x, centre.y, glyph, radius / 18) if glyph else "")


def _gateway(shape: Shape) -> str:
    node, box = shape.node, shape.box
    half_w, half_h = box.w / 2, box.h / 2
    centre = box.centre
    sides = f"l{half_w:g} {half_h:g} {-half_w:g} {half_h:g} {-half_w:g} {-half_h:g}z"
    drawn = f'<path class="node" d="M{centre.x:g} {box.y:g}{sides}"/>'
    if node.type == "eventBasedGateway":
        glyph = glyphs.event_gateway_glyph(instantiates=node.instantiates, parallel=node.parallel)
    elif node.type == "exclusiveGateway" and not shape.marker:
        return drawn
    else:
        glyph = glyphs.GATEWAY_GLYPHS[node.type]
    return drawn + glyphs.at(centre.x, centre.y, glyph, min(half_w, half_h) / 22)


# Activities


def _activity(shape: Shape, nodes: Mapping[str, Node], mini: bool) -> str:
    node, box = shape.node, shape.box
    dash = ' stroke-dasharray="2 3.5"' if node.event_triggered else ""
    drawn = _rect(box, "node thick" if node.type in CALLS else "node", dash, 6)
    if node.type == "transaction":
        drawn += _rect(Box(box.x + 3, box.y + 3, box.w - 6, box.h - 6), "node inner", "", 4)
    markers = _markers(node, shape.expanded)
    drawn += _marker_row(box, markers)
    if node.bands:
        return drawn + _choreography(shape, nodes, mini)
    if mini:
        return drawn
    if shape.is_open:
        return drawn + column(wrap(node.name, box.w - 40, NORMAL, 2), box.centre.x, box.y + 6, leading=14.5)
    glyph = _corner(shape)
    return drawn + glyph + inside(node.name, box, corner=bool(glyph), room=16 if markers else 0)


def _corner(shape: Shape) -> str:
    """What is in the top left corner: the connector's icon, or the sign of the task's type."""
    node, box = shape.node, shape.box
    if node.icon:
        return (
            f'<image href="{escape(node.icon)}" x="{box.x + 5:g}" y="{box.y + 5:g}" width="18" height="18" '
            'preserveAspectRatio="xMidYMid meet"/>'
        )
    glyph = glyphs.TASK_GLYPHS.get(node.type, "")
    if node.type == "receiveTask" and node.instantiates:
        glyph = glyphs.RECEIVE_FIRST
    return glyphs.at(box.x + 13, box.y + 13, glyph, 0.86) if glyph else ""


def _markers(node: Node, expanded: bool) -> list[str]:
    marks = [node.loop] if node.loop else []
    if not expanded and (node.type in SUB_PROCESSES or (node.type in CALLS and node.has_content)):
        marks.append("collapsed")
    if node.compensation:
        marks.append("compensation")
    if node.type == "adHocSubProcess":
        marks.append("adhoc")
    return marks


def _marker_row(box: Box, markers: list[str]) -> str:
    first = box.centre.x - 10 * (len(markers) - 1)
    return "".join(
        glyphs.at(first + 20 * i, box.bottom - 10, glyphs.MARKERS[m], 0.92) for i, m in enumerate(markers)
    )


def _choreography(shape: Shape, nodes: Mapping[str, Node], mini: bool) -> str:
    """Bands of the participants: the one that starts is white (BPMN 2.0.2, clause 11.5)."""
    box, drawn = shape.box, ""
    for i, band in enumerate(shape.node.bands[:2]):
        place = Box(box.x, box.y if i == 0 else box.bottom - _BAND, box.w, _BAND)
        starts = band == shape.node.initiator
        drawn += _rect(place, "node" if starts else "lane-head", "", 0)
        if not mini and band in nodes:
            drawn += inside(nodes[band].name, place)
    name = Box(box.x, box.y + _BAND, box.w, max(20.0, box.h - 2 * _BAND))
    return drawn if mini else drawn + inside(shape.node.name, name)


# Pools and lanes


def _pool(shape: Shape, mini: bool) -> str:
    """A pool with a head at its left (or top); a closed one has its name across it."""
    if not shape.node.has_content:
        name = "" if mini else inside(shape.node.name, shape.box)
        multiple = _marker_row(shape.box, ["parallel"]) if shape.node.loop else ""
        return _rect(shape.box, "lane-head") + name + multiple
    return _lane(shape, mini)


def _lane(shape: Shape, mini: bool) -> str:
    box = shape.box
    wide = shape.horizontal
    head = Box(box.x, box.y, _HEAD, box.h) if wide else Box(box.x, box.y, box.w, _HEAD)
    drawn = _rect(box, "lane") + _rect(head, "lane-head")
    if mini or not shape.node.name:
        return drawn
    lines = wrap(shape.node.name, (box.h if wide else box.w) - 10, SMALL + 0.5, 2)
    text = column(lines, 0, -6.5 * len(lines) - 0.5, css="lane-name")
    turn = " rotate(-90)" if wide else ""
    return drawn + f'<g transform="translate({head.centre.x:g} {head.centre.y:g}){turn}">{text}</g>'


# Data and artifacts


def _data_object(shape: Shape, mini: bool) -> str:
    node, box = shape.node, shape.box
    fold = min(10.0, box.w / 3)
    outline = f"M{box.x:g} {box.y:g}h{box.w - fold:g}l{fold:g} {fold:g}v{box.h - fold:g}h{-box.w:g}z"
    corner = f"M{box.right - fold:g} {box.y:g}v{fold:g}h{fold:g}"
    drawn = f'<path class="node" d="{outline}"/><path class="glyph" d="{corner}"/>'
    if node.collection:
        drawn += glyphs.at(box.centre.x, box.bottom - 9, glyphs.MARKERS["parallel"], 0.8)
    if node.type in ("dataInput", "dataOutput"):
        arrow = "M-6-2.5h7v-3l6 5.5-6 5.5v-3h-7z"
        glyph = glyphs.line(arrow) if node.type == "dataInput" else glyphs.solid(arrow)
        drawn += glyphs.at(box.x + 10, box.y + 10, glyph, 0.9)
    return _name_outside(shape, mini) + drawn + _data_state(shape, mini)


def _data_state(shape: Shape, mini: bool) -> str:
    if mini or not shape.node.state:
        return ""
    lines = outside_lines(shape.node.name, shape.label) if shape.node.name else []
    place = outside_place(shape, lines)
    return column([f"[{shape.node.state}]"], place.centre.x, place.bottom, css="event-name")


def _data_store(shape: Shape, mini: bool) -> str:
    box = shape.box
    lid = box.h * 0.14
    top, arc = box.y + lid, f"a{box.w / 2:g} {lid:g} 0 0 "
    body = f"M{box.x:g} {top:g}{arc}1 {box.w:g} 0v{box.h - 2 * lid:g}{arc}1 {-box.w:g} 0z"
    rings = "".join(f"M{box.x:g} {top + 5 * i:g}{arc}0 {box.w:g} 0" for i in range(3))
    return f'{_name_outside(shape, mini)}<path class="node" d="{body}"/><path class="glyph" d="{rings}"/>'


def _annotation(shape: Shape, mini: bool) -> str:
    box = shape.box
    drawn = f'<path class="note" d="M{box.x + 12:g} {box.y:g}h-12v{box.h:g}h12"/>'
    if mini:
        return drawn
    lines = wrap(shape.node.name, max(box.w - 8, 40), SMALL, max(1, int((box.h + 6) // 14)))
    return drawn + column(lines, box.x + 7, box.y + 3, css="event-name", leading=14, anchor="start")


def _group(shape: Shape, mini: bool) -> str:
    drawn = _rect(shape.box, "note", ' stroke-dasharray="9 4 2 4"', 8)
    if mini or not shape.node.name:
        return drawn
    lines = wrap(shape.node.name, shape.box.w - 16, SMALL, 2)
    if shape.label:
        return drawn + column(lines, shape.label.centre.x, shape.label.y, css="event-name halo")
    return drawn + column(lines, shape.box.centre.x, shape.box.y + 4, css="event-name halo")


def _conversation(shape: Shape, mini: bool) -> str:
    box, cut = shape.box, shape.box.w / 4
    css = "node thick" if shape.node.type == "callConversation" else "node"
    outline = f"M{box.x:g} {box.centre.y:g}l{cut:g} {-box.h / 2:g}h{box.w - 2 * cut:g}l{cut:g} {box.h / 2:g}"
    drawn = f'<path class="{css}" d="{outline}l{-cut:g} {box.h / 2:g}h{2 * cut - box.w:g}z"/>'
    marks = ["collapsed"] if shape.node.type == "subConversation" else []
    return _name_outside(shape, mini) + drawn + _marker_row(box, marks)


def _message(shape: Shape, mini: bool) -> str:
    box = shape.box
    middle = box.y + box.h * 0.55
    flap = (
        f'<path class="glyph" d="M{box.x:g} {box.y:g}L{box.centre.x:g} {middle:g} {box.right:g} {box.y:g}"/>'
    )
    return _name_outside(shape, mini) + _rect(box, "node") + flap


def _plain(shape: Shape, mini: bool) -> str:
    return _rect(shape.box, "node", "", 6) + ("" if mini else inside(shape.node.name, shape.box))


_OTHERS: dict[str, Callable[[Shape, bool], str]] = {
    "participant": _pool,
    "lane": _lane,
    "textAnnotation": _annotation,
    "group": _group,
    "message": _message,
    **{kind: _data_store if "Store" in kind else _data_object for kind in DATA},
    **dict.fromkeys(("conversation", "subConversation", "callConversation"), _conversation),
}
