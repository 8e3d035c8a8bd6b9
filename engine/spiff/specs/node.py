"""What every flow node does: take a token in, and let it out by its sequence flows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff import compensation, data, data_sets, extensions
from engine.spiff.changes import Stop
from engine.spiff.data_sets import Copy, DataSet

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.runs import ScopeInstance
    from engine.spiff.scopes import Scope
    from engine.spiff.token import Token
    from engine.spiff.xml import Element


#: In `token.memo`: the input set that was taken, when it says which output sets may follow.
INPUT_SET = "input_set"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` None: unconditional."""

    id: str
    source: str
    target: str
    condition: Expression | None
    text: str | None


class Node(BpmnTaskSpec):  # type: ignore[misc]
    """A flow node with exact token semantics: no prediction, no task tree.

    A token *arrives* by a flow, *enters* (exists), *runs*, and *leaves*. Possible ends of
    `_run_hook`: True (complete now), False (waits for something outside), Stop (an incident).
    """

    kind = "element"
    enters_by_flow = True  #: False: tokens come here by an event, a link or compensation
    is_event_sub_process = False
    instantiates = False  #: an event-based gateway that starts instances
    compensation_handler: str | None = None  #: the activity that undoes this one
    completion_quantity = 1  #: tokens sent along each flow (clause 10.3.1)
    boundary_events: Sequence[Any] = ()
    name: str

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element.get("id"), lane=reader.lane(element))
        self.bpmn_id, self.bpmn_name = self.name, (element.get("name") or "").strip() or None
        self.flows_in: list[Flow] = []
        self.flows_out: list[Flow] = []
        self.default = element.get("default")
        self.extensions = extensions.read(element)
        self.outputs_mapped = [reader.mapping(m, element) for m in self.extensions.outputs]
        self.inputs_mapped = [reader.mapping(m, element) for m in self.extensions.inputs]
        self.data = data.read(element, reader)
        self.maps_inputs = bool(self.inputs_mapped or self.data.inputs or self.data.declared)
        self.maps_outputs = bool(self.outputs_mapped or self.data.outputs)

    @property
    def label(self) -> str:
        """The name people gave it, else its id."""
        return self.bpmn_name or self.name

    def test(self) -> None:
        """SpiffWorkflow's own check; `engine.check` takes its place."""

    def _predict(self, *_: Any, **__: Any) -> None:
        """No FUTURE, LIKELY or MAYBE tasks: prediction grows as 3^k."""

    # ---- in

    def arrive(self, run: ScopeInstance, flow: Flow) -> None:
        """A token comes along `flow`; joins count it, everything else lets it in."""
        self.enter(run, flow_in=flow.id)

    def enter(
        self,
        run: ScopeInstance,
        *,
        payload: dict[str, Any] | None = None,
        flow_in: str | None = None,
        front: bool = False,
        queued: bool = True,
    ) -> Token:
        """A token exists here and waits for its turn; triggered tokens go first."""
        token = run.top.new_token(run, self, front=front, queued=queued)
        token.payload, token.flow_in = payload or {}, flow_in
        return token

    def begin_scope(self, run: ScopeInstance, payload: dict[str, Any], details: dict[str, Any]) -> None:
        """A scope without start event begins here: what it was started with is already its own."""
        for name, value in payload.items():
            run.scope.set_local(name, value)
        self.enter(run)

    def _run_hook(self, token: Token) -> bool:
        return True

    def undo(self, token: Token) -> None:
        """Take back what a failed entry left, so that it can be tried again."""
        top = token.workflow.top
        top.waits.close_all(token.key)
        if token.scope is not token.outer_scope:
            top.drop_scope(token.scope)
            token.scope = token.outer_scope

    def settle(self, run: ScopeInstance, counts: dict[str, int]) -> bool:
        """Everything stands still: whether the tokens that wait here go on now."""
        return False

    def stuck(self, run: ScopeInstance, counts: dict[str, int]) -> None:
        """Tokens wait here that nothing can join any more."""
        raise NotImplementedError(f"{self.name} joins nothing")

    def leads_to(self, spec: Any) -> list[str]:
        """Elements that a token can reach from here by other ways than a sequence flow."""
        return []

    # ---- out

    def choose(self, token: Token) -> list[Flow]:
        """The flows a token leaves by: unconditional ones, those whose condition holds, else the default.

        BPMN 2.0, clauses 8.4.13 and 13.3.2.
        """
        if self.default is None and not self._has_conditions():
            return self.flows_out
        chosen = [f for f in self.flows_out if f.condition is None and f.id != self.default]
        true = [f for f in self.flows_out if self.is_true(f, token)]
        return chosen + (true or [f for f in self.flows_out if f.id == self.default])

    def _has_conditions(self) -> bool:
        return any(f.condition is not None for f in self.flows_out)

    def is_true(self, flow: Flow, token: Token) -> bool:
        """Whether a flow's condition holds; one that is neither true nor false stops the token."""
        if flow.condition is None or flow.id == self.default:
            return False
        value = token.workflow.top.evaluate(flow.condition, self.condition_scope(token))
        if value is True or value is False:
            return bool(value)
        raise Stop("condition", _neither(flow, value))

    def condition_scope(self, token: Token) -> Scope:
        """What the conditions of the outgoing flows see."""
        return token.outer_scope

    def leaving(self, token: Token) -> None:
        """It is certain that the token leaves now."""

    def _on_complete(self, token: Token) -> None:
        run, top = token.workflow, token.workflow.top
        flows = self.choose(token)
        self.leaving(token)
        top.close(token)
        self.note_completed(token, flows)
        nodes = run.spec.task_specs
        for flow in flows:
            for _ in range(self.completion_quantity):
                nodes[flow.target].arrive(run, flow)
        if token.compensates is not None:
            compensation.handler_done(token)
        if run.host is not None:
            run.host.task_spec.inside_left(run.host, run)
        run.finish_if_empty()

    def inside_completing(self, token: Token, run: ScopeInstance) -> None:
        """An activity in the scope inside is about to leave. Raises Stop; nothing has changed then."""

    def inside_left(self, token: Token, run: ScopeInstance) -> None:
        """An element in the scope inside is done, and its tokens have gone on."""

    def more_inside(self, token: Token, run: ScopeInstance) -> bool:
        """Nothing runs in the scope inside: whether something else begins there now."""
        return False

    def inner_result(self, run: ScopeInstance) -> dict[str, Any]:
        """What the scope inside gives when it has ended."""
        return {}

    def note_completed(self, token: Token, flows: list[Flow]) -> None:
        """History: the element is done, and how the token left it."""
        data = {"flows": [f.id for f in flows]} if flows else None
        token.workflow.top.record("element_completed", token, data)

    def killed(self, token: Token) -> None:
        """The token was ended from outside: end what belongs to it."""

    # ---- variables

    def map_outputs(self, token: Token, result: dict[str, Any]) -> None:
        """Bring a result into the process: through the output mappings, else name by name."""
        top, scope = token.workflow.top, token.scope
        if not self.maps_outputs:
            for name, value in result.items():
                scope.propagate(name, value)
            return
        for name, value in result.items():
            scope.set_local(name, value)
        values = [(target, top.evaluate(source, scope)) for source, target in self.outputs_mapped]
        values += [(c.target, c.evaluated(top, scope)) for c in self.data_given(token)]
        for target, value in values:
            token.outer_scope.set_path(target, value, local=False)

    def open_scope(self, token: Token) -> None:
        """An activity-local scope with the input mappings evaluated one after another."""
        top = token.workflow.top
        token.scope = top.new_scope(token.key, token.outer_scope)
        for copy in self.data_taken(token):
            token.scope.set_path(copy.target, copy.evaluated(top, token.scope), local=True)
        for source, target in self.inputs_mapped:
            token.scope.set_path(target, top.evaluate(source, token.scope), local=True)
        self.declare(token.scope)

    def declare(self, scope: Scope) -> None:
        """Its properties and inner data objects begin without a value (clause 10.4.1)."""
        for name in self.data.declared:
            if name not in scope.values_here:
                scope.set_local(name, None)

    def data_set(self, token: Token) -> DataSet | None:
        """The first input set whose data is there (clause 13.3.2)."""
        return data_sets.first(
            self.data.input_sets, lambda source: token.top.evaluate(source, token.outer_scope)
        )

    def data_taken(self, token: Token) -> list[Copy]:
        """What the associations of the chosen input set bring; without sets, all of them."""
        chosen = self.data_set(token)
        if chosen is None:
            return self.data.inputs
        if chosen.partners and self.data.outputs:
            token.memo = {**token.memo, INPUT_SET: chosen.id}
        return data_sets.taken(self.data.inputs, self.data.input_sets, chosen)

    def data_given(self, token: Token) -> list[Copy]:
        """What the associations of the first output set that is there bring. Raises Stop for none.

        An input set that names output sets allows these alone (clause 10.4.1, IORules).
        """
        sets, used = self.data.output_sets, token.memo.get(INPUT_SET)
        if not sets or not self.data.outputs:
            return self.data.outputs

        def value_of(source: Expression) -> Any:
            return token.top.evaluate(source, token.scope)

        allowed = [s for s in sets if used is None or used in s.partners]
        chosen = data_sets.first(allowed, value_of)
        if chosen is None:
            raise Stop("data", data_sets.no_output(self.label, allowed, value_of))
        return data_sets.taken(self.data.outputs, sets, chosen)

    def close_scope(self, token: Token) -> None:
        """The activity-local variables end."""
        if token.scope is not token.outer_scope:
            token.workflow.top.drop_scope(token.scope)
            token.scope = token.outer_scope


def _neither(flow: Flow, value: Any) -> Text:
    shown = "null" if value is None else repr(value)
    return Text(
        f"La condition « {flow.text} » donne {shown} : elle n’est ni vraie ni fausse.",
        f'The condition "{flow.text}" gives {shown}: it is neither true nor false.',
    )
