"""The sentence of each kind of wait inside a running instance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine import words
from engine.diagnostics import Text
from engine.explain import facts as of
from engine.explain.facts import Facts, Reason
from engine.explain.jobs import job
from engine.spiff import data_sets
from engine.spiff.specs.catching import Catching
from engine.spiff.standing import Wait
from engine.store import Incident, UserTask


def incident(facts: Facts, wait: Wait) -> Reason | None:
    """What somebody has to settle before anything goes on here."""
    found = facts.incidents.get(wait.key)
    return stopped(facts, found, wait) if found is not None else _without_reason(facts, wait)


def stopped(facts: Facts, found: Incident, wait: Wait | None = None) -> Reason:
    """An open incident."""
    step = facts.step(found.element_id) if wait is None else facts.at_wait(wait)
    since = facts.since(found.created_at)
    note = Text(found.message["fr"], found.message["en"]) if found.message else None
    kind, text = (
        "incident",
        Text(f"{step.fr} est à l’arrêt {since.fr}.", f"{step.en} has been stopped {since.en}."),
    )
    if found.kind == "uncertain_effect":
        kind = "incident.uncertain"
        text = Text(
            f"Relais ne sait pas si {step.fr} a eu lieu. Une personne doit le vérifier.",
            f"Relais does not know whether {step.en} took place. Somebody has to find out.",
        )
    return Reason(
        kind, of.SETTLE, text, found.element_id, found.element_key, found.created_at, note=note, stuck=True
    )


def _without_reason(facts: Facts, wait: Wait) -> Reason:
    step = facts.at_wait(wait)
    text = Text(
        f"{step.fr} est à l’arrêt. Relais cherche pourquoi.",
        f"{step.en} has stopped. Relais is finding out why.",
    )
    return Reason("incident", of.SETTLE, text, wait.element_id, wait.key, stuck=True)


def user_task(facts: Facts, wait: Wait) -> Reason | None:
    """A person has it, or may take it."""
    task = facts.tasks.get(wait.key)
    if task is None:
        return _gone(facts, wait)
    kind, text, since = _held(facts, task) if task.assignee else _offered(facts, task)
    note = None
    if task.due_at is not None and task.due_at < facts.now:
        due = facts.at(task.due_at)
        note = Text(f"Son échéance était {due.fr}.", f"It was due {due.en}.")
    return Reason(
        kind, of.PERSON, text, wait.element_id, wait.key, since, until=task.due_at, note=note, stuck=True
    )


def _held(facts: Facts, task: UserTask) -> tuple[str, Text, datetime]:
    held = task.claimed_at or task.created_at
    step, since = words.quoted(task.name), facts.since(held)
    if task.assignee == facts.names.reader:
        mine = Text(
            f"C’est à vous : {step.fr} est entre vos mains {since.fr}.",
            f"It is up to you: {step.en} has been in your hands {since.en}.",
        )
        return "user_task.mine", mine, held
    who = facts.names.person(task.assignee or "")
    theirs = Text(
        f"{step.fr} est entre les mains de {who} {since.fr}.",
        f"{step.en} has been in the hands of {who} {since.en}.",
    )
    return "user_task.held", theirs, held


def _offered(facts: Facts, task: UserTask) -> tuple[str, Text, datetime]:
    step, since, who = words.quoted(task.name), facts.since(task.created_at), offered_to(task, facts.names)
    text = Text(
        f"{step.fr} attend {who.fr} {since.fr}.", f"{step.en} has been waiting for {who.en} {since.en}."
    )
    return "user_task.offered", text, task.created_at


def offered_to(task: UserTask, names: of.Names) -> Text:
    """Who may take the task: « l’équipe Bureau du séjour », a person's name, or a person."""
    teams = words.listed([names.team(c.name) for c in task.candidates if c.kind == "group"])
    if teams:
        return Text(f"l’équipe {teams}", f"the team {teams}")
    people = words.listed([names.person(c.name) for c in task.candidates if c.kind == "user"])
    return Text(people, people) if people else Text("une personne", "somebody")


def _gone(facts: Facts, wait: Wait) -> Reason:
    step = facts.at_wait(wait)
    text = Text(
        f"La tâche de {step.fr} a disparu. Relais va s’en apercevoir et ouvrir un incident.",
        f"The task of {step.en} has disappeared. Relais will notice and open an incident.",
    )
    return Reason("lost", of.SETTLE, text, wait.element_id, wait.key, stuck=True)


def timer(facts: Facts, wait: Wait) -> Reason | None:
    """A date will move it."""
    schedule = wait.subscription.schedule if wait.subscription else None
    if schedule is None:
        return None
    step, due = facts.at_wait(wait), facts.at(schedule.due)
    if schedule.due <= facts.now:
        text = Text(
            f"{step.fr} devait se faire {due.fr} : Relais va s’en occuper.",
            f"{step.en} was due {due.en}: Relais is about to do it.",
        )
    elif wait.beside:
        text = Text(f"Sinon, {step.fr} viendra {due.fr}.", f"Otherwise {step.en} will come {due.en}.")
    else:
        text = Text(
            f"Le dossier attend {step.fr}, prévu {due.fr}.", f"The case waits for {step.en}, due {due.en}."
        )
    return _event(facts, wait, "timer", of.TIME, text, until=True)


def message(facts: Facts, wait: Wait) -> Reason | None:
    """A message will move it."""
    found = wait.subscription
    if found is None:
        return None
    name = words.quoted(found.name or "")
    key = found.correlation_key or ""
    with_key = Text(f" avec la clé {words.quoted(key).fr}", f" with the key {words.quoted(key).en}")
    with_key = with_key if key else Text("", "")
    what = Text(f"le message {name.fr}{with_key.fr}", f"the message {name.en}{with_key.en}")
    return _event(facts, wait, "message", of.OUTSIDE, _awaited(facts, wait, what))


def signal(facts: Facts, wait: Wait) -> Reason | None:
    """A signal will move it, together with every other case that waits for it."""
    found = wait.subscription
    if found is None:
        return None
    name = words.quoted(found.name or "")
    what = Text(f"le signal {name.fr}", f"the signal {name.en}")
    return _event(facts, wait, "signal", of.OUTSIDE, _awaited(facts, wait, what))


def conditional(facts: Facts, wait: Wait) -> Reason | None:
    """A change of data will move it."""
    text = words.quoted(_condition(facts, wait))
    what = Text(f"que la condition {text.fr} soit vraie", f"the condition {text.en} to become true")
    return _event(facts, wait, "conditional", of.OUTSIDE, _awaited(facts, wait, what))


def _condition(facts: Facts, wait: Wait) -> str:
    node = wait.node
    if wait.subscription is not None and wait.token is not None and not wait.subscription.of_scope:
        node = wait.token.workflow.node(wait.element_id)
    if wait.subscription is None or not isinstance(node, Catching):
        return ""
    return node.definitions[wait.subscription.index].text


def _awaited(facts: Facts, wait: Wait, what: Text) -> Text:
    step = facts.at_wait(wait)
    since = _since(facts, wait)
    if wait.beside:
        if wait.kind == "conditional":
            return Text(
                f"{step.fr} viendra dès {what.fr}.",
                f"{step.en} will come as soon as this happens: {what.en}.",
            )
        return Text(
            f"Sinon, {what.fr} mènerait à {step.fr}.", f"Otherwise {what.en} would lead to {step.en}."
        )
    return Text(
        f"{step.fr} attend {what.fr} {since.fr}.", f"{step.en} has been waiting for {what.en} {since.en}."
    )


def _since(facts: Facts, wait: Wait) -> Text:
    row = facts.messages.get(wait.subscription.key) if wait.subscription else None
    moment = row.created_at if row is not None else wait.token.ready_at if wait.token else facts.now
    return facts.since(moment)


def _event(facts: Facts, wait: Wait, kind: str, rank: int, text: Text, *, until: bool = False) -> Reason:
    schedule = wait.subscription.schedule if wait.subscription and until else None
    return Reason(
        f"{kind}.beside" if wait.beside else kind,
        of.BESIDE if wait.beside else rank,
        text,
        wait.element_id,
        wait.key,
        wait.token.ready_at if wait.token else None,
        until=schedule.due if schedule else None,
        stuck=not wait.beside and kind != "timer",
    )


def join(facts: Facts, wait: Wait) -> Reason | None:
    """Other branches have to arrive."""
    step = facts.at_wait(wait)
    text = Text(
        f"{step.fr} attend les autres branches : {wait.arrived} sur {wait.expected} sont arrivées."
        if wait.arrived > 1
        else f"{step.fr} attend les autres branches : {wait.arrived} sur {wait.expected} est arrivée.",
        f"{step.en} waits for the other branches: {wait.arrived} of {wait.expected} arrived.",
    )
    return Reason("join", of.ELSEWHERE, text, wait.element_id, wait.key)


def compensation(facts: Facts, wait: Wait) -> Reason | None:
    """What was done is being undone, one step after another."""
    step = facts.at_wait(wait)
    text = Text(
        f"{step.fr} attend que les étapes déjà faites soient annulées une à une.",
        f"{step.en} waits until the steps already done are undone one by one.",
    )
    return Reason("compensation", of.ELSEWHERE, text, wait.element_id, wait.key)


def inside(facts: Facts, wait: Wait) -> Reason | None:
    """What is inside says what it waits for."""
    step = facts.at_wait(wait)
    since = facts.since(wait.token.ready_at) if wait.token else Text("", "")
    text = Text(f"Le dossier est dans {step.fr} {since.fr}.", f"The case has been in {step.en} {since.en}.")
    total, done = (wait.token.memo.get(name) for name in ("total", "done")) if wait.token else (None, None)
    if total is not None:
        text = Text(
            f"{step.fr} se répète : {done} sur {total} sont faites.",
            f"{step.en} is repeated: {done} of {total} are done.",
        )
    return Reason("inside", of.BESIDE, text, wait.element_id, wait.key)


def data(facts: Facts, wait: Wait) -> Reason | None:
    """Another step has to write what it needs."""
    step = facts.at_wait(wait)
    if wait.token is None:
        return None
    scope = wait.token.outer_scope
    lack = data_sets.lacking(wait.node.data.input_sets, lambda source: facts.run.evaluate(source, scope))
    text = Text(
        f"{step.fr} attend la donnée « {lack.fr} », qu’une autre étape doit donner.",
        f'{step.en} waits for the data "{lack.en}", which another step has to give.',
    )
    return Reason("data", of.ELSEWHERE, text, wait.element_id, wait.key)


def nothing(facts: Facts, wait: Wait) -> Reason | None:
    """It should never stand here without waiting for something."""
    step = facts.at_wait(wait)
    text = Text(
        f"{step.fr} n’attend rien de l’extérieur : la suite dépend des autres étapes du dossier.",
        f"{step.en} waits for nothing outside: what follows depends on the other steps of the case.",
    )
    return Reason("nothing", of.ELSEWHERE, text, wait.element_id, wait.key)


SENTENCES: dict[str, Callable[[Facts, Wait], Reason | None]] = {
    "incident": incident,
    "user_task": user_task,
    "job": job,
    "timer": timer,
    "message": message,
    "signal": signal,
    "conditional": conditional,
    "compensation": compensation,
    "join": join,
    "data": data,
    "inside": inside,
    "nothing": nothing,
}
