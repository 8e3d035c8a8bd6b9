"""Surgery: an operator moves, cancels, starts or restarts steps of one instance, or sets its data.

`plan` says what would happen, on a copy in memory; `apply` does it under the instance's lock, only if
nothing has happened since the plan was made, and history keeps who, why and what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions, execution, values, words
from engine.diagnostics import Text
from engine.errors import InstanceEnded, NotFound, Refused, StaleRevision
from engine.explain import Names
from engine.feel import to_text
from engine.spiff import places
from engine.spiff.changes import Event
from engine.spiff.process_run import ProcessRun
from engine.spiff.scopes import ROOT_SCOPE
from engine.spiff.surgery import Done, Surgeon
from engine.states import OPEN_TASK, EffectState, IncidentState, InstanceState, JobKind, JobState
from engine.store import Effect, Incident, Job, UserTask, table

Action = Literal["move", "cancel", "start", "restart", "drop", "variables"]
NOBODY = Names()


@dataclass(frozen=True, slots=True)
class Instruction:
    """One change. Which fields are needed depends on `action`:

    move     element_key (what is left), element_id (where to); scope_key if several scopes would do
    cancel   element_key
    restart  element_key
    start    element_id; scope_key if several scopes would do
    drop     element_id of a join, scope_key of the scope it is in: the branches that arrived are forgotten
    variables  variables; scope_key, else the process
    """

    action: Action
    element_key: int | None = None
    element_id: str | None = None
    scope_key: int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens; `warning`: something is lost or stays uncertain outside."""

    text: Text
    element_id: str | None = None
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What the instructions lead to. `refused` says why they cannot be done; then nothing would happen."""

    revision: int
    lines: tuple[Line, ...] = ()
    refused: Text | None = None


def targets(session: Session, definition_id: UUID) -> list[str]:
    """Elements of a version at which a token may be put by hand."""
    compiled = definitions.compiled(session, definition_id)
    return [node.name for node in compiled.nodes() if places.why_not(compiled, node) is None]


def plan(
    session: Session,
    instance_id: UUID,
    instructions: Sequence[Instruction],
    *,
    now: datetime,
    names: Names = NOBODY,
) -> Plan:
    """What these instructions would do to the instance as it is now. Raises NotFound, InstanceEnded."""
    query = select(execution.INSTANCE).where(execution.INSTANCE.c.id == instance_id)
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("process instance", instance_id)
    if row["state"] != InstanceState.ACTIVE:
        raise InstanceEnded(f"instance {instance_id} is {row['state']}")
    run = execution.load(session, row, now)
    try:
        done = operate(run, instructions)
    except Refused as refused:
        return Plan(row["revision"], refused=refused.message)
    return Plan(row["revision"], tuple(_lines(session, instance_id, run, done, names)))


def apply(
    session: Session,
    instance_id: UUID,
    instructions: Sequence[Instruction],
    *,
    revision: int,
    by: str,
    reason: str,
    now: datetime,
    names: Names = NOBODY,
) -> Plan:
    """Do it, all or nothing, if the instance is still at the revision its plan was made for.

    Raises NotFound, InstanceEnded, StaleRevision, Refused.
    """
    row = execution.lock(session, instance_id)
    if row["revision"] != revision:
        raise StaleRevision(f"instance {instance_id} is at revision {row['revision']}, not {revision}")
    told: list[Line] = []

    def command(run: ProcessRun) -> None:
        done = operate(run, instructions)
        told.extend(_lines(session, instance_id, run, done, names))
        said = [{"fr": line.text.fr, "en": line.text.en} for line in told]
        run.changes.events.insert(
            0, Event("instance_modified", actor=by, data={"reason": reason, "steps": said})
        )

    _settle_stalled(session, instance_id, by, now)
    execution.advance_locked(session, row, command, now=now)
    return Plan(revision, tuple(told))


def _settle_stalled(session: Session, instance_id: UUID, by: str, now: datetime) -> None:
    """An incident about the whole instance is answered by starting a step somewhere."""
    incident = table(Incident)
    whole = (incident.c.instance_id == instance_id) & (incident.c.element_key == ROOT_SCOPE)
    done = {"state": IncidentState.RESOLVED, "resolved_at": now, "resolved_by": by}
    session.execute(incident.update().where(whole, incident.c.state == IncidentState.OPEN).values(done))


def operate(run: ProcessRun, instructions: Sequence[Instruction]) -> Done:
    """Carry the instructions out in memory, without running anything. Raises Refused."""
    if not instructions:
        raise Refused(Text("Choisissez ce qui change.", "Choose what changes."))
    surgeon = Surgeon(run)
    for instruction in instructions:
        if instruction.action == "variables":
            written = values.from_python(dict(instruction.variables))
            surgeon.set_variables(instruction.scope_key or ROOT_SCOPE, written)
    for instruction in instructions:
        _one(surgeon, instruction)
    return surgeon.finish()


def _one(surgeon: Surgeon, instruction: Instruction) -> None:
    key, element_id, scope_key = instruction.element_key, instruction.element_id, instruction.scope_key
    if instruction.action == "start":
        surgeon.start(element_id or "", scope_key=scope_key)
    elif instruction.action == "drop":
        surgeon.drop(element_id or "", scope_key or ROOT_SCOPE)
    elif instruction.action in ("move", "cancel", "restart"):
        token = surgeon.token(-1 if key is None else key)
        if instruction.action == "move":
            surgeon.start(element_id or "", scope_key=scope_key, near=token)
        elif instruction.action == "restart":
            if token.workflow.program is not surgeon.run.compiled:
                raise Refused(_called(token.task_spec.label))
            surgeon.start(token.task_spec.name, near=token)
        surgeon.condemn(token)


def _called(step: str) -> Text:
    return Text(
        f"« {step} » est dans un processus appelé. Recommencez l’étape qui l’appelle.",
        f'"{step}" is in a called process. Start the step that calls it again.',
    )


# ---- in words


def _lines(session: Session, instance_id: UUID, run: ProcessRun, done: Done, names: Names) -> list[Line]:
    told = [line for scope, found in done.variables.items() for line in _written(found, scope)]
    told += [
        _about(run, names, e, "s’ouvre, sans passer par son début", "opens, without passing its start")
        for e in done.opened
    ]
    told += [_about(run, names, e, "commence", "starts") for e in done.started]
    told += [
        _about(run, names, e, "oublie les branches arrivées", "forgets the branches that arrived")
        for e in done.dropped
    ]
    losses = _losses(session, instance_id, [key for key, _ in done.ended], names)
    for key, element_id in done.ended:
        told.append(_about(run, names, element_id, "est annulée", "is cancelled"))
        told += [Line(text, element_id, warning=True) for text in losses.get(key, ())]
    return told


def _about(run: ProcessRun, names: Names, element_id: str, fr: str, en: str) -> Line:
    step = words.quoted(names.element(element_id) or run.compiled.label(element_id))
    return Line(Text(f"{step.fr} {fr}.", f"{step.en} {en}."), element_id)


def _written(found: Mapping[str, Any], scope: int) -> list[Line]:
    where = Text("", "") if scope == ROOT_SCOPE else Text(f" (portée {scope})", f" (scope {scope})")
    return [
        Line(
            Text(f"{name}{where.fr} devient {to_text(value)}.", f"{name}{where.en} becomes {to_text(value)}.")
        )
        for name, value in found.items()
    ]


def _losses(session: Session, instance_id: UUID, keys: list[int], names: Names) -> dict[int, list[Text]]:
    """What ending these elements loses, by element key."""
    found: dict[int, list[Text]] = {}
    job = table(Job)
    working = (job.c.kind == JobKind.CONNECTOR) & (job.c.state == JobState.ACTIVATED)
    rows = select(job.c.element_key, job.c.id).where(
        job.c.instance_id == instance_id, job.c.element_key.in_(keys)
    )
    for key, _id in session.execute(rows.where(working)):
        found.setdefault(key, []).append(AT_WORK)
    for key in _uncertain(session, instance_id, keys):
        found.setdefault(key, []).append(UNCERTAIN)
    task = table(UserTask)
    tasks = select(task.c.element_key, task.c.assignee, task.c.draft).where(task.c.instance_id == instance_id)
    held = tasks.where(
        task.c.element_key.in_(keys), task.c.state.in_(OPEN_TASK), task.c.assignee.is_not(None)
    )
    for key, assignee, draft in session.execute(held):
        found.setdefault(key, []).append(_in_hands(names.person(assignee), draft is not None))
    return found


def _uncertain(session: Session, instance_id: UUID, keys: list[int]) -> list[int]:
    job, effect = table(Job), table(Effect)
    pending = effect.c.state.in_((EffectState.UNCERTAIN, EffectState.INTENDED))
    query = select(job.c.element_key).join(effect, effect.c.job_id == job.c.id)
    query = query.where(job.c.instance_id == instance_id, job.c.element_key.in_(keys), pending)
    return list(session.scalars(query.distinct()))


AT_WORK = Text(
    "Un robot y travaille en ce moment. Ce qu’il a déjà fait au-dehors reste fait, son résultat sera ignoré.",
    "A robot works on it at this moment. What it has done outside stays done, its result will be ignored.",
)
UNCERTAIN = Text(
    "Personne ne sait si cette étape a eu lieu au-dehors. Vérifiez-le avant de continuer.",
    "Nobody knows whether this step took place outside. Find out before you go on.",
)


def _in_hands(who: str, draft: bool) -> Text:
    if draft:
        return Text(
            f"{who} a cette tâche entre les mains. Son brouillon sera perdu.",
            f"{who} has this task in hand. The draft will be lost.",
        )
    return Text(
        f"{who} a cette tâche entre les mains. Elle quittera sa liste.",
        f"{who} has this task in hand. It will leave the list.",
    )
