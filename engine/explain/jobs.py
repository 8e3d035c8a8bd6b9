"""The sentence of each state of automatic work."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.explain import facts as of
from engine.explain.facts import Facts, Reason
from engine.spiff.standing import Wait
from engine.states import JobKind, JobState
from engine.store import Job


def job(facts: Facts, wait: Wait) -> Reason | None:
    """A connector's job: waiting, tried again, worked on, given up by its worker, or stopped."""
    found = facts.jobs.get(wait.key)
    if found is None:
        return _lost(facts, wait)
    if found.state == JobState.FAILED:
        return None if wait.key in facts.incidents else _lost(facts, wait)
    if found.state == JobState.ACTIVATED:
        return _worked_on(facts, wait, found)
    return _again(facts, wait, found) if found.attempt else _waiting(facts, wait, found)


def _worked_on(facts: Facts, wait: Wait, found: Job) -> Reason:
    step = facts.at_wait(wait)
    attempt, total = found.attempt, max(found.attempt, found.attempt - 1 + found.retries)
    if found.due_at > facts.now:
        text = Text(
            f"Relais fait {step.fr} en ce moment (essai {attempt} sur {total}).",
            f"Relais is doing {step.en} at this moment (attempt {attempt} of {total}).",
        )
        return Reason("job.running", of.MACHINE, text, wait.element_id, wait.key, found.created_at)
    since = facts.since(found.due_at)
    text = Text(
        f"Le robot qui faisait {step.fr} ne répond plus {since.fr}. Un autre va s’en occuper.",
        f"The robot that did {step.en} has not answered {since.en}. Another one will take over.",
    )
    return Reason("job.abandoned", of.TRY_AGAIN, text, wait.element_id, wait.key, found.due_at)


def _again(facts: Facts, wait: Wait, found: Job) -> Reason:
    step, due = facts.at_wait(wait), facts.at(found.due_at)
    attempt, total = found.attempt + 1, found.attempt + found.retries
    text = Text(
        f"L’essai de {step.fr} n’a pas abouti. Prochain essai ({attempt} sur {total}) : {due.fr}.",
        f"Trying {step.en} did not succeed. Next attempt ({attempt} of {total}): {due.en}.",
    )
    note = Text(found.last_error, found.last_error) if found.last_error else None
    return Reason(
        "job.retry", of.TRY_AGAIN, text, wait.element_id, wait.key, found.created_at, found.due_at, note
    )


def _waiting(facts: Facts, wait: Wait, found: Job) -> Reason:
    step = facts.at_wait(wait)
    if found.due_at > facts.now:
        due = facts.at(found.due_at)
        text = Text(f"Relais fera {step.fr} {due.fr}.", f"Relais will do {step.en} {due.en}.")
        return Reason(
            "job.planned", of.MACHINE, text, wait.element_id, wait.key, found.created_at, found.due_at
        )
    since = facts.since(found.created_at)
    text = Text(
        f"Relais va faire {step.fr} : un robot doit se libérer, {since.fr}.",
        f"Relais is about to do {step.en}: it has been waiting for a free robot {since.en}.",
    )
    return Reason("job.waiting", of.MACHINE, text, wait.element_id, wait.key, found.created_at)


def _lost(facts: Facts, wait: Wait) -> Reason:
    step = facts.at_wait(wait)
    text = Text(
        f"Le travail de {step.fr} a disparu. Relais va s’en apercevoir et ouvrir un incident.",
        f"The work of {step.en} has disappeared. Relais will notice and open an incident.",
    )
    return Reason("lost", of.SETTLE, text, wait.element_id, wait.key, stuck=True)


#: The engine's own jobs that belong to an instance; None: its wait says it already, or it holds nothing up.
INTERNAL: dict[JobKind, Text | None] = {
    JobKind.CONNECTOR: None,
    JobKind.TIMER: None,
    JobKind.TIMER_START: None,
    JobKind.MESSAGE_EXPIRY: None,
    JobKind.LOOK_OVER: None,
    JobKind.UPLOAD_EXPIRY: None,
    JobKind.EVENT_START: None,
    JobKind.NEXT_START: None,
    JobKind.SIGNAL: Text(
        "Un signal est arrivé pour {step}. Relais le remet au dossier.",
        "A signal arrived for {step}. Relais is handing it to the case.",
    ),
    JobKind.PUBLISH: None,
    JobKind.CORRELATE: Text(
        "Un message est arrivé pour {step}. Relais le remet au dossier.",
        "A message arrived for {step}. Relais is handing it to the case.",
    ),
    JobKind.MIGRATE: Text(
        "Relais va faire passer le dossier à une autre version du processus.",
        "Relais is about to bring the case to another version of the process.",
    ),
    JobKind.LOOK_INTO: Text(
        "Relais vérifie que le dossier n’attend pas pour rien.",
        "Relais is checking that the case does not wait in vain.",
    ),
}


def internal(facts: Facts, found: Job) -> Reason | None:
    """The engine is about to do something with this instance."""
    said = INTERNAL[JobKind(found.kind)]
    if said is None:
        return None
    step = facts.step(found.element_id) if found.element_id else Text("", "")
    text = Text(said.fr.format(step=step.fr), said.en.format(step=step.en))
    return Reason(found.kind, of.MACHINE, text, found.element_id or None, found.element_key, found.created_at)
