"""The Python of SpiffWorkflow's conditions and scripts, as FEEL; read as a tree, never run."""

from __future__ import annotations

import ast
from decimal import Decimal

from engine.diagnostics import Text
from engine.imports.expressions.nodes import (
    Apply,
    Binary,
    Choice,
    Constant,
    Entries,
    Item,
    Items,
    Member,
    Name,
    Negative,
    Node,
    NotTranslatable,
    Number,
    negated,
    unknown,
)
from engine.imports.expressions.writer import write

LONGEST = 2000
MOST_NODES = 200
_OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Is: "=",
    ast.IsNot: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.And: "and",
    ast.Or: "or",
}


def to_feel(text: str) -> str:
    """FEEL, without `=`, of one expression. Raises NotTranslatable."""
    return write(_read(_tree(text.strip(), "eval").body))  # type: ignore[attr-defined]


def assignments(text: str) -> list[tuple[str, str]]:
    """(variable, FEEL) for each line of a script that only assigns. Raises NotTranslatable."""
    found: list[tuple[str, str]] = []
    for statement in _tree(text.strip("\n"), "exec").body:  # type: ignore[attr-defined]
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if all(name != n for n, _ in found):
                found.append((name, write(_read(value))))
            case ast.Pass():
                continue
            case _:
                raise unknown(ast.unparse(statement))
    return found


def _tree(text: str, mode: str) -> ast.AST:
    if len(text) > LONGEST:
        raise _too_long()
    try:
        tree: ast.AST = ast.parse(text, mode=mode)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise unknown(text) from error
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        raise _too_long()
    return tree


def _read(node: ast.AST) -> Node:
    match node:
        case ast.Constant(value=value):
            return _constant(value)
        case ast.Name(id=name):
            return Name(name)
        case ast.Attribute(value=target, attr=name):
            return Member(_read(target), name)
        case ast.Subscript(value=target, slice=ast.Constant(value=key)):
            return _subscript(_read(target), key)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return Items(tuple(map(_read, items)))
        case ast.Dict(keys=keys, values=values):
            return Entries(tuple((_key(k), _read(v)) for k, v in zip(keys, values, strict=True)))
        case ast.IfExp(
            test=ast.Compare() | ast.BoolOp() | ast.UnaryOp() as test, body=body, orelse=otherwise
        ):
            return Choice(_truth(test), _read(body), _read(otherwise))
        case _:
            return _operation(node)


def _operation(node: ast.AST) -> Node:
    match node:
        case ast.BoolOp(op=op, values=[first, *rest]):
            found = _truth(first)
            for value in rest:
                found = Binary(_OPERATORS[type(op)], found, _truth(value))
            return found
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return negated(_truth(operand))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_read(operand))
        case ast.BinOp(op=op, left=left, right=right):
            return _arithmetic(op, _read(left), _read(right))
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _comparisons(left, ops, others)
        case ast.Call(func=ast.Attribute(value=target, attr="get"), args=[ast.Constant(value=str(name))]):
            return Member(_read(target), name)
        case _:
            raise unknown(ast.unparse(node))


def _constant(value: object) -> Node:
    if value is None or isinstance(value, str | bool):
        return Constant(value)
    if isinstance(value, int | float) and abs(value) < 10**30:
        return Number(format(Decimal(str(value)), "f"))
    raise unknown(repr(value))


def _truth(node: ast.AST) -> Node:
    """An operand of and, or, not: a comparison or a flag. FEEL has no truth of lists and texts."""
    if isinstance(node, ast.Constant) and not isinstance(node.value, bool):
        raise unknown(ast.unparse(node))
    if isinstance(node, ast.BinOp | ast.List | ast.Dict | ast.Tuple):
        raise unknown(ast.unparse(node))
    return _read(node)


def _arithmetic(op: ast.operator, left: Node, right: Node) -> Node:
    if isinstance(op, ast.FloorDiv):
        return Apply("floor", (Binary("/", left, right),))
    if isinstance(op, ast.Mod) and not isinstance(left, Constant):
        return Apply("modulo", (left, right))  # both languages give it the divisor's sign
    sign = _OPERATORS.get(type(op))
    if sign is None or (sign == "*" and any(isinstance(side, Constant | Items) for side in (left, right))):
        raise unknown(type(op).__name__)
    return Binary(sign, left, right)


def _comparisons(left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr]) -> Node:
    found: Node | None = None
    for op, other in zip(ops, others, strict=True):
        one = _comparison(op, left, other)
        found, left = (one if found is None else Binary("and", found, one)), other
    if found is None:
        raise unknown(ast.unparse(left))
    return found


def _comparison(op: ast.cmpop, left: ast.expr, right: ast.expr) -> Node:
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(right, ast.List | ast.Tuple):
            raise unknown(f"in {ast.unparse(right)}")  # of a text, a list or a dictionary: three meanings
        found = Apply("list contains", (_read(right), _read(left)))
        return found if isinstance(op, ast.In) else negated(found)
    return Binary(_OPERATORS[type(op)], _read(left), _read(right))


def _subscript(target: Node, key: object) -> Node:
    if isinstance(key, str):
        return Member(target, key)
    if isinstance(key, int) and not isinstance(key, bool):
        return Item(target, key + 1 if key >= 0 else key)
    raise unknown(f"[{key!r}]")


def _key(key: ast.AST | None) -> str:
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return key.value
    raise unknown("{…}")


def _too_long() -> NotTranslatable:
    return NotTranslatable(Text("l’expression est trop longue", "the expression is too long"))
