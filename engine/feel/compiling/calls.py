"""Function invocation and function literals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from engine.feel import nodes
from engine.feel.builtins import BUILTINS, REFUSED, Overload
from engine.feel.builtins.registry import choose
from engine.feel.compiling.compiler import Code, Compiler, compiles
from engine.feel.compiling.variables import is_local, refused
from engine.feel.errors import FeelSyntaxError, NullBecause
from engine.feel.functions import converted, invoke
from engine.feel.inference import infer
from engine.feel.runtime import Frame, Run, Where
from engine.feel.types import Type
from engine.feel.values import Function, Value


@compiles(nodes.Call)
def call(compiler: Compiler, node: nodes.Call) -> Code:
    """A built-in called by its name is bound now; anything else when it is evaluated."""
    function = node.function
    arguments = [compiler.compile(argument) for argument in node.arguments]
    where = compiler.where(node)
    if isinstance(function, nodes.Name) and not is_local(compiler, function.name):
        if function.name in (compiler.names or ()):
            return _dynamic(compiler.compile(function), arguments, node.names, where)
        if function.name in REFUSED:
            raise refused(function)
        if function.name in BUILTINS:
            return _builtin(_overloads(node, function.name), arguments, node.names, where)
        if not any(scope.kind == "item" for scope in compiler.scopes):
            raise _unknown(compiler, function)
    return _dynamic(compiler.compile(function), arguments, node.names, where)


def _overloads(node: nodes.Call, name: str) -> list[Overload]:
    """The ways to call `name` with so many, or such, arguments; those of one body only once."""
    found: dict[object, Overload] = {}
    for overload in BUILTINS[name]:
        if node.names is None and overload.accepts(len(node.arguments)):
            found.setdefault((overload.body, tuple(p.type for p in overload.parameters)), overload)
        elif node.names is not None and overload.places(node.names) is not None:
            return [overload]
    if found:
        return list(found.values())
    wanted = " / ".join(f"{name}({', '.join(p.name for p in o.parameters)})" for o in BUILTINS[name])
    message = {
        "fr": f"Ces arguments ne conviennent pas ; la fonction s’écrit {wanted}.",
        "en": f"These arguments do not fit; the function is written {wanted}.",
    }
    raise FeelSyntaxError(node.position, node.end, message)


def _unknown(compiler: Compiler, function: nodes.Name) -> FeelSyntaxError:
    known = [*BUILTINS, *(compiler.names or ())]
    near = get_close_matches(function.name, known, n=1)
    message = {
        "fr": f"La fonction « {function.name} » n’existe pas"
        + (f" ; vouliez-vous « {near[0]} » ?" if near else "."),
        "en": f"There is no function “{function.name}”" + (f"; did you mean “{near[0]}”?" if near else "."),
    }
    return FeelSyntaxError(function.position, function.end, message)


def _builtin(overloads: list[Overload], arguments: list[Code], names: list[str] | None, where: Where) -> Code:
    if names is not None:
        return _guarded(overloads[0].call_named, _in_order(overloads[0], arguments, names), where)
    if len(overloads) == 1:
        return _guarded(overloads[0].call, arguments, where)
    return _guarded(lambda run, values: choose(overloads, values).call(run, values), arguments, where)


def _guarded(body: Callable[[Run, list[Value]], Value], arguments: list[Code], where: Where) -> Code:
    def compute(frame: Frame) -> Value:
        run = frame.run
        try:
            return body(run, [argument(frame) for argument in arguments])
        except NullBecause as why:
            return run.null(where, why)
        except ArithmeticError:
            return run.null(where, _no_result())

    return compute


def _no_result() -> NullBecause:
    return NullBecause("le résultat n’est pas représentable", "the result cannot be represented")


def _in_order(overload: Overload, arguments: list[Code], names: list[str]) -> list[Code]:
    places = overload.places(names) or []
    ordered: list[Code] = [_absent] * len(overload.parameters)
    for place, argument in zip(places, arguments, strict=True):
        ordered[place] = argument
    return ordered


def _absent(frame: Frame) -> Value:
    return None


def _dynamic(function: Code, arguments: list[Code], names: list[str] | None, where: Where) -> Code:
    def compute(frame: Frame) -> Value:
        run = frame.run
        called = function(frame)
        values = [argument(frame) for argument in arguments]
        try:
            return invoke(run, called, values if names is None else by_name(called, names, values))
        except NullBecause as why:
            return run.null(where, why)
        except ArithmeticError:
            return run.null(where, _no_result())

    return compute


def by_name(function: Value, names: Sequence[str], values: Sequence[Value]) -> Sequence[Value]:
    """The values in the order of the function's parameters. Raises NullBecause for wrong names."""
    if not isinstance(function, Function):
        return values
    if set(names) != set(function.parameters) or len(names) != len(function.parameters):
        expected = ", ".join(function.parameters)
        raise NullBecause(f"les paramètres sont : {expected}", f"the parameters are: {expected}")
    given = dict(zip(names, values, strict=True))
    return [given[name] for name in function.parameters]


@compiles(nodes.FunctionLiteral)
def function_literal(compiler: Compiler, node: nodes.FunctionLiteral) -> Code:
    """`function(a, b) body`: keeps the scope in which it is written."""
    names = tuple(name for name, _ in node.parameters)
    types = [type_ for _, type_ in node.parameters]
    with compiler.scope("many", *names):
        body = compiler.compile(node.body)
    cost = 2 + node.body.size // 4
    signature = (*types, _simple_result(node.body))

    def build(frame: Frame) -> Function:
        def run_body(run: Run, arguments: Sequence[Value]) -> Value:
            run.spend(cost)
            return body(Frame(frame.scope, run, frame, _typed(names, types, arguments)))

        return Function(None, names, run_body, types=signature)

    return build


def _simple_result(body: nodes.Node) -> Type | None:
    """The type of the result when it is one without parts; of the parts the text may not tell all."""
    found = infer(body)
    return found if found is not None and found.name not in ("list", "context", "range", "function") else None


def _typed(names: tuple[str, ...], types: list[Type | None], values: Sequence[Value]) -> list[Value]:
    found = []
    for name, type_, value in zip(names, types, values, strict=True):
        try:
            found.append(value if type_ is None else converted(value, type_))
        except NullBecause as why:
            raise NullBecause(f"pour « {name} », {why.fr}", f"for “{name}”, {why.en}") from None
    return found
