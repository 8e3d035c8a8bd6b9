"""Values in the test files of the kit: XML Schema types, contexts and lists; and when two are the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine.feel import decimals, temporal
from engine.feel.operators import equal
from engine.feel.runtime import Run
from engine.feel.values import kind

Element = etree._Element
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: The kit gives most numbers with fewer digits than FEEL has.
TOLERANCE = Decimal("1e-8")


def read(file: Path) -> Element:
    """The root of a test file."""
    return etree.parse(str(file), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


def children(node: Element | None, tag: str) -> Iterator[Element]:
    """The children with this tag, whatever its namespace."""
    for part in node if node is not None else ():
        if isinstance(part.tag, str) and etree.QName(part).localname == tag:
            yield part


def child(node: Element | None, tag: str) -> Element | None:
    """The first child with this tag."""
    return next(children(node, tag), None)


def value_in(node: Element | None) -> Any:
    """The value that an `inputNode`, `expected`, `component` or `item` holds."""
    if node is None or node.get(XSI + "nil") == "true":
        return None
    components = list(children(node, "component"))
    if components:
        return {part.get("name", ""): value_in(part) for part in components}
    items = child(node, "list")
    if items is not None:
        return (
            None if items.get(XSI + "nil") == "true" else [value_in(part) for part in children(items, "item")]
        )
    return _simple(child(node, "value"))


def _simple(node: Element | None) -> Any:
    if node is None or node.get(XSI + "nil") == "true":
        return None
    kind_of_value = (node.get(XSI + "type") or "string").rpartition(":")[2]
    text = node.text or ""
    if kind_of_value in ("decimal", "double", "integer", "int", "long", "float", "number"):
        return decimals.read(text.strip())
    if kind_of_value == "boolean":
        return text.strip() in ("true", "1")
    if kind_of_value == "date":
        return temporal.parse_date(text.strip())
    if kind_of_value == "time":
        return temporal.parse_time(text.strip())
    if kind_of_value == "dateTime":
        return temporal.parse_date_time(text.strip())
    return temporal.parse_duration(text.strip()) if kind_of_value == "duration" else text


def same(found: Any, expected: Any) -> bool:
    """Whether two values are the same, numbers to eight digits."""
    if found is None or expected is None:
        return found is expected
    if kind(found) != kind(expected):
        return False
    if isinstance(expected, Decimal):
        return abs(found - expected) <= TOLERANCE * max(Decimal(1), abs(expected))
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], expected[key]) for key in expected)
    if isinstance(expected, datetime | date | time):
        return equal(Run(None, None, None), found, expected) is True
    return bool(found == expected)
