"""Files sent with a form: kept at once, so that a form with errors does not ask for them again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from designer.extensions import clock
from engine import documents
from engine.errors import NotFound

References = dict[str, list[dict[str, Any]]]
MOST_FILES = 20


def keep(
    session: Session,
    files: MultiDict[str, FileStorage],
    *,
    holder: str,
    instance_id: UUID | None = None,
    element_id: str | None = None,
) -> References:
    """Store the files of a request; references by field name. `holder` says who may use them again."""
    found: References = {}
    for name in files:
        for file in files.getlist(name)[:MOST_FILES]:
            if file.filename:
                document = documents.add(
                    session,
                    _plain_name(file.filename),
                    file.mimetype or "application/octet-stream",
                    file.read(),
                    kind="upload",
                    now=clock.now(),
                    instance_id=instance_id,
                    element_id=element_id,
                    by=holder,
                )
                found.setdefault(name, []).append(documents.reference(document))
    return found


def _plain_name(name: str) -> str:
    """The file's own name, without the folders an old browser may send."""
    return name.replace("\\", "/").rpartition("/")[2].strip() or "document"


def kept_for(session: Session, holder: str) -> Callable[[str], Mapping[str, Any] | None]:
    """Finds a file stored earlier by its id, for the same holder only."""

    def find(document_id: str) -> Mapping[str, Any] | None:
        try:
            document = documents.get(session, UUID(document_id))
        except (NotFound, ValueError):
            return None
        return documents.reference(document) if document.created_by == holder else None

    return find


def ids_in(value: Any) -> list[UUID]:
    """Ids of the files that answers refer to."""
    if isinstance(value, Mapping):
        if {"id", "media_type", "size"} <= value.keys():
            return [UUID(str(value["id"]))]
        return [found for item in value.values() for found in ids_in(item)]
    if isinstance(value, list):
        return [found for item in value for found in ids_in(item)]
    return []


def adopt(session: Session, values: Mapping[str, Any], instance_id: UUID, by: str | None) -> None:
    """Files that the answers refer to now belong to the new case, and to who sent them."""
    found = ids_in(dict(values))
    documents.adopt(session, found, instance_id)
    for document_id in found:
        documents.get(session, document_id).created_by = by
