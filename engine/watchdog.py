"""No instance falls silent: what can no longer move is an incident that names the element and says why.

`silence.watch` looks at every instance after every advance, in memory. Here, `look_over` is a job that
comes back for ever: it compares the states of running instances with their rows, a few at a time and
without holding them, and leaves a job for each that does not agree. `look_into` then does that one
under its lock: what the state says exactly is put back, anything else becomes an incident.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine import agreement, execution, history, persistence
from engine.diagnostics import Text
from engine.errors import InstanceEnded, StateUnreadable
from engine.ids import new_id
from engine.spiff import standing
from engine.spiff.changes import Event, NewIncident
from engine.spiff.process_run import ProcessRun
from engine.states import IncidentState, InstanceState, JobKind, JobState
from engine.store import Incident, Job, ProcessInstance, table

JOB, INSTANCE, INCIDENT = table(Job), table(ProcessInstance), table(Incident)
AT_ONCE = 200  #: instances compared by one job
PAUSE = timedelta(seconds=2)  #: between two of these jobs
EVERY = timedelta(minutes=15)  #: between two rounds over all instances
THE_ONE = "watchdog"  #: its idempotency key: there is one such job

# ---- the round over all instances


def ensure(session: Session, *, now: datetime) -> None:
    """Let the round begin, unless it goes on already; called by whoever starts to work."""
    dialect: Any = {"postgresql": postgresql, "sqlite": sqlite}[session.get_bind().dialect.name]
    row = {**_job_row(JobKind.LOOK_OVER, now), "idempotency_key": THE_ONE}
    session.execute(
        dialect.insert(JOB).values(row).on_conflict_do_nothing(index_elements=["idempotency_key"])
    )


def look_over(session: Session, after: str | None, *, now: datetime) -> dict[str, Any]:
    """Compare the next instances with their rows; returns the job's columns for the time after."""
    query = select(INSTANCE).where(INSTANCE.c.state == InstanceState.ACTIVE)
    if after is not None:
        query = query.where(INSTANCE.c.id > UUID(after))
    rows = session.execute(query.order_by(INSTANCE.c.id).limit(AT_ONCE)).mappings().all()
    ids = [row["id"] for row in rows]
    asked = set(session.scalars(select(JOB.c.instance_id).where(JOB.c.kind == JobKind.LOOK_INTO)))
    known = agreement.rows_of(session, ids)
    doubtful = [r for r in rows if r["id"] not in asked and not _agrees(session, r, known[r["id"]], now)]
    for row in doubtful:
        look = _job_row(JobKind.LOOK_INTO, now, instance_id=row["id"], definition_id=row["definition_id"])
        session.execute(insert(JOB).values(**look, root_instance_id=row["root_instance_id"]))
    more = len(rows) == AT_ONCE
    following = {"state": JobState.CREATED, "token": None, "worker": None, "attempt": 0}
    return following | {"due_at": now + (PAUSE if more else EVERY), "input": str(ids[-1]) if more else None}


def _agrees(session: Session, row: Any, rows: agreement.Rows, now: datetime) -> bool:
    try:
        run = execution.load(session, row, now)
    except StateUnreadable:
        return rows.unreadable
    return not agreement.differences(run, rows) and standing.can_move(run)


def _job_row(kind: JobKind, now: datetime, **columns: Any) -> dict[str, Any]:
    job_id = new_id()
    return {
        "id": job_id,
        "kind": kind,
        "type": kind.value,
        "element_id": "",
        "element_key": 0,
        "state": JobState.CREATED,
        "priority": 0,
        "due_at": now,
        "created_at": now,
        "attempt": 0,
        "retries": 5,
        "idempotency_key": str(job_id),
        **columns,
    }


# ---- one instance that does not agree


def look_into(session: Session, instance_id: UUID, *, now: datetime) -> None:
    """Under the instance's lock: put back what its state says exactly, else open an incident."""
    row = execution.lock(session, instance_id)
    rows = agreement.rows_of(session, [instance_id])[instance_id]

    def command(run: ProcessRun) -> None:
        found = agreement.differences(run, rows)
        for difference in found:
            difference.mend(run)
        if found:
            data = {"mended": [{"fr": d.words.fr, "en": d.words.en} for d in found]}
            run.changes.events.append(Event("instance_mended", data=data))

    try:
        execution.advance_locked(session, row, command, now=now)
    except InstanceEnded:
        return
    except StateUnreadable as error:
        _unreadable(session, row, error, now)


def _unreadable(session: Session, row: Any, error: StateUnreadable, now: datetime) -> None:
    mine = (INCIDENT.c.instance_id == row["id"]) & (INCIDENT.c.kind == agreement.UNREADABLE)
    if session.execute(select(INCIDENT.c.id).where(mine, INCIDENT.c.state == IncidentState.OPEN)).first():
        return
    message = Text(
        f"L’état enregistré du dossier ne se lit pas ({error}). Rien n’a été perdu dans son historique. "
        "Prévenez l’administrateur.",
        f"The stored state of the case cannot be read ({error}). Nothing is lost in its history. "
        "Tell the administrator.",
    )
    new = NewIncident(0, row["definition_key"], agreement.UNREADABLE, message, None)
    incident = persistence.incident_row(persistence.Saved.of(row), new, now)
    session.execute(insert(INCIDENT).values(incident))
    data = {"incident": str(incident["id"]), "kind": new.kind, "code": None}
    history.append(session, row["id"], Event("incident_raised", new.element_id, 0, data=data), now=now)
