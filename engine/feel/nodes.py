"""The syntax tree: one class per form of expression, each with its position in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from engine.feel.types import Type


@dataclass(slots=True, kw_only=True, eq=False)
class Node:
    """`position` and `end` are offsets in characters; `depth` and `size` measure the tree below."""

    position: int
    end: int
    depth: int = field(default=1, init=False)
    size: int = field(default=1, init=False)


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A number, string, boolean, null or `@"…"`."""

    value: Any


@dataclass(slots=True, eq=False)
class Name(Node):
    """A variable, or a built-in function used as a value."""

    name: str


@dataclass(slots=True, eq=False)
class Input(Node):
    """`?` in a unary test."""


@dataclass(slots=True, eq=False)
class Unary(Node):
    """Arithmetic negation."""

    operand: Node


@dataclass(slots=True, eq=False)
class Binary(Node):
    """Arithmetic (`+ - * / **`) or comparison (`= != < <= > >=`)."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Logic(Node):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: list[Node]


@dataclass(slots=True, eq=False)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True, eq=False)
class In(Node):
    """`value in (test, test)`: true when one of the tests is."""

    value: Node
    tests: list[Test]


@dataclass(slots=True, eq=False)
class Test(Node):
    """One positive unary test against `?`: `operator` is None for an expression or a range."""

    operator: str | None
    operand: Node


@dataclass(slots=True, eq=False)
class UnaryTests(Node):
    """A cell of a decision table: no test (`-`), or several, perhaps negated."""

    tests: list[Test] | None
    negated: bool


@dataclass(slots=True, eq=False)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(slots=True, eq=False)
class RangeLiteral(Node):
    """`[a..b]`, `(a..b)`, `]a..b[`, or with an operator `(< b)`, where one end may be None."""

    start: Node | None
    finish: Node | None
    start_included: bool
    end_included: bool
    operator: str | None = None


@dataclass(slots=True, eq=False)
class ListLiteral(Node):
    """`[a, b]`."""

    items: list[Node]


@dataclass(slots=True, eq=False)
class ContextLiteral(Node):
    """`{a: 1, b: a + 1}`."""

    entries: list[tuple[str, Node]]


@dataclass(slots=True, eq=False)
class Path(Node):
    """`value.member`."""

    value: Node
    member: str


@dataclass(slots=True, eq=False)
class Filter(Node):
    """`value[condition]`, by condition or by index."""

    value: Node
    condition: Node


@dataclass(slots=True, eq=False)
class Call(Node):
    """A function invocation; `names` are the argument names when they are given by name."""

    function: Node
    arguments: list[Node]
    names: list[str] | None


@dataclass(slots=True, eq=False)
class If(Node):
    """`if condition then a else b`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(slots=True, eq=False)
class Iterator(Node):
    """`name in domain`, or `name in domain..finish`."""

    name: str
    domain: Node
    finish: Node | None


@dataclass(slots=True, eq=False)
class For(Node):
    """`for iterators return body`."""

    iterators: list[Iterator]
    body: Node


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """`some|every iterators satisfies body`."""

    every: bool
    iterators: list[Iterator]
    body: Node


@dataclass(slots=True, eq=False)
class FunctionLiteral(Node):
    """`function(a: type, b) body`."""

    parameters: list[tuple[str, Type | None]]
    body: Node


def children(node: Node) -> list[Node]:
    """The direct sub-expressions of `node`, in the order of the text."""
    found: list[Node] = []
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, list):
            found.extend(_nodes_in(value))
    return found


def _nodes_in(values: list[Any]) -> list[Node]:
    flat = (part for value in values for part in (value if isinstance(value, tuple) else (value,)))
    return [part for part in flat if isinstance(part, Node)]
