"""Events that throw: in the middle of a flow and at its end (BPMN 2.0, clauses 10.5.1, 13.5.2, 13.5.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff import compensation
from engine.spiff.changes import Event, NewMessage, NewSignal, Stop
from engine.spiff.propagation import find_catcher, throw_error, throw_escalation
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.node import Node
from engine.spiff.specs.tasks import JobElement

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.specs.event_definition import EventDefinition
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

#: What is thrown first when an event throws several things: those that end the token come last.
ORDER = ("message", "signal", "escalation", "compensate", "cancel", "error", "terminate")
Act = Callable[[], bool]  #: does it; False when the token does not go on by itself


class ThrowEvent(Node):
    """Throws what it defines, then the token goes on; its input mappings are what is carried along."""

    kind = "throw_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        found = reader.event_definitions(element)
        self.definitions = sorted(found, key=lambda d: ORDER.index(d.kind))

    def _run_hook(self, token: Token) -> bool:
        if self.maps_inputs or self.maps_outputs:
            self.open_scope(token)
        acts = [ACTS[d.kind](token, d) for d in self.definitions]
        goes_on = True
        for act in acts:
            goes_on = not token.is_finished and act() and goes_on
        return goes_on

    def compensated(self, token: Token) -> None:
        """Its compensation is done: on, or out of the cancelled transaction."""
        if any(d.kind == "cancel" for d in self.definitions):
            _leave_transaction(token)
        else:
            token.top.finish(token, {})

    def _on_complete(self, token: Token) -> None:
        self.map_outputs(token, {})
        super()._on_complete(token)
        self.close_scope(token)


class EndEvent(ThrowEvent):
    """Throws what it defines, if anything, and the token ends."""

    kind = "end_event"

    def _run_hook(self, token: Token) -> bool:
        note_end(token)
        return super()._run_hook(token)


class LinkThrow(Node):
    """A jump to the link catch of the same name in this scope."""

    kind = "throw_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.link = reader.event_definitions(element)[0].link

    def leads_to(self, spec: Any) -> list[str]:
        """The catch of its name."""
        return [spec.links[self.link]] if self.link in spec.links else []

    def _on_complete(self, token: Token) -> None:
        run, top = token.workflow, token.top
        top.close(token)
        top.record("element_completed", token)
        run.node(run.spec.links[self.link]).enter(run)


class MessageTask(Activity):
    """A send task whose message goes to the processes of this installation."""

    kind = "send_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definitions(element)[0]

    def begin(self, token: Token) -> bool:
        """Publish."""
        return _message(token, self.definition)()


class JobThrow(JobElement):
    """A message throw whose sending is a connector's job."""

    kind = "throw_event"


class JobEnd(JobElement):
    """Sends by a connector's job, then the token ends."""

    kind = "end_event"

    def begin(self, token: Token) -> bool:
        """Hand the sending out."""
        note_end(token)
        return super().begin(token)


def note_end(token: Token) -> None:
    """Remember which end the process reached."""
    if token.workflow.host is None:
        token.top.changes.end_event_id = token.task_spec.name


def uncaught(code: str, label: str) -> Text:
    """What an incident says about an error that no event catches."""
    return Text(
        f"L’erreur « {code} », levée à « {label} », n’est traitée nulle part dans le diagramme.",
        f'The error "{code}", thrown at "{label}", is caught nowhere in the diagram.',
    )


# ---- what each definition does: everything is evaluated before anything is thrown


def _carried(token: Token) -> dict[str, Any]:
    return {} if token.scope is token.outer_scope else dict(token.scope.values_here)


def _message(token: Token, definition: EventDefinition) -> Act:
    name, key = definition.message(token)
    message = NewMessage(token.key, token.task_spec.name, name, key, _carried(token))

    def act() -> bool:
        token.top.changes.messages.append(message)
        return True

    return act


def _signal(token: Token, definition: EventDefinition) -> Act:
    """Instances besides this one are reached by jobs; what waits here hears it now, and nothing later."""
    name, top = definition.evaluated_name(token), token.top
    signal = NewSignal(token.key, token.task_spec.name, name, _carried(token))

    def act() -> bool:
        top.changes.signals.append(signal)
        top.changes.events.append(
            Event("signal_thrown", token.task_spec.name, token.key, data={"signal": name})
        )
        for subscription in [s for s in top.waits if s.kind == "signal" and s.name == name]:
            top.waits.trigger(subscription.key, dict(signal.payload))
        return not token.is_finished

    return act


def _escalation(token: Token, definition: EventDefinition) -> Act:
    """Uncaught, it is noted and the flow goes on (clause 10.5.1)."""
    code, top = definition.evaluated_code(token), token.top
    carried = _carried(token)

    def act() -> bool:
        event = Event("escalation_thrown", token.task_spec.name, token.key)
        top.changes.events.append(event)
        caught_by = throw_escalation(token, code, carried)
        event.data = {"code": code, "caught_by": caught_by}
        return not token.is_finished

    return act


def _error(token: Token, definition: EventDefinition) -> Act:
    """Thrown to the nearest scope that catches it; nobody does: an incident with its code."""
    code, top, node = definition.evaluated_code(token), token.top, token.task_spec
    if find_catcher(token, code) is None:
        raise Stop("uncaught_error", uncaught(code, node.label), code)
    carried = _carried(token)

    def act() -> bool:
        top.close(token)
        top.record("element_completed", token)
        node.close_scope(token)
        throw_error(token, code, node.label, carried)
        token.workflow.finish_if_empty()
        return False

    return act


def _terminate(token: Token, definition: EventDefinition) -> Act:
    """Ends every other token of its scope at once (clause 13.5.6)."""

    def act() -> bool:
        token.top.kill_all(token.workflow, but=token)
        return True

    return act


def _compensate(token: Token, definition: EventDefinition) -> Act:
    """The handlers run one after another, newest first; then the token goes on (clause 13.5.5)."""

    def act() -> bool:
        run, entries = compensation.take(token.workflow, definition.activity)
        data = {"activity": definition.activity, "handlers": len(entries)}
        token.top.changes.events.append(
            Event("compensation_thrown", token.task_spec.name, token.key, data=data)
        )
        return compensation.begin(token, run, entries)

    return act


def _cancel(token: Token, definition: EventDefinition) -> Act:
    """Ends everything in the transaction, compensates it, then goes to its cancel boundary (10.3.6)."""

    def act() -> bool:
        top, run = token.top, token.workflow
        top.kill_all(run, but=token)
        top.waits.close_scope(run)
        top.changes.events.append(Event("transaction_cancelled", token.task_spec.name, token.key))
        run, entries = compensation.take(run, None)
        if compensation.begin(token, run, entries):
            _leave_transaction(token)
        return False

    return act


def _leave_transaction(token: Token) -> None:
    top, host = token.top, token.workflow.host
    if host is None:
        raise ValueError(f"cancel end {token.task_spec.name} is in no transaction")
    top.close(token)
    top.record("element_completed", token)
    for event in host.task_spec.boundary_events:
        if "cancel" in event.kinds:
            event.caught(host, {}, {})
            return
    top.kill(host)
    host.workflow.finish_if_empty()


ACTS: dict[str, Callable[[Token, EventDefinition], Act]] = {
    "message": _message,
    "signal": _signal,
    "escalation": _escalation,
    "error": _error,
    "terminate": _terminate,
    "compensate": _compensate,
    "cancel": _cancel,
}
