"""Multi-instance activities: once per item, one after another or together (BPMN 2.0, clause 13.3.7).

The items come from a collection (`zeebe:loopCharacteristics`, or `loopDataInputRef`) or from a
number (`loopCardinality`). Outputs are collected in the order of the items, whoever ends first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.diagnostics import Text
from engine.expressions import Expression
from engine.spiff.changes import Stop
from engine.spiff.specs.multi_instance_reading import read
from engine.spiff.specs.repetition import Repetition, Verdict, instances_of

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.specs.activity import Activity
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

MAX_INSTANCES = 100_000
ONE = Decimal(1)


class MultiInstance(Repetition):
    """One instance per item."""

    def __init__(self, activity: Activity, marker: Element, reader: Reader) -> None:
        super().__init__(activity)
        self.setting = read(marker, reader)

    # ---- begin

    def begin(self, body: Token) -> bool:
        """All instances, or the first; True when there is no item."""
        self.open(body)
        items = self._items(body)
        total, zero = Decimal(len(items)), Decimal(0)
        body.memo = {"total": total, "started": zero, "done": zero, "ended": zero}
        body.memo |= {"outputs": [None] * len(items), "items": list(items)}
        if self.setting.output_collection:
            body.scope.set_local(self.setting.output_collection, body.memo["outputs"])
        for _ in items[:1] if self.setting.sequential else items:
            self._start_next(body)
        if not self.setting.sequential:
            body.memo["items"] = []
        return not items

    def _start_next(self, body: Token) -> None:
        index = int(body.memo["started"])
        body.memo["started"] += ONE
        variables = {}
        if self.setting.input_element:
            variables[self.setting.input_element] = body.memo["items"][index]
        if self.setting.output_variable:
            variables[self.setting.output_variable] = None
        self.start_instance(body, index, variables)

    def _items(self, body: Token) -> list[Any]:
        source, top = self.setting.collection, body.workflow.top
        if source is not None:
            value = top.evaluate(source, body.outer_scope)
            if not isinstance(value, list):
                raise Stop("multi_instance", _no_list(self.activity.label, self.setting.collection_text))
            _check_size(self.activity.label, len(value))
            return value
        return [None] * self._cardinality(body, self.setting.cardinality)

    def _cardinality(self, body: Token, expression: Expression | None) -> int:
        value = None if expression is None else body.workflow.top.evaluate(expression, body.outer_scope)
        if not isinstance(value, Decimal) or value != value.to_integral_value() or value < 0:
            raise Stop("multi_instance", _no_number(self.activity.label, self.setting.cardinality_text))
        _check_size(self.activity.label, int(value))
        return int(value)

    # ---- after each instance

    def judge(self, instance: Token, body: Token) -> Verdict:
        """Its output, whether it was the last, and what its end throws."""
        top, memo, setting = body.workflow.top, body.memo, self.setting
        output = None
        if setting.output_element is not None:
            output = top.evaluate(setting.output_element, instance.scope)
        seen = _counts(memo, memo["done"] + ONE)
        early = setting.completion is not None and setting.completion.holds(body, instance.scope, seen)
        events, stops = self._thrown(instance, body, seen)
        last = memo["done"] + memo["ended"] + ONE >= memo["total"]
        cancels = early or stops
        return Verdict(last or cancels, int(instance.memo["index"]), output, events, cancels)

    def _thrown(self, instance: Token, body: Token, seen: dict[str, Any]) -> tuple[tuple[str, ...], bool]:
        """Boundary events that the instance's end triggers (`behavior`), and whether the rest stops."""
        setting = self.setting
        if setting.behavior == "none":
            return setting.none_events, False
        if setting.behavior == "one":
            return (setting.one_events if body.memo["done"] == 0 else ()), False
        if setting.behavior != "complex":
            return (), False
        true = [c for c in setting.complex if c[0].holds(body, instance.scope, seen)]
        return tuple(e for _, events in true for e in events), bool(true)

    def apply(self, verdict: Verdict, body: Token) -> None:
        """Note the output, trigger what the end throws, end or start other instances."""
        memo, run = body.memo, body.workflow
        memo["done"] += ONE
        memo["outputs"][verdict.index] = verdict.output
        if self.setting.output_collection:
            body.scope.set_local(self.setting.output_collection, memo["outputs"])
        for element_id in verdict.events:
            run.node(element_id).enter(run, front=True)
        if verdict.cancels:
            self._end_rest(body)
        elif not verdict.done and self.setting.sequential:
            self._start_next(body)

    def _end_rest(self, body: Token) -> None:
        rest = instances_of(body)
        body.memo["ended"] += Decimal(len(rest))
        for instance in rest:
            body.workflow.top.kill(instance)

    def result(self, body: Token) -> dict[str, Any]:
        """The output collection, in the order of the items."""
        name = self.setting.output_collection
        return {name: list(body.memo["outputs"])} if name else {}


def _counts(memo: dict[str, Any], done: Decimal) -> dict[str, Any]:
    """The attributes that conditions can read (table 10.30)."""
    return {
        "numberOfInstances": memo["total"],
        "numberOfActiveInstances": memo["started"] - done - memo["ended"],
        "numberOfCompletedInstances": done,
        "numberOfTerminatedInstances": memo["ended"],
    }


def _check_size(label: str, count: int) -> None:
    if count > MAX_INSTANCES:
        raise Stop("multi_instance", _too_many(label, count))


def _no_list(label: str, text: str) -> Text:
    return Text(
        f"L’étape « {label} » se répète pour chaque élément de « {text} », qui n’est pas une liste.",
        f'The step "{label}" is repeated for each item of "{text}", which is not a list.',
    )


def _no_number(label: str, text: str) -> Text:
    return Text(
        f"L’étape « {label} » se répète « {text} » fois : il faut un nombre entier, zéro ou plus.",
        f'The step "{label}" is repeated "{text}" times: a whole number is needed, zero or more.',
    )


def _too_many(label: str, count: int) -> Text:
    return Text(
        f"L’étape « {label} » se répéterait {count} fois. La limite est de {MAX_INSTANCES}.",
        f'The step "{label}" would be repeated {count} times. The limit is {MAX_INSTANCES}.',
    )
