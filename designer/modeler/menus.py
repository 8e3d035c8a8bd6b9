"""What the modeler's menus may offer: the constructs that the check accepts, asked of the check itself.

A construct is named as in BPMN: `inclusiveGateway`, `startEvent:signal`, `eventSubProcess/startEvent:error`.
"""

from __future__ import annotations

from functools import cache

from engine.catalogue import NoCatalogue
from engine.check import check_file

ACTIVITIES = (
    "task",
    "userTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "manualTask",
    "businessRuleTask",
    "scriptTask",
    "callActivity",
    "subProcess",
    "transaction",
    "adHocSubProcess",
)
GATEWAYS = (
    "exclusiveGateway",
    "parallelGateway",
    "inclusiveGateway",
    "complexGateway",
    "eventBasedGateway",
)
DEFINITIONS = (
    "message",
    "timer",
    "error",
    "escalation",
    "signal",
    "conditional",
    "compensate",
    "cancel",
    "link",
    "terminate",
)
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")
LOOPS = {
    "loop": "<standardLoopCharacteristics/>",
    "parallelMultiInstance": "<multiInstanceLoopCharacteristics/>",
    "sequentialMultiInstance": '<multiInstanceLoopCharacteristics isSequential="true"/>',
}
#: Findings that say « not executed » or « no such event here », whatever the details.
REFUSALS = {
    "bpmn.unsupported-element",
    "bpmn.unsupported-event",
    "bpmn.unsupported-loop",
    "bpmn.start-event",
    "bpmn.end-event",
    "bpmn.catch-event",
    "bpmn.throw-event",
    "bpmn.boundary-event",
    "bpmn.event-sub-process-start",
}


@cache
def executed() -> list[str]:
    """Every construct that the check accepts."""
    return [name for name, content in samples().items() if _is_accepted(content)]


def _is_accepted(content: str) -> bool:
    file = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" targetNamespace="urn:relais">'
        f'<process id="p" isExecutable="true">{content}</process></definitions>'
    )
    found = check_file("", file.encode(), None, NoCatalogue())
    return not any(finding.rule in REFUSALS for finding in found)


def samples() -> dict[str, str]:
    """Every construct of BPMN that the editor draws, alone in a process.

    What it lacks there is no matter, only whether it is refused.
    """
    plain = {name: f'<{name} id="x"/>' for name in (*ACTIVITIES, *GATEWAYS, *EVENTS[:2], EVENTS[3])}
    events = {f"{event}:{kind}": _event(event, kind) for event in EVENTS for kind in DEFINITIONS}
    inner = {
        f"eventSubProcess/startEvent:{kind}": _event_sub_process(_event("startEvent", kind))
        for kind in DEFINITIONS
    }
    loops = {name: f'<task id="x">{loop}</task>' for name, loop in LOOPS.items()}
    special = {
        "eventSubProcess": inner["eventSubProcess/startEvent:message"],
        "eventBasedGateway/instantiate": '<eventBasedGateway id="x" instantiate="true"/>',
    }
    return plain | events | inner | loops | special


def _event_sub_process(start: str) -> str:
    return f'<subProcess id="s" triggeredByEvent="true">{start}</subProcess>'


def _event(event: str, kind: str) -> str:
    host = '<task id="host"/>' if event == "boundaryEvent" else ""
    attached = ' attachedToRef="host"' if host else ""
    return f'{host}<{event} id="x"{attached}><{kind}EventDefinition id="y"/></{event}>'
