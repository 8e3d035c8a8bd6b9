"""Check a submission: read the answers, drop what is hidden, then hold the rest against its rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.diagnostics import Text
from engine.forms import messages
from engine.forms.checks import checked
from engine.forms.model import Component, Path, Submission, get_at, path_text, set_at
from engine.forms.options import options_of
from engine.forms.parsing import Refused, is_empty, to_value
from engine.forms.scopes import is_hidden, is_readonly, merged, row_scope
from engine.forms.templates import Moment, evaluate, fill
from engine.values import Variable

MAX_ROWS = 200
# The rows around a field, outermost first: where the list lies, and the position in it.
Rows = tuple[tuple[Path, int], ...]


@dataclass(slots=True)
class _Slot:
    """One field of this submission: an input at its place (rows have one slot per row)."""

    component: Component
    path: Path
    rows: Rows
    refused: Text | None = None


@dataclass(slots=True)
class Validation:
    """One submission being checked; `run` gives the result."""

    components: tuple[Component, ...]
    submitted: Mapping[str, Any]
    variables: Mapping[str, Variable]
    initial: Mapping[str, Variable]
    moment: Moment
    data: dict[str, Any] = field(default_factory=dict)
    slots: list[_Slot] = field(default_factory=list)
    errors: dict[str, Text] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def run(self) -> Submission:
        """Values, errors and the order of the visible fields."""
        self._read(self.components, self.submitted, self.data, (), ())
        self._refuse_unknown(self.components, self.submitted, ())
        self._drop_hidden(self.components, self.data, (), ())
        for slot in self.slots:
            self._hold(slot)
        ordered = {path: self.errors[path] for path in self.order if path in self.errors}
        return Submission(self.data, {**ordered, **self.errors}, tuple(self.order))

    def preview(self) -> dict[str, Variable]:
        """The answers as values, without checking them; those that cannot be read are None."""
        self._read(self.components, self.submitted, self.data, (), ())
        self._drop_hidden(self.components, self.data, (), ())
        return self.data

    # Reading

    def _read(
        self,
        components: tuple[Component, ...],
        given: Any,
        into: dict[str, Any],
        at: Path,
        rows: Rows,
    ) -> None:
        for component in components:
            if component.type == "dynamiclist":
                self._read_list(component, given, into, at, rows)
            elif component.type == "group":
                self._read(component.children, given, into, at, rows)
            elif component.is_input and not component.is_disabled:
                slot = _Slot(component, (*at, *component.path), rows)
                self.slots.append(slot)
                set_at(into, component.path, self._value(slot, get_at(given, component.path)))

    def _value(self, slot: _Slot, answer: Any) -> Variable:
        component = slot.component
        if component.type == "expression":
            return None
        scope = self._scope(slot.rows)
        if is_readonly(component, scope, self.moment):
            return get_at(self.initial, slot.path)
        if is_empty(answer):
            return [] if component.takes_several else False if component.type == "checkbox" else None
        try:
            return to_value(component, answer, options_of(component, scope, self.moment), self.moment.zone)
        except Refused as refused:
            slot.refused = refused.text
            return None

    def _read_list(
        self, component: Component, given: Any, into: dict[str, Any], at: Path, rows: Rows
    ) -> None:
        answer = get_at(given, component.path)
        path = (*at, *component.path)
        answers = answer if isinstance(answer, list) else []
        if not (answer is None or isinstance(answer, list)):
            self.errors[path_text(path)] = messages.NOT_A_LIST
        if len(answers) > MAX_ROWS:
            self.errors[path_text(path)] = messages.too_many_rows(MAX_ROWS)
        made: list[dict[str, Any]] = [{} for _ in answers[:MAX_ROWS]]
        set_at(into, component.path, made)
        for position, row in enumerate(made):
            inner = answers[position]
            if not isinstance(inner, Mapping):
                self.errors[path_text((*path, position))] = messages.NOT_A_CONTEXT
            self._read(component.children, inner, row, (*path, position), (*rows, (path, position)))

    def _refuse_unknown(self, components: tuple[Component, ...], given: Any, at: Path) -> None:
        """Names that the form does not have: a typing mistake must not lose an answer in silence."""
        self._compare(_names(components), given, at)

    def _compare(self, tree: Mapping[str, Any], given: Any, at: Path) -> None:
        if not isinstance(given, Mapping):
            if at and given is not None:
                self.errors.setdefault(path_text(at), messages.NOT_A_CONTEXT)
            return
        for key, value in given.items():
            known, path = tree.get(key), (*at, str(key))
            if known is None:
                self.errors[path_text(path)] = messages.unknown_field(path_text(path))
            elif isinstance(known, dict):
                self._compare(known, value, path)
            elif known.type == "dynamiclist" and isinstance(value, list):
                for position, row in enumerate(value[:MAX_ROWS]):
                    self._refuse_unknown(known.children, row, (*path, position))

    # Conditions

    def _scope(self, rows: Rows) -> dict[str, Variable]:
        scope = merged(self.variables, self.data)
        for path, position in rows:
            row = get_at(self.data, (*path, position))
            scope = row_scope(scope, row if isinstance(row, dict) else {}, position)
        return scope

    def _drop_hidden(
        self, components: tuple[Component, ...], data: dict[str, Any], at: Path, rows: Rows
    ) -> None:
        for component in components:
            if is_hidden(component, self._scope(rows), self.moment):
                self._remove(component, data, (*at, *component.path))
            elif component.type == "group":
                self._drop_hidden(component.children, data, at, rows)
            elif component.type == "dynamiclist":
                path = (*at, *component.path)
                for position, row in enumerate(get_at(data, component.path) or []):
                    inner = (*rows, (path, position))
                    self._drop_hidden(component.children, row, (*path, position), inner)
            elif component.type == "expression":
                value = evaluate(component.source.get("expression"), self._scope(rows), self.moment)
                set_at(data, component.path, value)

    def _remove(self, component: Component, data: dict[str, Any], path: Path) -> None:
        if component.type == "group":
            base = path[: len(path) - len(component.path)]
            for child in component.children:
                self._remove(child, data, (*base, *child.path))
            return
        if component.path:
            container = get_at(data, component.path[:-1])
            if isinstance(container, dict):
                container.pop(component.path[-1], None)
        gone = len(path)
        self.slots = [slot for slot in self.slots if slot.path[:gone] != path]
        self.errors = {k: v for k, v in self.errors.items() if k != path_text(path)}

    # Rules

    def _hold(self, slot: _Slot) -> None:
        component, name = slot.component, path_text(slot.path)
        scope = self._scope(slot.rows)
        self.order.append(name)
        if component.type == "expression" or is_readonly(component, scope, self.moment):
            return
        value = get_at(self.data, slot.path)
        if slot.refused is not None:
            self.errors[name] = slot.refused
        elif value in (None, "", [], False):
            if component.required:
                self.errors[name] = self._missing(component, scope)
        else:
            self._check(slot, value, scope)

    def _check(self, slot: _Slot, value: Variable, scope: dict[str, Variable]) -> None:
        try:
            kept = checked(slot.component, value, scope, self.moment)
        except Refused as refused:
            self.errors[path_text(slot.path)] = refused.text
            return
        container = get_at(self.data, slot.path[:-1])
        container[slot.path[-1]] = kept

    def _missing(self, component: Component, scope: dict[str, Variable]) -> Text:
        own = component.custom("relais:required")
        if own is not None:
            return Text(own, component.custom("relais:required:en") or own)
        kind = component.type
        if kind == "datetime" and component.source.get("subtype", "date") != "time":
            kind = "date"
        french = messages.missing(kind, fill(component.label, scope, self.moment, "fr"))
        english = component.text("label", "en") or component.label
        return Text(french.fr, messages.missing(kind, fill(english, scope, self.moment, "en")).en)


def _names(components: tuple[Component, ...]) -> dict[str, Any]:
    """Names that the form knows, as a tree: contexts inside contexts, a component at the end."""
    tree: dict[str, Any] = {}
    for component in components:
        if component.type == "group":
            _join(tree, _names(component.children))
        elif (component.is_input or component.type == "dynamiclist") and component.path:
            leaf: dict[str, Any] = {}
            set_at(leaf, component.path, component)
            _join(tree, leaf)
    return tree


def _join(tree: dict[str, Any], other: dict[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            _join(tree[key], value)
        else:
            tree[key] = value
