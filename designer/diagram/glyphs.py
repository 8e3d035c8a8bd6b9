"""Small drawings inside shapes. Each is SVG around (0, 0), placed with `at`.

`glyph` is drawn with a line, `solid` is filled: what throws is solid, what catches is a line.
"""

from __future__ import annotations


def at(x: float, y: float, inner: str, scale: float = 1.0) -> str:
    """`inner` moved to (x, y)."""
    size = f" scale({scale:.3g})" if abs(scale - 1) > 0.01 else ""
    return f'<g transform="translate({x:g} {y:g}){size}">{inner}</g>'


def line(d: str) -> str:
    """A path drawn with the pen."""
    return f'<path class="glyph" d="{d}"/>'


def solid(d: str) -> str:
    """A filled path."""
    return f'<path class="solid" fill-rule="evenodd" d="{d}"/>'


def ring(radius: float, css: str = "glyph") -> str:
    """A circle around the origin."""
    return f'<circle class="{css}" r="{radius:g}"/>'


_ENVELOPE = "M-8-5.5h16v11h-16zl8 6 8-6"
_ENVELOPE_SOLID = "M-8-5.5h16l-8 5.8zM-8-3.4v8.9h16v-8.9l-8 5.8z"
_PENTAGON = "M0-8 8-2 5 7H-5L-8-2z"
_PLUS = "M-2.5-8h5v5.5h5.5v5h-5.5v5.5h-5v-5.5h-5.5v-5h5.5z"
_EVENT_PATHS = {
    "error": "M-6 7-2-6 2 1 6-7 2.4 6.6-2 0z",
    "escalation": "M0-8 6 7 0 1.5-6 7z",
    "cancel": "M-7-5l2-2 5 5 5-5 2 2-5 5 5 5-2 2-5-5-5 5-2-2 5-5z",
    "compensate": "M-.5-6v12l-8-6zM7.5-6v12l-8-6z",
    "link": "M-8-3h8.5v-4.5L9 0 .5 7.5V3H-8z",
    "signal": "M0-8 8.5 6h-17z",
    "multiple": _PENTAGON,
    "parallel": _PLUS,
}
_PAGE = "M-6-8H6V8H-6zM-3.3-4.2h6.6M-3.3 0h6.6M-3.3 4.2h6.6"


def event_glyph(events: tuple[str, ...], *, parallel: bool, throws: bool) -> str:
    """What triggers an event (BPMN 2.0.2, table 10.93); empty for a plain one."""
    if not events:
        return ""
    kind = events[0] if len(events) == 1 else ("parallel" if parallel else "multiple")
    if kind == "message":
        return solid(_ENVELOPE_SOLID) if throws else line(_ENVELOPE)
    if kind == "timer":
        return ring(9.5) + line("M0-5.5V0l4 2.8M0-9.5v2M9.5 0h-2M0 9.5v-2M-9.5 0h2")
    if kind == "conditional":
        return line(_PAGE)
    if kind == "terminate":
        return ring(10, "solid")
    path = _EVENT_PATHS[kind]
    return solid(path) if throws else line(path)


_HAND = (
    "M6-1V-6a2 2 0 0 0-4 0M2-2V-8a2 2 0 0 0-4 0v2M-2-1.5V-6a2 2 0 0 0-4 0V2M6-4a2 2 0 1 1 4 0V2a8 8 0 0 1-8 8"
    "H0c-2.8 0-4.5-.9-6-2.3l-3.6-3.6a2 2 0 0 1 2.8-2.8L-5 3"
)
TASK_GLYPHS = {
    "userTask": line("M-6 8V6.5a6 5.5 0 0 1 12 0V8") + '<circle class="glyph" cy="-4" r="3.6"/>',
    "serviceTask": ring(3)
    + line("M0-8v3M0 5v3M-8 0h3M5 0h3M-5.6-5.6l2 2M3.6 3.6l2 2M5.6-5.6l-2 2M-3.6 3.6l-2 2"),
    "businessRuleTask": line("M-8-6H8V7H-8zM-8-2H8M-3-2v9M-8 2.5H8"),
    "sendTask": solid(_ENVELOPE_SOLID),
    "receiveTask": line(_ENVELOPE),
    "manualTask": at(0, 0, line(_HAND), 0.78),
    "scriptTask": line("M-3-8h9c-6 5 3 10-3 16h-9c6-6-3-11 3-16zM-2.6-3.8h4.4M-1.6 0h4.4M-1 3.8h4.4"),
}
RECEIVE_FIRST = ring(10) + at(0, 0, line(_ENVELOPE), 0.75)

GATEWAY_GLYPHS = {
    "exclusiveGateway": line("M-6-7 6 7M6-7-6 7"),
    "parallelGateway": solid("M-1.6-10.5h3.2v8.9h8.9v3.2h-8.9v8.9h-3.2v-8.9h-8.9v-3.2h8.9z"),
    "inclusiveGateway": solid(
        "M-10.5 0a10.5 10.5 0 1 0 21 0a10.5 10.5 0 1 0-21 0M-8 0a8 8 0 1 1 16 0a8 8 0 1 1-16 0"
    ),
    "complexGateway": solid("M-1.2-11h2.4v22h-2.4zM-11-1.2h22v2.4h-22z") + line("M-7-7 7 7M7-7-7 7"),
}


def event_gateway_glyph(*, instantiates: bool, parallel: bool) -> str:
    """Two rings when it waits in the middle of a process, one when it starts it."""
    inner = at(0, 0, line(_PLUS if parallel else _PENTAGON), 0.72)
    return ring(12.5) + ("" if instantiates else ring(10)) + inner


MARKERS = {
    "collapsed": '<rect class="glyph" x="-7" y="-7" width="14" height="14"/>' + line("M0-4.2v8.4M-4.2 0h8.4"),
    "standard": line("M-3.4 5.4A6.2 6.2 0 1 1 2.4 5.7M-3.4 5.4V1.2M-3.4 5.4h-4.2"),
    "parallel": line("M-4.5-5.5v11M0-5.5v11M4.5-5.5v11"),
    "sequential": line("M-5.5-4.5h11M-5.5 0h11M-5.5 4.5h11"),
    "compensation": line("M0-5v10l-7-5zM7-5v10L0 0z"),
    "adhoc": line("M-7 2.2c2.2-5.4 4.7-4.6 7-2.2s4.8 3 7-2.2"),
}
ENVELOPE = line(_ENVELOPE)
ENVELOPE_SOLID = solid(_ENVELOPE_SOLID)
