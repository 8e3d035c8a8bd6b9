"""Ids for what has none: a drawing refers to elements by id, and so do history and findings."""

from __future__ import annotations

from lxml import etree

from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, is_bpmn, local

_DRAWN = ("participant", "lane", "messageFlow", "association", "textAnnotation", "group", "collaboration")
_REFERRED = frozenset((*_DRAWN, "sequenceFlow", "process", "subProcess", "transaction", "adHocSubProcess"))
_ENDINGS = ("Event", "Task", "Gateway", "Activity", "task")


def complete(work: Translation) -> None:
    """Give an id to every process, step, flow and shape that lacks one."""
    taken = {element.get("id") for element in work.root.iter(etree.Element)}
    count = 0
    for element in work.root.iter(etree.Element):
        if is_bpmn(element) and not element.get("id") and _is_referred(element):
            count += 1
            element.set("id", _free(local(element), taken))
    if count:
        work.translated(
            None,
            f"Ce qui n’avait pas d’identifiant en a reçu un ({count}).",
            f"What had no id was given one ({count}).",
        )


def _is_referred(element: Element) -> bool:
    tag = local(element)
    inside = element.getparent()
    if tag in _REFERRED or (tag.startswith("data") and tag.endswith("Reference")):
        return True
    return tag.endswith(_ENDINGS) and inside is not None and inside.tag != b("extensionElements")


def _free(tag: str, taken: set[str | None]) -> str:
    number = 1
    while f"{tag}_{number}" in taken:
        number += 1
    taken.add(f"{tag}_{number}")
    return f"{tag}_{number}"
