"""What an import gives: a diagram in our dialect, forms made on the way, and a note for every step taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from engine.diagnostics import Text

#: translated: its meaning is certain and was carried over · to_choose: somebody must say what is meant ·
#: kept_as_drawing: it stays in the file and has no effect here.
NoteKind = Literal["translated", "to_choose", "kept_as_drawing"]
KINDS: tuple[NoteKind, ...] = ("to_choose", "translated", "kept_as_drawing")


@dataclass(frozen=True, slots=True)
class Note:
    """One sentence about one element (`element_id` None: about the file); `file` when there are several."""

    kind: NoteKind
    message: Text
    element_id: str | None = None
    label: str = ""
    file: str | None = None

    def in_file(self, file: str) -> Note:
        """The same note, with the file it was made in."""
        return replace(self, file=file)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form, both languages kept."""
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> Note:
        """What `to_dict` gave."""
        return Note(**{**values, "message": Text(**values["message"])})


@dataclass(frozen=True, slots=True)
class Import:
    """`xml` in UTF-8; `forms` are new files of the package by name; `dialect` as `dialects.NAMES` has it."""

    xml: bytes
    forms: dict[str, bytes]
    notes: tuple[Note, ...]
    dialect: str


def by_kind(notes: Iterable[Note]) -> dict[NoteKind, list[Note]]:
    """The notes in the order in which people should read them; kinds without a note are left out."""
    found: dict[NoteKind, list[Note]] = {kind: [] for kind in KINDS}
    for note in notes:
        found[note.kind].append(note)
    return {kind: said for kind, said in found.items() if said}
