"""Small diagrams written by hand, and rows that say which rule one of them breaks."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

NOTE = '<bpmn:textAnnotation id="note"/>'
POOLS = (
    '<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="p"/>'
    '<bpmn:participant id="other" name="Other"/>{0}</bpmn:collaboration>'
)


def e(tag: str, id: str, inner: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<bpmn:{tag} id="{id}"{given}>{inner}</bpmn:{tag}>'


def d(trigger: str, inner: str = "", **attributes: str) -> str:
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<bpmn:{trigger}EventDefinition{given}>{inner}</bpmn:{trigger}EventDefinition>"


def flow(source: str, target: str, inner: str = "", **attributes: str) -> str:
    given = {"sourceRef": source, "targetRef": target} | attributes
    return e("sequenceFlow", f"{source}-{target}", inner, **given)


def path(*ids: str) -> str:
    return "".join(flow(a, b) for a, b in pairwise(ids))


def when(text: str) -> str:
    return f"<bpmn:conditionExpression>{text}</bpmn:conditionExpression>"


def script(variable: str) -> str:
    """What a FEEL script writes."""
    feel = f'<zeebe:script expression="=1" resultVariable="{variable}"/>'
    return f"<bpmn:extensionElements>{feel}</bpmn:extensionElements>"


S, E, T = e("startEvent", "s"), e("endEvent", "e"), e("task", "t")
BASE = S + T + E + path("s", "t", "e")
TIMER = d("timer", "<bpmn:timeDuration>PT1S</bpmn:timeDuration>")


def middle(node: str, id: str = "n") -> str:
    """A process whose one step is `node`."""
    return S + node + E + path("s", id, "e")


def sub(inner: str, **attributes: str) -> str:
    return e("subProcess", "n", inner, **attributes)


def inside(*, start: str = "", end: str = "") -> str:
    """The content of a sub-process: start, end, one flow."""
    return e("startEvent", "s2", start) + e("endEvent", "e2", end) + path("s2", "e2")


def event_sub(trigger: str, **attributes: str) -> str:
    content = e("startEvent", "s2", trigger, **attributes) + e("endEvent", "e2") + path("s2", "e2")
    return BASE + sub(content, triggeredByEvent="true")


def on_task(trigger: str, more: str = "", **attributes: str) -> str:
    event = e("boundaryEvent", "b", trigger, attachedToRef="t", **attributes)
    return BASE + event + e("endEvent", "e3") + (more or path("b", "e3"))


def gateway(tag: str, flows: str, **attributes: str) -> str:
    """s → g → (t, u) → e."""
    tasks = T + e("task", "u") + path("t", "e") + path("u", "e")
    return S + e(tag, "g", **attributes) + tasks + E + path("s", "g") + flows


def event_gateway(first: str, second: str, more: str = "", **attributes: str) -> str:
    flows = path("s", "g", "a", "e") + path("g", "z", "e")
    return S + e("eventBasedGateway", "g", **attributes) + first + second + E + flows + more


CATCH_A = e("intermediateCatchEvent", "a", TIMER)
CATCH_Z = e("intermediateCatchEvent", "z", TIMER)


class Row(NamedTuple):
    """`old` in the process or its `roots` breaks `rule` at `element`; `new` in its place does not."""

    rule: str
    element: str | None
    process: str
    old: str
    new: str
    roots: str = ""


IO = (
    "<bpmn:ioSpecification>{0}<bpmn:inputSet>{1}</bpmn:inputSet><bpmn:outputSet>{2}</bpmn:outputSet>"
    "</bpmn:ioSpecification>"
)
INPUT, INPUT_REF = '<bpmn:dataInput id="di"/>', "<bpmn:dataInputRefs>di</bpmn:dataInputRefs>"
OUTPUT, OUTPUT_REF = '<bpmn:dataOutput id="do"/>', "<bpmn:dataOutputRefs>do</bpmn:dataOutputRefs>"
ITEMS = (
    '<bpmn:itemDefinition id="one" structureRef="x"/>'
    '<bpmn:itemDefinition id="many" structureRef="x" isCollection="true"/>'
)
LOOP = (
    "<bpmn:multiInstanceLoopCharacteristics{0}><bpmn:loopCardinality>{1}</bpmn:loopCardinality>{2}"
    "</bpmn:multiInstanceLoopCharacteristics>"
)
SERVICE = (
    '<bpmn:message id="m" name="m"/><bpmn:message id="m2" name="m2"/><bpmn:interface id="i">'
    '<bpmn:operation id="op"><bpmn:inMessageRef>m</bpmn:inMessageRef></bpmn:operation></bpmn:interface>'
)
