"""Read XML that may be hostile: no DTD, no entities, no network, bounded size and depth."""

from __future__ import annotations

from lxml import etree

from designer.diagram.model import DiagramError

MAX_BYTES = 20 * 1024 * 1024


def root_of(xml: bytes) -> etree._Element:
    """The root element of a BPMN file. Raises DiagramError naming what is wrong with it."""
    if len(xml) > MAX_BYTES:
        raise DiagramError(
            "Le fichier dépasse 20 Mo. Allégez-le, puis importez-le à nouveau.",
            "The file is larger than 20 MB. Make it lighter, then import it again.",
        )
    root = _parse(xml)
    if root.getroottree().docinfo.internalDTD is not None:
        raise DiagramError(
            "Le fichier contient une déclaration DOCTYPE. Retirez-la, puis importez-le à nouveau.",
            "The file holds a DOCTYPE declaration. Remove it, then import it again.",
        )
    if local_name(root) != "definitions" or "BPMN" not in namespace(root):
        raise DiagramError(
            f"Ce fichier n’est pas un diagramme BPMN : il commence par « {local_name(root)} ».",
            f"This file is not a BPMN diagram: it starts with “{local_name(root)}”.",
        )
    return root


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise DiagramError(
            f"Le fichier XML est abîmé : {error.msg}", f"The XML of this file is broken: {error.msg}"
        ) from error


def local_name(element: etree._Element) -> str:
    """The tag without its namespace; empty for what is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace of the tag, or an empty text."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def local_ref(value: str | None) -> str:
    """The id a QName reference means: `bpmn:Task_1` → `Task_1` when the file uses prefixes."""
    return (value or "").strip().rpartition(":")[2]
