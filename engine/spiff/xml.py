"""Hardened reading of BPMN files: no DTD, no entities, no network, bounded size and depth."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
MAX_BYTES = 8 * 1024 * 1024
MAX_NODES = 60_000

Element = etree._Element


def b(tag: str) -> str:
    """A BPMN tag with its namespace."""
    return f"{{{BPMN}}}{tag}"


def z(tag: str) -> str:
    """A Zeebe extension tag with its namespace."""
    return f"{{{ZEEBE}}}{tag}"


def local(element: Element) -> str:
    """Tag without namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_bpmn(element: Element) -> bool:
    """Whether the element is of the BPMN model namespace."""
    return isinstance(element.tag, str) and element.tag.startswith(f"{{{BPMN}}}")


def read(content: bytes) -> Element:
    """The root of a BPMN file. Raises DefinitionInvalid with one diagnostic that says why not."""
    if len(content) > MAX_BYTES:
        raise _refused(
            "xml.too-large",
            f"Le fichier pèse {len(content) // 1_048_576} Mo. La limite est de {MAX_BYTES // 1_048_576} Mo.",
            f"The file is {len(content) // 1_048_576} MB. The limit is {MAX_BYTES // 1_048_576} MB.",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _not_well_formed(error) from error
    _refuse_doctype(root)
    _refuse_too_many(root)
    return root


def _refuse_doctype(root: Element) -> None:
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None:
        raise _refused(
            "xml.doctype",
            "Le fichier contient une déclaration DOCTYPE, qui n’a pas sa place ici. Retirez-la.",
            "The file holds a DOCTYPE declaration. Remove it: it has no place in a diagram.",
        )


def _refuse_too_many(root: Element) -> None:
    count = sum(1 for _ in root.iter())
    if count > MAX_NODES:
        raise _refused(
            "xml.too-many-elements",
            f"Le fichier contient {count} éléments. La limite est de {MAX_NODES}.",
            f"The file holds {count} elements. The limit is {MAX_NODES}.",
        )


def _not_well_formed(error: etree.XMLSyntaxError) -> DefinitionInvalid:
    line = error.lineno or 1
    if "depth" in str(error):
        return _refused(
            "xml.too-deep",
            f"Ligne {line} : les éléments sont imbriqués trop profondément.",
            f"Line {line}: the elements are nested too deeply.",
        )
    return _refused(
        "xml.not-well-formed",
        f"Ligne {line} : ce n’est pas du XML valide ({error.msg}).",
        f"Line {line}: this is not well-formed XML ({error.msg}).",
    )


def _refused(rule: str, fr: str, en: str) -> DefinitionInvalid:
    return DefinitionInvalid([Diagnostic(rule, "error", Text(fr, en))])
