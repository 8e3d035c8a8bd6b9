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
from engine.spiff import extensions
from engine.spiff.specs.event_definition import EventDefinition
from engine.spiff.specs.node import Flow
from engine.spiff.xml import Element, b, local
from engine.timers import TimerInvalid

NULL = Literal("")
DEFINITIONS = {
    "timerEventDefinition": "timer",
    "messageEventDefinition": "message",
    "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate",
}
TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")


class Reader:
    """Knows one file's root: its messages, errors and lanes, and the problems found so far."""

    def __init__(self, root: Element, job_reads: MappingType[str, Any] | None = None) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.job_reads = job_reads or {}
        self.messages = {m.get("id"): m for m in root.iter(b("message"))}
        self.errors = {e.get("id"): e.get("errorCode") or None for e in root.iter(b("error"))}
        self.lanes = _lanes(root)

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

    # ---- events

    def event_definition(self, element: Element) -> EventDefinition:
        """What the event waits for or throws; `none` without a definition."""
        if local(element) == "receiveTask":
            return self._message(element, element)
        for child in element:
            kind = DEFINITIONS.get(local(child))
            if kind == "timer":
                return self._timer(child, element)
            if kind == "message":
                return self._message(child, element)
            if kind is not None:
                return EventDefinition(kind, code=self.errors.get(child.get("errorRef")))
        return EventDefinition("none")

    def _timer(self, definition: Element, element: Element) -> EventDefinition:
        for kind in TIMER_KINDS:
            text = (definition.findtext(b(kind)) or "").strip()
            if text:
                return EventDefinition("timer", timer_kind=kind, timer=self._timer_text(kind, text, element))
        return EventDefinition("timer", timer_kind="timeDuration", timer=NULL)

    def _timer_text(self, kind: str, text: str, element: Element) -> Expression:
        if not is_feel(text):
            try:
                timers.check_text(kind, text)
            except TimerInvalid as error:
                self.report("bpmn.timer", element, error.message)
        return self.text(text, element)

    def _message(self, definition: Element, element: Element) -> EventDefinition:
        message = self.messages.get(definition.get("messageRef"))
        if message is None:
            return EventDefinition("message", message_name=NULL)
        key = extensions.read(message).correlation_key
        own = extensions.read(element).properties.get("relais:correlationKey")
        return EventDefinition(
            "message",
            message_name=self.text(message.get("name") or "", element),
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
