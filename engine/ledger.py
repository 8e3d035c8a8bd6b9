"""The rows of the effects ledger: what was meant before a call, what is known after it.

An intent without outcome means that an answer was lost. It is never blindly repeated: the
connector's own check, its idempotency key, or a person settles it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.ids import new_id
from engine.states import EffectState
from engine.store import Effect, Job, table

EFFECT = table(Effect)
Next = Literal["call", "check", "uncertain"]
Idempotency = Literal["native", "check", "none"]


def before_call(session: Session, job: Job, *, idempotency: Idempotency, now: datetime) -> Next:
    """Record the intent (the caller commits before calling) and say what may be done.

    `call`: nothing was tried yet, or the target recognises the idempotency key. `check`: an earlier
    attempt's answer was lost, look first. `uncertain`: it was lost and nobody can look.
    """
    earlier = open_intent(session, job.id)
    if earlier is None:
        session.add(_intent(job, now))
        session.flush()
        return "call"
    if idempotency == "native":
        return "call"
    return "check" if idempotency == "check" else "uncertain"


def _intent(job: Job, now: datetime) -> Effect:
    return Effect(
        id=new_id(),
        job_id=job.id,
        instance_id=job.instance_id,
        root_instance_id=job.root_instance_id,
        element_id=job.element_id,
        operation=job.type,
        idempotency_key=job.idempotency_key,
        attempt=job.attempt,
        state=EffectState.INTENDED,
        intended_at=now,
    )


def open_intent(session: Session, job_id: UUID) -> UUID | None:
    """The job's effect whose outcome is not known, if any."""
    pending = EFFECT.c.state.in_((EffectState.INTENDED, EffectState.UNCERTAIN))
    return session.execute(select(EFFECT.c.id).where(EFFECT.c.job_id == job_id, pending)).scalar_one_or_none()


def record(
    session: Session,
    job_id: UUID,
    state: EffectState,
    *,
    outcome: Any,
    now: datetime,
    by: str | None = None,
) -> None:
    """The outcome is known; a job without effect has no row and nothing happens."""
    pending = EFFECT.c.state.in_((EffectState.INTENDED, EffectState.UNCERTAIN))
    settled = {"state": state, "settled_at": now, "settled_by": by, "outcome": outcome}
    session.execute(update(EFFECT).where(EFFECT.c.job_id == job_id, pending).values(settled))
