"""Put a drawing together: fixed parts, then what is true of this case (states, tokens, incidents)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html import escape

from markupsafe import Markup

from designer.diagram.fragments import Fragments, Piece, fragments_of
from designer.diagram.metrics import text_width
from designer.diagram.model import Box, Diagram, Plane
from engine.diagnostics import Text

STATE_WORDS = {
    "now": Text("le dossier est ici", "the case is here"),
    "done": Text("fait", "done"),
    "hold": Text("en pause", "paused"),
    "late": Text("arrêté par un incident", "stopped by an incident"),
}
_CSS_WORD = re.compile(r"[a-z][a-z-]*")
_RANK = {"done": 0, "hold": 1, "now": 2, "late": 3}


@dataclass(frozen=True, slots=True)
class _Overlay:
    """What is true now, moved up to the elements that this plane shows."""

    states: Mapping[str, str] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    incidents: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)
    heat: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    selected: str | None = None


def render(
    diagram: Diagram,
    *,
    title: str,
    description: str,
    states: Mapping[str, str] | None = None,
    tokens: Mapping[str, int] | None = None,
    trail: Collection[str] = (),
    incidents: Mapping[str, int] | None = None,
    problems: Mapping[str, int] | None = None,
    heat: Mapping[str, tuple[int, str]] | None = None,
    selected: str | None = None,
    links: Callable[[str], str | None] | None = None,
    mini: bool = False,
    locale: str = "fr",
    plane: str | None = None,
    uid: str = "diagram",
) -> Markup:
    """The drawing as one `svg` element; every text in it is escaped.

    `states` maps element ids to `done`, `now`, `hold` or `late`; `tokens`, `incidents` and
    `problems` to counts; `heat` to a step from 1 to 5 and its figure; `trail` holds the flows taken.
    What lies inside a collapsed sub-process shows on the sub-process. With `links`, elements that get
    an address are focusable list items; without, the drawing is one image. `uid` must be unique in the
    page. `plane` is the id of a collapsed sub-process to draw from the inside.
    """
    shown = diagram.plane(plane)
    parts = fragments_of(diagram, shown, mini=mini, locale=locale)
    overlay = _Overlay(
        _lifted_states(diagram, shown, states or {}),
        _lifted_counts(diagram, shown, tokens or {}),
        _lifted_counts(diagram, shown, incidents or {}),
        _lifted_counts(diagram, shown, problems or {}),
        {k: v for k, v in (heat or {}).items() if k in parts.boxes},
        selected,
    )
    linked: Callable[[str], str | None] = links or (lambda _id: None)
    body = "".join(_body(parts, overlay, trail, linked, links is not None, locale))
    marks = "".join(_marks(parts, overlay, mini))
    opened = _open_svg(parts.view, title, description, uid, links is not None)
    return Markup(opened + body + marks + "</svg>")  # noqa: S704 - every text in it went through escape()


def natural_width(diagram: Diagram, plane: str | None = None) -> float:
    """Width in px at which names have the size of small print."""
    return fragments_of(diagram, diagram.plane(plane), mini=False, locale="fr").view.w


def _open_svg(view: Box, title: str, description: str, uid: str, linked: bool) -> str:
    role = "group" if linked else "img"
    frame = f"{view.x:.6g} {view.y - 8:.6g} {view.w:.6g} {view.h + 8:.6g}"
    name = escape(uid)
    names = f'aria-labelledby="{name}-t" aria-describedby="{name}-d"'
    return (
        f'<svg class="bpmn" viewBox="{frame}" role="{role}" {names}>'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
    )


def _body(
    parts: Fragments,
    overlay: _Overlay,
    trail: Collection[str],
    links: Callable[[str], str | None],
    as_list: bool,
    locale: str,
) -> list[str]:
    taken = set(trail)
    flows = [drawn[0] for flow, drawn in parts.lines.items() if flow not in taken]
    flows += [drawn[1] for flow, drawn in parts.lines.items() if flow in taken]
    out = [f'<g aria-hidden="true">{parts.background}</g>', '<g role="list">' if as_list else "<g>"]
    out += [_element(piece, overlay, links, as_list, locale) for piece in parts.open_pieces]
    out.append(f'<g aria-hidden="true">{"".join(flows)}</g>')
    out += [_element(piece, overlay, links, as_list, locale) for piece in parts.pieces]
    return [*out, "</g>"]


def _element(
    piece: Piece, overlay: _Overlay, links: Callable[[str], str | None], as_list: bool, locale: str
) -> str:
    title = escape(", ".join([piece.title, *_facts(piece.id, overlay, locale)]))
    role = ' role="listitem"' if as_list else ""
    inner = f"<title>{title}</title>{piece.svg}{_selection(piece, overlay)}"
    url = links(piece.id)
    if url:
        inner = f'<a href="{escape(url)}" aria-label="{title}">{inner}</a>'
    return f'<g class="{_css(piece.id, overlay)}"{role} data-element="{escape(piece.id)}">{inner}</g>'


def _css(element_id: str, overlay: _Overlay) -> str:
    css = ["el"]
    state = overlay.states.get(element_id, "")
    if _CSS_WORD.fullmatch(state):
        css.append(f"is-{state}")
    if element_id in overlay.heat:
        css.append(f"h{min(5, max(1, int(overlay.heat[element_id][0])))}")
    if element_id == overlay.selected:
        css.append("is-selected")
    return " ".join(css)


def _facts(element_id: str, overlay: _Overlay, locale: str) -> list[str]:
    facts = []
    state = STATE_WORDS.get(overlay.states.get(element_id, ""))
    if state:
        facts.append(state.in_(locale))
    for counts, one, many in _COUNT_WORDS:
        count = getattr(overlay, counts).get(element_id, 0)
        if count and not (counts == "tokens" and count == 1 and state):
            facts.append(f"{count} {(one if count == 1 else many).in_(locale)}")
    if element_id in overlay.heat:
        facts.append(overlay.heat[element_id][1])
    return facts


_COUNT_WORDS = (
    ("tokens", Text("dossier ici", "case here"), Text("dossiers ici", "cases here")),
    ("incidents", Text("incident", "incident"), Text("incidents", "incidents")),
    ("problems", Text("problème", "problem"), Text("problèmes", "problems")),
)


def _selection(piece: Piece, overlay: _Overlay) -> str:
    if piece.id != overlay.selected:
        return ""
    x, y, w, h = piece.box.x - 6, piece.box.y - 6, piece.box.w + 12, piece.box.h + 12
    corners = [(cx, cy) for cx in (x, x + w) for cy in (y, y + h)]
    handles = "".join(
        f'<rect class="handle" x="{a - 4:g}" y="{b - 4:g}" width="8" height="8"/>' for a, b in corners
    )
    return _rect("select-box", x, y, w, h) + handles


# Marks on top


def _marks(parts: Fragments, overlay: _Overlay, mini: bool) -> list[str]:
    out = ['<g aria-hidden="true">']
    for element_id, (_, figure) in overlay.heat.items():
        out.append("" if mini else _heat_badge(parts.boxes[element_id], figure))
    scale = max(1.0, parts.view.w / 560) if mini else 1.0
    for element_id, count in overlay.tokens.items():
        out.append(_token(parts.boxes[element_id], count, scale))
    for counts in (overlay.incidents, overlay.problems):
        for element_id, count in counts.items():
            beside = _beside(element_id, overlay, mini)
            out.append(_octagon(parts.boxes[element_id], count, beside * scale, scale))
    return [*out, "</g>"]


def _beside(element_id: str, overlay: _Overlay, mini: bool) -> float:
    """How far left an octagon keeps, so that it hides neither a token's count nor a figure of heat."""
    if element_id in overlay.tokens:
        return 28.0 + max(0.0, text_width(str(overlay.tokens[element_id]), 12) - 9)
    if element_id in overlay.heat and not mini:
        return 26.0 + text_width(overlay.heat[element_id][1], 12)
    return 0.0


def _corner(box: Box) -> tuple[float, float]:
    """The top right corner; for round and pointed shapes, a little further in."""
    inset = 4.0 if box.w > 60 else box.w * 0.12
    return box.right - inset, box.y + inset


def _rect(css: str, x: float, y: float, w: float, h: float, radius: float = 0) -> str:
    round_ = f' rx="{radius:g}"' if radius else ""
    return f'<rect class="{css}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}"{round_}/>'


def _figure(css: str, x: float, y: float, count: int, scale: float) -> str:
    return f'<text class="{css}" x="{x:g}" y="{y:g}" font-size="{12 * scale:g}">{count}</text>'


def _token(box: Box, count: int, scale: float) -> str:
    x, y = _corner(box)
    width = max(0.0, text_width(str(count), 12) - 9) * scale
    r = 12 * scale
    shape = _rect("token", x - r - width, y - r, 2 * r + width, 2 * r, r)
    return shape + _figure("token-n", x - width / 2, y + 4.2 * scale, count, scale)


def _octagon(box: Box, count: int, beside: float, scale: float) -> str:
    x, y = _corner(box)
    x -= beside
    a, b = 9 * scale, 12 * scale
    path = f"M{x - a / 1.6:g} {y - b:g}h{a * 1.25:g}l{a / 1.2:g} {a / 1.2:g}v{a:g}l{-a / 1.2:g} {a / 1.2:g}"
    path += f"h{-a * 1.25:g}l{-a / 1.2:g} {-a / 1.2:g}v{-a:g}z"
    figure = _figure("badge-late-n", x, y + 4.2 * scale, count, scale)
    return f'<path class="badge-late" d="{path}"/>{figure}'


def _heat_badge(box: Box, figure: str) -> str:
    width = 14 + text_width(figure, 12)
    beside = box.w <= 60
    x, y = (box.right - 4, box.y - 14) if beside else (box.right + 6 - width, box.y - 11)
    place = f'x="{x + width / 2:g}" y="{y + 14.5:g}" text-anchor="middle"'
    return f'{_rect("badge", x, y, width, 21, 3)}<text class="badge-t" {place}>{escape(figure)}</text>'


# What lies inside a collapsed sub-process shows on the sub-process


def _visible(diagram: Diagram, plane: Plane, element_id: str) -> str | None:
    shown = {s.node.id for s in plane.shapes}
    current: str | None = element_id
    while current is not None and current not in shown:
        node = diagram.nodes.get(current)
        current = node.parent if node else None
    return current


def _lifted_counts(diagram: Diagram, plane: Plane, counts: Mapping[str, int]) -> dict[str, int]:
    lifted: dict[str, int] = {}
    for element_id, count in counts.items():
        place = _visible(diagram, plane, element_id)
        if place is not None and count > 0:
            lifted[place] = lifted.get(place, 0) + count
    return lifted


def _lifted_states(diagram: Diagram, plane: Plane, states: Mapping[str, str]) -> dict[str, str]:
    """Own states first; a collapsed sub-process takes `now` (or an incident) from what it holds."""
    lifted = {k: v for k, v in states.items() if _visible(diagram, plane, k) == k}
    for element_id, state in states.items():
        place = _visible(diagram, plane, element_id)
        if place is None or place == element_id or state == "done":
            continue
        if _RANK.get(state, 0) > _RANK.get(lifted.get(place, "done"), 0):
            lifted[place] = state
    return lifted
