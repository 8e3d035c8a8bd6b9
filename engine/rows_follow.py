"""Jobs, user tasks, subscriptions and incidents follow their element to another version."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.diagnostics import Text
from engine.expressions import Literal
from engine.spiff.compiled import CompiledProcess
from engine.spiff.process_run import ProcessRun
from engine.spiff.specs.tasks import JobElement
from engine.spiff.token import Token
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
    query = query.where(JOB.c.element_key.in_([t.key for t in _own_tokens(run)]))
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
    tokens = _own_tokens(run)
    scopes = {r.key for r in run.runs() if r.definition is None}
    owners = {t.key for t in tokens}
    mine = (JOB.c.instance_id == instance_id) & (JOB.c.kind != JobKind.MIGRATE)
    for token in tokens:
        _follow_token(session, instance_id, token, definition_id)
    own = [s for s in run.waits if s.owner_key in (scopes if s.of_scope else owners)]
    for subscription in own:
        name, key = subscription.element_id, subscription.key
        for rows in SUBSCRIPTIONS:
            here = (rows.c.instance_id == instance_id) & (rows.c.subscription_key == key)
            session.execute(update(rows).where(here).values(element_id=name))
        timer = mine & (JOB.c.element_key == key) & (JOB.c.kind != JobKind.CONNECTOR)
        session.execute(update(JOB).where(timer).values(element_id=name, definition_id=definition_id))
        armed = timer & (JOB.c.kind == JobKind.TIMER)
        session.execute(update(JOB).where(armed).values(type=name))


def _own_tokens(run: ProcessRun) -> list[Token]:
    """Those of the instance's own process; called ones keep their version."""
    return [t for t in run.open_tokens() if t.workflow.definition is None]


def _follow_token(session: Session, instance_id: UUID, token: Token, definition_id: UUID) -> None:
    node, key = token.task_spec, token.key
    job = (JOB.c.instance_id == instance_id) & (JOB.c.element_key == key) & (JOB.c.kind == JobKind.CONNECTOR)
    session.execute(update(JOB).where(job).values(element_id=node.name, definition_id=definition_id))
    stopped = (INCIDENT.c.instance_id == instance_id) & (INCIDENT.c.element_key == key)
    still_open = stopped & (INCIDENT.c.state == IncidentState.OPEN)
    session.execute(update(INCIDENT).where(still_open).values(element_id=node.name))
    task = (TASK.c.instance_id == instance_id) & (TASK.c.element_key == key) & TASK.c.state.in_(OPEN_TASK)
    shown = {"name": node.label[:500], "form_key": node.extensions.form_id, "revision": TASK.c.revision + 1}
    renamed = {"element_id": node.name, "definition_id": definition_id, **shown}
    session.execute(update(TASK).where(task).values(renamed))
