"""Reads the attributes of one BPMN file for the node classes: expressions, references, lanes.

What cannot be read is collected as diagnostics, so that one pass names every problem.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from typing import Any

from engine import timers
from engine.diagnostics import Diagnostic, Text
from engine.expressions import Expression, Literal, compile_feel, is_feel
from engine.feel import FeelError
from engine.spiff import data, extensions
from engine.spiff.specs.event_definition import EventDefinition
from engine.spiff.specs.node import Flow
from engine.spiff.xml import Element, b, local
from engine.timers import TimerInvalid

NULL = Literal("")
KINDS = (
    "timer",
    "message",
    "signal",
    "conditional",
    "error",
    "escalation",
    "compensate",
    "cancel",
    "terminate",
    "link",
)
DEFINITIONS = {f"{kind}EventDefinition": kind for kind in KINDS}
CONDITION_EVENTS = Text(
    "La condition ne doit être évaluée qu’à la création ou à la modification d’une donnée "
    "(variableEvents). "
    "Relais l’évalue à chaque écriture : retirez ce réglage.",
    "The condition is to be evaluated only when a variable is created or only when it is updated "
    "(variableEvents). Relais evaluates it with every write: remove this setting.",
)
TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")


class Reader:
    """Knows one file's root: its messages, errors and lanes, and the problems found so far."""

    def __init__(self, root: Element, job_reads: MappingType[str, Any] | None = None) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.job_reads = job_reads or {}
        self.by_id = {e.get("id"): e for e in root.iter() if isinstance(e.tag, str) and e.get("id")}
        self.messages = {m.get("id"): m for m in root.iter(b("message"))}
        self.signals = {s.get("id"): s.get("name") or "" for s in root.iter(b("signal"))}
        self.codes = {e.get("id"): e.get("errorCode") for e in root.iter(b("error"))}
        self.codes |= {e.get("id"): e.get("escalationCode") for e in root.iter(b("escalation"))}
        self.shared = {e.get("id"): e for e in root if local(e) in DEFINITIONS}
        self.handlers = _compensation_handlers(root)
        self.lanes = _lanes(root)
        self.executed_data = data.executed_data(root, self.by_id)

    def lane(self, element: Element) -> str | None:
        """Name of the innermost lane that holds the element or the sub-process around it."""
        holder: Element | None = element
        while holder is not None:
            name = self.lanes.get(holder.get("id") or "")
            if name:
                return name
            holder = holder.getparent()
        return None

    # ---- expressions

    def text(self, text: str, element: Element) -> Expression:
        """FEEL after `=`, else a literal."""
        return self.feel(text[1:], element) if is_feel(text) else Literal(text)

    def optional_text(self, text: str | None, element: Element) -> Expression | None:
        """The same, None when there is nothing."""
        return None if text is None else self.text(text, element)

    def feel(self, text: str, element: Element) -> Expression:
        """An expression that is FEEL with or without its `=`."""
        try:
            return compile_feel(text)
        except FeelError as error:
            self._report_feel(element, error)
            return NULL

    def mapping(self, mapping: extensions.Mapping, element: Element) -> tuple[Expression, str]:
        """Source expression and target path."""
        return self.text(mapping.source, element), mapping.target

    def flow(self, element: Element) -> Flow:
        """A sequence flow with its compiled condition."""
        condition = element.find(b("conditionExpression"))
        text = (condition.text or "").strip() if condition is not None else ""
        compiled = self.feel(text, element) if text else None
        return Flow(
            element.get("id") or "",
            element.get("sourceRef") or "",
            element.get("targetRef") or "",
            compiled,
            text.removeprefix("=") or None,
        )

    def data_name(self, element: Element, reference: str) -> str | None:
        """The variable that a reference to data stands for; None when there is no reference."""
        return data.collection(element, reference, self)

    # ---- events

    def event_definitions(self, element: Element) -> tuple[EventDefinition, ...]:
        """What the event waits for or throws; nothing for a none event."""
        if local(element) in ("receiveTask", "sendTask"):
            return (self._message(element, element, 0),)
        found = definitions_of(element, self.shared)
        return tuple(self._definition(d, element, i) for i, d in enumerate(found))

    def _definition(self, definition: Element, element: Element, index: int) -> EventDefinition:
        kind = DEFINITIONS[local(definition)]
        if kind == "timer":
            return self._timer(definition, element, index)
        if kind == "message":
            return self._message(definition, element, index)
        if kind == "conditional":
            return self._condition(definition, element, index)
        if kind in ("error", "escalation"):
            code = self.codes.get(definition.get(f"{kind}Ref")) or None
            return EventDefinition(kind, index, code=code, thrown_code=self.text(code or "", element))
        if kind == "signal":
            name = self.signals.get(definition.get("signalRef")) or ""
            return EventDefinition(kind, index, name=self.text(name, element))
        return EventDefinition(
            kind, index, link=definition.get("name"), activity=definition.get("activityRef")
        )

    def _condition(self, definition: Element, element: Element, index: int) -> EventDefinition:
        text = (definition.findtext(b("condition")) or "").strip()
        condition = self.feel(text or "null", element)
        watched = extensions.condition_variables(definition) or condition.variables
        if extensions.condition_has_events(definition):
            self.report("zeebe.condition-events", element, CONDITION_EVENTS)
        return EventDefinition(
            "conditional", index, condition=condition, text=text.removeprefix("="), watched=watched
        )

    def _timer(self, definition: Element, element: Element, index: int) -> EventDefinition:
        for kind in TIMER_KINDS:
            text = (definition.findtext(b(kind)) or "").strip()
            if text:
                timer = self._timer_text(kind, text, element)
                return EventDefinition("timer", index, timer_kind=kind, timer=timer)
        return EventDefinition("timer", index, timer_kind="timeDuration", timer=NULL)

    def _timer_text(self, kind: str, text: str, element: Element) -> Expression:
        if not is_feel(text):
            try:
                timers.check_text(kind, text)
            except TimerInvalid as error:
                self.report("bpmn.timer", element, error.message)
        return self.text(text, element)

    def _message(self, definition: Element, element: Element, index: int) -> EventDefinition:
        message = self.messages.get(definition.get("messageRef"))
        if message is None:
            return EventDefinition("message", index, name=NULL)
        key = extensions.read(message).correlation_key
        own = extensions.read(element).properties.get("relais:correlationKey")
        return EventDefinition(
            "message",
            index,
            name=self.text(message.get("name") or "", element),
            correlation_key=self.optional_text(own or key, element),
        )

    # ---- problems

    def report(self, rule: str, element: Element, message: Text, position: int | None = None) -> None:
        """Note a problem of this element; deployment is refused with it."""
        self.diagnostics.append(
            Diagnostic(rule, "error", message, element_id=element.get("id"), position=position)
        )

    def _report_feel(self, element: Element, error: FeelError) -> None:
        message = Text(error.message["fr"], error.message["en"])
        self.report("feel.syntax", element, message, error.position)


def _lanes(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for lane in root.iter(b("lane")):
        for reference in lane.findall(b("flowNodeRef")):
            found[(reference.text or "").strip()] = (lane.get("name") or "").strip()
    return found


def definitions_of(element: Element, shared: MappingType[str | None, Element]) -> list[Element]:
    """The event definitions of an event, its own and those it refers to, in the order of the file."""
    found = []
    for child in element:
        if local(child) in DEFINITIONS:
            found.append(child)
        elif local(child) == "eventDefinitionRef":
            referred = shared.get((child.text or "").strip().rpartition(":")[2])
            found += [] if referred is None else [referred]
    return found


def _compensation_handlers(root: Element) -> dict[str, str]:
    """Boundary event id to the id of the activity that compensates, from the associations."""
    events = {e.get("id") or "" for e in root.iter(b("boundaryEvent"))}
    found: dict[str, str] = {}
    for line in root.iter(b("association")):
        ends = (line.get("sourceRef") or "", line.get("targetRef") or "")
        found |= {event: other for event, other in (ends, ends[::-1]) if event in events}
    return found
