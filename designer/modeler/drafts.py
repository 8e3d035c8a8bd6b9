"""Packages being worked on. Reading one never writes; the first change makes the draft.

A process that was published and not changed since is worked on from its newest version: that version's files
are what everybody reads, under the revision `v<version>`. The first change copies them into a draft. A draft
without changes of its own gives way when a newer version comes from elsewhere (API, command line).

Nothing that somebody drew is dropped: what a newer revision refuses, and what one person writes over another
person's work, is kept as a copy beside the draft.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer.cases import people
from designer.modeler import bpmn, copies, stored
from designer.models import Draft, DraftFile, ProcessGroup
from engine import definitions
from engine.errors import DefinitionInvalid, EngineError, NotFound
from engine.ids import new_id
from engine.packages import kind_of
from engine.store import Deployment, ProcessDefinition, Resource


class Conflict(EngineError):
    """Somebody saved another revision meanwhile; the present one, who made it and when."""

    def __init__(self, revision: str, changed_by: str, changed_at: datetime) -> None:
        super().__init__(f"the present revision is {revision}")
        self.revision, self.changed_by, self.changed_at = revision, changed_by, changed_at

    def to_dict(self) -> dict[str, str]:
        """What the page needs to offer the choice."""
        return {
            "revision": self.revision,
            "changed_by": self.changed_by,
            "changed_at": self.changed_at.isoformat(),
        }


@dataclass(frozen=True)
class Work:
    """A package as it stands: `draft` None while it is the newest version, unchanged.

    `base` is the version it comes from (0: none), `newest` the newest version published.
    `revisions` gives the revision of each file, `changed_at` when the package last changed.
    """

    key: str
    name: str
    group: str | None
    package_key: str
    files: dict[str, bytes]
    revisions: dict[str, str]
    base: int
    newest: int
    changed_at: datetime
    draft: Draft | None

    @property
    def diagram(self) -> str:
        """Name of the file that holds the process; raises NotFound when the package has no diagram."""
        names = sorted(name for name in self.files if kind_of(name) == "bpmn")
        if not names:
            raise NotFound("diagram of", self.key)
        return next((n for n in names if _holds(self.files[n], self.key)), names[0])

    @property
    def diagrams(self) -> list[str]:
        """Names of the diagram files, that of the process first."""
        main = self.diagram
        return [main, *sorted(name for name in self.files if kind_of(name) == "bpmn" and name != main)]

    @property
    def forms(self) -> list[str]:
        """Names of the form files."""
        return sorted(name for name in self.files if kind_of(name) == "form")

    @property
    def has_changes(self) -> bool:
        """Whether something is not published yet."""
        return self.draft is not None and has_changes(self.draft)

    @property
    def is_overtaken(self) -> bool:
        """Whether a newer version was published beside these changes."""
        return self.has_changes and self.newest > self.base


def _holds(content: bytes, key: str) -> bool:
    try:
        return bpmn.process(bpmn.read(content), key) is not None
    except DefinitionInvalid:
        return False


def has_changes(draft: Draft) -> bool:
    """Whether the draft differs from what was last published from it."""
    return bool(draft.revision != draft.manifest.get("published_revision"))


def find(session: Session, key: str, *, lock: bool = False) -> Work:
    """The package of a process. `lock` keeps others from changing its draft meanwhile. Raises NotFound."""
    query = select(Draft).where(Draft.key == key)
    draft = session.scalar(query.with_for_update() if lock else query)
    newest = session.scalar(
        select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.is_latest)
    )
    if draft is not None and not (newest and _gives_way(draft, newest)):
        return _of_draft(draft, newest)
    if newest is None:
        raise NotFound("process", key)
    return _of_version(session, newest)


def _gives_way(draft: Draft, newest: ProcessDefinition) -> bool:
    return not has_changes(draft) and newest.version > int(draft.manifest.get("base_version", 0))


def _of_draft(draft: Draft, newest: ProcessDefinition | None) -> Work:
    shown = [file for file in draft.files if not copies.is_copy(file.name)]
    return Work(
        key=draft.key,
        name=draft.name,
        group=draft.group_key,
        package_key=str(draft.manifest.get("package_key") or draft.key),
        files={file.name: stored.to_bytes(file.content) for file in shown},
        revisions={file.name: revision_of(draft, file) for file in shown},
        base=int(draft.manifest.get("base_version", 0)),
        newest=newest.version if newest else 0,
        changed_at=draft.updated_at,
        draft=draft,
    )


def _of_version(session: Session, newest: ProcessDefinition) -> Work:
    deployment = session.get_one(Deployment, newest.deployment_id)
    rows = session.execute(
        select(Resource.name, Resource.content).where(Resource.deployment_id == deployment.id)
    )
    files = {name: _readable(name, bytes(content)) for name, content in rows}
    return Work(
        key=newest.key,
        name=newest.name,
        group=(newest.properties or {}).get("group"),
        package_key=deployment.package_key,
        files=files,
        revisions=dict.fromkeys(files, f"v{newest.version}"),
        base=newest.version,
        newest=newest.version,
        changed_at=newest.created_at,
        draft=None,
    )


def _readable(name: str, content: bytes) -> bytes:
    return bpmn.in_utf8(content) if kind_of(name) == "bpmn" else content


def revision_of(draft: Draft, file: DraftFile) -> str:
    """The revision of a file, as pages see it; no other draft ever has the same one, but for versions."""
    if file.revision == 0:
        return f"v{draft.manifest.get('base_version', 0)}"
    return f"{file.revision}.{draft.id.hex[-4:]}"


def home_of(session: Session, key: str) -> str:
    """The process under which a package is worked on, when it holds several."""
    if session.scalar(select(Draft.id).where(Draft.key == key)):
        return key
    newest = definitions.latest(session, key)
    query = select(ProcessDefinition.key).where(ProcessDefinition.deployment_id == newest.deployment_id)
    keys = sorted(session.scalars(query))
    package_key = session.get_one(Deployment, newest.deployment_id).package_key
    return package_key if package_key in keys else keys[0]


def create(
    session: Session,
    key: str,
    name: str,
    group: str | None,
    files: dict[str, bytes],
    *,
    by: str,
    now: datetime,
) -> Draft:
    """A draft of a process that does not exist yet."""
    draft = Draft(
        id=new_id(), key=key, name=name[:500], group_key=known_group(session, group), manifest={}, revision=1
    )
    draft.created_at = draft.updated_at = now
    draft.updated_by = by
    draft.files = [
        DraftFile(name=n, content=stored.to_text(_readable(n, c)), revision=1) for n, c in files.items()
    ]
    session.add(draft)
    session.flush()
    return draft


def known_group(session: Session, group: str | None) -> str | None:
    """The group if it exists here; a process may name one that does not."""
    return group if group and session.get(ProcessGroup, group) else None


def save(
    session: Session, work: Work, name: str, content: bytes, *, expected: str | None, by: str, now: datetime
) -> str:
    """Write one file over the revision `expected` (None: it is new); its new revision.

    Sending again what is already there changes nothing and gives the present revision. Raises Conflict after
    keeping `content` as a copy: the caller commits all the same. `work` was found with `lock`.
    """
    present = work.revisions.get(name)
    if work.files.get(name) == content and present is not None:
        return present
    if expected != present:
        draft = writable(session, work, by=by, now=now)
        copies.keep(draft, "refused", name, content, by=by, now=now, base=expected or "")
        session.flush()
        raise conflict(session, work, name)
    return replace(session, work, name, content, by=by, now=now)


def replace(
    session: Session, work: Work, name: str, content: bytes, *, by: str, now: datetime, keep: bool = False
) -> str:
    """Write one file whatever its revision; its new revision.

    What goes is kept as a copy when another person wrote it, or when asked to `keep` it.
    """
    author, before = work.draft.updated_by if work.draft else None, work.files.get(name)
    draft = writable(session, work, by=by, now=now)
    if before not in (None, content) and (keep or author not in (None, by)):
        copies.keep(draft, "replaced", name, before, by=author or by, now=now)
    file = next((f for f in draft.files if f.name == name), None)
    if file is None:
        file = DraftFile(name=name, content="")
        draft.files.append(file)
    touch(draft, by=by, now=now)
    file.content, file.revision = stored.to_text(content), draft.revision
    session.flush()
    return revision_of(draft, file)


def remove(session: Session, work: Work, name: str, *, by: str, now: datetime) -> None:
    """Take one file out of the package."""
    draft = writable(session, work, by=by, now=now)
    draft.files = [file for file in draft.files if file.name != name]
    touch(draft, by=by, now=now)
    session.flush()


def touch(draft: Draft, *, by: str, now: datetime) -> None:
    """Note a change."""
    draft.revision += 1
    draft.updated_at, draft.updated_by = now, by


def writable(session: Session, work: Work, *, by: str, now: datetime) -> Draft:
    """The draft to write in: the present one, or one made of the newest version's files."""
    if work.draft is not None:
        return work.draft
    draft = session.scalar(select(Draft).where(Draft.key == work.key)) or Draft(
        id=new_id(), key=work.key, created_at=now, revision=0, manifest={}, files=[]
    )
    draft.name, draft.group_key = work.name, known_group(session, work.group)
    draft.updated_at, draft.updated_by = now, by
    kept = [file for file in draft.files if copies.is_copy(file.name)]
    names = {file.name: file for file in draft.files}
    draft.files = kept + [_from_version(names, name, content) for name, content in work.files.items()]
    draft.manifest = draft.manifest | {
        "base_version": work.base,
        "package_key": work.package_key,
        "published_revision": draft.revision,
    }
    session.add(draft)
    session.flush()
    return draft


def _from_version(known: dict[str, DraftFile], name: str, content: bytes) -> DraftFile:
    file = known.get(name) or DraftFile(name=name)
    file.content, file.revision = stored.to_text(content), 0
    return file


def conflict(session: Session, work: Work, name: str) -> Conflict:
    """What stands there now."""
    revision = work.revisions.get(name, f"v{work.newest}")
    if work.draft is not None:
        return Conflict(revision, _name(session, work.draft.updated_by), work.draft.updated_at)
    version = definitions.latest(session, work.key)
    made = session.get_one(Deployment, version.deployment_id)
    return Conflict(revision, _name(session, made.created_by), made.created_at)


def _name(session: Session, person: str | None) -> str:
    return people.names(session, [person]).get(person or "", "")


def published(session: Session, draft: Draft, definition: ProcessDefinition, group: str | None) -> None:
    """Note that the draft as it stands is that version now."""
    changed: dict[str, Any] = {
        "base_version": definition.version,
        "published_revision": draft.revision,
    }
    draft.manifest = draft.manifest | changed
    draft.name, draft.group_key = definition.name, known_group(session, group)
    session.flush()


def taken_keys(session: Session) -> set[str]:
    """Technical names that are in use."""
    return {*session.scalars(select(Draft.key)), *session.scalars(select(ProcessDefinition.key).distinct())}


def delete(session: Session, draft: Draft) -> UUID:
    """Drop a draft with its copies; published versions stay."""
    session.delete(draft)
    session.flush()
    return draft.id
