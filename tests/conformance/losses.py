"""What an import and an export lost of a file: everything it held is looked for in what came out."""

from __future__ import annotations

from lxml import etree

from engine.imports import reading

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
KEPT = "relais:imported."


def lost(before: bytes, after: bytes) -> list[str]:
    """Paths of elements, attributes, texts and comments that are missing or changed."""
    old, new = reading.read(before), reading.read(after)
    found: list[str] = []
    for side in ("preceding", "following"):
        before_or_after = (_around(old, side), _around(new, side))
        found += _sequence(*before_or_after, f"{side} the root")
    _compare(old, new, "definitions", found, (new,))
    return found


def _around(root: etree._Element, side: str) -> list[etree._Element]:
    return list(root.itersiblings(preceding=side == "preceding"))


def _sequence(old: list[etree._Element], new: list[etree._Element], where: str) -> list[str]:
    left = [_text(n.text) for n in new]
    return [f"{where}: {o!r}" for o in old if _text(o.text) not in left]


def _compare(
    old: etree._Element, new: etree._Element, path: str, found: list[str], owners: tuple[etree._Element, ...]
) -> None:
    """`owners`: the element and those around it, where an original text may have been kept."""
    found += [f"{path}@{name}" for name, value in old.attrib.items() if not _same(new, name, value)]
    if _text(old.text) not in (_text(new.text), None) and not _was_kept(old, owners):
        found.append(f"{path}/text()")
    if old.nsmap.items() - new.nsmap.items():
        found.append(f"{path}: prefixes {dict(old.nsmap.items() - new.nsmap.items())}")
    candidates = list(new)
    position = 0
    for child in old:
        match = next((i for i in range(position, len(candidates)) if _fits(child, candidates[i], new)), None)
        here = f"{path}/{_name(child)}"
        if match is None:
            found.append(here)
            continue
        if _text(child.tail) and _text(child.tail) != _text(candidates[match].tail):
            found.append(f"{here}: text after it")
        _compare(child, candidates[match], here, found, (candidates[match], *owners[:3]))
        position = match + 1


def _fits(old: etree._Element, new: etree._Element, parent: etree._Element) -> bool:
    if old.tag != new.tag:
        return False
    if not isinstance(old.tag, str):
        return _text(old.text) == _text(new.text)
    # An empty id is none (XML Schema, NCName), and what has none is given one.
    return not old.get("id") or old.get("id") == new.get("id") or new.get("id") is None


def _same(new: etree._Element, name: str, value: str) -> bool:
    return new.get(name) == value or value in _kept(new, name) or (name, value) == ("id", "")


def _was_kept(old: etree._Element, owners: tuple[etree._Element, ...]) -> bool:
    kept = [text for owner in owners for text in _kept(owner, etree.QName(old).localname)]
    return (old.text or "") in kept


def _kept(owner: etree._Element, what: str) -> list[str]:
    path = f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property"
    return [p.get("value", "") for p in owner.iterfind(path) if p.get("name") == KEPT + what]


def _text(text: str | None) -> str | None:
    return (text or "").strip() or None


def _name(node: etree._Element) -> str:
    label = etree.QName(node).localname if isinstance(node.tag, str) else "comment"
    return f"{label}[{node.get('id')}]" if isinstance(node.tag, str) and node.get("id") else label
