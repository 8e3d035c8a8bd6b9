"""Data objects, properties, data inputs and outputs, as variables (BPMN 2.0, clauses 10.4 and 13.3.2).

A data object or property is the variable of its name (of its id, when the name is no identifier), in
the scope it is declared in. A data input or output is a variable of its activity alone; associations
copy in and out. Without the activity's own input, output or property, an association is a drawing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff import data_sets
from engine.spiff.data_sets import Copy, DataSet, Needed
from engine.spiff.xml import Element, b, local

if TYPE_CHECKING:
    from engine.spiff.reader import Reader

IN, OUT = "dataInputAssociation", "dataOutputAssociation"
OWN = {IN: "dataInput", OUT: "dataOutput"}
#: Modelers put this property where an association is drawn to the activity as a whole.
PLACEHOLDER = "__targetRef_placeholder"
SCOPES = ("subProcess", "adHocSubProcess", "transaction")
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
    """What an element copies in and out, its sets in order, and the variables it declares."""

    inputs: list[Copy] = field(default_factory=list)
    outputs: list[Copy] = field(default_factory=list)
    input_sets: list[DataSet] = field(default_factory=list)
    output_sets: list[DataSet] = field(default_factory=list)
    declared: tuple[str, ...] = ()


def read(element: Element, reader: Reader) -> DataFlow:
    """The data associations of one activity or event that are executed."""
    found = DataFlow(declared=tuple(sorted({variable(i) for i in declared(element, reader)})))
    needed: dict[str, list[Needed]] = {}
    for association, target in _executed(element, IN):
        found.inputs += _copies(association, target, target, element, reader)
        needed.setdefault(target.get("id") or "", []).extend(_sources(association, element, reader))
    for association, source in _executed(element, OUT):
        outside = reader.by_id.get((association.findtext(b("targetRef")) or "").strip())
        if outside is not None:
            _check_reach(element, outside, reader)
            found.outputs += _copies(association, outside, source, element, reader)
            needed[source.get("id") or ""] = [(Variable(variable(source)), label(source))]
    if found.inputs or found.outputs:
        _refuse_stores(element, reader)
    if local(element).lower().endswith("event"):
        return found  # an event waits for no data: all its associations are executed (clause 10.4.2)
    found.input_sets = data_sets.read(element, "inputSet", needed)
    found.output_sets = data_sets.read(element, "outputSet", needed)
    return found


def _executed(element: Element, tag: str) -> list[tuple[Element, Element]]:
    """The element's associations of this tag that are no drawing, each with the end of its own."""
    end = "targetRef" if tag == IN else "sourceRef"
    found = [(a, _own_end(element, a, end, tag)) for a in element.findall(b(tag))]
    return [(association, own) for association, own in found if own is not None]


def executed_data(root: Element, by_id: Mapping[str | None, Element]) -> set[str]:
    """Ids of the data elements that an executed association of the file reads or writes."""
    found: set[str] = set()
    for tag in (IN, OUT):
        for association in root.iter(b(tag)):
            holder = association.getparent()
            if holder is not None and any(a is association for a, _ in _executed(holder, tag)):
                found |= set(_texts(association, "sourceRef") + _texts(association, "targetRef"))
    return found | {by_id[i].get("dataObjectRef") or "" for i in found if i in by_id}


def declared(holder: Element, reader: Reader) -> list[Element]:
    """Data elements that live as long as this activity runs (clauses 10.4.1 and 13.3.4).

    A drawn data object that nothing reads or writes declares nothing.
    """
    if local(holder).lower().endswith("event"):
        return []
    items = [p for p in holder.findall(b("property")) if p.get("name") != PLACEHOLDER]
    if local(holder) in SCOPES:
        inner = [
            *holder.findall(b("dataObject")),
            *holder.findall(f"{b('ioSpecification')}/{b('dataOutput')}"),
        ]
        items += [i for i in inner if i.get("id") in reader.executed_data]
    return items


def _check_reach(element: Element, end: Element, reader: Reader) -> None:
    """An association reaches the data of the scopes around it; a nearer namesake would hide it."""
    item = _object(end, reader)
    owner, name = _owner(item), variable(item)
    holder: Element | None = element if owner is element else element.getparent()
    while holder is not None and holder is not owner:
        if local(holder) in SCOPES and name in {variable(i) for i in declared(holder, reader)}:
            reader.report("bpmn.data-hidden", element, _hidden(label(item)))
        holder = holder.getparent()
    if holder is None and local(item) in ("dataObject", "property", "dataInput", "dataOutput"):
        reader.report("bpmn.data-reach", element, _out_of_reach(label(item)))


def _owner(item: Element) -> Element | None:
    parent = item.getparent()
    return parent.getparent() if parent is not None and local(parent) == "ioSpecification" else parent


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
    item = item if reader is None else _object(item, reader)
    name = (item.get("name") or "").strip()
    return name if name.isidentifier() else item.get("id") or ""


def _object(item: Element, reader: Reader) -> Element:
    """The data object that a reference stands for; several references, with their states, share it."""
    if local(item) != "dataObjectReference":
        return item
    return reader.by_id.get((item.get("dataObjectRef") or "").strip(), item)


def label(item: Element) -> str:
    """What people call the data."""
    return item.get("name") or item.get("id") or ""


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
    named = set(_texts(association, end))
    own = [*element.iter(b(OWN[tag])), *element.findall(b("property"))]
    for item in own:
        if item.get("id") in named and item.get("id") != looped and item.get("name") != PLACEHOLDER:
            return item
    return None


def _copies(
    association: Element, target: Element, own: Element, element: Element, reader: Reader
) -> list[Copy]:
    """The transformation, then the assignments; without either, the source as it is (clause 10.4.2)."""
    name, item = variable(target, reader), own.get("id") or ""
    data = _object(target, reader)
    listed = label(data) if data.get("isCollection") in ("true", "1") else None
    found = []
    transformation = (association.findtext(b("transformation")) or "").strip()
    if transformation:
        found.append(Copy(reader.feel(transformation, element), name, item, listed))
    for assignment in association.findall(b("assignment")):
        text = (assignment.findtext(b("from")) or "").strip()
        value = reader.feel(text or "null", element)
        path = _path(assignment, target, element, reader)
        found.append(Copy(value, path, item, listed if path == name else None))
    sources = _texts(association, "sourceRef")
    if not found:
        source = reader.by_id.get(sources[0]) if sources else None
        found.append(Copy(Variable("" if source is None else variable(source, reader)), name, item, listed))
    return found


def _path(assignment: Element, target: Element, element: Element, reader: Reader) -> str:
    """Where an assignment writes: the target, or a part of it such as `letter.title`."""
    name = variable(target, reader)
    to = (assignment.findtext(b("to")) or "").strip().removeprefix("=").strip()
    first, *rest = to.split(".")
    item = _object(target, reader)
    known = {"", name, *(e.get(a) or "" for e in (target, item) for a in ("id", "name"))}
    if first in known and all(part.isidentifier() for part in rest):
        return ".".join([name, *rest])
    reader.report("bpmn.data-assignment", element, _elsewhere(to, label(target)))
    return name


def _sources(association: Element, element: Element, reader: Reader) -> list[Needed]:
    """What has to be there before the association can be executed."""
    items = [reader.by_id[t] for t in _texts(association, "sourceRef") if t in reader.by_id]
    for item in items:
        _check_reach(element, item, reader)
    return [(Variable(variable(item, reader)), label(item)) for item in items]


def _texts(element: Element, tag: str) -> list[str]:
    return [(e.text or "").strip() for e in element.findall(b(tag))]


def _hidden(name: str) -> Text:
    return Text(
        f"La donnée « {name} » est cachée par une donnée du même nom dans un sous-processus. "
        "Renommez l’une des deux.",
        f'The data "{name}" is hidden by data of the same name in a sub-process. Rename one of them.',
    )


def _out_of_reach(name: str) -> Text:
    return Text(
        f"La donnée « {name} » appartient à un autre sous-processus ou à une autre étape. "
        "Déplacez-la dans ce qui contient les deux.",
        f'The data "{name}" belongs to another sub-process or step. Move it to what contains both.',
    )


def _elsewhere(to: str, name: str) -> Text:
    return Text(
        f"L’affectation écrit dans « {to} », qui n’est ni « {name} » ni une de ses parties. Corrigez « to ».",
        f'The assignment writes to "{to}", which is neither "{name}" nor a part of it. Correct "to".',
    )
