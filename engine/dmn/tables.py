"""Decision tables (DMN 8): compiled columns and rules, and what the hit policy makes of rules that fire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.dmn import hits, model
from engine.dmn.explanation import Fired, InputValue, TableRun, Trace
from engine.dmn.item_types import coerced
from engine.dmn.table_index import TableIndex
from engine.feel import UnaryTests
from engine.feel.errors import NullBecause
from engine.feel.runtime import Run, Where
from engine.feel.types import Type
from engine.feel.values import Value

Code = Callable[[Mapping[str, Value], Run], Value]
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """An input clause: what it reads, and which values it permits."""

    label: str
    text: str
    code: Code
    type: Type | None
    permits: Callable[[Value], bool] | None

    def value(self, scope: Values, run: Run) -> Value:
        """The input's value. Raises NullBecause when it is not permitted."""
        found = coerced(self.code(scope, run), self.type, self.label, run)
        if self.permits is not None and not self.permits(found):
            raise NullBecause(
                f"la valeur de « {self.label} » n’est pas permise",
                f"the value of “{self.label}” is not allowed",
            )
        return found


@dataclass(frozen=True, slots=True)
class Result:
    """An output clause; `priority` lists its allowed values, the most important first."""

    name: str
    type: Type | None
    permits: Callable[[Value], bool] | None
    priority: list[Value]
    default: Code | None

    def checked(self, value: Value, run: Run) -> Value:
        """An output of this column: null, with a reason, when it is not permitted."""
        found = coerced(value, self.type, self.name, run)
        if found is None or self.permits is None or self.permits(found):
            return found
        why = NullBecause(
            "cette sortie n’est pas une des valeurs permises", "this output is not one of the allowed values"
        )
        run.null(Where(0, len(self.name), self.name), why)
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """A rule: a test per input (None: any value), code per output, and the texts for explanations.

    `constants` hold the outputs that are known already, each in a tuple.
    """

    number: int
    rule: model.Rule
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Code, ...]
    constants: tuple[tuple[Value] | None, ...]


class CompiledTable:
    """A decision table, ready to be evaluated."""

    def __init__(
        self,
        source: model.Table,
        columns: tuple[Column, ...],
        results: tuple[Result, ...],
        rows: tuple[Row, ...],
    ) -> None:
        self.source, self.columns, self.results, self.rows = source, columns, results, rows
        self.policy = hits.POLICIES[source.hit_policy]
        self.index = TableIndex([row.tests for row in rows], len(columns))

    def __call__(self, scope: Values, run: Run) -> Value:
        """The table's value; null, with a reason, where the standard has no result."""
        try:
            inputs = [column.value(scope, run) for column in self.columns]
            run.spend(len(self.rows))
            rows = self._matching(inputs, scope, run)
            outputs = [self._outputs(row, scope, run) for row in rows]
            self._note(run, inputs, rows, outputs)
            if not rows:
                return self._nothing(scope, run)
            return self.policy(self, [row.number for row in rows], outputs, run)
        except NullBecause as why:
            label = self.source.label or "table"
            run.null(Where(0, len(label), label), why)
            return None

    def _matching(self, inputs: list[Value], scope: Values, run: Run) -> list[Row]:
        found = self.index.matching(inputs, scope, run)
        if self.source.hit_policy == "F":
            first = next(found, None)
            return [] if first is None else [self.rows[first]]
        return [self.rows[number] for number in found]

    def _outputs(self, row: Row, scope: Values, run: Run) -> list[Value]:
        pairs = zip(self.results, row.outputs, strict=True)
        return [result.checked(code(scope, run), run) for result, code in pairs]

    def combined(self, outputs: list[Value]) -> Value:
        """The value of one rule: its only output, or a context of them."""
        if len(self.results) == 1:
            return outputs[0]
        return {result.name: value for result, value in zip(self.results, outputs, strict=True)}

    def _nothing(self, scope: Values, run: Run) -> Value:
        """What the table gives when no rule fires: its defaults, or what its hit policy gives then."""
        if any(result.default is not None for result in self.results):
            codes = [result.default for result in self.results]
            return self.combined([None if code is None else code(scope, run) for code in codes])
        return hits.empty(self.source.hit_policy, self.source.aggregation)

    def _note(self, run: Run, inputs: list[Value], rows: list[Row], outputs: list[list[Value]]) -> None:
        trace: Any = run.trace
        if not isinstance(trace, Trace):
            return
        fired = tuple(self._fired(row, values) for row, values in zip(rows, outputs, strict=True))
        shown = tuple(
            InputValue(column.label, column.text, value)
            for column, value in zip(self.columns, inputs, strict=True)
        )
        policy = self.source.hit_policy + self.source.aggregation
        has_default = any(result.default is not None for result in self.results)
        trace.table(TableRun(self.source.id, policy, shown, fired, default=not rows and has_default))

    def _fired(self, row: Row, values: list[Value]) -> Fired:
        named = {result.name: value for result, value in zip(self.results, values, strict=True)}
        texts = tuple(test.text or "-" for test in row.rule.tests)
        return Fired(row.number, row.rule.id, texts, named, row.rule.remarks)
