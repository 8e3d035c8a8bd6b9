"""From the bytes of a foreign file to its tree, with everything it held: comments, instructions, prefixes.

Hardened as `engine.spiff.xml` is. What other tools write slightly wrong and everybody can read is read: blank
lines before the declaration, a wrong encoding name, a known prefix that is not declared.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.imports import dialects
from engine.spiff import xml
from engine.spiff.xml import BPMN, ZEEBE, Element

_PREFIXES = {
    "camunda": dialects.CAMUNDA,
    "flowable": dialects.FLOWABLE,
    "activiti": dialects.ACTIVITI,
    "spiffworkflow": dialects.SPIFF,
    "signavio": dialects.SIGNAVIO,
    "zeebe": ZEEBE,
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "modeler": "http://camunda.org/schema/modeler/1.0",
    "bioc": "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "color": "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
}
_UNDECLARED = re.compile(r"Namespace prefix ([\w.-]+) (?:for|on) ")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.DOTALL)
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DMN = re.compile(r"^\{https?://www\.omg\.org/spec/DMN/[^}]*\}definitions$")
_OLD_BPMN = re.compile(r"^\{http://(schema\.omg\.org/spec/BPMN|www\.omg\.org/spec/BPMN/)[^}]*\}definitions$")


def read(content: bytes) -> Element:
    """The root of a BPMN file. Raises DefinitionInvalid with one diagnostic that says why not."""
    usable = _repaired(content)
    xml.read(usable)  # size, depth, DOCTYPE: the same refusals as everywhere
    root = etree.fromstring(usable, _parser())
    if root.tag != f"{{{BPMN}}}definitions":
        raise DefinitionInvalid([_not_bpmn(str(root.tag))])
    return root


def with_our_prefix(root: Element) -> Element:
    """The same document with `zeebe` declared once, at the root, for what will be added below."""
    if "zeebe" in root.nsmap or ZEEBE in root.nsmap.values():
        return root
    body = etree.tostring(root, encoding="UTF-8", xml_declaration=False, with_tail=False)
    declared = re.sub(rb"^<[\w.:-]+", lambda tag: tag[0] + f' xmlns:zeebe="{ZEEBE}"'.encode(), body)
    whole = write(root)
    return etree.fromstring(whole.replace(body, declared, 1), _parser())


def write(root: Element) -> bytes:
    """The file of a tree, in UTF-8, what stands around its root included."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, strip_cdata=False
    )


def _repaired(content: bytes) -> bytes:
    """The same file where it can be read as it is; else in UTF-8, with the prefixes it forgot to declare."""
    if len(content) > xml.MAX_BYTES:
        return content
    problem = _problem(content)
    if problem is None:
        return content
    again = _declared(_in_utf8(content))
    return again if _problem(again) is None else content


def _problem(content: bytes) -> str | None:
    try:
        etree.fromstring(content, _parser())
    except etree.XMLSyntaxError as error:
        return str(error)
    return None


def _in_utf8(content: bytes) -> bytes:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            text = content.decode(encoding, errors="replace")
            break
    else:
        text = _decoded(content)
    return _DECLARATION.sub("", text.lstrip("\ufeff")).lstrip().encode()


def _decoded(content: bytes) -> str:
    """UTF-8 if it is, else the encoding of Western European Windows, which most old tools wrote."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _declared(content: bytes) -> bytes:
    """Known prefixes that are used and not declared are declared at the root."""
    for _attempt in range(len(_PREFIXES)):
        match = _UNDECLARED.search(_problem(content) or "")
        if match is None or match[1] not in _PREFIXES:
            return content
        declaration = f' xmlns:{match[1]}="{_PREFIXES[match[1]]}"'.encode()
        content = re.sub(rb"<[\w.:-]*definitions\b", lambda tag: tag[0] + declaration, content, count=1)  # noqa: B023
    return content


def _not_bpmn(tag: str) -> Diagnostic:
    rule, message = "bpmn.not-bpmn", _NOT_BPMN
    if _DMN.match(tag):
        rule, message = "bpmn.is-dmn", _IS_DMN
    elif _OLD_BPMN.match(tag):
        message = _IS_OLD
    elif tag.rpartition("}")[2] == "Package":
        message = _IS_XPDL
    return Diagnostic(rule, "error", message)


_NOT_BPMN = Text("Ce fichier n’est pas un diagramme BPMN.", "This file is not BPMN.")
_IS_DMN = Text(
    "Ce fichier est une table de décision (DMN), pas un diagramme. "
    "Choisissez-le avec le diagramme qui s’en sert : les deux forment un processus.",
    "This file is a decision (DMN), not a diagram. "
    "Choose it together with the diagram that uses it: both make one process.",
)
_IS_OLD = Text(
    "Ce fichier suit une version de travail de BPMN, antérieure à la version 2.0 de 2011. "
    "Enregistrez-le en BPMN 2.0 avec l’outil qui l’a dessiné.",
    "This file follows a working draft of BPMN, older than version 2.0 of 2011. "
    "Save it as BPMN 2.0 with the tool that drew it.",
)
_IS_XPDL = Text(
    "Ce fichier est un échange XPDL. Exportez le diagramme en BPMN 2.0 avec l’outil qui l’a dessiné.",
    "This file is an XPDL exchange. Export the diagram as BPMN 2.0 with the tool that drew it.",
)
