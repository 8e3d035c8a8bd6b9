"""Whose diagram it is: the namespaces of other tools, and how people call these tools."""

from __future__ import annotations

from collections import Counter

from lxml import etree

from engine.spiff.xml import ZEEBE, Element, z

CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
FLOWABLE = "http://flowable.org/bpmn"
ACTIVITI = "http://activiti.org/bpmn"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
SIGNAVIO = "http://www.signavio.com"
#: Engines of one family: they share their extensions and read each other's namespaces.
JAVA = (CAMUNDA, FLOWABLE, ACTIVITI)

_BY_NAMESPACE = {
    CAMUNDA: "camunda7",
    FLOWABLE: "flowable",
    ACTIVITI: "activiti",
    SPIFF: "spiff",
    ZEEBE: "camunda8",
    SIGNAVIO: "signavio",
}
NAMES = {
    "camunda7": "Camunda 7",
    "camunda8": "Camunda 8",
    "flowable": "Flowable",
    "activiti": "Activiti",
    "spiff": "SpiffWorkflow",
    "signavio": "Signavio",
    "relais": "Relais",
    "bpmn": "BPMN 2.0",
}
_ENGINES = ("camunda7", "flowable", "activiti", "spiff")
_PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_PLATFORMS = {"Camunda Cloud": "camunda8", "Camunda Platform": "camunda7"}


def of(root: Element) -> str:
    """The dialect of a file, a key of NAMES: what it says of itself, else the extensions it uses most.

    Ours beside those of another engine are the work of an earlier import.
    """
    uses: Counter[str] = Counter()
    for element in root.iter(etree.Element):
        uses.update(_BY_NAMESPACE.get(_namespace(str(name)), "") for name in (element.tag, *element.attrib))
    engines = Counter({dialect: uses[dialect] for dialect in _ENGINES if uses[dialect]})
    if engines:
        return engines.most_common(1)[0][0]
    if uses["camunda8"]:
        return "relais" if _is_ours(root) else "camunda8"
    return "signavio" if uses["signavio"] else _PLATFORMS.get(root.get(_PLATFORM, ""), "bpmn")


def _is_ours(root: Element) -> bool:
    return any((p.get("name") or "").startswith("relais:") for p in root.iter(z("property")))


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute of the Java family, whichever of its namespaces; None when absent or blank."""
    values = (element.get(f"{{{namespace}}}{name}") for namespace in JAVA)
    return next((value.strip() for value in values if value and value.strip()), None)


def children(holder: Element | None, *names: str) -> list[Element]:
    """Extension elements of the Java family with one of these names, in their order."""
    wanted = {f"{{{namespace}}}{name}" for namespace in JAVA for name in names}
    return [] if holder is None else [child for child in holder if child.tag in wanted]
