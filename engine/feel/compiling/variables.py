"""Literals, names and paths."""

from __future__ import annotations

from engine.feel import nodes
from engine.feel.builtins import BUILTINS, REFUSED, function_value
from engine.feel.compiling.compiler import Code, Compiler, Scope, compiles
from engine.feel.errors import FeelSyntaxError, FeelUnsupported, NullBecause
from engine.feel.runtime import Frame, Run, Where
from engine.feel.temporal import PROPERTIES
from engine.feel.values import NATIVE, Range, Value, kind_en, kind_fr, native


@compiles(nodes.Literal)
def literal(compiler: Compiler, node: nodes.Literal) -> Code:
    """A constant."""
    value = node.value
    return lambda frame: value


@compiles(nodes.Name)
def name(compiler: Compiler, node: nodes.Name) -> Code:
    """A variable on its own: all of it is read."""
    return resolve(compiler, node, (node.name,))


@compiles(nodes.Input)
def input_value(compiler: Compiler, node: nodes.Input) -> Code:
    """`?`: the value under test."""
    for hops, scope in enumerate(reversed(compiler.scopes)):
        if scope.kind == "input":
            return bound(hops)
    message = {
        "fr": "« ? » n’a de sens que dans un test (cellule d’une table, ou après « in »).",
        "en": "“?” only has a meaning in a test (a table’s cell, or after “in”).",
    }
    raise FeelSyntaxError(node.position, node.end, message)


def resolve(compiler: Compiler, node: nodes.Name, path: tuple[str, ...]) -> Code:
    """The code that reads the name at `node`; `path` is what is read of it when it is free."""
    items: list[int] = []
    code = _local(compiler, node.name, items)
    if code is None:
        code = _free(compiler, node, path, perhaps=bool(items))
    for hops in reversed(items):
        code = _member_first(hops, node.name, code)
    return code


def is_local(compiler: Compiler, name: str) -> bool:
    """Whether a loop, function, context or filter around this place binds `name`."""
    return _local(compiler, name, []) is not None


def _local(compiler: Compiler, name: str, items: list[int]) -> Code | None:
    """The code for a locally bound name; `items` receives the filters met on the way out."""
    for hops, scope in enumerate(reversed(compiler.scopes)):
        if scope.kind == "item":
            if name == "item":
                return _item(hops)
            items.append(hops)
        elif name in scope.names:
            return _bound_in(scope, name, hops)
    return None


def _bound_in(scope: Scope, name: str, hops: int) -> Code:
    if scope.kind == "many":
        return _parameter(hops, scope.names.index(name))
    if scope.kind == "entries":
        return _entry(hops, name)
    if scope.kind == "partial":
        return _partial(hops)
    return bound(hops)


def ancestor(frame: Frame, hops: int) -> Frame:
    """The frame so many scopes outside."""
    for _ in range(hops):
        frame = frame.parent or frame
    return frame


def bound(hops: int) -> Code:
    """The value of the frame so many scopes outside."""
    if hops == 0:
        return lambda frame: frame.value
    if hops == 1:
        return lambda frame: frame.parent.value  # type: ignore[union-attr]
    return lambda frame: ancestor(frame, hops).value


def _item(hops: int) -> Code:
    """The item of the filter, unless it has an entry of that very name."""

    def read(frame: Frame) -> Value:
        item = ancestor(frame, hops).value
        return native(item["item"]) if type(item) is dict and "item" in item else item

    return read


def _parameter(hops: int, index: int) -> Code:
    if hops == 0:
        return lambda frame: frame.value[index]
    return lambda frame: ancestor(frame, hops).value[index]


def _entry(hops: int, name: str) -> Code:
    return lambda frame: ancestor(frame, hops).value.get(name)


def _partial(hops: int) -> Code:
    def results_so_far(frame: Frame) -> Value:
        results = ancestor(frame, hops).value
        frame.run.spend(len(results) + 1)
        return list(results)

    return results_so_far


def _member_first(hops: int, name: str, otherwise: Code) -> Code:
    def read(frame: Frame) -> Value:
        item = frame.value if hops == 0 else ancestor(frame, hops).value
        if type(item) is dict and name in item:
            return native(item[name])
        if item is not None and name in PROPERTIES.get(type(item), ()):
            return PROPERTIES[type(item)][name](item)
        return otherwise(frame)

    return read


def _free(compiler: Compiler, node: nodes.Name, path: tuple[str, ...], perhaps: bool) -> Code:
    name = node.name
    if name in REFUSED and name not in (compiler.names or ()):
        raise refused(node)
    function = name in BUILTINS and name not in (compiler.names or ())
    if not function or compiler.names is None:
        compiler.variables.add(name)
        compiler.paths.add(path)
        if perhaps:
            compiler.perhaps.add(name)
    return _variable(name, compiler.where(node))


def refused(node: nodes.Name) -> FeelUnsupported:
    """The error for a built-in that is refused on purpose."""
    fr, en = REFUSED[node.name]
    message = {
        "fr": f"La fonction « {node.name} » est refusée : {fr}.",
        "en": f"The function “{node.name}” is refused: {en}.",
    }
    return FeelUnsupported(node.position, node.end, message)


def _variable(name: str, where: Where) -> Code:
    builtin = function_value(name) if name in BUILTINS else None

    def read(frame: Frame) -> Value:
        try:
            value = frame.scope[name]
        except KeyError:
            if builtin is not None:
                return builtin
            frame.run.null(where, NullBecause("cette variable n’existe pas", "there is no such variable"))
            return None
        return value if type(value) in NATIVE else native(value)

    return read


@compiles(nodes.Path)
def path(compiler: Compiler, node: nodes.Path) -> Code:
    """`a.b.c`; a free first name reads only that path."""
    chain = [node]
    while isinstance(chain[-1].value, nodes.Path):
        chain.append(chain[-1].value)
    chain.reverse()
    root = chain[0].value
    if isinstance(root, nodes.Name):
        code = resolve(compiler, root, (root.name, *(part.member for part in chain)))
    else:
        code = compiler.compile(root)
    for part in chain:
        code = _member_code(code, part.member, compiler.where(part))
    return code


def _member_code(value: Code, name: str, where: Where) -> Code:
    def read(frame: Frame) -> Value:
        owner = value(frame)
        if type(owner) is dict and name in owner:
            found = owner[name]
            return found if type(found) in NATIVE else native(found)
        return member(frame.run, owner, name, where)

    return read


def member(run: Run, owner: Value, name: str, where: Where) -> Value:
    """`owner.name`: an entry, a property, or for a list the list of them (10.3.2.5)."""
    if isinstance(owner, dict):
        if name in owner:
            return native(owner[name])
        run.null(
            where,
            NullBecause(f"le contexte n’a pas d’entrée « {name} »", f"the context has no entry “{name}”"),
        )
        return None
    if isinstance(owner, list):
        run.spend(len(owner))
        return [member(run, native(item), name, where) for item in owner]
    properties = PROPERTIES.get(type(owner), {})
    if name in properties:
        return properties[name](owner)
    if isinstance(owner, Range) and name in _RANGE_PROPERTIES:
        return getattr(owner, _RANGE_PROPERTIES[name])
    run.null(where, _no_member(owner, name))
    return None


_RANGE_PROPERTIES = {
    "start": "start",
    "end": "end",
    "start included": "start_included",
    "end included": "end_included",
}


def _no_member(owner: Value, name: str) -> NullBecause:
    if owner is None:
        return NullBecause(f"ce qui précède « .{name} » vaut null", f"what is before “.{name}” is null")
    return NullBecause(
        f"{kind_fr(owner)} n’a pas de propriété « {name} »", f"{kind_en(owner)} has no property “{name}”"
    )
