"""Data objects, properties, data inputs and outputs, as variables (BPMN 2.0, clauses 10.4 and 13.3.2).

A data object or property is the variable of its name (of its id, when the name is no identifier). A
data input or output is a variable of its activity alone; associations copy in and out. Without the
activity's own input or output, an association is a drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff.xml import Element, b, local

if TYPE_CHECKING:
    from engine.spiff.reader import Reader

IN, OUT = "dataInputAssociation", "dataOutputAssociation"
OWN = {IN: "dataInput", OUT: "dataOutput"}
LOOPS = {"dataInput": "loopDataInputRef", "dataOutput": "loopDataOutputRef"}


@dataclass(frozen=True, slots=True)
class Variable:
    """An expression that is one variable, whatever its name looks like."""

    name: str

    @property
    def variables(self) -> frozenset[str]:
        """Its name."""
        return frozenset({self.name})

    def evaluate(self, scope: Mapping[str, Any], *, now: datetime, zone: tzinfo) -> Any:
        """Its value; null when there is none."""
        return scope.get(self.name)


@dataclass(slots=True)
class DataFlow:
    """What an element copies in and out: pairs of source and target variable."""

    inputs: list[tuple[Expression, str]] = field(default_factory=list)
    outputs: list[tuple[Expression, str]] = field(default_factory=list)
    required: list[tuple[Expression, str]] = field(default_factory=list)  #: sources, and labels for people


def read(element: Element, reader: Reader) -> DataFlow:
    """The data associations of one activity or event that are executed."""
    found = DataFlow()
    for association in element.findall(b(IN)):
        target = _own_end(element, association, "targetRef", IN)
        if target is not None:
            value = _value(association, reader)
            found.inputs.append((value, variable(target)))
            if _is_required(element, target):
                found.required.append((value, _source_label(association, reader)))
    for association in element.findall(b(OUT)):
        target = reader.by_id.get((association.findtext(b("targetRef")) or "").strip())
        if _own_end(element, association, "sourceRef", OUT) is not None and target is not None:
            found.outputs.append((_value(association, reader), variable(target, reader)))
    if found.inputs or found.outputs:
        _refuse_stores(element, reader)
    return found


def own(scope: Element, reader: Reader) -> tuple[str, ...]:
    """The variables that live and end with a sub-process: its data objects and properties (10.4.1).

    Only those that an association inside copies from or to: any other one is a drawing.
    """
    copied = {reader.by_id[t].get("dataObjectRef") or t for t in _copied(scope) if t in reader.by_id}
    items = (*scope.findall(b("dataObject")), *scope.findall(b("property")))
    return tuple(variable(item) for item in items if item.get("id") in copied)


def _copied(scope: Element) -> set[str]:
    """The ids at the far end of every association that is executed inside a sub-process."""
    found: set[str] = set()
    for tag, near, far in ((IN, "targetRef", "sourceRef"), (OUT, "sourceRef", "targetRef")):
        for association in scope.iter(b(tag)):
            holder = association.getparent()
            if holder is not None and _own_end(holder, association, near, tag) is not None:
                found.update(_texts(association, far))
    return found


def _refuse_stores(element: Element, reader: Reader) -> None:
    """Data that outlives the case is kept by a connector; a drawn store that nobody reads is fine."""
    for association in (*element.findall(b(IN)), *element.findall(b(OUT))):
        ends = [
            reader.by_id.get(t) for t in _texts(association, "sourceRef") + _texts(association, "targetRef")
        ]
        for store in [e for e in ends if e is not None and local(e) == "dataStoreReference"]:
            reader.report("bpmn.data-store", element, _no_store(store.get("name") or store.get("id") or ""))


def _no_store(name: str) -> Text:
    return Text(
        f"Le stockage « {name} » n’est pas exécuté. Utilisez un connecteur pour lire et écrire ces données.",
        f'The data store "{name}" is not executed. Use a connector to read and write this data.',
    )


def variable(item: Element, reader: Reader | None = None) -> str:
    """The variable that a data element stands for."""
    if reader is not None and local(item) == "dataObjectReference":
        item = reader.by_id.get((item.get("dataObjectRef") or "").strip(), item)
    name = (item.get("name") or "").strip()
    return name if name.isidentifier() else item.get("id") or ""


def collection(marker: Element, reference: str, reader: Reader) -> str | None:
    """The variable that a multi-instance marker's data reference stands for, outside its activity."""
    item = reader.by_id.get(reference)
    if item is None:
        return reference or None
    activity = marker.getparent()
    ends = {"dataInput": (IN, "targetRef", "sourceRef"), "dataOutput": (OUT, "sourceRef", "targetRef")}
    if activity is None or local(item) not in ends:
        return variable(item, reader)
    tag, own, other = ends[local(item)]
    for association in activity.findall(b(tag)):
        if reference in _texts(association, own):
            outside = reader.by_id.get(next(iter(_texts(association, other)), ""))
            return variable(outside, reader) if outside is not None else None
    return variable(item, reader)


def _own_end(element: Element, association: Element, end: str, tag: str) -> Element | None:
    """The element's own input or output that the association fills or reads, if it is not a loop's."""
    marker = element.find(b("multiInstanceLoopCharacteristics"))
    looped = "" if marker is None else (marker.findtext(b(LOOPS[OWN[tag]])) or "").strip()
    named = _texts(association, end)
    for item in element.iter(b(OWN[tag])):
        if item.get("id") in named and item.get("id") != looped:
            return item
    return None


def _value(association: Element, reader: Reader) -> Expression:
    """The transformation, or the first assignment, or the source as it is."""
    text = (association.findtext(b("transformation")) or "").strip()
    text = text or (association.findtext(f"{b('assignment')}/{b('from')}") or "").strip()
    if text:
        return reader.feel(text, association)
    source = reader.by_id.get(next(iter(_texts(association, "sourceRef")), ""))
    return Variable(variable(source, reader) if source is not None else "")


def _is_required(element: Element, item: Element) -> bool:
    sets = list(element.iter(b("inputSet")))
    optional = {t for s in sets for t in _texts(s, "optionalInputRefs")}
    needed = {t for s in sets for t in _texts(s, "dataInputRefs")}
    return len(sets) == 1 and item.get("id") in needed - optional


def _source_label(association: Element, reader: Reader) -> str:
    source = reader.by_id.get(next(iter(_texts(association, "sourceRef")), ""))
    return "" if source is None else source.get("name") or source.get("id") or ""


def _texts(element: Element, tag: str) -> list[str]:
    return [(e.text or "").strip() for e in element.findall(b(tag))]
