"""A drawing has its text: the order of reading, the table, and one paragraph that says what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from designer.diagram.kinds import ACTIVITIES, EVENTS, FLOW_NODES, GATEWAYS, kind_words
from designer.diagram.model import Diagram, Node
from engine.diagnostics import Text


@dataclass(frozen=True, slots=True)
class Next:
    """What follows: the flow, its name (often empty), the element it leads to and that one's name."""

    flow: str
    label: str
    element: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `depth` counts the sub-processes around the element."""

    id: str
    name: str
    kind: str
    who: str
    follows: tuple[Next, ...]
    state: str
    tokens: int
    incidents: int
    depth: int


def table(
    diagram: Diagram,
    *,
    states: Mapping[str, str] | None = None,
    tokens: Mapping[str, int] | None = None,
    incidents: Mapping[str, int] | None = None,
    locale: str = "fr",
) -> list[Row]:
    """Every step, event and gateway in the order of the flow, with what follows it and its state."""
    order = reading_order(diagram)
    nodes = sorted((n for n in diagram.nodes.values() if n.type in FLOW_NODES), key=lambda n: order[n.id])
    outgoing = _outgoing(diagram)
    return [
        Row(
            id=node.id,
            name=display_name(node, locale),
            kind=_kind(node, diagram, locale),
            who=_who(node, diagram),
            follows=tuple(_next(flow, diagram, locale) for flow in outgoing[node.id]),
            state=(states or {}).get(node.id, ""),
            tokens=(tokens or {}).get(node.id, 0),
            incidents=(incidents or {}).get(node.id, 0),
            depth=_depth(node, diagram),
        )
        for node in nodes
    ]


def display_name(node: Node, locale: str) -> str:
    """The element's name on one line; its kind with a capital when it has none."""
    if node.name:
        return " ".join(node.name.split())
    words = _words(node).in_(locale)
    return words[:1].upper() + words[1:]


def _words(node: Node) -> Text:
    return kind_words(
        node.type,
        node.events,
        interrupting=node.interrupting,
        parallel=node.parallel,
        triggered=node.event_triggered,
    )


def _kind(node: Node, diagram: Diagram, locale: str) -> str:
    words = _words(node).in_(locale)
    host = diagram.nodes.get(node.attached_to or "")
    if host is None:
        return words
    on = Text(f"{words}, sur « {host.name or host.id} »", f"{words}, on “{host.name or host.id}”")
    return on.in_(locale)


def _who(node: Node, diagram: Diagram) -> str:
    """The lane (of the element or of what holds it), else the pool."""
    current: Node | None = node
    while current is not None:
        lane = diagram.nodes.get(current.lane or "")
        if lane is not None and lane.name:
            return " ".join(lane.name.split())
        current = diagram.nodes.get(current.attached_to or current.parent or "")
    pool = diagram.nodes.get(node.pool or "")
    return " ".join(pool.name.split()) if pool else ""


def _outgoing(diagram: Diagram) -> Mapping[str, list[str]]:
    outgoing: dict[str, list[str]] = defaultdict(list)
    for edge in diagram.edges.values():
        if edge.type == "sequenceFlow" and edge.target in diagram.nodes:
            outgoing[edge.source].append(edge.id)
    return outgoing


def _next(flow: str, diagram: Diagram, locale: str) -> Next:
    edge = diagram.edges[flow]
    target = diagram.nodes[edge.target]
    return Next(flow, " ".join(edge.name.split()), target.id, display_name(target, locale))


def _depth(node: Node, diagram: Diagram) -> int:
    depth, parent = 0, node.parent
    while parent in diagram.nodes:
        depth, parent = depth + 1, diagram.nodes[parent].parent
    return depth


def reading_order(diagram: Diagram) -> dict[str, int]:
    """Position of every node: along the flow from its starts, sub-processes with their inside."""
    successors: dict[str, list[str]] = defaultdict(list)
    entered: set[str] = set()
    for edge in diagram.edges.values():
        if edge.type == "sequenceFlow":
            successors[edge.source].append(edge.target)
            entered.add(edge.target)
    inside: dict[str | None, list[str]] = defaultdict(list)
    for node in diagram.nodes.values():
        inside[node.parent].append(node.id)
        if node.attached_to:
            successors[node.attached_to].insert(0, node.id)
            entered.add(node.id)
    order: dict[str, int] = {}
    _visit(_starts_first(inside[None], entered, diagram), successors, inside, entered, diagram, order)
    _visit(list(diagram.nodes), successors, inside, entered, diagram, order)
    return order


def _starts_first(ids: Sequence[str], entered: set[str], diagram: Diagram) -> list[str]:
    def rank(node_id: str) -> int:
        node = diagram.nodes[node_id]
        return (node_id in entered) * 2 + (node.type != "startEvent" or node.event_triggered)

    return sorted(ids, key=rank)


def _visit(
    ids: Iterable[str],
    successors: Mapping[str, list[str]],
    inside: Mapping[str | None, list[str]],
    entered: set[str],
    diagram: Diagram,
    order: dict[str, int],
) -> None:
    stack = list(ids)[::-1]
    while stack:
        node_id = stack.pop()
        if node_id in order or node_id not in diagram.nodes:
            continue
        order[node_id] = len(order)
        stack += successors.get(node_id, [])[::-1]
        stack += _starts_first(inside.get(node_id, []), entered, diagram)[::-1]


# One paragraph


def describe(diagram: Diagram, locale: str = "fr") -> str:
    """What the drawing shows, in one paragraph: how many steps, who, where it starts and ends."""
    nodes = [n for n in diagram.nodes.values() if n.type in FLOW_NODES]
    whole = [n for n in nodes if n.parent is None]
    starts = _names(n for n in whole if n.type == "startEvent")
    ends = _names(n for n in whole if n.type == "endEvent")
    steps = sum(n.type in ACTIVITIES for n in nodes)
    choices = sum(n.type in GATEWAYS for n in nodes)
    waits = sum(n.type in EVENTS and n.type in _WAITS for n in nodes)
    who = _names(n for n in diagram.nodes.values() if n.type == "lane") or _names(
        n for n in diagram.nodes.values() if n.type == "participant"
    )
    sentences = _english if locale.startswith("en") else _french
    return " ".join(sentences(diagram.name, steps, choices, waits, who, starts, ends))


_WAITS = ("intermediateCatchEvent", "boundaryEvent")


def _names(nodes: Iterable[Node]) -> list[str]:
    return list(dict.fromkeys(" ".join(n.name.split()) for n in nodes if n.name))


def _french(
    name: str, steps: int, choices: int, waits: int, who: list[str], starts: list[str], ends: list[str]
) -> list[str]:
    counts = [_count(steps, "étape"), _count(choices, "embranchement"), _count(waits, "attente")]
    subject = f"« {name} »" if name else "Le processus"
    out = [f"{subject} compte {_series([c for c in counts if c] or ['aucune étape'], 'et')}."]
    if who:
        out.append(f"Y participent : {_series(who, 'et')}.")
    if starts:
        out.append(f"Il commence par {_series([f'« {s} »' for s in starts], 'ou')}.")
    if ends:
        out.append(f"Il finit par {_series([f'« {e} »' for e in ends], 'ou')}.")
    return out


def _english(
    name: str, steps: int, choices: int, waits: int, who: list[str], starts: list[str], ends: list[str]
) -> list[str]:
    counts = [_count(steps, "step"), _count(choices, "gateway"), _count(waits, "wait")]
    subject = f"“{name}”" if name else "The process"
    out = [f"{subject} has {_series([c for c in counts if c] or ['no step'], 'and')}."]
    if who:
        out.append(f"Taking part: {_series(who, 'and')}.")
    if starts:
        out.append(f"It starts with {_series([f'“{s}”' for s in starts], 'or')}.")
    if ends:
        out.append(f"It ends with {_series([f'“{e}”' for e in ends], 'or')}.")
    return out


def _count(count: int, word: str) -> str:
    return f"{count} {word}{'s' if count > 1 else ''}" if count else ""


def _series(items: Sequence[str], joiner: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {joiner} {items[-1]}"
