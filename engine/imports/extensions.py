"""Writes our extension elements beside those that a file already has: what is there is never touched."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from engine.spiff.xml import ZEEBE, Element, b, z

#: Name of the property that keeps what stood where FEEL stands now.
KEPT = "relais:imported."
#: After which elements of BPMN the extensions stand (BPMN 2.0.2, 8.3.1).
_BEFORE = b("documentation")


def holder(element: Element) -> Element:
    """The extension elements of `element`, made when missing."""
    found = element.find(b("extensionElements"))
    if found is None:
        found = etree.Element(b("extensionElements"), nsmap={"zeebe": ZEEBE})
        found.tail = element.text if element.text and not element.text.strip() else None
        element.insert(_place(element), found)
    return found


def _place(element: Element) -> int:
    documents = [index for index, child in enumerate(element) if child.tag == _BEFORE]
    return documents[-1] + 1 if documents else 0


def get(element: Element, tag: str) -> Element | None:
    """A zeebe extension of `element`."""
    return element.find(f"{b('extensionElements')}/{z(tag)}")


def has(element: Element, tag: str) -> bool:
    """Whether somebody already said it in our dialect."""
    return get(element, tag) is not None


def add(element: Element, tag: str, **attributes: str | None) -> Element:
    """A zeebe extension of `element` with at least these attributes; what it already says stays."""
    found = get(element, tag)
    if found is None:
        found = etree.SubElement(holder(element), z(tag), nsmap={"zeebe": ZEEBE})
    for name, value in attributes.items():
        if value is not None and found.get(name) is None:
            found.set(name, value)
    return found


def add_mappings(element: Element, kind: str, mappings: Iterable[tuple[str, str]]) -> None:
    """Inputs or outputs (source, target), those whose target is already mapped left out."""
    wanted = list(mappings)
    if not wanted:
        return
    mapping = add(element, "ioMapping")
    known = {child.get("target") for child in mapping.findall(z(kind))}
    for source, target in wanted:
        if target not in known:
            etree.SubElement(mapping, z(kind), source=source, target=target)
            known.add(target)


def keep(element: Element, what: str, value: str) -> None:
    """Keep a text of the file that gives way to its translation; the first one kept is the original."""
    properties = add(element, "properties")
    name = KEPT + what
    if all(child.get("name") != name for child in properties):
        etree.SubElement(properties, z("property"), name=name, value=value)


def kept(element: Element, what: str) -> str | None:
    """What `keep` kept."""
    properties = get(element, "properties")
    found = () if properties is None else properties.findall(z("property"))
    return next((p.get("value") for p in found if p.get("name") == KEPT + what), None)
