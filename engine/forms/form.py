"""A form that can be used: what it reads and writes, what it shows, whether answers are right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms.errors import FormInvalid
from engine.forms.model import (
    CONTAINERS,
    MULTIPLE,
    Component,
    Field,
    Path,
    Submission,
    get_at,
    path_text,
    set_at,
    walk,
)
from engine.forms.parsing import Refused, to_value
from engine.forms.schema import check, read_components, read_schema, variables_of
from engine.forms.scopes import is_hidden, row_scope
from engine.forms.templates import Moment, evaluate
from engine.forms.validation import Validation
from engine.values import Variable

_ROW_NAMES = frozenset(("this", "parent", "i"))
_TYPES = {
    "textfield": "string",
    "textarea": "string",
    "checkbox": "boolean",
    "checklist": "list",
    "taglist": "list",
    "filepicker": "list",
}


class Form:
    """A form-js schema, checked. Immutable; shared by all threads.

    `schema`: the object it was read from. `fields`: inputs in the order of the form.
    `variables_read`: process variables that its expressions and choices use. `variables_written`:
    process variables it fills, with FEEL type names.
    """

    def __init__(self, schema: Mapping[str, Any], components: tuple[Component, ...]) -> None:
        self.id, self.schema, self.components = str(schema.get("id") or "form"), schema, components
        self.fields: tuple[Field, ...] = tuple(_fields(components, ()))
        self.variables_written: dict[str, str] = _written(components)
        read = _read(components, frozenset())
        self.variables_read: frozenset[str] = frozenset(read - self.variables_written.keys())

    def __repr__(self) -> str:
        return f"Form({self.id!r}, {len(self.fields)} fields)"

    @property
    def has_files(self) -> bool:
        """Whether a page must send it as multipart/form-data."""
        return any(component.type == "filepicker" for component in walk(self.components))

    def initial(
        self, variables: Mapping[str, Variable], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> dict[str, Variable]:
        """What the fields hold at first: the variable of the same name, else the default, else None.

        Lists start with their variable, else with as many empty rows as the form says (one).
        """
        moment = _moment(now, zone)
        values: dict[str, Variable] = {}
        _initial(self.components, variables, values, moment)
        return values

    def visible(
        self, data: Mapping[str, Variable], *, now: datetime | None = None, zone: tzinfo | None = None
    ) -> frozenset[str]:
        """Ids of components shown (containers and texts too), and paths of inputs shown, rows included."""
        moment = _moment(now, zone)
        return frozenset(_visible(self.components, data, dict(data), (), moment))

    def validate(
        self,
        submitted: Mapping[str, Any],
        variables: Mapping[str, Variable],
        *,
        now: datetime,
        zone: tzinfo,
    ) -> Submission:
        """Values for the process, or what has to be corrected.

        `submitted` is nested like the data: answers as JSON gives them, or as a page gives them
        (text, date boxes). Hidden and disabled fields are dropped, read-only ones keep their initial
        value; a name that is not in the form is an error. `now` is aware.
        """
        return self._validation(submitted, variables, Moment(now, zone)).run()

    def preview(
        self,
        answers: Mapping[str, Any],
        variables: Mapping[str, Variable],
        *,
        now: datetime | None = None,
        zone: tzinfo | None = None,
    ) -> dict[str, Variable]:
        """Answers as values as far as they can be read, without what is hidden: what expressions see
        while somebody is still filling the form in. `answers` as for `validate`, or values."""
        return self._validation(answers, variables, _moment(now, zone)).preview()

    def _validation(
        self, answers: Mapping[str, Any], variables: Mapping[str, Variable], moment: Moment
    ) -> Validation:
        initial = self.initial(variables, now=moment.now, zone=moment.zone)
        return Validation(self.components, answers, variables, initial, moment)


def load(data: bytes | str | Mapping[str, Any]) -> Form:
    """The form of a form-js schema. Raises FormInvalid with every diagnostic found."""
    return _load_text(data) if isinstance(data, bytes | str) else _build(data)


@lru_cache(maxsize=256)
def _load_text(data: bytes | str) -> Form:
    return _build(data)


def _build(data: bytes | str | Mapping[str, Any]) -> Form:
    schema, diagnostics = read_schema(data)
    components = read_components(schema.get("components"))
    diagnostics = diagnostics or check(components)
    if diagnostics:
        raise FormInvalid(diagnostics)
    return Form(schema, components)


def _moment(now: datetime | None, zone: tzinfo | None) -> Moment:
    """A moment for forms whose conditions do not look at the clock; the epoch otherwise."""
    place = zone or ZoneInfo("Europe/Paris")
    return Moment(now or datetime(1970, 1, 1, tzinfo=place), place)


# What it writes


def value_type(component: Component) -> str:
    """The FEEL name of the type of an input's value; `Any` where the form cannot tell."""
    kind = component.type
    if kind == "number":
        return "string" if component.source.get("serializeToString") else "number"
    if kind == "datetime":
        subtype = component.source.get("subtype", "date")
        return "date and time" if subtype == "datetime" else str(subtype)
    if kind in ("radio", "select"):
        values = component.source.get("values")
        texts = isinstance(values, list) and all(isinstance(v.get("value"), str) for v in values)
        return "string" if texts else "Any"
    return _TYPES.get(kind, "Any")


def _fields(components: Iterable[Component], base: tuple[str, ...]) -> Iterator[Field]:
    for component in components:
        path = (*base, *component.path)
        if component.is_input:
            yield Field(
                path=".".join(path),
                label=component.label,
                component=component.type,
                type=value_type(component),
                required=component.required,
                is_readonly=component.source.get("readonly") is True or component.type == "expression",
            )
        inner = (*path, "*") if component.type == "dynamiclist" else base
        yield from _fields(component.children, inner)


def _written(components: Iterable[Component]) -> dict[str, str]:
    written: dict[str, str] = {}
    for component in components:
        if component.type == "group":
            written |= {k: v for k, v in _written(component.children).items() if k not in written}
        elif component.path and (component.is_input or component.type == "dynamiclist"):
            if component.is_disabled:
                continue
            own = "list" if component.type == "dynamiclist" else value_type(component)
            written[component.path[0]] = own if len(component.path) == 1 else "context"
    return written


def _read(components: Iterable[Component], row_names: frozenset[str]) -> set[str]:
    """Free names of expressions; inside a list, the names of its row are not variables."""
    names: set[str] = set()
    for component in components:
        names |= variables_of(component) - row_names - {"value"}
        inner = row_names
        if component.type == "dynamiclist":
            own = {one.path[0] for one in walk(component.children) if one.path}
            inner = row_names | own | _ROW_NAMES
        names |= _read(component.children, inner)
    return names


# What it shows


def _initial(
    components: tuple[Component, ...], given: Any, into: dict[str, Variable], moment: Moment
) -> None:
    for component in components:
        if component.type == "group":
            _initial(component.children, given, into, moment)
        elif component.type == "dynamiclist" and component.path:
            rows: list[Variable] = []
            set_at(into, component.path, rows)
            for row in _first_rows(component, get_at(given, component.path)):
                made: dict[str, Variable] = {}
                _initial(component.children, row, made, moment)
                rows.append(made)
        elif component.is_input and component.path:
            value = get_at(given, component.path)
            set_at(into, component.path, _default(component, moment) if value is None else value)


def _first_rows(component: Component, given: Any) -> list[Any]:
    if isinstance(given, list):
        return given
    count = component.source.get("defaultRepetitions", 1)
    return [{}] * (min(count, 20) if isinstance(count, int) and count >= 0 else 1)


def _default(component: Component, moment: Moment) -> Variable:
    """The default as a value of the field's type; nothing when it does not fit."""
    default = evaluate(component.source.get("defaultValue"), {}, moment)
    if component.type == "checkbox":
        return default is True
    if default in (None, "", []):
        return [] if component.type in MULTIPLE else None
    try:
        return default if component.type in _KEEP_DEFAULT else to_value(component, default, (), moment.zone)
    except Refused:
        return None


_KEEP_DEFAULT = frozenset(("radio", "select", "checklist", "taglist", "filepicker", "expression"))


def _visible(
    components: tuple[Component, ...], data: Any, scope: dict[str, Variable], at: Path, moment: Moment
) -> Iterator[str]:
    for component in components:
        if is_hidden(component, scope, moment):
            continue
        path = (*at, *component.path)
        yield path_text((*at, component.id)) if at else component.id
        if component.is_input or component.type == "dynamiclist":
            yield path_text(path)
        if component.type == "dynamiclist":
            rows = get_at(data, component.path)
            for position, row in enumerate(rows if isinstance(rows, list) else []):
                inner = row_scope(scope, row if isinstance(row, dict) else {}, position)
                yield from _visible(component.children, row, inner, (*path, position), moment)
        elif component.type in CONTAINERS:
            yield from _visible(component.children, data, scope, at, moment)
