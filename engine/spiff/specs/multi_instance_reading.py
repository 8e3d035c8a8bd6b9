"""Reads a multi-instance marker: the standard's own attributes and Camunda 8's `zeebe:` ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.expressions import Expression
from engine.spiff.specs.repetition import Condition
from engine.spiff.xml import Element, b, local, z

if TYPE_CHECKING:
    from engine.spiff.reader import Reader

REFERENCES = ("messageRef", "signalRef", "errorRef", "escalationRef")
_VARIABLE = re.compile(r"=?\s*([^\W\d]\w*)(\.\w+)*\s*")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the marker says. Boundary events are named by their ids."""

    sequential: bool
    collection: Expression | None
    collection_text: str
    cardinality: Expression | None
    cardinality_text: str
    input_element: str | None
    output_collection: str | None
    output_element: Expression | None
    output_variable: str | None  #: the variable an output element begins with: local to each instance
    completion: Condition | None
    behavior: str
    none_events: tuple[str, ...]
    one_events: tuple[str, ...]
    complex: tuple[tuple[Condition, tuple[str, ...]], ...]


def read(marker: Element, reader: Reader) -> Setting:
    """The setting of one `multiInstanceLoopCharacteristics`."""
    zeebe = marker.find(f"{b('extensionElements')}/{z('loopCharacteristics')}")
    own: Element = marker if zeebe is None else zeebe
    collection, item, outputs, output = _standard(marker, reader) if zeebe is None else _zeebe(own)
    cardinality = _text(marker, "loopCardinality")
    completion = _text(marker, "completionCondition")
    return Setting(
        sequential=marker.get("isSequential") == "true",
        collection=reader.feel(collection, marker) if collection else None,
        collection_text=collection or "",
        cardinality=reader.feel(cardinality, marker) if cardinality else None,
        cardinality_text=cardinality,
        input_element=item,
        output_collection=outputs,
        output_element=reader.feel(output, marker) if output else None,
        output_variable=_first_variable(output),
        completion=Condition(reader.feel(completion, marker), completion) if completion else None,
        behavior=(marker.get("behavior") or "All").lower(),
        none_events=_caught_by(marker, _referenced(marker, "noneBehaviorEventRef")),
        one_events=_caught_by(marker, _referenced(marker, "oneBehaviorEventRef")),
        complex=tuple(_complex(marker, d, reader) for d in marker.findall(b("complexBehaviorDefinition"))),
    )


Four = tuple[str | None, str | None, str | None, str | None]


def _zeebe(own: Element) -> Four:
    """Collection, item variable, output collection, output expression."""
    return (
        own.get("inputCollection") or None,
        own.get("inputElement") or None,
        own.get("outputCollection") or None,
        own.get("outputElement") or None,
    )


def _standard(marker: Element, reader: Reader) -> Four:
    output = _item(marker.find(b("outputDataItem")))
    outputs = reader.data_name(marker, _text(marker, "loopDataOutputRef"))
    collection = reader.data_name(marker, _text(marker, "loopDataInputRef"))
    return collection, _item(marker.find(b("inputDataItem"))), outputs, output


def _item(element: Element | None) -> str | None:
    return None if element is None else element.get("name") or element.get("id")


def _text(element: Element, tag: str) -> str:
    return (element.findtext(b(tag)) or "").strip()


def _first_variable(text: str | None) -> str | None:
    found = _VARIABLE.fullmatch(text or "")
    return found[1] if found else None


# ---- events that the end of an instance throws (table 10.29)


def _complex(marker: Element, definition: Element, reader: Reader) -> tuple[Condition, tuple[str, ...]]:
    text = _text(definition, "condition")
    event = definition.find(b("event"))
    thrown = [] if event is None else _definitions(event)
    condition = Condition(reader.feel(text or "false", marker), text)
    return condition, _caught_by(marker, thrown)


def _referenced(marker: Element, attribute: str) -> list[Element]:
    reference = marker.get(attribute)
    root = marker.getroottree().getroot()
    return [e for e in root.iter() if reference and isinstance(e.tag, str) and e.get("id") == reference]


def _definitions(event: Element) -> list[Element]:
    inline = [c for c in event if local(c).endswith("EventDefinition")]
    references = [(r.text or "").strip() for r in event.findall(b("eventDefinitionRef"))]
    root = event.getroottree().getroot()
    return inline + [e for e in root.iter() if isinstance(e.tag, str) and e.get("id") in references]


def _caught_by(marker: Element, thrown: list[Element]) -> tuple[str, ...]:
    """Boundary events of the activity that wait for one of these events."""
    activity = marker.getparent()
    scope = None if activity is None else activity.getparent()
    if activity is None or scope is None:
        return ()
    wanted = {_signature(d) for d in thrown}
    beside = [e for e in scope.findall(b("boundaryEvent")) if e.get("attachedToRef") == activity.get("id")]
    return tuple(e.get("id") or "" for e in beside if wanted & {_signature(d) for d in _definitions(e)})


def _signature(definition: Element) -> tuple[str, ...]:
    return (local(definition), *(definition.get(r) or "" for r in REFERENCES))
