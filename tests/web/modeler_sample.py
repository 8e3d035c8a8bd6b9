"""Diagrams for the tests of the workshop."""

from __future__ import annotations

from flask import Flask

from designer.modeler import bp

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="urn:relais:tests">'
)


def diagram(
    *,
    key: str = "demande_acte",
    name: str = "Demande d’acte",
    group: str = "etat_civil",
    inside: str = "",
    task: str = "",
) -> bytes:
    """Start, one task for a person, end; `task` goes into the task, `inside` into the process."""
    return f"""{HEAD}
<bpmn:process id="{key}" name="{name}" isExecutable="true">
<bpmn:extensionElements><zeebe:properties><zeebe:property name="relais:group" value="{group}"/></zeebe:properties></bpmn:extensionElements>
<bpmn:startEvent id="start"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:userTask id="check" name="Contrôler"><bpmn:extensionElements><zeebe:userTask/>{task}</bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
<bpmn:endEvent id="end"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
<bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="check"/>
<bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="end"/>
{inside}
</bpmn:process></bpmn:definitions>""".encode()


def wire(app: Flask) -> None:
    """The workshop in an application that was made without it."""
    if bp.name not in app.blueprints:
        app.register_blueprint(bp)
