"""Global tasks: each becomes a process of one element, which call activities can call (clause 10.3.4)."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from engine.spiff.xml import Element, b, local

TASKS = {
    "globalTask": "task",
    "globalManualTask": "manualTask",
    "globalUserTask": "userTask",
    "globalScriptTask": "scriptTask",
    "globalBusinessRuleTask": "businessRuleTask",
}


def as_processes(root: Element) -> list[Element]:
    """Add a process per global task to the tree; the process and its one task have the task's id."""
    made = []
    for element in [e for e in root if local(e) in TASKS and e.get("id")]:
        name = element.get("name") or element.get("id") or ""
        process = etree.SubElement(root, b("process"), id=element.get("id") or "", name=name)
        task = etree.SubElement(process, b(TASKS[local(element)]))
        for attribute, value in element.attrib.items():
            task.set(attribute, value)
        task.extend(deepcopy(child) for child in element)
        made.append(process)
    return made
