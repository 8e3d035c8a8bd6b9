"""Compiles boxed expressions (DMN 10.2.1) to functions of a scope and a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.dmn import model
from engine.dmn.item_types import TypeTable, bound, coerced
from engine.dmn.problems import Problems, Scope
from engine.dmn.table_compiling import compile_table
from engine.dmn.tables import Code, CompiledTable, Values
from engine.feel.compiling.calls import by_name
from engine.feel.compiling.loops import items_of
from engine.feel.errors import NullBecause
from engine.feel.functions import invoke
from engine.feel.runtime import MAX_LIST, Run, Where
from engine.feel.types import Type
from engine.feel.values import Function, Value, kind_en, kind_fr, native


class Boxes:
    """Compiles the expressions of one model; faults go to `problems` and give null when evaluated."""

    def __init__(self, types: TypeTable, problems: Problems) -> None:
        self.types, self.problems = types, problems
        self.tables: list[CompiledTable] = []
        self.forms: dict[type[model.Boxed], Callable[[Any, Scope], Code]] = {
            model.Literal: self._literal,
            model.Table: self._table,
            model.Context: self._context,
            model.Invocation: self._invocation,
            model.ListOf: self._list,
            model.Relation: self._relation,
            model.Function: self._function,
            model.Conditional: self._conditional,
            model.Loop: self._loop,
            model.Filter: self._filter,
        }

    def compile(self, boxed: model.Boxed, scope: Scope, what: str = "") -> Code:
        """The code of an expression; its value is held to the expression's own type."""
        code = self.forms[type(boxed)](boxed, scope)
        type_ = self.types.resolve(boxed.type_ref, boxed)
        return typed(code, type_, what or _excerpt(boxed))

    def _literal(self, boxed: model.Literal, scope: Scope) -> Code:
        if boxed.language is not None:
            return self._refused(
                boxed,
                f"Le langage « {boxed.language} » n’est pas exécuté : écrivez l’expression en FEEL.",
                f"The language “{boxed.language}” is not executed: write the expression in FEEL.",
            )
        if not boxed.text:
            return _nothing
        expression = self.problems.expression(boxed.text, boxed, scope)
        return _broken(boxed.text) if expression is None else expression.value_in

    def _refused(self, boxed: model.Boxed, fr: str, en: str) -> Code:
        self.problems.add("dmn.refused", boxed, fr, en)
        return _broken(_excerpt(boxed))

    def _table(self, boxed: model.Table, scope: Scope) -> Code:
        made = compile_table(boxed, scope, self.types, self.problems, self._literal)
        self.tables.append(made)
        return made

    def _context(self, boxed: model.Context, scope: Scope) -> Code:
        entries: list[tuple[str | None, Code]] = []
        for entry in boxed.entries:
            name = entry.variable.name if entry.variable is not None else None
            type_ = self.types.resolve(entry.variable.type_ref, entry.variable) if entry.variable else None
            itself = name is not None and isinstance(entry.value, model.Function)
            inner = scope.with_({name: type_}) if itself and name else scope
            code = self.compile(entry.value, inner, name or "")
            entries.append((name, typed(code, type_, name or "")))
            scope = scope if name is None else scope.with_({name: type_})
        return lambda values, run: _build_context(entries, values, run)

    def _invocation(self, boxed: model.Invocation, scope: Scope) -> Code:
        function = self.compile(boxed.function, scope)
        names = [name for name, _ in boxed.bindings]
        codes = [self.compile(value, scope, name) for name, value in boxed.bindings]
        what = _excerpt(boxed.function)

        def call(values: Values, run: Run) -> Value:
            called = function(values, run)
            given = [code(values, run) for code in codes]
            try:
                return invoke(run, called, by_name(called, names, given) if names else given)
            except NullBecause as why:
                run.null(Where(0, len(what), what), why)
                return None

        return call

    def _list(self, boxed: model.ListOf, scope: Scope) -> Code:
        codes = [self.compile(item, scope) for item in boxed.items]
        return lambda values, run: [code(values, run) for code in codes]

    def _relation(self, boxed: model.Relation, scope: Scope) -> Code:
        names = [column.name for column in boxed.columns]
        types = [self.types.resolve(column.type_ref, column) for column in boxed.columns]
        rows: list[list[tuple[str, Code]]] = []
        for row in boxed.rows:
            if len(row) != len(names):
                return self._refused(
                    boxed,
                    f"Une ligne de la relation a {len(row)} cases pour {len(names)} colonnes.",
                    f"A row of the relation has {len(row)} cells for {len(names)} columns.",
                )
            codes = [
                typed(self.compile(c, scope, n), t, n) for c, n, t in zip(row, names, types, strict=True)
            ]
            rows.append(list(zip(names, codes, strict=True)))
        return lambda values, run: [{name: code(values, run) for name, code in row} for row in rows]

    def _function(self, boxed: model.Function, scope: Scope) -> Code:
        make = self.function(boxed, scope, None, None)
        return lambda values, run: make(values)

    def function(
        self, boxed: model.Function, scope: Scope, name: str | None, result: Type | None
    ) -> Callable[[Values], Function]:
        """A maker of the function value, given the scope in which the definition stands."""
        names = tuple(parameter.name for parameter in boxed.parameters)
        types = [self.types.resolve(parameter.type_ref, parameter) for parameter in boxed.parameters]
        body = self._body(boxed, scope.with_(dict(zip(names, types, strict=True))), name or "")

        def make(values: Values) -> Function:
            def call(run: Run, arguments: Sequence[Value]) -> Value:
                run.spend(2)
                inner = dict(values)
                for parameter, type_, value in zip(names, types, arguments, strict=True):
                    inner[parameter] = bound(native(value), type_, parameter)
                return coerced(body(inner, run), result, name or "function", run)

            return Function(name, names, call)

        return make

    def _body(self, boxed: model.Function, scope: Scope, what: str) -> Code:
        if boxed.kind.upper() != "FEEL":
            return self._refused(
                boxed,
                f"Les fonctions externes ({boxed.kind}) sont refusées : appelez un connecteur.",
                f"External functions ({boxed.kind}) are refused: call a connector instead.",
            )
        return _nothing if boxed.body is None else self.compile(boxed.body, scope, what)

    def _conditional(self, boxed: model.Conditional, scope: Scope) -> Code:
        condition = self.compile(boxed.condition, scope)
        then, otherwise = self.compile(boxed.then, scope), self.compile(boxed.otherwise, scope)
        what = _excerpt(boxed.condition)

        def choose(values: Values, run: Run) -> Value:
            answer = condition(values, run)
            if answer is not True and answer is not False:
                _not_boolean(answer, what, run)
            return then(values, run) if answer is True else otherwise(values, run)

        return choose

    def _loop(self, boxed: model.Loop, scope: Scope) -> Code:
        name = boxed.variable
        domain = self.compile(boxed.domain, scope)
        partial: dict[str, Type | None] = {"partial": None} if boxed.kind == "for" else {}
        with self.problems.reading() as reads:
            body = self.compile(boxed.body, scope.with_({**partial, name: None}))
        what = _excerpt(boxed.domain)
        run_loop = _quantified(boxed.kind == "every", _excerpt(boxed.body))
        if boxed.kind == "for":
            run_loop = _for_with_partial if "partial" in reads else _for

        def iterate(values: Values, run: Run) -> Value:
            try:
                return run_loop(name, items_of(domain(values, run)), body, values, run)
            except NullBecause as why:
                run.null(Where(0, len(what), what), why)
                return None

        return iterate

    def _filter(self, boxed: model.Filter, scope: Scope) -> Code:
        value = self.compile(boxed.value, scope)
        members: dict[str, Type | None] = dict.fromkeys(scope.members)
        condition = self.compile(boxed.condition, scope.with_({**members, "item": None}).opened())
        what, condition_text = _excerpt(boxed.value), _excerpt(boxed.condition)

        def select(values: Values, run: Run) -> Value:
            owner = value(values, run)
            if owner is None:
                why = NullBecause("ce qui est filtré vaut null", "what is filtered is null")
                run.null(Where(0, len(what), what), why)
                return None
            items = owner if isinstance(owner, list) else [owner]
            return _selected(items, condition, condition_text, values, run)

        return select


def typed(code: Code, type_: Type | None, what: str) -> Code:
    """`code` with its value held to a type."""
    if type_ is None:
        return code
    return lambda values, run: coerced(code(values, run), type_, what, run)


def _build_context(entries: list[tuple[str | None, Code]], values: Values, run: Run) -> Value:
    inner, made = dict(values), {}
    for name, code in entries:
        value = code(inner, run)
        if name is None:
            return value
        inner[name] = made[name] = value
    return made


def _for(name: str, items: Any, body: Code, values: Values, run: Run) -> Value:
    results: list[Value] = []
    for item in items:
        run.spend(2)
        if len(results) >= MAX_LIST:
            run.check_list(len(results) + 1)
        results.append(body({**values, name: native(item)}, run))
    return results


def _for_with_partial(name: str, items: Any, body: Code, values: Values, run: Run) -> Value:
    """As `_for`, when the body reads what the loop has given so far."""
    results: list[Value] = []
    for item in items:
        run.spend(len(results) + 2)
        results.append(body({**values, "partial": list(results), name: native(item)}, run))
    return results


def _quantified(every: bool, what: str) -> Callable[[str, Any, Code, Values, Run], bool | None]:
    """`some` or `every`. What is neither boolean nor null makes the whole null: the box has no such type."""

    def decide(name: str, items: Any, body: Code, values: Values, run: Run) -> bool | None:
        result: bool | None = every
        for item in items:
            run.spend(2)
            answer = body({**values, name: native(item)}, run)
            if answer is (not every):
                return not every
            if answer is not every:
                _not_boolean(answer, what, run)
                result = None
            if not isinstance(answer, bool) and answer is not None:
                return None
        return result

    return decide


def _selected(items: list[Value], condition: Code, what: str, values: Values, run: Run) -> Value:
    kept: list[Value] = []
    for index, item in enumerate(map(native, items)):
        run.spend(2)
        inner: Mapping[str, Value] = {**values, "item": item, **(item if isinstance(item, dict) else {})}
        answer = condition(inner, run)
        if answer is True:
            kept.append(item)
        elif index == 0 and isinstance(answer, Decimal):
            return _at(items, answer)
        elif answer is not False:
            _not_boolean(answer, what, run)
    return kept


def _at(items: list[Value], index: Decimal) -> Value:
    """The item at a position, counted from the end when negative; null when there is none."""
    place = int(index) if index == index.to_integral_value() and abs(index) <= len(items) else 0
    return None if place == 0 else native(items[place - 1 if place > 0 else place])


def _not_boolean(value: Value, what: str, run: Run) -> None:
    if value is not None:
        fr = f"un booléen était attendu, et non {kind_fr(value)}"
        run.null(Where(0, len(what), what), NullBecause(fr, f"a boolean was expected, not {kind_en(value)}"))


def _nothing(values: Values, run: Run) -> Value:
    return None


def _broken(text: str) -> Code:
    """What stands in the place of an expression that cannot be executed."""
    why = "cette expression n’est pas exécutable", "this expression cannot be executed"

    def read(values: Values, run: Run) -> Value:
        run.null(Where(0, len(text), text), NullBecause(*why))
        return None

    return read


def _excerpt(boxed: model.Boxed) -> str:
    return boxed.text if isinstance(boxed, model.Literal) else boxed.id or type(boxed).__name__
