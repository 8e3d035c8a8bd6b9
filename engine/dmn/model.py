"""What a DMN file says, as immutable values: elements of the graph and their boxed expressions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something is written: the id of the nearest element that has one, and the line of the file."""

    id: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable(Place):
    """An information item: a name and the name of its type."""

    name: str
    type_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxed(Place):
    """A boxed expression (DMN 10.2.1); `type_ref` names the type of its value."""

    type_ref: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Boxed):
    """An expression as text; `language` is set when it is not FEEL."""

    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of a context; without variable it is the context's result."""

    variable: Variable | None
    value: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Context(Boxed):
    """Entries, each of which sees those before it."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation(Boxed):
    """A call of a function by parameter names."""

    function: Boxed
    bindings: tuple[tuple[str, Boxed], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Boxed):
    """A list of expressions."""

    items: tuple[Boxed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Boxed):
    """A list of contexts with the same entries."""

    columns: tuple[Variable, ...]
    rows: tuple[tuple[Boxed, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Boxed):
    """A function definition; `kind` is FEEL, Java or PMML."""

    parameters: tuple[Variable, ...]
    body: Boxed | None
    kind: str = "FEEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional(Boxed):
    """`if`, `then`, `else`."""

    condition: Boxed
    then: Boxed
    otherwise: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop(Boxed):
    """`for`, `some` or `every`: `kind` says which."""

    kind: str
    variable: str
    domain: Boxed
    body: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter(Boxed):
    """The items of a list for which the condition holds."""

    value: Boxed
    condition: Boxed


@dataclass(frozen=True, slots=True, kw_only=True)
class Input(Place):
    """An input clause of a decision table; `allowed` are unary tests."""

    expression: Literal
    label: str | None = None
    allowed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output(Place):
    """An output clause; `allowed` are unary tests in the order of their priority."""

    name: str | None = None
    label: str | None = None
    type_ref: str | None = None
    allowed: str | None = None
    default: Literal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Place):
    """A rule: unary tests for every input, an expression for every output, and remarks."""

    tests: tuple[Literal, ...]
    outputs: tuple[Literal, ...]
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Boxed):
    """A decision table; `hit_policy` is one of UAPFROC, `aggregation` one of + < > # or empty."""

    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    hit_policy: str = "U"
    aggregation: str = ""
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDefinition(Place):
    """A named type (7.3.2). `allowed` restricts the value, or the items when it is a collection;
    `constraint` restricts the collection itself."""

    name: str
    type_ref: str | None = None
    is_collection: bool = False
    allowed: str | None = None
    constraint: str | None = None
    components: tuple[ItemDefinition, ...] = ()
    parameters: tuple[Variable, ...] | None = None
    result: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a requirement points to: a namespace (None: the same file) and an id there."""

    namespace: str | None
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element(Place):
    """Something in the requirements graph."""

    id: str
    name: str
    variable: Variable
    requires: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData(Element):
    """A value that comes from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Element):
    """A decision with its logic, None when it has none."""

    logic: Boxed | None
    version_tag: str | None = None
    question: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge(Element):
    """A business knowledge model: a function that decisions share."""

    function: Function | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Element):
    """A decision service: decisions offered as one function."""

    outputs: tuple[Reference, ...]
    encapsulated: tuple[Reference, ...]
    input_decisions: tuple[Reference, ...]
    input_data: tuple[Reference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Place):
    """Another model, whose elements are known here as `name.element`; without prefix when it is empty."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One DMN file."""

    id: str | None
    name: str
    namespace: str
    imports: tuple[Import, ...]
    types: tuple[ItemDefinition, ...]
    elements: Mapping[str, Element] = field(repr=False)
    duplicates: tuple[str, ...] = ()
