"""What a page sends: flat names and texts, as nested answers for `Form.validate`.

Names are paths (`adresse.rue`, `personnes.0.nom`). A date comes in three boxes, `<path>-day`,
`<path>-month`, `<path>-year` (or whole, as `<path>`); a date with an hour adds `<path>-time`. Hidden
marker `_rows:<path>` says how many rows a list shows. Other names that start with `_`, and
`csrf_token`, are the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.forms.form import Form
from engine.forms.model import Component, set_at
from engine.forms.validation import MAX_ROWS

Fields = Mapping[str, Sequence[str]]
FileReference = Mapping[str, Any]
_OWN = ("csrf_token",)
_PARTS = ("day", "month", "year")


def read_fields(
    form: Form,
    fields: Fields,
    files: Mapping[str, Sequence[FileReference]] | None = None,
    kept: Callable[[str], FileReference | None] | None = None,
) -> dict[str, Any]:
    """Nested answers from the fields of a page.

    `files` maps paths to references of files just stored; `kept` finds the reference of a file that an
    earlier page stored, by its id (sent as `_file:<path>`), or None when it may not be used. A name
    that the form does not know is passed on, so that `validate` names it.
    """
    reader = _Reader(fields, files or {}, kept)
    answers: dict[str, Any] = {}
    reader.read(form.components, answers, "")
    for name, values in fields.items():
        if name not in reader.used and not name.startswith("_") and name not in _OWN:
            answers.setdefault(name, list(values))
    return answers


class _Reader:
    def __init__(
        self,
        fields: Fields,
        files: Mapping[str, Sequence[FileReference]],
        kept: Callable[[str], FileReference | None] | None,
    ) -> None:
        self.fields, self.files, self.kept = fields, files, kept
        self.used: set[str] = set()

    def read(self, components: tuple[Component, ...], into: dict[str, Any], prefix: str) -> None:
        for component in components:
            name = prefix + ".".join(component.path)
            if component.type == "group":
                self.read(component.children, into, prefix)
            elif component.type == "dynamiclist":
                set_at(
                    into, component.path, [self._row(component, name, i) for i in range(self._count(name))]
                )
            elif component.is_input:
                answer = self._answer(component, name)
                if answer is not None:
                    set_at(into, component.path, answer)

    def _row(self, component: Component, name: str, position: int) -> dict[str, Any]:
        row: dict[str, Any] = {}
        self.read(component.children, row, f"{name}.{position}.")
        return row

    def _count(self, name: str) -> int:
        """Rows of a list: as many as the page says, and at least those it sent."""
        said = "".join(self.fields.get(f"_rows:{name}", ())[:1])
        pattern = re.compile(re.escape(name) + r"\.(\d{1,4})\.")
        sent = [int(match[1]) + 1 for key in (*self.fields, *self.files) if (match := pattern.match(key))]
        return min(max([int(said) if said.isdecimal() else 0, *sent]), MAX_ROWS + 1)

    def _answer(self, component: Component, name: str) -> Any:
        values = self._take(name)
        if component.type == "filepicker":
            return self._files(name)
        if component.type == "datetime" and component.source.get("subtype", "date") != "time":
            return self._boxes(name) or (values[-1] if values else None)
        if component.takes_several:
            return [value for value in values if value] if values else None
        if component.type == "checkbox":
            return bool(values and values[-1] not in ("", "false"))
        return values[-1] if values else None

    def _take(self, name: str) -> list[str]:
        if name in self.fields:
            self.used.add(name)
        return list(self.fields.get(name, ()))

    def _boxes(self, name: str) -> dict[str, str] | None:
        names = (*_PARTS, "time") if f"{name}-time" in self.fields else _PARTS
        if not any(f"{name}-{part}" in self.fields for part in names):
            return None
        return {part: "".join(self._take(f"{name}-{part}")[-1:]).strip() for part in names}

    def _files(self, name: str) -> list[dict[str, Any]]:
        """New files first choice; without any, those kept from before."""
        new = [dict(reference) for reference in self.files.get(name, ())]
        ids = self.fields.get(f"_file:{name}", ())
        known = [self.kept(i) for i in ids] if self.kept else []
        return new or [dict(reference) for reference in known if reference is not None]
