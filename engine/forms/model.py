"""A form as data: components in their tree, and the answers that came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.diagnostics import Text
from engine.values import Variable

SCHEMA_VERSION = 19
INPUTS = frozenset(
    (
        *("textfield", "textarea", "number", "datetime", "checkbox", "checklist", "radio", "select"),
        *("taglist", "filepicker", "expression"),
    )
)
CONTAINERS = frozenset(("group", "dynamiclist"))
PRESENTATION = frozenset(("text", "html", "image", "separator", "spacer"))
SUPPORTED = INPUTS | CONTAINERS | PRESENTATION | {"button"}
CHOICES = frozenset(("radio", "select", "checklist", "taglist"))
MULTIPLE = frozenset(("checklist", "taglist"))

Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """`personnes.0.nom`: how a field is named in errors, in pages and in their posts."""
    return ".".join(map(str, path))


@dataclass(frozen=True, slots=True)
class Component:
    """One component of the schema.

    `path` is where its value lies, from the container that repeats (or the form); `options` are the
    static choices; `source` the schema object, for everything else.
    """

    id: str
    type: str
    path: tuple[str, ...]
    source: Mapping[str, Any]
    children: tuple[Component, ...] = ()

    @property
    def is_input(self) -> bool:
        """Whether people (or a formula) give it a value."""
        return self.type in INPUTS

    @property
    def required(self) -> bool:
        """Whether an empty answer is an error."""
        return bool(self.validation.get("required"))

    @property
    def validation(self) -> Mapping[str, Any]:
        """The schema's `validate` object."""
        found = self.source.get("validate")
        return found if isinstance(found, Mapping) else {}

    @property
    def is_disabled(self) -> bool:
        """Never filled in and never kept."""
        return bool(self.source.get("disabled"))

    @property
    def takes_several(self) -> bool:
        """Whether its value is a list."""
        return self.type in MULTIPLE or self.type == "filepicker"

    def custom(self, name: str) -> str | None:
        """A custom property (`properties` of the schema), such as `relais:check`."""
        found = self.source.get("properties")
        value = found.get(name) if isinstance(found, Mapping) else None
        return str(value) if value not in (None, "") else None

    def text(self, name: str, locale: str = "fr") -> str:
        """A text of the schema (`label`, `description`…); `relais:<name>:en` holds its English, if any."""
        if locale.startswith("en"):
            english = self.custom(f"relais:{name}:en")
            if english is not None:
                return english
        value = self.source.get(name)
        return value if isinstance(value, str) else ""

    @property
    def label(self) -> str:
        """Its label as written; the end of its path when it has none. May hold a template."""
        return self.text("label") or self.text("dateLabel") or self.text("timeLabel") or ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Field:
    """One input of the form, flattened. `path` has `*` where a list repeats; `type` is a FEEL type name."""

    path: str
    label: str
    component: str
    type: str
    required: bool
    is_readonly: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: the value kept, the text shown, and `key`, the text that stands for the value in a page."""

    value: Variable
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What came back: values ready for the process, errors by field path, both in the order of the form."""

    values: dict[str, Variable]
    errors: dict[str, Text] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    @property
    def is_valid(self) -> bool:
        """Whether nothing has to be corrected."""
        return not self.errors


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component, each before its children."""
    for component in components:
        yield component
        yield from walk(component.children)


def get_at(data: Any, path: Path) -> Any:
    """The value at `path`, None when there is none."""
    for step in path:
        if isinstance(data, Mapping) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data):
            data = data[step]
        else:
            return None
    return data


def set_at(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Put `value` at `path`, making the contexts on the way."""
    for step in path[:-1]:
        inner = data.get(step)
        if not isinstance(inner, dict):
            inner = data[step] = {}
        data = inner
    data[path[-1]] = value
