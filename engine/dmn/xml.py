"""What is asked of the elements of a DMN file, whatever its version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.spiff import xml

Element = xml.Element
VERSIONS = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
FEEL_LANGUAGES = frozenset(
    {
        "http://www.omg.org/spec/FEEL/20140401",
        "http://www.omg.org/spec/DMN/20180521/FEEL/",
        "https://www.omg.org/spec/DMN/20191111/FEEL/",
        "https://www.omg.org/spec/DMN/20211108/FEEL/",
        "https://www.omg.org/spec/DMN/20230324/FEEL/",
    }
)


def namespace(element: Element) -> str:
    """The namespace of the element's tag; empty for comments."""
    return etree.QName(element).namespace or "" if isinstance(element.tag, str) else ""


def children(element: Element, tag: str | None = None) -> Iterator[Element]:
    """The child elements of DMN itself, in order, perhaps only those of one tag."""
    for node in element:
        if namespace(node) in VERSIONS and (tag is None or xml.local(node) == tag):
            yield node


def child(element: Element, tag: str) -> Element | None:
    """The first child with this tag."""
    return next(children(element, tag), None)


def texts(element: Element, tag: str) -> str | None:
    """The text of the first child with this tag, None when it is absent or blank."""
    node = child(element, tag)
    text = "".join(str(part) for part in node.itertext()).strip() if node is not None else ""
    return text or None


def identity(element: Element) -> dict[str, Any]:
    """`id` and `line` of the element; the id of the nearest element around it that has one."""
    owner: Element | None = element
    while owner is not None and not owner.get("id"):
        owner = owner.getparent()
    own = element.get("id") or (owner.get("id") if owner is not None else None)
    return {"id": own, "line": element.sourceline or 0}


def is_feel(language: str | None) -> bool:
    """Whether an expression language is FEEL; so is one that is not said."""
    return not language or language.lower() == "feel" or language in FEEL_LANGUAGES
