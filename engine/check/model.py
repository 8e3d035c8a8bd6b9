"""One BPMN file as the rules see it: who contains whom, what flows where, what an id stands for.

Built in one pass; every question is then a look-up, so that checking costs as much as the file is long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from engine.spiff import extensions
from engine.spiff.extensions import Extensions
from engine.spiff.xml import Element, is_bpmn, local

SUB_PROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
#: What holds flow nodes (BPMN 2.0, 8.4.8: FlowElementsContainer).
CONTAINERS = SUB_PROCESSES | {"process", "choreography", "globalChoreographyTask", "subChoreography"}
TASKS = frozenset(
    {
        "task",
        "manualTask",
        "userTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
    }
)
ACTIVITIES = TASKS | SUB_PROCESSES | {"callActivity"}
CATCH_EVENTS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})
THROW_EVENTS = frozenset({"endEvent", "intermediateThrowEvent", "implicitThrowEvent"})
EVENTS = CATCH_EVENTS | THROW_EVENTS
GATEWAYS = frozenset(
    {"exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway", "eventBasedGateway"}
)
CHOREOGRAPHY = frozenset({"choreographyTask", "callChoreography", "subChoreography"})
FLOW_NODES = ACTIVITIES | EVENTS | GATEWAYS | CHOREOGRAPHY
ARTIFACTS = frozenset({"association", "group", "textAnnotation"})


class Scope:
    """One process or sub-process: the flow nodes and sequence flows directly in it."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.tag = local(element)
        self.nodes: list[Element] = []
        self.flows: list[Element] = []

    def of(self, *tags: str) -> list[Element]:
        """The nodes with one of these tags."""
        return [n for n in self.nodes if local(n) in tags]

    @property
    def holds_process(self) -> bool:
        """Whether it is (part of) a process and not of a choreography."""
        return self.tag in SUB_PROCESSES or self.tag == "process"

    @property
    def is_event_sub_process(self) -> bool:
        """Whether it runs when an event happens (BPMN 2.0, 10.3.5)."""
        return self.element.get("triggeredByEvent") == "true"


class Model:
    """The elements of one file and how they hang together. Ids that stand twice mean the first."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.elements: list[Element] = [e for e in root.iter() if is_bpmn(e)]
        self.by_id: dict[str, Element] = {}
        self.scopes: list[Scope] = []
        self.incoming: defaultdict[str, list[Element]] = defaultdict(list)
        self.outgoing: defaultdict[str, list[Element]] = defaultdict(list)
        self.boundary: defaultdict[str, list[Element]] = defaultdict(list)
        self.associations: defaultdict[str, list[str]] = defaultdict(list)
        self._scope_of: dict[Element, Scope] = {}
        self._extensions: dict[Element, Extensions] = {}
        for element in self.elements:
            self._place(element)

    def _place(self, element: Element) -> None:
        tag, element_id = local(element), element.get("id")
        if element_id:
            self.by_id.setdefault(element_id, element)
        if tag in CONTAINERS:
            scope = self._scope_of[element] = Scope(element)
            self.scopes.append(scope)
        if tag == "association":
            self._associate(element)
        parent = element.getparent()
        holder = None if parent is None else self._scope_of.get(parent)
        if holder is not None:
            self._put(element, tag, holder)

    def _associate(self, element: Element) -> None:
        source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
        self.associations[source].append(target)
        self.associations[target].append(source)

    def _put(self, element: Element, tag: str, scope: Scope) -> None:
        if tag in FLOW_NODES:
            scope.nodes.append(element)
            if tag == "boundaryEvent":
                self.boundary[element.get("attachedToRef") or ""].append(element)
        elif tag == "sequenceFlow":
            scope.flows.append(element)
            self.outgoing[element.get("sourceRef") or ""].append(element)
            self.incoming[element.get("targetRef") or ""].append(element)

    # ---- look-ups

    def of(self, *tags: str) -> Iterator[Element]:
        """Every element with one of these tags, in the order of the file."""
        return (e for e in self.elements if local(e) in tags)

    def nodes(self) -> Iterator[Element]:
        """Every flow node of every scope."""
        return (n for scope in self.scopes for n in scope.nodes)

    def scope(self, element: Element) -> Scope | None:
        """The process or sub-process directly around the element."""
        parent = element.getparent()
        while parent is not None and parent not in self._scope_of:
            parent = parent.getparent()
        return None if parent is None else self._scope_of[parent]

    def inside(self, element: Element) -> Scope:
        """What a process or sub-process holds."""
        return self._scope_of[element]

    def process(self, element: Element) -> Element | None:
        """The process the element is in, or is."""
        found: Element | None = element
        while found is not None and local(found) != "process":
            found = found.getparent()
        return found

    def into(self, element: Element) -> list[Element]:
        """Sequence flows that arrive at the element."""
        return self.incoming.get(element.get("id") or "", [])

    def out_of(self, element: Element) -> list[Element]:
        """Sequence flows that leave the element."""
        return self.outgoing.get(element.get("id") or "", [])

    def attached(self, element: Element) -> list[Element]:
        """Boundary events on the activity."""
        return self.boundary.get(element.get("id") or "", [])

    def associated(self, element: Element) -> list[Element]:
        """What an association joins to the element, in either direction."""
        ends = (self.find(element, i) for i in self.associations.get(element.get("id") or "", []))
        return [e for e in ends if e is not None]

    def is_executed(self, element: Element) -> bool:
        """Whether the element is in a process that is marked as executable."""
        process = self.process(element)
        return process is not None and process.get("isExecutable") == "true"

    def find(self, element: Element, reference: str | None) -> Element | None:
        """What `reference`, written in `element`, stands for; None when it is not in this file."""
        if not reference or not reference.strip():
            return None
        text = reference.strip()
        found = self.by_id.get(text)
        if found is None and self.is_local(element, text):
            found = self.by_id.get(text.rpartition(":")[2])
        return found

    def is_local(self, element: Element, reference: str) -> bool:
        """Whether the qualified name can only mean something in this file."""
        prefix, colon, _ = reference.strip().partition(":")
        return not colon or element.nsmap.get(prefix) == self.root.get("targetNamespace")

    def extensions(self, element: Element) -> Extensions:
        """The element's `zeebe:` settings, read once."""
        found = self._extensions.get(element)
        if found is None:
            found = self._extensions[element] = extensions.read(element)
        return found

    # ---- events

    def definitions(self, event: Element) -> list[Element]:
        """The event's definitions: its own and those it refers to."""
        found = []
        for child in event:
            tag = local(child)
            if tag.endswith("EventDefinition") and is_bpmn(child):
                found.append(child)
            elif tag == "eventDefinitionRef" and (shared := self.find(child, child.text)) is not None:
                found.append(shared)
        return found

    def triggers(self, event: Element) -> list[str]:
        """What the event waits for or throws: `message`, `timer`…; empty for a none event."""
        return [local(d).removesuffix("EventDefinition") for d in self.definitions(event)]

    # ---- the whole file

    @cached_property
    def processes(self) -> list[Element]:
        """Every process of the file."""
        return list(self.of("process"))

    @cached_property
    def drawn_only(self) -> frozenset[Element]:
        """Processes that nobody executes, beside one that is."""
        executed = [p for p in self.processes if p.get("isExecutable") == "true"]
        return frozenset(p for p in self.processes if p not in executed) if executed else frozenset()
