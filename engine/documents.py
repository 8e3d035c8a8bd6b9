"""Files that belong to cases, kept in the database with their checksum."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine import history
from engine.errors import NotFound
from engine.ids import new_id
from engine.spiff.changes import Event
from engine.states import JobKind, JobState
from engine.store import Document, Job

NAME_LENGTH = 500
#: how long a file sent with a form waits for that form to be finished
UPLOAD_KEPT = timedelta(hours=24)
EXPIRY_RETRIES = 5


def add(
    session: Session,
    name: str,
    media_type: str,
    content: bytes,
    *,
    kind: str,
    now: datetime,
    instance_id: UUID | None = None,
    root_instance_id: UUID | None = None,
    element_id: str | None = None,
    by: str | None = None,
) -> Document:
    """Keep a file. `kind`: upload, screenshot or output. Without instance until one is started."""
    document = Document(
        id=new_id(),
        instance_id=instance_id,
        root_instance_id=root_instance_id or instance_id,
        name=name[-NAME_LENGTH:],
        media_type=media_type,
        size=len(content),
        checksum=sha256(content).hexdigest(),
        kind=kind,
        element_id=element_id,
        created_at=now,
        created_by=by,
        content=content,
    )
    session.add(document)
    if instance_id is None:
        _expire_later(session, now)
    session.flush()
    return document


def _expire_later(session: Session, now: datetime) -> None:
    """One sweep, due when this file has waited long enough; a later file needs a later sweep."""
    job_id = new_id()
    session.add(
        Job(
            id=job_id,
            kind=JobKind.UPLOAD_EXPIRY,
            type="uploads",
            element_id="",
            element_key=0,
            state=JobState.CREATED,
            due_at=now + UPLOAD_KEPT,
            created_at=now,
            retries=EXPIRY_RETRIES,
            idempotency_key=str(job_id),
        )
    )


def remove_abandoned(session: Session, *, now: datetime) -> int:
    """Forget files that were sent a day ago with a form nobody finished; returns how many."""
    old = (Document.instance_id.is_(None), Document.created_at <= now - UPLOAD_KEPT)
    ids = list(session.scalars(select(Document.id).where(*old)))
    session.execute(delete(Document).where(Document.id.in_(ids), Document.instance_id.is_(None)))
    return len(ids)


def attach(
    session: Session,
    instance_id: UUID,
    name: str,
    media_type: str,
    content: bytes,
    *,
    by: str | None,
    now: datetime,
) -> Document:
    """Put a file into a case by hand, and into its history. Raises NotFound."""
    document = add(session, name, media_type, content, kind="upload", now=now, instance_id=instance_id, by=by)
    known = {"document": str(document.id), "name": document.name}
    history.append(session, instance_id, Event("document_added", actor=by, data=known), now=now)
    return document


def get(session: Session, document_id: UUID) -> Document:
    """The file's row, its content loaded only when read. Raises NotFound."""
    found = session.get(Document, document_id)
    if found is None:
        raise NotFound("document", document_id)
    return found


def of(session: Session, instance_id: UUID) -> list[Document]:
    """The files of a case, oldest first."""
    query = select(Document).where(Document.instance_id == instance_id)
    return list(session.scalars(query.order_by(Document.created_at, Document.id)))


def reference(document: Document) -> dict[str, str | int]:
    """What a variable holds about a file: the file itself stays where it is."""
    return {
        "id": str(document.id),
        "name": document.name,
        "media_type": document.media_type,
        "size": document.size,
    }


def adopt(session: Session, document_ids: list[UUID], instance_id: UUID) -> None:
    """Files uploaded before the case existed now belong to it."""
    for document_id in document_ids:
        document = get(session, document_id)
        if document.instance_id is None:
            document.instance_id = document.root_instance_id = instance_id
    session.flush()
