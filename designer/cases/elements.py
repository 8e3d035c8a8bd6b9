"""The elements of one process version as pages name them; immutable, so read once per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer.diagram.kinds import EVENTS, GATEWAYS, kind_words
from designer.diagram.model import Diagram, Node
from designer.diagram.reader import parse
from designer.diagram.xml import local_name, root_of
from engine.errors import NotFound
from engine.store import HistoryEvent, ProcessDefinition, Resource

_FLOW = "sequenceFlow"


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Names, kinds and ways of a process version.

    `public` holds what an element is called on the page of the person concerned (its property
    `relais:publicName`); `documentation` the sentence its author wrote about it.
    """

    diagram: Diagram
    outgoing: dict[str, tuple[str, ...]]
    public: dict[str, str]
    documentation: dict[str, str]
    called: Mapping[UUID, ProcessMap] = field(default_factory=dict)  #: processes that ran inside the case

    def part(self, definition_id: UUID | None) -> ProcessMap:
        """The map of the called process that a fact is about; None: this one."""
        return self.called.get(definition_id, self) if definition_id else self

    def node(self, element_id: str | None) -> Node | None:
        """The element, or None when this version has none of that id."""
        return self.diagram.nodes.get(element_id or "")

    def name(self, element_id: str | None, locale: str = "fr") -> str:
        """What the element is called: its name, or its kind in words."""
        node = self.node(element_id)
        if node is None:
            inside = [part for part in self.called.values() if part.node(element_id)]
            return inside[0].name(element_id, locale) if inside else element_id or ""
        if node.name:
            return " ".join(node.name.split())
        words = kind_words(
            node.type,
            node.events,
            interrupting=node.interrupting,
            parallel=node.parallel,
            triggered=node.event_triggered,
        )
        return words.in_(locale)

    def type(self, element_id: str | None) -> str:
        """The BPMN name of the element's type; empty when unknown."""
        node = self.node(element_id)
        return node.type if node else ""

    def team(self, element_id: str | None) -> str:
        """The lane the element lies in, which says who does it; empty when there is none."""
        node = self.node(element_id)
        lane = self.node(node.lane) if node and node.lane else None
        return lane.name if lane else ""

    def after(self, element_ids: Iterable[str]) -> list[str]:
        """Elements that can still be reached, nearest first, the given ones left out."""
        here = list(element_ids)
        seen, found, queue = set(here), [], here
        while queue:
            reached = dict.fromkeys(t for e in queue for t in self.outgoing.get(e, ()))
            queue = [element_id for element_id in reached if element_id not in seen]
            seen.update(queue)
            found += queue
        return found

    def in_order(self) -> list[str]:
        """Every element that can be reached from a start, nearest first."""
        starts = [n.id for n in self.diagram.nodes.values() if n.type == "startEvent" and not n.parent]
        return starts + self.after(starts)

    def waits_for_a_person(self, element_id: str) -> bool:
        """Whether someone has to act for the element to end."""
        return self.type(element_id) in ("userTask", "manualTask")

    def is_worth_telling(self, element_id: str | None) -> bool:
        """Whether people care that the element happened: gateways and bare events only steer."""
        node = self.node(element_id)
        if node is None or node.type in GATEWAYS:
            return False
        return bool(node.name) or node.type not in EVENTS


def of(session: Session, definition_id: UUID) -> ProcessMap:
    """The map of a deployed version; NotFound when there is no such version."""
    return of_many(session, [definition_id])[definition_id]


def of_case(session: Session, definition_id: UUID, events: Iterable[HistoryEvent]) -> ProcessMap:
    """The map of a case's version, with those of the processes that its call activities have called."""
    called = {e.definition_id for e in events if e.definition_id is not None} - {definition_id}
    own = of(session, definition_id)
    return replace(own, called=of_many(session, called)) if called else own


def of_many(session: Session, definition_ids: Iterable[UUID]) -> dict[UUID, ProcessMap]:
    """The maps of several versions, with at most one query for those not read before."""
    wanted = set(definition_ids)
    missing = wanted - _maps.keys()
    for definition_id, content in _contents(session, missing).items() if missing else ():
        _remember(definition_id, read(content))
    if unknown := missing - _maps.keys():
        raise NotFound("process definition", next(iter(unknown)))
    return {definition_id: _maps[definition_id] for definition_id in wanted}


def _contents(session: Session, definition_ids: set[UUID]) -> dict[UUID, bytes]:
    query = (
        select(ProcessDefinition.id, Resource.content)
        .join(Resource, Resource.id == ProcessDefinition.resource_id)
        .where(ProcessDefinition.id.in_(definition_ids))
    )
    return {definition_id: bytes(content) for definition_id, content in session.execute(query)}


_KEPT = 256
_maps: dict[UUID, ProcessMap] = {}


def _remember(definition_id: UUID, found: ProcessMap) -> None:
    if len(_maps) >= _KEPT:
        _maps.pop(next(iter(_maps)))
    _maps[definition_id] = found


def read(xml: bytes) -> ProcessMap:
    """The map of a BPMN file. Raises DiagramError for a file that cannot be drawn."""
    diagram = parse(xml)
    outgoing: dict[str, tuple[str, ...]] = {}
    for edge in diagram.edges.values():
        if edge.type == _FLOW:
            outgoing[edge.source] = (*outgoing.get(edge.source, ()), edge.target)
    for node in diagram.nodes.values():
        if node.attached_to:
            outgoing[node.attached_to] = (*outgoing.get(node.attached_to, ()), node.id)
    root = root_of(xml)
    return ProcessMap(diagram, outgoing, _properties(root, "relais:publicName"), _documentation(root))


def _properties(root: etree._Element, wanted: str) -> dict[str, str]:
    found = {}
    for item in root.iter(etree.Element):
        if local_name(item) != "property" or item.get("name") != wanted:
            continue
        owner = _owner(item)
        if owner is not None and item.get("value"):
            found[owner] = item.get("value", "")
    return found


def _owner(item: etree._Element) -> str | None:
    extension = next((a for a in item.iterancestors() if local_name(a) == "extensionElements"), None)
    parent = extension.getparent() if extension is not None else None
    return parent.get("id") if parent is not None else None


def _documentation(root: etree._Element) -> dict[str, str]:
    found = {}
    for item in root.iter(etree.Element):
        parent = item.getparent()
        words = " ".join((item.text or "").split())
        if local_name(item) == "documentation" and parent is not None and parent.get("id") and words:
            found[str(parent.get("id"))] = words
    return found
