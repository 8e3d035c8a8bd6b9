"""BPMN files written in a few lines, with or without places."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="t">'
)


def bpmn(process: str, places: str = "", around: str = "") -> bytes:
    """A file with one process `p` called “Essai”; `around` stands beside it (collaboration…)."""
    plane = f'<bpmndi:BPMNPlane bpmnElement="p">{places}</bpmndi:BPMNPlane>'
    drawing = f"<bpmndi:BPMNDiagram>{plane}</bpmndi:BPMNDiagram>" if places else ""
    return f'{HEAD}{around}<process id="p" name="Essai">{process}</process>{drawing}</definitions>'.encode()


def flow(source: str, target: str, name: str = "", inside: str = "", id: str | None = None) -> str:
    """A sequence flow called `source_target` unless told otherwise."""
    own, ends = id or f"{source}_{target}", f'sourceRef="{source}" targetRef="{target}"'
    return f'<sequenceFlow id="{own}" name="{name}" {ends}>{inside}</sequenceFlow>'


def chain(*ids: str) -> str:
    """Flows from each to the next."""
    return "".join(flow(a, b) for a, b in itertools.pairwise(ids))


def shape(id: str, x: float, y: float, w: float = 100, h: float = 80, extra: str = "") -> str:
    """Where one element is."""
    return (
        f'<bpmndi:BPMNShape bpmnElement="{id}" {extra}><dc:Bounds x="{x}" y="{y}" width="{w}" height="{h}"/>'
        "</bpmndi:BPMNShape>"
    )


def edge(id: str, points: Iterable[tuple[float, float]]) -> str:
    """Where one flow runs."""
    waypoints = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge bpmnElement="{id}">{waypoints}</bpmndi:BPMNEdge>'
