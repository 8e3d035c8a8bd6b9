"""Activities: mappings around the work, boundary events beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.compensation import Entry
from engine.spiff.specs.multi_instance import MultiInstance
from engine.spiff.specs.node import Flow, Node
from engine.spiff.specs.repetition import Repetition, instances_of
from engine.spiff.specs.standard_loop import StandardLoop
from engine.spiff.xml import b

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.scopes import Scope
    from engine.spiff.specs.boundary_event import BoundaryEvent
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


#: In `run.joins`: how many tokens wait for an activity that starts with several.
TOKENS = "tokens"


class Activity(Node):
    """A task or sub-process; `begin` does its work, `complete` takes the result."""

    kind = "task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        self.boundary_events: list[BoundaryEvent] = []
        self.enters_by_flow = element.get("isForCompensation") != "true"
        self.start_quantity = int(element.get("startQuantity", "1"))
        self.completion_quantity = int(element.get("completionQuantity", "1"))
        self.repetition = repetition_of(self, element, reader)

    def arrive(self, run: ScopeInstance, flow: Flow) -> None:
        """It starts once per `startQuantity` tokens, whatever flow they come by (clause 13.3.2)."""
        if self.start_quantity == 1:
            self.enter(run, flow_in=flow.id)
            return
        counts = run.joins.setdefault(self.name, {})
        counts[TOKENS] = counts.get(TOKENS, 0) + 1
        if counts[TOKENS] == self.start_quantity:
            del run.joins[self.name]
            self.enter(run, flow_in=flow.id)

    def stuck(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Fewer tokens came than it needs to start: hold one here, with the reason."""
        del run.joins[self.name]
        token = self.enter(run)
        run.top.queue.remove(token)
        run.top.stop(token, Stop("join", _too_few(self.label, counts[TOKENS], self.start_quantity)))

    def _run_hook(self, token: Token) -> bool:
        if self.repetition is None or self.is_instance(token):
            if self.data.input_sets and self.data_set(token) is None:
                token.top.wait_for_data(token)
                return False
            if self.maps_inputs or self.maps_outputs:
                self.open_scope(token)
            if self.repetition is None:
                self._listen(token)
            return self.begin(token)
        self._listen(token)
        return self.repetition.begin(token)

    def _listen(self, token: Token) -> None:
        for event in self.boundary_events:
            event.listen(token)

    def is_instance(self, token: Token) -> bool:
        """Whether the token is one instance of a loop or multi-instance, and not the whole."""
        return "body" in token.memo

    def begin(self, token: Token) -> bool:
        """Do the work; True when it is done at once. An abstract task does nothing (clause 13.3.3)."""
        return True

    def result(self, token: Token) -> dict[str, Any]:
        """What came from outside, as variables."""
        return token.completing or {}

    def _on_complete(self, token: Token) -> None:
        if self.repetition is None:
            self.map_outputs(token, self.result(token))
            super()._on_complete(token)
            self.close_scope(token)
        elif self.is_instance(token):
            self.map_outputs(token, self.result(token))
            self._end_instance(token, self.repetition)
        else:
            for name, value in self.repetition.result(token).items():
                token.outer_scope.propagate(name, value)
            super()._on_complete(token)
            self.close_scope(token)

    def _end_instance(self, token: Token, repetition: Repetition) -> None:
        top, body = token.workflow.top, token.carrier
        verdict = repetition.judge(token, body)
        kept = token.scope
        self.leaving(token)
        if kept is not token.scope:
            kept.stand_alone(token.outer_scope, body.outer_scope)
        top.close(token)
        top.record("element_completed", token, {"instance": verdict.index + 1})
        self.close_scope(token)
        top.drop_scope(token.outer_scope)
        repetition.apply(verdict, body)
        if verdict.done:
            top.finish(body, {})

    def note_completed(self, token: Token, flows: list[Flow]) -> None:
        """The whole of a repeated activity is another event than its instances."""
        if self.repetition is None:
            super().note_completed(token, flows)
            return
        data = {"flows": [f.id for f in flows], "instances": int(token.memo.get("done", 0))}
        token.workflow.top.record("repetition_completed", token, data)

    def killed(self, token: Token) -> None:
        """With the whole, its instances end; with an instance, its own variables."""
        if self.repetition is None:
            return
        if self.is_instance(token):
            token.workflow.top.drop_scope(token.outer_scope)
            return
        for instance in instances_of(token):
            token.workflow.top.kill(instance)

    def leaving(self, token: Token) -> None:
        """Completed, it can be compensated from now on; each instance of a repeated one for itself."""
        host = token.workflow.host
        if host is not None and not self.is_instance(token):
            host.task_spec.inside_completing(host, token.workflow)
        if self.compensation_handler is None:
            return
        if self.repetition is None:
            token.workflow.completed_activities.append(Entry(self.name))
        elif self.is_instance(token):
            token.workflow.completed_activities.append(Entry(self.name, self._kept_for(token).key))

    def _kept_for(self, instance: Token) -> Scope:
        """A copy of the instance's own variables (its item, its number) for its handler."""
        top = instance.top
        kept = top.new_scope(top.next_key(), instance.carrier.outer_scope)
        for name, value in instance.outer_scope.values_here.items():
            kept.set_local(name, value)
        return kept


def repetition_of(activity: Activity, element: Element, reader: Reader) -> Repetition | None:
    """What the activity's marker says; None: it runs once."""
    loop = element.find(b("standardLoopCharacteristics"))
    several = element.find(b("multiInstanceLoopCharacteristics"))
    if loop is not None:
        return StandardLoop(activity, loop, reader)
    return None if several is None else MultiInstance(activity, several, reader)


def _too_few(label: str, count: int, needed: int) -> Text:
    return Text(
        f"L’étape « {label} » attend {needed} jetons, et {count} seulement peuvent arriver.",
        f'The step "{label}" waits for {needed} tokens, and only {count} can arrive.',
    )
