"""Where a case stands and what it waits for, in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from designer import text
from designer.cases.elements import ProcessMap
from designer.cases.queries import Bundle
from engine.states import InstanceState, JobKind, JobState
from engine.store import Incident, Job, UserTask


@dataclass(frozen=True, slots=True)
class Standing:
    """`mark` is the state in two or three words; `sentence` says why; `tone` and `icon` as in the marks.

    `stuck` tells whether someone has to act for the case to move.
    """

    mark: str
    tone: str
    icon: str
    sentence: str = ""
    note: str = ""
    stuck: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Names that sentences need."""

    elements: ProcessMap
    people: Mapping[str, str]
    teams: Mapping[str, str]
    now: datetime
    reader: str | None = None

    def step(self, element_id: str) -> str:
        """The element between quotation marks."""
        return text.quoted(self.elements.name(element_id, text.locale()))


def of(found: Bundle, words: Words) -> Standing:
    """What keeps the case where it is; the most serious reason first."""
    state = found.case.state
    if state != InstanceState.ACTIVE:
        return _ended(found)
    for reason in _REASONS:
        standing = reason(found, words)
        if standing is not None:
            return standing
    return Standing(_("En cours"), "now", "circle-dot", _("Relais fait avancer le dossier."))


def _ended(found: Bundle) -> Standing:
    if found.case.state == InstanceState.CANCELLED:
        return Standing(_("Annulé"), "", "ban")
    return Standing(_("Terminé"), "done", "circle-check")


def message_of(incident: Incident) -> str:
    """The incident's message in the language of the page."""
    message = incident.message
    if isinstance(message, dict):
        return str(message.get(text.locale()) or message.get("fr") or "")
    return str(message or "")


def _incident(found: Bundle, words: Words) -> Standing | None:
    for incident in found.open_incidents:
        step = words.step(incident.element_id)
        if incident.kind == "uncertain_effect":
            sentence = _(
                "Relais ne sait pas si %(step)s a eu lieu. Une personne doit le vérifier.", step=step
            )
        else:
            sentence = _(
                "%(step)s est à l’arrêt %(since)s.",
                step=step,
                since=text.since(incident.created_at, words.now),
            )
        return Standing(_("Arrêté"), "late", "octagon-alert", sentence, message_of(incident), stuck=True)
    return None


def _task(found: Bundle, words: Words) -> Standing | None:
    for task in found.open_tasks:
        step = text.quoted(task.name)
        if task.assignee is None:
            sentence = _(
                "%(step)s attend %(who)s %(since)s.",
                step=step,
                who=offered_to(task, words),
                since=text.since(task.created_at, words.now),
            )
            return Standing(_("Attend une personne"), "now", "user", sentence, stuck=True)
        held = text.since(task.claimed_at or task.created_at, words.now)
        if task.assignee == words.reader:
            sentence = _("C’est à vous : %(step)s est entre vos mains %(since)s.", step=step, since=held)
        else:
            who = words.people.get(task.assignee, task.assignee)
            sentence = _("%(step)s est entre les mains de %(who)s %(since)s.", who=who, step=step, since=held)
        return Standing(_("Attend une personne"), "now", "user", sentence, stuck=True)
    return None


def offered_to(task: UserTask, words: Words) -> str:
    """Who may take the task: « l’équipe Bureau du séjour », or a person's name."""
    teams = [words.teams.get(c.name, c.name) for c in task.candidates if c.kind == "group"]
    if teams:
        return _("l’équipe %(team)s", team=", ".join(teams))
    people = [words.people.get(c.name, c.name) for c in task.candidates if c.kind == "user"]
    return ", ".join(people) or _("une personne")


def _job(found: Bundle, words: Words) -> Standing | None:
    job = next((j for j in found.jobs if j.kind == JobKind.CONNECTOR), None)
    if job is None:
        return None
    step = words.step(job.element_id)
    if job.state == JobState.ACTIVATED:
        return Standing(
            _("Relais travaille"), "now", "bot", _("Relais fait %(step)s en ce moment.", step=step)
        )
    if job.attempt:
        return Standing(
            _("Nouvel essai prévu"), "soon", "refresh-cw", _next_try(job, step, words), job.last_error or ""
        )
    return Standing(_("Relais travaille"), "now", "bot", _("Relais va faire %(step)s.", step=step))


def _next_try(job: Job, step: str, words: Words) -> str:
    when = text.moment(job.due_at, words.now).inline
    return _(
        "L’essai de %(step)s n’a pas abouti. Prochain essai : %(when)s.",
        step=step,
        when=when,
    )


def _message(found: Bundle, words: Words) -> Standing | None:
    for waiting in found.subscriptions:
        node = words.elements.node(waiting.element_id)
        if node is not None and node.type == "boundaryEvent":
            continue
        since = text.since(waiting.created_at, words.now)
        sentence = _(
            "Le dossier attend %(step)s %(since)s.", step=words.step(waiting.element_id), since=since
        )
        return Standing(
            _("Attend une réponse"), "hold", "circle-pause", sentence, _until(found, words), stuck=True
        )
    return None


def _timer(found: Bundle, words: Words) -> Standing | None:
    if _until(found, words):
        return Standing(_("Attend son heure"), "hold", "hourglass", _until(found, words))
    return None


def _until(found: Bundle, words: Words) -> str:
    timer = next((j for j in found.jobs if j.kind == JobKind.TIMER), None)
    if timer is None:
        return ""
    when = text.moment(timer.due_at, words.now).inline
    return _("%(step)s : %(when)s.", step=words.step(timer.element_id), when=when)


_REASONS: tuple[Callable[[Bundle, Words], Standing | None], ...] = (_incident, _task, _job, _message, _timer)
