"""What a page sent: answers for the form, and the row to add or to take away when such a button was used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from engine.forms import Form, read_fields
from engine.forms.model import get_at
from engine.forms.validation import MAX_ROWS

_ADD = re.compile(r"_add:(.+)")
_REMOVE = re.compile(r"_remove:(.+):(\d{1,4})")


@runtime_checkable
class MultiDict(Protocol):
    """What `request.form` is: names, each with one value or more."""

    def __iter__(self) -> Iterator[str]:
        """The names."""

    def getlist(self, key: str) -> list[str]:
        """The values of one name."""


@dataclass(frozen=True, slots=True)
class RowAction:
    """A button of a list: `path` of the list, `position` of the row to remove, None to add one."""

    path: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Nested answers for `Form.validate` or `render_form`; with `action`, the rows are already changed.

    A page with an action is shown again without being checked.
    """

    values: dict[str, Any]
    action: RowAction | None = None


def parse(
    form: Form,
    fields: MultiDict | Mapping[str, Sequence[str]],
    files: Mapping[str, Sequence[Mapping[str, Any]]] | None = None,
    *,
    kept: Callable[[str], Mapping[str, Any] | None] | None = None,
) -> Answers:
    """Read a page that `render_form` made.

    `files`: references of the files just stored, by field name. `kept(id)`: the reference of a file
    stored earlier, if this person may still use it.
    """
    plain = _lists(fields)
    values = read_fields(form, plain, files, kept)
    action = row_action(plain)
    if action is not None:
        _apply(action, values)
    return Answers(values, action)


def _lists(fields: MultiDict | Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    if isinstance(fields, MultiDict):
        return {name: fields.getlist(name) for name in fields}
    return {name: list(values) for name, values in fields.items()}


def row_action(names: Mapping[str, Any]) -> RowAction | None:
    """The list button that was used, found by its name (`_add:path`, `_remove:path:3`)."""
    for name in names:
        added, removed = _ADD.fullmatch(name), _REMOVE.fullmatch(name)
        if removed:
            return RowAction(removed[1], int(removed[2]))
        if added:
            return RowAction(added[1])
    return None


def _apply(action: RowAction, values: dict[str, Any]) -> None:
    steps = tuple(int(step) if step.isdecimal() else step for step in action.path.split("."))
    rows = get_at(values, steps)
    if not isinstance(rows, list):
        return
    if action.position is None and len(rows) < MAX_ROWS:
        rows.append({})
    elif action.position is not None and action.position < len(rows):
        del rows[action.position]
