"""Bring running instances to another version of their process: dry run, do it as jobs, go back.

Each instance moves alone, under its own lock, or stays with a sentence that says why. Until its next
step it can go back to the very state it had.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from engine import decisions, definitions, execution, persistence, rows_follow
from engine.diagnostics import Text
from engine.errors import NotFound, Refused, StateUnreadable
from engine.ids import new_id
from engine.spiff import relocation, state
from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.spiff.relocation import Relocation
from engine.spiff.scopes import case_scope
from engine.states import InstanceState, JobKind, JobState, MigrationState
from engine.store import Job, MigratedInstance, Migration, ProcessInstance, table

INSTANCE, ITEM, JOB = table(ProcessInstance), table(MigratedInstance), table(Job)
AT_ONCE = 50  #: instances whose jobs are due at the same second: other work goes on in between
RETRIES = 5
ENDED = Text("Le dossier est terminé.", "The case has ended.")


@dataclass(frozen=True, slots=True)
class Proposal:
    """How elements of one version correspond to another's: certain ones, and what a person decides."""

    mapping: dict[str, str]
    open_elements: dict[str, int]  #: of the old version: how many instances stand there now


@dataclass(frozen=True, slots=True)
class Verdict:
    """What would become of one instance; it moves when there is no reason to stay."""

    instance_id: UUID
    reference: str
    reasons: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it goes to the new version."""
        return not self.reasons


def propose(session: Session, source_id: UUID, target_id: UUID, *, now: datetime) -> Proposal:
    """Elements that are certainly the same, and where instances stand. Raises NotFound, Refused."""
    source, target = _pair(session, source_id, target_id)
    counts: dict[str, int] = {}
    for row in _instances(session, source_id):
        run = _run_of(session, row, now)
        places = {t.task_spec.name for t in run.open_tokens()} if run is not None else set()
        for element_id in places:
            counts[element_id] = counts.get(element_id, 0) + 1
    return Proposal(relocation.automatic(source, target), counts)


def _pair(session: Session, source_id: UUID, target_id: UUID) -> tuple[Any, Any]:
    one, other = definitions.get(session, source_id), definitions.get(session, target_id)
    if one.key != other.key or one.id == other.id:
        raise Refused(
            Text(
                "Choisissez deux versions différentes du même processus.",
                "Choose two different versions of the same process.",
            )
        )
    return definitions.compiled(session, source_id), definitions.compiled(session, target_id)


def _instances(session: Session, source_id: UUID) -> Sequence[RowMapping]:
    mine = (INSTANCE.c.definition_id == source_id) & (INSTANCE.c.state == InstanceState.ACTIVE)
    return session.execute(select(INSTANCE).where(mine).order_by(INSTANCE.c.id)).mappings().all()


def _run_of(session: Session, row: RowMapping, now: datetime) -> ProcessRun | None:
    try:
        return execution.load(session, row, now)
    except StateUnreadable:
        return None


def complete(session: Session, source_id: UUID, target_id: UUID, given: Mapping[str, str]) -> dict[str, str]:
    """The certain correspondences, with what a person decided; an empty target takes one away."""
    source, target = _pair(session, source_id, target_id)
    found = relocation.automatic(source, target) | dict(given)
    return {old: new for old, new in found.items() if new}


def dry_run(
    session: Session, source_id: UUID, target_id: UUID, given: Mapping[str, str], *, now: datetime
) -> list[Verdict]:
    """Who would move, who would stay and why; nothing changes. Raises NotFound, Refused."""
    mapping = complete(session, source_id, target_id, given)
    _, target = _pair(session, source_id, target_id)
    return [_verdict(session, row, target, mapping, now) for row in _instances(session, source_id)]


def _verdict(
    session: Session, row: RowMapping, target: Any, mapping: Mapping[str, str], now: datetime
) -> Verdict:
    run = _run_of(session, row, now)
    if run is None:
        unreadable = Text("L’état du dossier ne se lit pas.", "The state of the case cannot be read.")
        return Verdict(row["id"], row["reference"], (unreadable,))
    way = Relocation(run, target, mapping)
    reasons = way.reasons() + rows_follow.reasons(session, run, target, mapping)
    if not reasons:
        try:
            way.moved()
        except Refused as refused:
            reasons = [refused.message]
    return Verdict(row["id"], row["reference"], tuple(reasons), tuple(way.notes()))


# ---- do it


def start(
    session: Session,
    source_id: UUID,
    target_id: UUID,
    given: Mapping[str, str],
    *,
    by: str,
    reason: str,
    now: datetime,
    instance_ids: Sequence[UUID] | None = None,
) -> UUID:
    """Let workers move the instances of a version, all or these; returns the migration's id.

    Raises NotFound, Refused.
    """
    mapping = complete(session, source_id, target_id, given)
    definition = definitions.get(session, source_id)
    migration = Migration(
        id=new_id(),
        definition_key=definition.key,
        source_id=source_id,
        target_id=target_id,
        mapping=mapping,
        reason=reason,
        created_at=now,
        created_by=by,
    )
    session.add(migration)
    session.flush()
    found = [r for r in _instances(session, source_id) if instance_ids is None or r["id"] in instance_ids]
    for number, row in enumerate(found):
        due = now + timedelta(seconds=number // AT_ONCE)
        session.execute(insert(ITEM).values(_item(migration.id, row)))
        session.execute(insert(JOB).values(_job(migration, row, now, due)))
    return migration.id


def _item(migration_id: UUID, row: RowMapping) -> dict[str, Any]:
    return {
        "migration_id": migration_id,
        "instance_id": row["id"],
        "root_instance_id": row["root_instance_id"],
        "state": MigrationState.PLANNED,
    }


def _job(
    migration: Migration, row: RowMapping, now: datetime, due: datetime, undo: str | None = None
) -> dict[str, Any]:
    job_id = new_id()
    return {
        "id": job_id,
        "instance_id": row["id"],
        "root_instance_id": row["root_instance_id"],
        "definition_id": migration.source_id,
        "kind": JobKind.MIGRATE,
        "type": JobKind.MIGRATE.value,
        "element_id": "",
        "element_key": 0,
        "state": JobState.CREATED,
        "priority": 0,
        "due_at": due,
        "created_at": now,
        "attempt": 0,
        "retries": RETRIES,
        "idempotency_key": str(job_id),
        "input": {"migration": str(migration.id), "undo": undo},
    }


def move(session: Session, migration_id: UUID, instance_id: UUID, *, now: datetime) -> None:
    """Bring one instance to the new version, or note why it stays."""
    row = execution.lock(session, instance_id)
    migration = session.get_one(Migration, migration_id)
    try:
        before, after = _move(session, migration, row, now)
    except Refused as refused:
        _note(session, migration_id, instance_id, now, state=MigrationState.STAYED, message=_said(refused))
        return
    kept = {"before": before, "after": after}
    _note(session, migration_id, instance_id, now, state=MigrationState.MOVED, message=None, **kept)


def _said(refused: Refused) -> dict[str, str]:
    return {"fr": refused.message.fr, "en": refused.message.en}


def _move(
    session: Session, migration: Migration, row: RowMapping, now: datetime
) -> tuple[bytes, bytes | None]:
    if row["state"] != InstanceState.ACTIVE or row["definition_id"] != migration.source_id:
        raise Refused(ENDED if row["state"] != InstanceState.ACTIVE else _elsewhere())
    target = definitions.compiled(session, migration.target_id)
    run = execution.load(session, row, now)
    for reason in rows_follow.reasons(session, run, target, migration.mapping):
        raise Refused(reason)
    tokens = {t.key for t in run.open_tokens()}
    new = Relocation(run, target, migration.mapping).moved()
    new.decisions = decisions.source(session, migration.target_id)
    new.changes.events.append(_event(session, migration, "instance_migrated"))
    _save(session, row, new, migration.target_id)
    still = not new.completed and {t.key for t in new.open_tokens()} == tokens
    return row["execution_state"], state.dump(new) if still else None


def _elsewhere() -> Text:
    return Text("Le dossier est déjà dans une autre version.", "The case is in another version already.")


def _save(session: Session, row: RowMapping, run: ProcessRun, definition_id: UUID) -> None:
    session.execute(update(INSTANCE).where(INSTANCE.c.id == row["id"]).values(definition_id=definition_id))
    rows_follow.follow(session, row["id"], run, definition_id)
    execution.settle(session, run)
    saved = persistence.Saved.of(row)
    saved.definition_id = definition_id
    persistence.save(session, saved, run)


def _event(session: Session, migration: Migration, kind: str) -> Event:
    old = definitions.get(session, migration.source_id).version
    new = definitions.get(session, migration.target_id).version
    if kind == "instance_migration_undone":
        old, new = new, old
    data = {"from": old, "to": new, "reason": migration.reason, "migration": str(migration.id)}
    return Event(kind, actor=migration.created_by, data=data)


def _note(session: Session, migration_id: UUID, instance_id: UUID, now: datetime, **columns: Any) -> None:
    mine = (ITEM.c.migration_id == migration_id) & (ITEM.c.instance_id == instance_id)
    session.execute(update(ITEM).where(mine).values(at=now, **columns))


# ---- go back


def undo(session: Session, migration_id: UUID, instance_id: UUID, *, by: str, now: datetime) -> None:
    """Give the instance back the state it had in its old version.

    Raises NotFound, and Refused when it has gone on since.
    """
    row = execution.lock(session, instance_id)
    item = session.get(MigratedInstance, (migration_id, instance_id), populate_existing=True)
    if item is None:
        raise NotFound("migrated instance", instance_id)
    migration = session.get_one(Migration, migration_id)
    before, after = item.before, item.after
    if item.state != MigrationState.MOVED or before is None or row["execution_state"] != after:
        raise Refused(_gone_on())
    new = execution.load(session, row, now)
    old = _earlier(session, row, migration.source_id, before, new, now)
    event = _event(session, migration, "instance_migration_undone")
    event.actor = by
    old.changes.events.append(event)
    _save(session, row, old, migration.source_id)
    _note(session, migration_id, instance_id, now, state=MigrationState.UNDONE, before=None, after=None)


def _earlier(
    session: Session, row: RowMapping, definition_id: UUID, before: bytes, new: ProcessRun, now: datetime
) -> ProcessRun:
    compiled = definitions.compiled(session, definition_id)
    variables = {key: scope.values_here for key, scope in new.scopes.items()}
    case = case_scope(row["reference"], row["started_at"], compiled.zone)
    old = state.load(before, compiled, variables, now, case, new.library)
    old.instance_id, old.last_key = row["id"], max(old.last_key, new.last_key)
    old.decisions = decisions.source(session, definition_id)
    old.changes.opened = [s for s in old.waits if s.key not in new.waits]
    old.changes.closed = [s for s in new.waits if s.key not in old.waits]
    return old


def _gone_on() -> Text:
    return Text(
        "Le dossier a avancé depuis son changement de version : il ne peut plus revenir en arrière.",
        "The case has gone on since its version changed: it cannot go back any more.",
    )


def undo_all(session: Session, migration_id: UUID, *, by: str, now: datetime) -> int:
    """Let workers give back every instance that was moved; how many they will try. Raises NotFound."""
    migration = session.get(Migration, migration_id)
    if migration is None:
        raise NotFound("migration", migration_id)
    mine = (ITEM.c.migration_id == migration_id) & (ITEM.c.state == MigrationState.MOVED)
    query = select(INSTANCE).join(ITEM, ITEM.c.instance_id == INSTANCE.c.id).where(mine)
    found = session.execute(query.order_by(INSTANCE.c.id)).mappings().all()
    for number, row in enumerate(found):
        due = now + timedelta(seconds=number // AT_ONCE)
        session.execute(insert(JOB).values(_job(migration, row, now, due, undo=by)))
    return len(found)


def run_job(session: Session, instance_id: UUID, asked: Mapping[str, Any], *, now: datetime) -> None:
    """Do what `start` or `undo_all` left for this instance."""
    migration_id = UUID(asked["migration"])
    if asked["undo"] is None:
        move(session, migration_id, instance_id, now=now)
        return
    try:
        undo(session, migration_id, instance_id, by=asked["undo"], now=now)
    except Refused as refused:
        _note(session, migration_id, instance_id, now, message=_said(refused))


def items(session: Session, migration_id: UUID) -> list[tuple[MigratedInstance, ProcessInstance]]:
    """What became of each instance, by case number. Raises NotFound."""
    if session.get(Migration, migration_id) is None:
        raise NotFound("migration", migration_id)
    query = select(MigratedInstance, ProcessInstance).join(
        ProcessInstance, ProcessInstance.id == MigratedInstance.instance_id
    )
    query = query.where(MigratedInstance.migration_id == migration_id).order_by(ProcessInstance.reference)
    return [(row[0], row[1]) for row in session.execute(query)]
