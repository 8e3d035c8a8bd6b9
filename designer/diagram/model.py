"""What a BPMN file shows: nodes with their place, edges with their bends, one plane per drawing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from designer.diagram.kinds import CALLS, SUB_PROCESSES
from engine.diagnostics import Text


class DiagramError(ValueError):
    """The file cannot be drawn; `.message` says why in French and English."""

    def __init__(self, fr: str, en: str) -> None:
        super().__init__(en)
        self.message = Text(fr, en)


class Point(NamedTuple):
    """A place in the drawing, px."""

    x: float
    y: float


class Box(NamedTuple):
    """A rectangle, px, from its top left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def centre(self) -> Point:
        return Point(self.x + self.w / 2, self.y + self.h / 2)

    def distance(self, point: Point) -> float:
        """How far `point` is from the rectangle; 0 inside it."""
        dx = max(self.x - point.x, 0.0, point.x - self.right)
        dy = max(self.y - point.y, 0.0, point.y - self.bottom)
        return max(dx, dy)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)


@dataclass(frozen=True, slots=True)
class Node:
    """One element that is drawn as a shape. `type` is its BPMN name (`userTask`, `lane`…).

    `parent` is the enclosing sub-process, `lane` the innermost lane, `pool` the participant.
    `events` are the event definitions' names without the suffix (`timer`, `message`…).
    """

    id: str
    type: str
    name: str = ""
    parent: str | None = None
    lane: str | None = None
    pool: str | None = None
    process: str | None = None
    events: tuple[str, ...] = ()
    parallel: bool = False
    interrupting: bool = True
    attached_to: str | None = None
    loop: str | None = None
    compensation: bool = False
    event_triggered: bool = False
    instantiates: bool = False
    collection: bool = False
    state: str = ""
    icon: str | None = None
    has_content: bool = False
    bands: tuple[str, ...] = ()
    initiator: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A connection between two elements; `type` is its BPMN name."""

    id: str
    type: str
    source: str
    target: str
    name: str = ""
    parent: str | None = None
    conditional: bool = False
    default: bool = False
    direction: str = "None"


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a node is drawn. `label` is the place its name was given, if any."""

    node: Node
    box: Box
    expanded: bool = True
    horizontal: bool = True
    marker: bool = True
    label: Box | None = None
    message: bool = False

    @property
    def is_open(self) -> bool:
        """Whether this is a frame around other shapes: an expanded sub-process or call."""
        return self.expanded and (self.node.type in SUB_PROCESSES or self.node.type in CALLS)


@dataclass(frozen=True, slots=True)
class Line:
    """Where an edge is drawn: at least two points."""

    edge: Edge
    points: tuple[Point, ...]
    label: Box | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Plane:
    """One drawing of the file: the whole of it, or the inside of a collapsed sub-process."""

    element_id: str | None
    name: str
    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Diagram:
    """A parsed file. `laid_out` is true when the file gave no places and they were computed here.

    Treat it as immutable; `fragments` keeps drawn pieces from one `render` to the next.
    """

    nodes: dict[str, Node]
    edges: dict[str, Edge]
    planes: tuple[Plane, ...]
    name: str = ""
    laid_out: bool = False
    fragments: dict[object, object] = field(default_factory=dict, repr=False)

    def plane(self, element_id: str | None = None) -> Plane:
        """The drawing of `element_id`, or the main one."""
        return next((p for p in self.planes if element_id and p.element_id == element_id), self.planes[0])
