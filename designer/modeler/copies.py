"""Copies kept beside a draft: what was refused because of a newer revision, and what somebody wrote over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from designer.modeler import stored
from designer.models import Draft, DraftFile
from engine.errors import NotFound
from engine.ids import new_id

FOLDER = ".copies/"
MOST = 20

Kind = Literal["refused", "replaced"]


@dataclass(frozen=True, slots=True)
class Copy:
    """One kept file: its name in the package, whose work it is, and the revision that was started from."""

    id: str
    kind: Kind
    file: str
    by: str
    at: datetime
    base: str


def is_copy(name: str) -> bool:
    """Whether a file of a draft is a copy, which is in no package."""
    return name.startswith(FOLDER)


def listed(draft: Draft) -> list[Copy]:
    """The copies, newest first."""
    found = [_copy(entry) for entry in draft.manifest.get("copies", [])]
    return sorted(found, key=lambda copy: copy.at, reverse=True)


def keep(
    draft: Draft, kind: Kind, file: str, content: bytes, *, by: str, now: datetime, base: str = ""
) -> None:
    """Keep a copy. Refused work of one person on one file from one revision is one copy: the newest."""
    others = [
        c
        for c in listed(draft)
        if kind != "refused" or (c.kind, c.by, c.file, c.base) != (kind, by, file, base)
    ]
    copy = Copy(new_id().hex, kind, file, by, now, base)
    remaining = [copy, *others][:MOST]
    names = {FOLDER + c.id for c in remaining}
    draft.files = [f for f in draft.files if not is_copy(f.name) or f.name in names]
    draft.files.append(DraftFile(name=FOLDER + copy.id, content=stored.to_text(content), revision=0))
    draft.manifest = draft.manifest | {"copies": [_entry(c) for c in remaining]}


def read(draft: Draft, copy_id: str) -> tuple[Copy, bytes]:
    """One copy and what it holds. Raises NotFound."""
    copy = next((c for c in listed(draft) if c.id == copy_id), None)
    file = next((f for f in draft.files if f.name == FOLDER + copy_id), None)
    if copy is None or file is None:
        raise NotFound("copy", copy_id)
    return copy, stored.to_bytes(file.content)


def forget(draft: Draft, copy_id: str) -> None:
    """Drop one copy. Raises NotFound."""
    read(draft, copy_id)
    draft.files = [f for f in draft.files if f.name != FOLDER + copy_id]
    draft.manifest = draft.manifest | {"copies": [_entry(c) for c in listed(draft) if c.id != copy_id]}


def _copy(entry: dict[str, str]) -> Copy:
    kind: Kind = "refused" if entry["kind"] == "refused" else "replaced"
    at = datetime.fromisoformat(entry["at"])
    return Copy(entry["id"], kind, entry["file"], entry["by"], at, entry["base"])


def _entry(copy: Copy) -> dict[str, str]:
    return {
        "id": copy.id,
        "kind": copy.kind,
        "file": copy.file,
        "by": copy.by,
        "at": copy.at.isoformat(),
        "base": copy.base,
    }
