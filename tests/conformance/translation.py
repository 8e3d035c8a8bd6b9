"""Translates a diagram of the betsy suite into our dialect: keyword scripts, conditions, message keys.

A script becomes a job whose type is its keyword, so that the runner does what the keyword says; the
diagram's tokens, scopes and events stay as they are.
"""

from __future__ import annotations

import re

from lxml import etree

from engine.spiff import xml
from engine.spiff.xml import Element, b, local, z

EXPRESSIONS = (
    "conditionExpression",
    "loopCondition",
    "loopCardinality",
    "completionCondition",
    "activationCondition",
    "condition",
    "from",
    "transformation",
)
SCRIPTS = ("scriptTask", "globalScriptTask")
#: The suite's messages have no correlation key: any instance that waits may take them.
ANY_INSTANCE = "betsy"
READ = "read_by_the_script"
WRITES = "betsy:writes"
_CALL = re.compile(r"([\w.]+)\.contains\(\s*([\"'])(.*?)\2\s*\)")
_OPERATORS = (("&&", " and "), ("||", " or "), ("==", " = "))


def translate(content: bytes) -> bytes:
    """The same diagram in our dialect. Raises DefinitionInvalid when it is not a diagram at all."""
    root = xml.read(content)
    for element in list(root.iter()):
        name = local(element)
        if name in SCRIPTS:
            _script(element)
        elif name in EXPRESSIONS:
            element.text = feel(element.text or "")
        elif name == "message":
            _correlate(element)
    return bytes(etree.tostring(root))


def feel(text: str) -> str:
    """A condition of the suite as FEEL: `${test.contains("a")}` is `contains(test, "a")`."""
    inner = text.strip()
    if inner.startswith("${") and inner.endswith("}"):
        inner = inner[2:-1].strip()
    inner = _CALL.sub(r'contains(\1, "\3")', inner)
    for ours, theirs in _OPERATORS:
        inner = inner.replace(ours, theirs)
    return inner


def _extension(element: Element) -> Element:
    holder = element.find(b("extensionElements"))
    if holder is None:
        holder = etree.Element(b("extensionElements"))
        documentation = element.findall(b("documentation"))
        element.insert(len(documentation), holder)
    return holder


def _script(element: Element) -> None:
    keyword = (element.findtext(b("script")) or "").strip()
    holder = _extension(element)
    etree.SubElement(holder, z("taskDefinition"), type=keyword or "nothing")
    reads, writes = _data_names(element)
    if "INCREMENT" in keyword:
        reads = "integerVariable"
    headers = etree.SubElement(holder, z("taskHeaders"))
    etree.SubElement(headers, z("header"), key=WRITES, value=writes)
    if "INCREMENT" in keyword or "LOG_DATA" in keyword:
        mapping = etree.SubElement(holder, z("ioMapping"))
        etree.SubElement(mapping, z("input"), source=f"={reads}", target=READ)


def _data_names(element: Element) -> tuple[str, str]:
    """What a script reads and writes: its own data input and output, else the data around it."""
    around = _names(element, "dataObject") or _names(element, "property") or ["data"]
    inputs = [_name(e) for e in element.iter(b("dataInput"))]
    outputs = [_name(e) for e in element.iter(b("dataOutput"))]
    return (inputs or around)[0], (outputs or around)[0]


def _names(element: Element, tag: str) -> list[str]:
    root = element.getroottree().getroot()
    return [_name(e) for e in root.iter(b(tag))]


def _name(element: Element) -> str:
    name = (element.get("name") or "").strip()
    return name if name.isidentifier() else element.get("id") or ""


def _correlate(message: Element) -> None:
    if message.find(f"{b('extensionElements')}/{z('subscription')}") is None:
        etree.SubElement(_extension(message), z("subscription"), correlationKey=ANY_INSTANCE)
