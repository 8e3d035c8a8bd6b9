"""Subjects and texts with places to fill in: a small, closed part of Jinja.

Allowed: `{{ value }}`, members, filters of the list below, `{% if %}`, `{% for %}` over a list. Everything by
which a template could call, load, assign or grow without bound is refused when it is read.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

import jinja2
from jinja2 import meta, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connectors.email import formats
from connectors.sdk import ConnectorError, Problem, Text

MAX_OUTPUT_CHARS: Final = 500_000
MAX_LOOP_DEPTH: Final = 2
_FILTERS: Final = (
    "capitalize", "count", "d", "default", "first", "int", "join", "last", "length", "list", "lower",
    "round", "sort", "title", "trim", "unique", "upper",
)  # fmt: skip
_TESTS: Final = (
    "defined", "undefined", "none", "number", "string", "mapping", "sequence", "true", "false", "in", "eq",
    "equalto", "ne", "lt", "lessthan", "gt", "greaterthan", "le", "ge", "even", "odd",
)  # fmt: skip
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem,
    nodes.Filter, nodes.Test, nodes.If, nodes.For, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And,
    nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg, nodes.Pos,
    nodes.Mul, nodes.Concat, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip


class _Environment(ImmutableSandboxedEnvironment):
    """Reads members of contexts and lists, never attributes of Python objects; calls nothing."""

    intercepted_binops = frozenset({"*", "%", "/"})

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, LoopContext | jinja2.Undefined):
            return super().getattr(obj, attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping | list | str):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=str(argument))
        return self.undefined(obj=obj, name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Exact, and for numbers only: on texts and lists, `*` and `%` can fill the memory in one step."""
        if not all(formats.is_number(value) for value in (left, right)):
            raise jinja2.TemplateRuntimeError(f"{operator} needs two numbers")
        return super().call_binop(context, operator, Decimal(left), Decimal(right))


def _environment(locale: str) -> _Environment:
    environment = _Environment(
        undefined=jinja2.StrictUndefined, keep_trailing_newline=False, trim_blocks=True
    )
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in _FILTERS} | formats.filters(locale)
    environment.tests = {name: environment.tests[name] for name in _TESTS}
    environment.finalize = formats.finalizer(locale)
    return environment


def render(template: str, variables: Mapping[str, Any], locale: str, *, what: Text) -> str:
    """The text with its values filled in. `what` names the template in errors. Raises ConnectorError."""
    try:
        _refuse_foreign(parse(template), template)
        parts = _environment(locale).from_string(template).generate(dict(variables))
        return _limited(parts, what)
    except jinja2.UndefinedError as error:
        raise _failure(what, _undefined(error), "TEMPLATE_VALUE_MISSING") from error
    except jinja2.TemplateError as error:
        raise _failure(what, _unreadable(str(error.message)), "TEMPLATE_ERROR") from error
    except (TypeError, ValueError, ArithmeticError) as error:
        failed = Text(f"un calcul échoue ({error})", f"a calculation fails ({error})")
        raise _failure(what, failed, "TEMPLATE_ERROR") from error


def _unreadable(said: str) -> Text:
    return Text(f"il ne se lit pas ({said})", f"it cannot be read ({said})")


def _failure(what: Text, said: Text, code: str) -> ConnectorError:
    return ConnectorError(Text(f"{what.fr}\u00a0: {said.fr}.", f"{what.en}: {said.en}."), code)


def _undefined(error: jinja2.UndefinedError) -> Text:
    said = str(error.message)
    name = said.split("'")[-2] if said.count("'") >= 2 else said
    return Text(f"«\u00a0{name}\u00a0» n’a pas de valeur", f"“{name}” has no value")


def _limited(parts: Iterator[str], what: Text) -> str:
    text = ""
    for part in parts:
        text += part
        if len(text) > MAX_OUTPUT_CHARS:
            said = Text("le texte obtenu est trop long", "the resulting text is too long")
            raise _failure(what, said, "TEMPLATE_ERROR")
    return text


def parse(template: str) -> nodes.Template:
    """The syntax tree; raises jinja2.TemplateSyntaxError with the line."""
    return _environment("fr").parse(template)


def _refuse_foreign(tree: nodes.Template, source: str) -> None:
    """Raise TemplateSyntaxError at the first construct outside the closed part of the language."""
    for node, depth in _walk(tree, 0):
        if not isinstance(node, _ALLOWED) or (isinstance(node, nodes.For) and node.recursive):
            raise jinja2.TemplateSyntaxError(f"{type(node).__name__} is not allowed here", node.lineno)
        if depth > MAX_LOOP_DEPTH:
            raise jinja2.TemplateSyntaxError("too many loops inside each other", node.lineno)
    _environment("fr").compile(source)


def _walk(node: nodes.Node, depth: int) -> Iterator[tuple[nodes.Node, int]]:
    depth += isinstance(node, nodes.For)
    yield node, depth
    for child in node.iter_child_nodes():
        yield from _walk(child, depth)


def variables(template: str) -> set[str]:
    """The process variables that a template reads; none for a template that does not parse."""
    try:
        return meta.find_undeclared_variables(parse(template))
    except jinja2.TemplateSyntaxError:
        return set()


def problems(name: str, template: str, known: set[str] | None) -> Iterator[Problem]:
    """What is wrong with a template before anything runs."""
    try:
        tree = parse(template)
        _refuse_foreign(tree, template)
    except jinja2.TemplateSyntaxError as error:
        yield Problem(name, _syntax(error), line=error.lineno)
        return
    missing = set() if known is None else meta.find_undeclared_variables(tree) - known
    for variable in sorted(missing):
        line = next(node.lineno for node in tree.find_all(nodes.Name) if node.name == variable)
        yield Problem(name, _unknown(variable, known or set(), line), line=line)


def _syntax(error: jinja2.TemplateSyntaxError) -> Text:
    line, said = error.lineno, error.message
    return Text(
        f"Ligne {line}\u00a0: le modèle ne se lit pas ({said}). "
        "Une donnée s’écrit {{ nom }}, avec deux accolades de chaque côté.",
        f"Line {line}: the template cannot be read ({said}). "
        "A value is written {{ name }}, with two braces on each side.",
    )


def _unknown(variable: str, known: set[str], line: int) -> Text:
    near = difflib.get_close_matches(variable, known, n=1)
    hint_fr = f" Vouliez-vous dire «\u00a0{near[0]}\u00a0»\u00a0?" if near else ""
    hint_en = f" Did you mean “{near[0]}”?" if near else ""
    return Text(
        f"Ligne {line}\u00a0: la donnée «\u00a0{variable}\u00a0» n’existe pas à cette étape.{hint_fr}",
        f"Line {line}: the variable “{variable}” does not exist at this step.{hint_en}",
    )
