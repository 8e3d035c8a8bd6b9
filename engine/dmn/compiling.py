"""From a model to one that can be evaluated: imports linked, types resolved, expressions compiled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields

from engine.diagnostics import Diagnostic
from engine.dmn import model
from engine.dmn.boxes import Boxes
from engine.dmn.item_types import TypeTable
from engine.dmn.problems import Problems, Scope
from engine.dmn.tables import Code, Values
from engine.feel import types
from engine.feel.types import Type
from engine.feel.values import Function


@dataclass(frozen=True, slots=True)
class Target:
    """What a requirement leads to: the import it goes through (None: none) and the element there."""

    prefix: str | None
    owner: CompiledModel
    element: model.Element


@dataclass(frozen=True, slots=True)
class Compiled:
    """An element ready to be evaluated: `code` of a decision, `function` of a business knowledge model."""

    element: model.Element
    type: Type | None
    requires: tuple[Target, ...] = ()
    code: Code | None = None
    function: Callable[[Values], Function] | None = None
    parameters: tuple[Target, ...] = ()
    outputs: tuple[Target, ...] = ()


class CompiledModel:
    """An immutable model that many evaluations share. `problems` say what of it cannot be executed.

    `reads` are the names that each element's expressions read, `tables` all its decision tables.
    """

    def __init__(self, source: model.Model, imported: Mapping[str, CompiledModel]) -> None:
        self.source, self.imported = source, dict(imported)
        self._problems = Problems()
        tables = {name: other.types for name, other in imported.items()}
        self.types: TypeTable = TypeTable(source, tables, self._problems)
        self.members = self._members()
        compiler = _Compiler(self, self._problems)
        self.elements: dict[str, Compiled] = {}
        self.reads: dict[str, frozenset[str]] = {}
        for key, element in source.elements.items():
            with self._problems.reading() as reads:
                self.elements[key] = compiler.element(element)
            self.reads[key] = frozenset(reads)
        self.tables = compiler.boxes.tables

    def _members(self) -> frozenset[str]:
        """The names of entries that values in this model may have."""
        found = self.types.members | _entry_names(self.source)
        for other in self.imported.values():
            found |= other.members | {item.variable.name for item in other.source.elements.values()}
        return frozenset(found)

    @property
    def problems(self) -> list[Diagnostic]:
        """What was found wrong while compiling."""
        return self._problems.all

    @property
    def name(self) -> str:
        """The model's name."""
        return self.source.name

    @property
    def decisions(self) -> list[model.Decision]:
        """The decisions of this model, in the order of the file."""
        return [e for e in self.source.elements.values() if isinstance(e, model.Decision)]

    def find(self, key: str) -> Compiled | None:
        """The element with this id, else the first with this name; input data only by its id."""
        found = self.elements.get(key)
        if found is not None and not isinstance(found.element, model.InputData):
            return found
        named = (item for item in self.elements.values() if item.element.name == key)
        return next((item for item in named if not isinstance(item.element, model.InputData)), found)


class _Compiler:
    """Compiles the elements of one model."""

    def __init__(self, owner: CompiledModel, problems: Problems) -> None:
        self.owner, self.source, self.problems = owner, owner.source, problems
        self.types = owner.types
        self.boxes = Boxes(self.types, problems)

    def element(self, element: model.Element) -> Compiled:
        type_ = self.types.resolve(element.variable.type_ref, element.variable)
        requires = tuple(self._targets(element.requires, element))
        if isinstance(element, model.Decision):
            return self._decision(element, type_, requires)
        if isinstance(element, model.Knowledge):
            return self._knowledge(element, type_, requires)
        if isinstance(element, model.Service):
            return self._service(element, type_)
        return Compiled(element, type_)

    def _decision(
        self, element: model.Decision, type_: Type | None, requires: tuple[Target, ...]
    ) -> Compiled:
        code = None
        if element.logic is not None:
            code = self.boxes.compile(element.logic, self._scope(requires), element.name)
        return Compiled(element, type_, requires, code)

    def _knowledge(
        self, element: model.Knowledge, type_: Type | None, requires: tuple[Target, ...]
    ) -> Compiled:
        if element.function is None:
            return Compiled(element, type_, requires)
        result = type_.element if type_ is not None and type_.name == "function" else type_
        own = self.types.resolve(element.function.type_ref, element.function)
        if result is None and own is not None and own.name != "function":
            result = own
        scope = self._scope(requires).with_({element.variable.name: types.FUNCTION})
        name = element.variable.name
        function = self.boxes.function(element.function, scope, name, _known(result))
        return Compiled(element, type_, requires, function=function)

    def _service(self, element: model.Service, type_: Type | None) -> Compiled:
        given = (*element.input_data, *element.input_decisions)
        return Compiled(
            element,
            type_.element if type_ is not None and type_.name == "function" else type_,
            parameters=tuple(self._targets(given, element)),
            outputs=tuple(self._targets(element.outputs, element)),
        )

    def _scope(self, requires: tuple[Target, ...]) -> Scope:
        variables: dict[str, Type | None] = {}
        for target in requires:
            name, type_ref = target.element.variable.name, target.element.variable.type_ref
            if target.prefix:
                variables.setdefault(target.prefix, None)
                variables[f"{target.prefix}.{name}"] = target.owner.types.resolve(type_ref)
            else:
                variables[name] = target.owner.types.resolve(type_ref)
        return Scope(variables, self.types.known, self.owner.members)

    def _targets(self, references: tuple[model.Reference, ...], element: model.Element) -> Iterator[Target]:
        for reference in references:
            found = self._target(reference)
            if found is not None:
                yield found
            else:
                self.problems.add(
                    "dmn.unknown-requirement",
                    element,
                    f"« {element.name} » demande un élément qui n’existe pas : « {reference.id} ».",
                    f"“{element.name}” requires an element that does not exist: “{reference.id}”.",
                )

    def _target(self, reference: model.Reference) -> Target | None:
        if reference.namespace is None:
            found = self.source.elements.get(reference.id)
            return None if found is None else Target(None, self.owner, found)
        for item in self.source.imports:
            other = self.owner.imported.get(item.name)
            if item.namespace == reference.namespace and other is not None:
                element = other.source.elements.get(reference.id)
                return None if element is None else Target(item.name, other, element)
        return None


def _known(type_: Type | None) -> Type | None:
    return None if type_ is None or type_ is types.ANY else type_


def _entry_names(value: object) -> set[str]:
    """The names of entries that the expressions of a model make: of contexts, relations and outputs."""
    found: set[str] = set()
    waiting: list[object] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, model.Entry) and current.variable is not None:
            found.add(current.variable.name)
        elif isinstance(current, model.Relation):
            found.update(column.name for column in current.columns)
        elif isinstance(current, model.Output) and current.name:
            found.add(current.name)
        waiting.extend(_parts(current))
    return found


def _parts(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        yield from value
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, model.Place | model.Entry):
        yield from (getattr(value, part.name) for part in fields(value))
