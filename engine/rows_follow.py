"""Jobs, user tasks, subscriptions and incidents follow their element to another version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.diagnostics import Text
from engine.expressions import Literal
from engine.spiff.compiled import CompiledProcess
from engine.spiff.process_run import ProcessRun
from engine.spiff.specs.tasks import JobElement
from engine.states import OPEN_TASK, IncidentState, JobKind, JobState
from engine.store import Incident, Job, MessageSubscription, SignalSubscription, UserTask, table

JOB, TASK, INCIDENT = table(Job), table(UserTask), table(Incident)
SUBSCRIPTIONS = (table(MessageSubscription), table(SignalSubscription))


def reasons(
    session: Session, run: ProcessRun, target: CompiledProcess, mapping: Mapping[str, str]
) -> list[Text]:
    """Why jobs of the instance cannot follow: a robot works on one, or it would be other work."""
    query = select(JOB.c.element_id, JOB.c.type, JOB.c.state).where(
        JOB.c.instance_id == run.instance_id, JOB.c.kind == JobKind.CONNECTOR
    )
    found: list[Text] = []
    for element_id, job_type, job_state in session.execute(query):
        step, after = run.compiled.label(element_id), target.node(mapping.get(element_id, ""))
        if job_state == JobState.ACTIVATED:
            found.append(
                Text(
                    f"Un robot travaille à « {step} » en ce moment. Recommencez quand il aura fini.",
                    f'A robot works on "{step}" at this moment. Try again when it is done.',
                )
            )
        elif isinstance(after, JobElement) and _other(after, job_type):
            found.append(
                Text(
                    f"« {step} » est prête à faire une autre opération que dans la nouvelle version.",
                    f'"{step}" is ready to do another operation than in the new version.',
                )
            )
    return found


def _other(node: JobElement, job_type: str) -> bool:
    wanted = node.job_type
    return isinstance(wanted, Literal) and wanted.value != job_type


def follow(session: Session, instance_id: UUID, run: ProcessRun, definition_id: UUID) -> None:
    """Rename the rows of everything that is open to the elements of this version."""
    mine = (JOB.c.instance_id == instance_id) & (JOB.c.kind != JobKind.MIGRATE)
    session.execute(update(JOB).where(mine).values(definition_id=definition_id))
    for token in run.open_tokens():
        _follow_token(session, instance_id, token, definition_id)
    for subscription in run.waits:
        name, key = subscription.element_id, subscription.key
        for rows in SUBSCRIPTIONS:
            here = (rows.c.instance_id == instance_id) & (rows.c.subscription_key == key)
            session.execute(update(rows).where(here).values(element_id=name))
        timer = mine & (JOB.c.element_key == key) & (JOB.c.kind != JobKind.CONNECTOR)
        session.execute(update(JOB).where(timer).values(element_id=name))
        armed = timer & (JOB.c.kind == JobKind.TIMER)
        session.execute(update(JOB).where(armed).values(type=name))


def _follow_token(session: Session, instance_id: UUID, token: Any, definition_id: UUID) -> None:
    node, key = token.task_spec, token.key
    job = (JOB.c.instance_id == instance_id) & (JOB.c.element_key == key) & (JOB.c.kind == JobKind.CONNECTOR)
    session.execute(update(JOB).where(job).values(element_id=node.name))
    stopped = (INCIDENT.c.instance_id == instance_id) & (INCIDENT.c.element_key == key)
    still_open = stopped & (INCIDENT.c.state == IncidentState.OPEN)
    session.execute(update(INCIDENT).where(still_open).values(element_id=node.name))
    task = (TASK.c.instance_id == instance_id) & (TASK.c.element_key == key) & TASK.c.state.in_(OPEN_TASK)
    shown = {"name": node.label[:500], "form_key": node.extensions.form_id, "revision": TASK.c.revision + 1}
    renamed = {"element_id": node.name, "definition_id": definition_id, **shown}
    session.execute(update(TASK).where(task).values(renamed))
