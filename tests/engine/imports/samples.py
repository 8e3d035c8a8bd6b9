"""Small diagrams as other tools write them."""

from __future__ import annotations

from itertools import pairwise

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'targetNamespace="urn:tests"'
)


def file(inside: str, *, around: str = "", process: str = 'isExecutable="true"') -> bytes:
    """One process `p` with this content; `around` stands beside it."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><definitions {NAMESPACES}>{around}'
        f'<process id="p" name="Demande" {process}>{inside}</process></definitions>'
    ).encode()


def line(*steps: str) -> str:
    """A start, these elements with ids `s1`, `s2`… one after the other, an end."""
    nodes = ['<startEvent id="start"/>', *steps, '<endEvent id="end"/>']
    ids = ["start", *(f"s{n}" for n in range(1, len(steps) + 1)), "end"]
    flows = [
        f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairwise(ids))
    ]
    return "".join(nodes + flows)
