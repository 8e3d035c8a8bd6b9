"""From a decision table as it is written to one that can be evaluated."""

from __future__ import annotations

from collections.abc import Callable

from engine.dmn import model
from engine.dmn.item_types import Permits, TypeTable
from engine.dmn.problems import Problems, Scope
from engine.dmn.tables import Code, Column, CompiledTable, Result, Row
from engine.feel import FeelError, UnaryTests, parse, parse_unary_tests
from engine.feel.compiling.constants import NotConstant, fold
from engine.feel.types import Type
from engine.feel.values import Value

Literals = Callable[[model.Literal, Scope], Code]
#: Stands for a cell that cannot be read: the fault is a problem already, and the rule never fires.
NEVER = parse_unary_tests("? != ?")


def compile_table(
    source: model.Table, scope: Scope, types: TypeTable, problems: Problems, literal: Literals
) -> CompiledTable:
    """The table, ready to be evaluated; what is wrong in it goes to `problems`."""
    maker = _Maker(scope, types, problems, literal)
    return CompiledTable(
        source,
        tuple(maker.column(clause) for clause in source.inputs),
        tuple(maker.result(clause, number, source) for number, clause in enumerate(source.outputs, 1)),
        tuple(maker.row(rule, number, source) for number, rule in enumerate(source.rules, 1)),
    )


class _Maker:
    def __init__(self, scope: Scope, types: TypeTable, problems: Problems, literal: Literals) -> None:
        self.scope, self.types, self.problems, self.literal = scope, types, problems, literal

    def column(self, clause: model.Input) -> Column:
        expression = clause.expression
        label = clause.label or expression.text or clause.id or "?"
        type_ = self.types.resolve(expression.type_ref, expression)
        tests = self._tests(clause.allowed, clause)
        code = self.literal(expression, self.scope)
        return Column(label, expression.text, code, type_, None if tests is None else Permits(tests))

    def result(self, clause: model.Output, number: int, source: model.Table) -> Result:
        name = clause.name or clause.label or source.label or f"output {number}"
        type_ = self.types.resolve(clause.type_ref, clause)
        if type_ is None and len(source.outputs) == 1 and source.hit_policy not in "ROC":
            type_ = self.types.resolve(source.type_ref, source)
        tests = self._tests(clause.allowed, clause)
        default = None if clause.default is None else self.literal(clause.default, self.scope)
        allowed = None if tests is None else Permits(tests)
        return Result(name, type_, allowed, self._priority(clause, tests, type_), default)

    def _priority(self, clause: model.Output, tests: UnaryTests | None, type_: Type | None) -> list[Value]:
        """The allowed values of the output, else of its type, in their order (8.3.3)."""
        if tests is None and type_ is not None:
            tests = type_.allowed.tests if isinstance(type_.allowed, Permits) else None
        return constants(tests) if tests is not None else []

    def row(self, rule: model.Rule, number: int, source: model.Table) -> Row:
        self._count(rule, len(rule.tests), len(source.inputs), "entrées", "inputs")
        self._count(rule, len(rule.outputs), len(source.outputs), "sorties", "outputs")
        missing = model.Literal(text="", id=rule.id, line=rule.line)
        tests = [*rule.tests, *[missing] * len(source.inputs)][: len(source.inputs)]
        outputs = [*rule.outputs, *[missing] * len(source.outputs)][: len(source.outputs)]
        return Row(
            number,
            rule,
            tuple(self._cell(test) for test in tests),
            tuple(self.literal(output, self.scope) for output in outputs),
            tuple(_constant(output) for output in outputs),
        )

    def _count(self, rule: model.Rule, found: int, wanted: int, fr: str, en: str) -> None:
        if found != wanted:
            self.problems.add(
                "dmn.rule-size",
                rule,
                f"Ligne {rule.line} : la règle a {found} {fr} pour {wanted} colonnes.",
                f"Line {rule.line}: the rule has {found} {en} for {wanted} columns.",
            )

    def _cell(self, test: model.Literal) -> UnaryTests | None:
        if test.text in ("", "-"):
            return None
        if test.language is not None:
            self.literal(test, self.scope)
            return NEVER
        return self._tests(test.text, test) or NEVER

    def _tests(self, text: str | None, place: model.Place) -> UnaryTests | None:
        if text is None:
            return None
        return self.problems.tests(text, place, self.scope)


def _constant(output: model.Literal) -> tuple[Value] | None:
    """The value of an output that is written as a literal."""
    try:
        return (fold(parse(output.text).node),) if output.text and output.language is None else None
    except (FeelError, NotConstant):
        return None


def constants(tests: UnaryTests) -> list[Value]:
    """The values that unary tests list, in their order; those that are not constant are left out."""
    found = []
    for test in tests.node.tests or []:
        try:
            found.append(fold(test.operand, tests.names))
        except NotConstant:
            continue
    return found
