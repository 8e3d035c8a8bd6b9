"""The little of BPMN that pages read and write themselves: the process, its name and its properties."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from lxml import etree

from engine.catalogue import NoCatalogue
from engine.check import check_file
from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
PREFIX = "relais:"
#: Larger files are refused, as the engine's check does.
MAX_BYTES = 8 * 1024 * 1024

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it

_BLANK = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions_{key}" \
targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="{key}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="start" name="{start}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{key}">
    <bpmndi:BPMNPlane id="plane_{key}" bpmnElement="{key}">
      <bpmndi:BPMNShape id="start_di" bpmnElement="start">
        <dc:Bounds x="180" y="160" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="162" y="203" width="73" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""


def blank(key: str, name: str, start: str) -> bytes:
    """A diagram with one start event, called `start`."""
    return _BLANK.format(key=escape(key), name=escape(name), start=escape(start)).encode()


def read(content: bytes) -> Element:
    """The root of a file: no DTD, no entities, no network, bounded size and depth.

    Raises DefinitionInvalid with what the engine's check says about such a file.
    """
    if len(content) > MAX_BYTES:
        raise DefinitionInvalid(_reasons(content))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DefinitionInvalid(_reasons(content)) from error
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise DefinitionInvalid(_reasons(content))
    return root


def _reasons(content: bytes) -> list[Diagnostic]:
    found = [d for d in check_file("", content, None, NoCatalogue()) if d.severity == "error"]
    return found or [
        Diagnostic(
            "xml.not-well-formed",
            "error",
            Text("Ce fichier n’est pas un diagramme lisible.", "This file is not a readable diagram."),
        )
    ]


def write(root: Element) -> bytes:
    """The file of a tree, in UTF-8."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def in_utf8(content: bytes) -> bytes:
    """The same file in UTF-8, which is what browsers are sent; what cannot be read stays as it is."""
    try:
        root = read(content)
    except DefinitionInvalid:
        return content
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    return content if encoding in {"UTF-8", "ASCII", "US-ASCII"} else write(root)


def is_diagram(root: Element) -> bool:
    """Whether the root is that of a BPMN file."""
    return bool(root.tag == f"{{{BPMN}}}definitions")


def processes(root: Element) -> list[Element]:
    """Every process of a file."""
    return list(root.iter(f"{{{BPMN}}}process"))


def executable_keys(root: Element) -> list[str]:
    """Ids of the processes that can run."""
    return [p.get("id", "") for p in processes(root) if p.get("isExecutable") == "true"]


def process(root: Element, key: str) -> Element | None:
    """The process with that id."""
    return next((p for p in processes(root) if p.get("id") == key), None)


def main_process(root: Element) -> Element | None:
    """The first process that can run, else the first one drawn."""
    found = processes(root)
    return next((p for p in found if p.get("isExecutable") == "true"), found[0] if found else None)


def rename(root: Element, old: str, new: str) -> None:
    """Give a process another id, wherever the file names it."""
    for element in root.iter(etree.Element):
        for attribute in ("id", "processRef", "bpmnElement"):
            value = element.get(attribute)
            is_name = attribute != "id" or element.tag == f"{{{BPMN}}}process"
            if is_name and value is not None and value.rpartition(":")[2] == old:
                element.set(attribute, new)


def properties(element: Element) -> dict[str, str]:
    """The `relais:` properties of a process, without their prefix."""
    path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}properties/{{{ZEEBE}}}property"
    found = {p.get("name", ""): p.get("value", "") for p in element.iterfind(path)}
    return {k.removeprefix(PREFIX): v for k, v in found.items() if k.startswith(PREFIX)}


def set_properties(element: Element, values: Mapping[str, str]) -> None:
    """Write `relais:` properties; an empty value removes one. The others stay as they are."""
    holder = _holder(element)
    names = {PREFIX + name for name in values}
    for old in [p for p in holder if isinstance(p.tag, str) and p.get("name") in names]:
        holder.remove(old)
    for name, value in values.items():
        if value:
            etree.SubElement(holder, f"{{{ZEEBE}}}property", name=PREFIX + name, value=value)


def _holder(element: Element) -> Element:
    """zeebe:properties of a process, made when missing, after the documentation (BPMN 8.3.1)."""
    extension = element.find(f"{{{BPMN}}}extensionElements")
    if extension is None:
        extension = etree.Element(f"{{{BPMN}}}extensionElements", nsmap={"zeebe": ZEEBE})
        element.insert(len(element.findall(f"{{{BPMN}}}documentation")), extension)
    holder = extension.find(f"{{{ZEEBE}}}properties")
    return etree.SubElement(extension, f"{{{ZEEBE}}}properties") if holder is None else holder
