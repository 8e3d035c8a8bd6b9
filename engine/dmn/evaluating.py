"""Evaluates decisions and what they require (DMN 10.4): each element once per evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.diagnostics import Text
from engine.dmn import model
from engine.dmn.compiling import Compiled, CompiledModel, Target
from engine.dmn.explanation import Source, Step, Trace
from engine.dmn.item_types import bound, coerced
from engine.dmn.tables import Code
from engine.feel.errors import NullBecause
from engine.feel.runtime import Run, Where
from engine.feel.values import Function, Value

KINDS = {
    model.InputData: "input",
    model.Decision: "decision",
    model.Knowledge: "knowledge",
    model.Service: "service",
}


class Evaluator:
    """One evaluation of one model. `inputs` are values by the name of their input data; those of an imported
    model may stand under the name of the import. `given` are decisions that are not to be evaluated, by id.
    """

    def __init__(
        self,
        owner: CompiledModel,
        inputs: Mapping[str, Value],
        run: Run,
        given: Mapping[str, Value] | None = None,
    ) -> None:
        self.owner, self.inputs, self.run = owner, inputs, run
        self.values: dict[str, Value] = dict(given or {})
        self._open: set[str] = set()
        self._imported: dict[str, Evaluator] = {}

    def value(self, item: Compiled) -> Value:
        """The value of an element; functions for knowledge and services.

        What it requires comes first, so that a long chain of decisions is not a deep recursion.
        """
        if item.element.id not in self.values and not self._open:
            for required in self._before(item):
                self._once(required)
        return self._once(item)

    def _before(self, item: Compiled) -> list[Compiled]:
        """The elements of this model that `item` requires, directly or not, each after what it requires."""
        ordered: dict[str, Compiled] = {}
        seen: set[str] = set()
        waiting: list[tuple[Compiled, bool]] = [(item, True)]
        while waiting:
            current, entering = waiting.pop()
            key = current.element.id
            if not entering:
                ordered[key] = current
            elif key not in seen and key not in self.values:
                seen.add(key)
                waiting.append((current, False))
                near = (target for target in reversed(current.requires) if target.prefix is None)
                waiting += [(self.owner.elements[target.element.id], True) for target in near]
        ordered.pop(item.element.id, None)
        return list(ordered.values())

    def _once(self, item: Compiled) -> Value:
        element = item.element
        if element.id in self.values:
            return self.values[element.id]
        if element.id in self._open:
            return self._null(element.name, _cycle())
        self._open.add(element.id)
        value = self._evaluated(item)
        self._open.discard(element.id)
        self.values[element.id] = value
        return value

    def _evaluated(self, item: Compiled) -> Value:
        if isinstance(item.element, model.InputData):
            return self._input(item)
        if isinstance(item.element, model.Decision):
            return self._decision(item)
        return self._service(item) if isinstance(item.element, model.Service) else self._knowledge(item)

    def _null(self, what: str, why: NullBecause) -> None:
        self.run.null(Where(0, len(what), what), why)

    def _input(self, item: Compiled) -> Value:
        name = item.element.name
        for key in (name, item.element.variable.name, item.element.id):
            if key in self.inputs:
                return coerced(self.inputs[key], item.type, name, self.run)
        return self._null(
            name, NullBecause("cette donnée n’a pas été fournie", "this input was not provided")
        )

    def _decision(self, item: Compiled) -> Value:
        element = item.element
        scope = self._scope(item)
        if item.code is None:
            why = NullBecause("cette décision n’a pas de logique", "this decision has no logic")
            return self._null(element.name, why)
        trace = self.run.trace
        if not isinstance(trace, Trace):
            return coerced(item.code(scope, self.run), item.type, element.name, self.run)
        return self._traced(item, item.code, scope, trace)

    def _traced(self, item: Compiled, code: Code, scope: Mapping[str, Value], trace: Trace) -> Value:
        element = item.element
        reasons = [] if self.run.reasons is None else self.run.reasons
        question = element.question if isinstance(element, model.Decision) else None
        step = Step(element.id, element.name, self.owner.name, question)
        step.sources = [self._source(target) for target in item.requires]
        outer, trace.current, before = trace.current, step, len(reasons)
        step.value = coerced(code(scope, self.run), item.type, element.name, self.run)
        step.reasons = [Text(reason.message["fr"], reason.message["en"]) for reason in reasons[before:]]
        trace.current = outer
        trace.steps.append(step)
        return step.value

    def _source(self, target: Target) -> Source:
        kind = KINDS[type(target.element)]
        value = self.required(target)
        name = f"{target.prefix}.{target.element.name}" if target.prefix else target.element.name
        return Source(name, kind, target.element.id, value)

    def _knowledge(self, item: Compiled) -> Value:
        name = item.element.variable.name
        if item.function is None:
            return self._null(
                name, NullBecause("cette fonction n’a pas de corps", "this function has no body")
            )
        scope = self._scope(item)
        made = item.function(scope)
        scope[name] = made
        return item.function(scope)

    def _scope(self, item: Compiled) -> dict[str, Value]:
        """What an element may name: what it requires, under the import's name when it has one."""
        scope: dict[str, Value] = {}
        for target in item.requires:
            name, value = target.element.variable.name, self.required(target)
            if target.prefix:
                scope.setdefault(target.prefix, {})[name] = value
                scope[f"{target.prefix}.{name}"] = value
            else:
                scope[name] = value
        return scope

    def required(self, target: Target) -> Value:
        """The value of what a requirement leads to."""
        owner = self if target.prefix is None else self.of_import(target.prefix, target.owner)
        return owner.value(target.owner.elements[target.element.id])

    def of_import(self, prefix: str, owner: CompiledModel) -> Evaluator:
        """The evaluation of an imported model, shared by all that read it through the same import."""
        if prefix not in self._imported:
            own = self.inputs.get(prefix) if prefix else None
            inputs = {**self.inputs, **own} if isinstance(own, dict) else self.inputs
            self._imported[prefix] = Evaluator(owner, inputs, self.run)
        return self._imported[prefix]

    def _service(self, item: Compiled) -> Value:
        element = item.element
        names = tuple(target.element.variable.name for target in item.parameters)

        def call(run: Run, arguments: Sequence[Value]) -> Value:
            run.spend(10)
            return Invocation(self.owner, item, arguments, run).value()

        return Function(element.variable.name, names, call)


class Invocation:
    """One call of a decision service: its decisions see nothing but the arguments (10.4)."""

    def __init__(self, owner: CompiledModel, item: Compiled, arguments: Sequence[Value], run: Run) -> None:
        self.item, self.run = item, run
        inputs: dict[str, Value] = {}
        given: dict[str, Value] = {}
        foreign: dict[str, dict[str, Value]] = {}
        for target, argument in zip(item.parameters, arguments, strict=True):
            type_ = target.owner.elements[target.element.id].type
            value = bound(argument, type_, target.element.name)
            if isinstance(target.element, model.Decision) and not target.prefix:
                given[target.element.id] = value
            elif isinstance(target.element, model.Decision):
                foreign.setdefault(target.prefix or "", {})[target.element.id] = value
            elif target.prefix:
                inputs.setdefault(target.prefix, {})[target.element.name] = value
            else:
                inputs[target.element.name] = value
        self.evaluator = Evaluator(owner, inputs, run, given)
        for target in item.parameters:
            if target.prefix and target.prefix in foreign:
                self.evaluator.of_import(target.prefix, target.owner).values.update(foreign[target.prefix])

    def value(self) -> Value:
        """The value of the only output decision, or a context of them."""
        outputs = {t.element.variable.name: self.evaluator.required(t) for t in self.item.outputs}
        value = next(iter(outputs.values())) if len(outputs) == 1 else outputs
        return coerced(value, self.item.type, self.item.element.name, self.run)


def _cycle() -> NullBecause:
    return NullBecause("cette décision dépend d’elle-même", "this decision depends on itself")
