"""Events: start, catch, throw, end (BPMN 2.0, clause 13.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.changes import NewMessage, Stop
from engine.spiff.propagation import find_catcher, throw_error
from engine.spiff.specs.activity import Activity
from engine.spiff.specs.node import Flow, Node
from engine.spiff.specs.tasks import JobElement

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


class StartEvent(Node):
    """Its trigger belongs to the definition; here a token only passes, bringing what started it."""

    kind = "start_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)

    def begin_scope(self, run: ScopeInstance, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """A token that brings what started the scope."""
        self.enter(run, payload=payload)

    def _on_complete(self, token: Token) -> None:
        if self.outputs_mapped:
            self.open_scope(token)
        self.map_outputs(token, token.payload)
        super()._on_complete(token)
        self.close_scope(token)


class CatchEvent(Node):
    """Waits for its timer or message from the moment the token arrives."""

    kind = "catch_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)

    def _run_hook(self, token: Token) -> bool:
        self.open_scope(token)
        self.definition.subscribe(token, self.name)
        return False

    def triggered(self, owner: Token, payload: dict[str, Any]) -> None:
        """It happened: go on with what it brought."""
        owner.workflow.top.finish(owner, payload)

    def _on_complete(self, token: Token) -> None:
        self.map_outputs(token, token.completing or {})
        super()._on_complete(token)
        self.close_scope(token)


class ReceiveTask(Activity):
    """A task that waits for a message."""

    kind = "receive_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)

    def begin(self, token: Token) -> bool:
        """Wait."""
        self.definition.subscribe(token, self.name)
        return False

    def triggered(self, owner: Token, payload: dict[str, Any]) -> None:
        """The message arrived."""
        owner.workflow.top.finish(owner, payload)


class MessageThrow(Node):
    """Publishes a message inside this installation; its input mappings are what it carries."""

    kind = "throw_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)

    def _run_hook(self, token: Token) -> bool:
        self.open_scope(token)
        name, key = self.definition.message(token)
        message = NewMessage(token.key, self.name, name, key, dict(token.scope.values_here))
        token.workflow.top.changes.messages.append(message)
        return True

    def _on_complete(self, token: Token) -> None:
        self.map_outputs(token, {})
        super()._on_complete(token)
        self.close_scope(token)


class NoneThrow(Node):
    """A none event in the middle of a flow: a milestone that a token passes."""

    kind = "throw_event"


class JobThrow(JobElement):
    """A message throw whose sending is a connector's job."""

    kind = "throw_event"


class _End:
    """What every end event has in common: no way out."""

    flows_out: list[Flow]
    name: str

    def note_end(self, token: Token) -> None:
        """Remember which end the process reached."""
        run = token.workflow
        if run.host is None:
            run.top.changes.end_event_id = self.name


class EndEvent(_End, Node):
    """The token ends here."""

    kind = "end_event"

    def _run_hook(self, token: Token) -> bool:
        self.note_end(token)
        return True


class MessageEnd(_End, MessageThrow):
    """Publishes a message, then the token ends."""

    kind = "end_event"

    def _run_hook(self, token: Token) -> bool:
        self.note_end(token)
        return super()._run_hook(token)


class JobEnd(_End, JobElement):
    """Sends by a connector's job, then the token ends."""

    kind = "end_event"

    def begin(self, token: Token) -> bool:
        """Hand the sending out."""
        self.note_end(token)
        return super().begin(token)


class TerminateEnd(_End, Node):
    """Ends every other token of its scope at once (clause 13.5.6)."""

    kind = "end_event"

    def _run_hook(self, token: Token) -> bool:
        self.note_end(token)
        token.workflow.top.kill_all(token.workflow, but=token)
        return True


class ErrorEnd(_End, Node):
    """Throws an error to the nearest scope that catches it; nobody does: an incident with its code."""

    kind = "end_event"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.definition = reader.event_definition(element)

    def _run_hook(self, token: Token) -> bool:
        code, top, host = self.definition.code or "", token.workflow.top, token.workflow.host
        if host is None or find_catcher(host, code) is None:
            raise Stop("uncaught_error", uncaught(code, self.label), code)
        top.close(token)
        top.record("element_completed", token)
        throw_error(host, code, self.label, {})
        return False


def uncaught(code: str, label: str) -> Text:
    """What an incident says about an error that no event catches."""
    return Text(
        f"L’erreur « {code} », levée à « {label} », n’est traitée nulle part dans le diagramme.",
        f'The error "{code}", thrown at "{label}", is caught nowhere in the diagram.',
    )
