"""SpiffWorkflow's parser, given our node classes: every flow node of a scope, then every flow.

No recursion along the flows, so a chain of thousands of elements is read like any other.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from engine import scripts
from engine.spiff import extensions
from engine.spiff.reachability import upstream
from engine.spiff.reader import Reader, definitions_of
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.ad_hoc import AdHocSubProcess
from engine.spiff.specs.boundary_event import BoundaryEvent
from engine.spiff.specs.call_activity import CallActivity
from engine.spiff.specs.catches import CatchEvent, EventGateway, LinkCatch, ReceiveTask, StartEvent
from engine.spiff.specs.complex_gateway import ComplexGateway
from engine.spiff.specs.decision_task import DecisionTask
from engine.spiff.specs.event_sub_process import EventSubProcess
from engine.spiff.specs.gateways import ExclusiveGateway, InclusiveGateway, ParallelGateway
from engine.spiff.specs.joins import Join
from engine.spiff.specs.node import Node
from engine.spiff.specs.python_task import PythonTask
from engine.spiff.specs.sub_process import SubProcess, Transaction
from engine.spiff.specs.tasks import JobElement, ScriptTask, UserTaskElement
from engine.spiff.specs.throws import EndEvent, JobEnd, JobThrow, LinkThrow, MessageTask, ThrowEvent
from engine.spiff.xml import Element, b, is_bpmn, local, z

NODES: dict[str, type[Node]] = {
    "task": Activity,
    "manualTask": Activity,
    "userTask": UserTaskElement,
    "serviceTask": JobElement,
    "sendTask": MessageTask,
    "businessRuleTask": DecisionTask,
    "receiveTask": ReceiveTask,
    "scriptTask": ScriptTask,
    "subProcess": SubProcess,
    "adHocSubProcess": AdHocSubProcess,
    "callActivity": CallActivity,
    "transaction": Transaction,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "eventBasedGateway": EventGateway,
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": CatchEvent,
    "intermediateThrowEvent": ThrowEvent,
    "boundaryEvent": BoundaryEvent,
}
BY_JOB: dict[str, type[Node]] = {
    "scriptTask": JobElement,
    "businessRuleTask": JobElement,
    "sendTask": JobElement,
    "endEvent": JobEnd,
    "intermediateThrowEvent": JobThrow,
}
LINKS: dict[str, type[Node]] = {"intermediateCatchEvent": LinkCatch, "intermediateThrowEvent": LinkThrow}


def node_class(element: Element, reader: Reader) -> type[Node] | None:
    """The class that executes this element; None when it is not a flow node we execute."""
    tag = local(element) if is_bpmn(element) else ""
    if tag == "subProcess" and element.get("triggeredByEvent") == "true":
        return EventSubProcess
    if tag in LINKS and [local(d) for d in definitions_of(element, reader.shared)] == ["linkEventDefinition"]:
        return LINKS[tag]
    if tag in BY_JOB and element.find(f"{b('extensionElements')}/{z('taskDefinition')}") is not None:
        return BY_JOB[tag]
    if tag == "scriptTask" and scripts.is_python(element.get("scriptFormat")):
        return ScriptTask if extensions.read(element).script else PythonTask
    return NODES.get(tag)


class ScopeParser(ProcessParser):  # type: ignore[misc]
    """Reads one process or sub-process into a spec of our nodes."""

    parser: Parser
    node: Element

    def _parse(self) -> None:
        spec = self.spec = self.create_spec()
        spec.task_specs.clear()
        for element in self.node:
            self._read_node(spec, element)
        for element in self.node.findall(b("sequenceFlow")):
            self._read_flow(spec, element)
        nodes = list(spec.task_specs.values())
        self._attach_boundary_events(spec)
        _note_event_sub_processes(spec, nodes)
        spec.links = {n.link: n.name for n in nodes if isinstance(n, LinkCatch)}
        self._look_upstream(spec)
        spec.none_starts = _entries(spec)

    def _read_node(self, spec: BpmnProcessSpec, element: Element) -> None:
        found = node_class(element, self.parser.reader) if isinstance(element.tag, str) else None
        if found is None:
            return
        found(spec, element, self.parser.reader)
        if issubclass(found, SubProcess):
            self.parser.create_parser(element, filename=self.filename)

    def _read_flow(self, spec: BpmnProcessSpec, element: Element) -> None:
        flow = self.parser.reader.flow(element)
        source, target = spec.task_specs[flow.source], spec.task_specs[flow.target]
        source.flows_out.append(flow)
        target.flows_in.append(flow)
        source.connect(target)

    def _attach_boundary_events(self, spec: BpmnProcessSpec) -> None:
        for node in spec.task_specs.values():
            if isinstance(node, BoundaryEvent):
                host = spec.task_specs[node.host_id]
                host.boundary_events.append(node)
                host.compensation_handler = node.handler or host.compensation_handler

    def _look_upstream(self, spec: BpmnProcessSpec) -> None:
        for node in spec.task_specs.values():
            if isinstance(node, Join) and len(node.flows_in) > 1:
                node.upstream = upstream(spec, node)


def _note_event_sub_processes(spec: BpmnProcessSpec, nodes: list[Node]) -> None:
    found = [n for n in nodes if isinstance(n, EventSubProcess)]
    spec.event_sub_processes = [n for n in found if "compensate" not in n.kinds]
    spec.compensation_sub_process = next((n for n in found if "compensate" in n.kinds), None)


def _entries(spec: BpmnProcessSpec) -> list[str]:
    """Where a scope begins: its none start events; without any start event, every element that no
    flow leads to (clause 13.2).
    """
    starts = [n for n in spec.task_specs.values() if isinstance(n, StartEvent)]
    if starts:
        return [n.name for n in starts if not n.definitions]
    alone = [n for n in spec.task_specs.values() if not n.flows_in and not n.instantiates]
    return [n.name for n in alone if n.enters_by_flow]


class Parser(BpmnParser):  # type: ignore[misc]
    """One file's parser."""

    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self, root: Element, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        self.add_bpmn_xml(root)

    def _add_data_stores(self, bpmn: Element) -> None:
        """Data stores are drawings to us; SpiffWorkflow would refuse the file."""

    def _add_correlations(self, bpmn: Element) -> None:
        """Correlation is by `zeebe:subscription`."""

    def get_subprocess_specs(
        self, name: str, specs: dict[str, Any] | None = None, require_call_activity_specs: bool = True
    ) -> dict[str, Any]:
        """Specs of every sub-process below `name`, by element id."""
        used = specs if specs is not None else {}
        for node in self.get_spec(name).task_specs.values():
            if isinstance(node, SubProcess) and node.spec_name not in used:
                used[node.spec_name] = self.get_spec(node.spec_name)
                self.get_subprocess_specs(node.spec_name, used)
        return used
