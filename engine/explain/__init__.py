"""Why is this case not moving? One sentence, in both languages, for every state an instance can be in.

`why` gives every reason in the order of what matters: what somebody has to settle, what a person has
to do, what a robot does, what comes from outside, what time brings, what depends on the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from engine import definitions, execution, words
from engine.diagnostics import Text
from engine.errors import NotFound, StateUnreadable
from engine.explain import facts as of
from engine.explain import jobs, waits
from engine.explain.facts import Names, Reason
from engine.spiff import standing
from engine.states import InstanceState
from engine.store import HistoryEvent

__all__ = ["Names", "Reason", "why"]
NOBODY = Names()


def why(session: Session, instance_id: UUID, *, now: datetime, names: Names = NOBODY) -> list[Reason]:
    """Every reason why the instance stands where it stands, the most important first; never empty.

    Raises NotFound.
    """
    query = select(execution.INSTANCE).where(execution.INSTANCE.c.id == instance_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("process instance", instance_id)
    found = STATES[InstanceState(row["state"])](session, row, now, names)
    return sorted(found, key=lambda r: (r.rank, r.since or now))


def _active(session: Session, row: RowMapping, now: datetime, names: Names) -> list[Reason]:
    try:
        run = execution.load(session, row, now)
    except StateUnreadable as error:
        return [_unreadable(row, error)]
    facts = of.read(session, run, row["id"], names, now, run.zone)
    waiting = standing.of(run)
    found = [waits.SENTENCES[wait.kind](facts, wait) for wait in waiting]
    at_work = {wait.key for wait in waiting if wait.kind == "incident"}
    by_key = {wait.key: wait for wait in waiting if not wait.beside}
    rest = [(key, i) for key, i in facts.incidents.items() if key not in at_work]
    found += [waits.stopped(facts, i, by_key.get(key)) for key, i in rest]
    found += [jobs.internal(facts, job) for job in facts.internal]
    return [reason for reason in found if reason is not None] or [_about_to_be_looked_at()]


def _about_to_be_looked_at() -> Reason:
    text = Text(
        "Le dossier n’attend rien de connu. Relais va s’en apercevoir et ouvrir un incident.",
        "The case waits for nothing known. Relais will notice and open an incident.",
    )
    return Reason("nothing", of.SETTLE, text, stuck=True)


def _unreadable(row: RowMapping, error: StateUnreadable) -> Reason:
    text = Text(
        f"L’état enregistré du dossier ne se lit pas ({error}). Prévenez l’administrateur.",
        f"The stored state of the case cannot be read ({error}). Tell the administrator.",
    )
    return Reason("unreadable", of.SETTLE, text, since=row["started_at"], stuck=True)


# ---- ended


def _completed(session: Session, row: RowMapping, now: datetime, names: Names) -> list[Reason]:
    compiled = definitions.compiled(session, row["definition_id"])
    ended = words.at(row["ended_at"], now, compiled.zone)
    text = Text(f"Le dossier s’est terminé {ended.fr}.", f"The case ended {ended.en}.")
    if row["end_event_id"]:
        end = row["end_event_id"]
        step = words.quoted(names.element(end) or compiled.label(end))
        text = Text(
            f"Le dossier s’est terminé {ended.fr}, à {step.fr}.", f"The case ended {ended.en}, at {step.en}."
        )
    return [Reason("ended.completed", of.SETTLE, text, row["end_event_id"], since=row["ended_at"])]


def _cancelled(session: Session, row: RowMapping, now: datetime, names: Names) -> list[Reason]:
    compiled = definitions.compiled(session, row["definition_id"])
    ended = words.at(row["ended_at"], now, compiled.zone)
    mine = (HistoryEvent.instance_id == row["id"]) & (HistoryEvent.kind == "instance_cancelled")
    event = session.scalars(select(HistoryEvent).where(mine).order_by(HistoryEvent.seq.desc())).first()
    who = names.person(event.actor) if event is not None and event.actor else None
    by = Text(f" par {who}", f" by {who}") if who else Text("", "")
    text = Text(f"Le dossier a été annulé {ended.fr}{by.fr}.", f"The case was cancelled {ended.en}{by.en}.")
    reason = (event.data or {}).get("reason") if event is not None else None
    note = Text(reason, reason) if reason else None
    return [Reason("ended.cancelled", of.SETTLE, text, since=row["ended_at"], note=note)]


STATES: dict[InstanceState, Callable[[Session, RowMapping, datetime, Names], list[Reason]]] = {
    InstanceState.ACTIVE: _active,
    InstanceState.COMPLETED: _completed,
    InstanceState.CANCELLED: _cancelled,
}
