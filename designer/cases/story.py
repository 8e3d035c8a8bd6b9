"""What happened to a case, told in plain words: who did what, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from designer import text
from designer.cases.elements import ProcessMap
from engine import dmn
from engine.store import HistoryEvent

_AUTOMATIC = ("serviceTask", "sendTask", "businessRuleTask", "scriptTask", "task")


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a timeline, as the `timeline` macro takes it."""

    text: str
    at: datetime
    date: str
    iso: str
    relative: str
    by: str = ""
    tone: str = "done"


@dataclass(frozen=True, slots=True)
class Teller:
    """What a sentence needs: names of people and elements, who reads, and when.

    `names` maps a person's id to a name; `online` says that the case came by a public form.
    """

    elements: ProcessMap
    names: Mapping[str, str]
    now: datetime
    reader: str | None = None
    online: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    def who(self, actor: str | None) -> str:
        """« Vous », a person's name, or Relais for the machine."""
        if actor is None:
            return "Relais"
        return _("Vous") if actor == self.reader else self.names.get(actor, actor)

    def did(self, event: HistoryEvent, you: str, someone: str, **more: str) -> str:
        """The sentence in the second person for whoever acted, else with the name of who did.

        Both sentences are translated already and may hold %(who)s, %(step)s and what `more` gives.
        """
        words = you if event.actor is not None and event.actor == self.reader else someone
        return words % {"who": self.who(event.actor), "step": self.element(event), **more}

    def element(self, event: HistoryEvent) -> str:
        """The element's name between quotation marks."""
        return text.quoted(self.of(event).name(event.element_id, text.locale()))

    def of(self, event: HistoryEvent) -> ProcessMap:
        """The process that the event is about: the case's, or one that it called."""
        return self.elements.part(event.definition_id)


def people_in(events: Sequence[HistoryEvent]) -> set[str | None]:
    """Ids of everybody the events speak of."""
    return {event.actor for event in events} | {_data(event).get("assignee") for event in events}


def tell(events: Sequence[HistoryEvent], teller: Teller) -> list[Fact]:
    """The facts worth telling, newest first; the same fact several times in a row is told once."""
    told: list[Fact] = []
    repeated = 0
    for event in events:
        words = _sentence(event, teller)
        if words is None:
            continue
        if told and told[-1].text == words[0]:
            repeated += 1
            told[-1] = _fact(event, words[0], _times(repeated + 1), teller)
            continue
        repeated = 0
        told.append(_fact(event, words[0], words[1], teller))
    told.reverse()
    return told


def _times(count: int) -> str:
    return ngettext("%(num)s fois", "%(num)s fois", count)


def _fact(event: HistoryEvent, words: str, by: str, teller: Teller) -> Fact:
    moment = text.moment(event.at, teller.now)
    tone = _TONES.get(event.kind, "done")
    return Fact(words, event.at, moment.absolute, moment.iso, moment.relative, by, tone)


_TONES = {"incident_raised": "hold", "effect_uncertain": "hold", "job_failed": "", "user_task_claimed": ""}


def _sentence(event: HistoryEvent, teller: Teller) -> tuple[str, str] | None:
    tell_it = _SENTENCES.get(event.kind)
    found = tell_it(event, teller) if tell_it else None
    return (found, "") if isinstance(found, str) else found


def _started(event: HistoryEvent, teller: Teller) -> str:
    if event.actor is not None:
        return teller.did(event, _("Vous avez ouvert le dossier."), _("%(who)s a ouvert le dossier."))
    return _("La demande a été déposée en ligne.") if teller.online else _("Le dossier s’est ouvert.")


def _completed(event: HistoryEvent, teller: Teller) -> str | tuple[str, str] | None:
    if not teller.of(event).is_worth_telling(event.element_id):
        return None
    name, kind = teller.element(event), teller.of(event).type(event.element_id)
    if kind in ("userTask", "manualTask"):
        return _person_did(event, teller)
    if kind in _AUTOMATIC:
        return _("Relais a terminé %(step)s.", step=name)
    if kind == "endEvent":
        return _("Le dossier est arrivé à %(step)s.", step=name)
    if kind in ("intermediateCatchEvent", "boundaryEvent", "receiveTask"):
        return _caught(event, teller, name)
    return None if kind == "startEvent" else _("L’étape %(step)s est terminée.", step=name)


def _repeated(event: HistoryEvent, teller: Teller) -> str | None:
    if not teller.of(event).is_worth_telling(event.element_id):
        return None
    number = int((event.data or {}).get("instances", 0))
    return _("L’étape %(step)s a été faite %(number)s fois.", step=teller.element(event), number=number)


def _person_did(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    words = teller.did(event, _("Vous avez terminé %(step)s."), _("%(who)s a terminé %(step)s."))
    if event.claimed_at is None or event.at <= event.claimed_at:
        return words, ""
    length = text.capital(text.duration(event.at - event.claimed_at))
    return words, _("%(duration)s après la prise", duration=length)


def _caught(event: HistoryEvent, teller: Teller, name: str) -> str:
    node = teller.of(event).node(event.element_id)
    events = node.events if node else ()
    if "timer" in events:
        return _("Le moment prévu par %(step)s est arrivé.", step=name)
    if "error" in events:
        return _("Le cas prévu par %(step)s s’est présenté.", step=name)
    return _("Relais a reçu %(step)s.", step=name)


def _data(event: HistoryEvent) -> dict[str, Any]:
    return event.data if isinstance(event.data, dict) else {}


def _message(event: HistoryEvent) -> str:
    found = _data(event).get("message")
    if isinstance(found, dict):
        found = found.get(text.locale()) or found.get("fr")
    return str(found or "")


def _incident_raised(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    return _("Le dossier s’est arrêté à %(step)s.", step=teller.element(event)), _message(event)


def _job_failed(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    return _("Un essai de %(step)s n’a pas abouti.", step=teller.element(event)), _message(event)


def _effect_uncertain(event: HistoryEvent, teller: Teller) -> str:
    return _("Relais ne sait pas si %(step)s a eu lieu.", step=teller.element(event))


def _effect_settled(event: HistoryEvent, teller: Teller) -> str:
    if _data(event).get("happened"):
        you, someone = (
            _("Vous avez constaté que %(step)s a eu lieu."),
            _("%(who)s a constaté que %(step)s a eu lieu."),
        )
        return teller.did(event, you, someone)
    you = _("Vous avez constaté que %(step)s n’a pas eu lieu.")
    return teller.did(event, you, _("%(who)s a constaté que %(step)s n’a pas eu lieu."))


def _message_arrived(event: HistoryEvent, _teller: Teller) -> str:
    return _("Relais a reçu le message %(name)s.", name=text.quoted(str(_data(event).get("message", ""))))


def _decided(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    words = _("À %(step)s, Relais a calculé une décision.", step=teller.element(event))
    return words, dmn.paragraph(_data(event)).in_(text.locale())


def _signal_thrown(event: HistoryEvent, _teller: Teller) -> str:
    return _("Relais a envoyé le signal %(name)s.", name=text.quoted(str(_data(event).get("signal", ""))))


def _signal_caught(event: HistoryEvent, _teller: Teller) -> str:
    return _("Relais a reçu le signal %(name)s.", name=text.quoted(str(_data(event).get("signal", ""))))


def _condition_met(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    words = _("Ce que %(step)s attendait est devenu vrai.", step=teller.element(event))
    return words, str(_data(event).get("condition", ""))


def _escalated(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    words = _("%(step)s a donné l’alerte.", step=teller.element(event))
    nobody = _("Aucune étape ne la traite : le dossier continue.")
    return words, "" if _data(event).get("caught_by") else nobody


def _compensation(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    count = int(_data(event).get("handlers") or 0)
    words = _("À %(step)s, Relais a défait ce qui avait été fait.", step=teller.element(event))
    return words, ngettext("%(num)s étape à défaire", "%(num)s étapes à défaire", count)


def _transaction_cancelled(event: HistoryEvent, teller: Teller) -> str:
    return _("La transaction a été annulée à %(step)s.", step=teller.element(event))


def _variables_set(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    names = [teller.labels.get(str(n), str(n)) for n in _data(event).get("names", [])]
    you, someone = _("Vous avez corrigé des données."), _("%(who)s a corrigé des données.")
    return teller.did(event, you, someone), ", ".join(names)


def _modified(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    said = [step.get(text.locale(), "") for step in _data(event).get("steps", [])]
    you, someone = _("Vous avez modifié le dossier."), _("%(who)s a modifié le dossier.")
    return teller.did(event, you, someone), " ".join([*said, str(_data(event).get("reason", ""))])


def _migrated(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    versions = {name: str(_data(event).get(name, "")) for name in ("from", "to")}
    you = _("Vous avez fait passer le dossier de la version %(from)s à la version %(to)s.")
    someone = _("%(who)s a fait passer le dossier de la version %(from)s à la version %(to)s.")
    return teller.did(event, you, someone, **versions), str(_data(event).get("reason", ""))


def _document_added(event: HistoryEvent, teller: Teller) -> str:
    name = text.quoted(str(_data(event).get("name", "")))
    if event.actor is None:
        return _("Le document %(name)s a rejoint le dossier.", name=name)
    you, someone = _("Vous avez ajouté le document %(name)s."), _("%(who)s a ajouté le document %(name)s.")
    return teller.did(event, you, someone, name=name)


def _ended(_event: HistoryEvent, _teller: Teller) -> str:
    return _("Le dossier est terminé.")


def _cancelled(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    you, someone = _("Vous avez annulé le dossier."), _("%(who)s a annulé le dossier.")
    return teller.did(event, you, someone), str(_data(event).get("reason") or "")


def _incident_resolved(event: HistoryEvent, teller: Teller) -> str:
    return teller.did(event, _("Vous avez relancé %(step)s."), _("%(who)s a relancé %(step)s."))


def _task_claimed(event: HistoryEvent, teller: Teller) -> str:
    you, someone = _("Vous avez pris la tâche %(step)s."), _("%(who)s a pris la tâche %(step)s.")
    return teller.did(event, you, someone)


def _task_released(event: HistoryEvent, teller: Teller) -> str:
    you = _("Vous avez rendu la tâche %(step)s à l’équipe.")
    return teller.did(event, you, _("%(who)s a rendu la tâche %(step)s à l’équipe."))


def _task_assigned(event: HistoryEvent, teller: Teller) -> str | tuple[str, str]:
    assignee = _data(event).get("assignee")
    if not assignee:
        return _task_released(event, teller)
    if str(assignee) == teller.reader:
        return _task_given(event, teller)
    you = _("Vous avez attribué la tâche %(step)s à %(holder)s.")
    someone = _("%(who)s a attribué la tâche %(step)s à %(holder)s.")
    holder = teller.names.get(str(assignee), str(assignee))
    return teller.did(event, you, someone, holder=holder), str(_data(event).get("note", ""))


def _task_given(event: HistoryEvent, teller: Teller) -> tuple[str, str]:
    you, someone = (
        _("Vous vous êtes attribué la tâche %(step)s."),
        _("%(who)s vous a attribué la tâche %(step)s."),
    )
    return teller.did(event, you, someone), str(_data(event).get("note", ""))


Sentence = Callable[[HistoryEvent, Teller], str | tuple[str, str] | None]
_SENTENCES: dict[str, Sentence] = {
    "instance_started": _started,
    "instance_completed": _ended,
    "instance_cancelled": _cancelled,
    "element_completed": _completed,
    "repetition_completed": _repeated,
    "user_task_claimed": _task_claimed,
    "user_task_released": _task_released,
    "user_task_assigned": _task_assigned,
    "incident_raised": _incident_raised,
    "incident_resolved": _incident_resolved,
    "message_correlated": _message_arrived,
    "decision_evaluated": _decided,
    "signal_thrown": _signal_thrown,
    "signal_caught": _signal_caught,
    "condition_met": _condition_met,
    "escalation_thrown": _escalated,
    "compensation_thrown": _compensation,
    "transaction_cancelled": _transaction_cancelled,
    "job_failed": _job_failed,
    "effect_uncertain": _effect_uncertain,
    "effect_settled": _effect_settled,
    "variables_set": _variables_set,
    "instance_modified": _modified,
    "instance_migrated": _migrated,
    "instance_migration_undone": _migrated,
    "document_added": _document_added,
}

#: kinds of history events in words, for the full journal
KINDS = {
    "instance_started": _l("Dossier ouvert"),
    "instance_completed": _l("Dossier terminé"),
    "instance_cancelled": _l("Dossier annulé"),
    "element_activated": _l("Étape commencée"),
    "element_completed": _l("Étape terminée"),
    "element_terminated": _l("Étape interrompue"),
    "repetition_completed": _l("Répétition terminée"),
    "flow_taken": _l("Chemin pris"),
    "user_task_claimed": _l("Tâche prise"),
    "user_task_released": _l("Tâche rendue"),
    "user_task_assigned": _l("Tâche attribuée"),
    "incident_raised": _l("Arrêt"),
    "incident_resolved": _l("Relance"),
    "message_correlated": _l("Message reçu"),
    "signal_thrown": _l("Signal envoyé"),
    "signal_caught": _l("Signal reçu"),
    "condition_met": _l("Condition devenue vraie"),
    "escalation_thrown": _l("Alerte donnée"),
    "compensation_thrown": _l("Retour en arrière"),
    "element_compensated": _l("Étape défaite"),
    "transaction_cancelled": _l("Transaction annulée"),
    "job_failed": _l("Essai manqué"),
    "effect_uncertain": _l("Effet incertain"),
    "effect_settled": _l("Effet tranché"),
    "variables_set": _l("Données corrigées"),
    "instance_modified": _l("Dossier modifié"),
    "instance_migrated": _l("Changement de version"),
    "instance_migration_undone": _l("Retour à l’ancienne version"),
    "instance_mended": _l("Attente remise"),
    "document_added": _l("Document ajouté"),
    "decision_evaluated": _l("Décision calculée"),
}
