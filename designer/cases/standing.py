"""Where a case stands and what it waits for: the engine's reasons, as pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from designer import access, text
from designer.cases import elements, people
from designer.cases.elements import ProcessMap
from designer.extensions import clock
from engine import explain
from engine.diagnostics import Text
from engine.explain import Names, Reason
from engine.store import Incident, ProcessInstance

#: By a reason's kind or its first word: the state in two or three words, tone and icon.
MARKS = {
    "incident": (_l("Arrêté"), "late", "octagon-alert"),
    "lost": (_l("Arrêté"), "late", "octagon-alert"),
    "unreadable": (_l("Arrêté"), "late", "octagon-alert"),
    "user_task": (_l("Attend une personne"), "now", "user"),
    "job": (_l("Relais travaille"), "now", "bot"),
    "job.retry": (_l("Nouvel essai prévu"), "soon", "refresh-cw"),
    "job.abandoned": (_l("Nouvel essai prévu"), "soon", "refresh-cw"),
    "message": (_l("Attend une réponse"), "hold", "circle-pause"),
    "signal": (_l("Attend un signal"), "hold", "circle-pause"),
    "conditional": (_l("Attend une donnée"), "hold", "circle-pause"),
    "timer": (_l("Attend son heure"), "hold", "hourglass"),
    "ended.completed": (_l("Terminé"), "done", "circle-check"),
    "ended.cancelled": (_l("Annulé"), "", "ban"),
}
UNDER_WAY = (_l("En cours"), "now", "circle-dot")
MOST_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """`mark` is the state in two or three words; `sentence` says why; `tone` and `icon` as in the marks.

    `more` are the other reasons; `stuck` tells whether someone has to act for the case to move.
    """

    mark: str
    tone: str
    icon: str
    sentence: str = ""
    note: str = ""
    stuck: bool = False
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Names that sentences need."""

    elements: ProcessMap
    people: Mapping[str, str]
    now: datetime
    reader: str | None = None

    def step(self, element_id: str) -> str:
        """The element between quotation marks."""
        return text.quoted(self.elements.name(element_id, text.locale()))


def names(session: Session, definition_id: UUID) -> Names:
    """What the engine's sentences call people, teams and the elements of this version."""
    pm, teams = elements.of(session, definition_id), people.teams(session)

    def person(user_id: str) -> str:
        return people.names(session, [user_id]).get(user_id, user_id)

    def element(element_id: str) -> Text | None:
        if pm.node(element_id) is None:
            return None
        return Text(pm.name(element_id, "fr"), pm.name(element_id, "en"))

    return Names(person, lambda key: teams.get(key, key), element, access.user_id())


def reasons(session: Session, case: ProcessInstance) -> list[Reason]:
    """Why the case stands where it stands, the most important first."""
    return explain.why(session, case.id, now=clock.now(), names=names(session, case.definition_id))


def of(found: Sequence[Reason]) -> Standing:
    """The first of these reasons as pages show it, the others after it."""
    first, *others = found
    mark, tone, icon = MARKS.get(first.kind) or MARKS.get(first.kind.split(".")[0]) or UNDER_WAY
    more = tuple(_in_page(r.text) for r in others[:MOST_SHOWN] if r.kind != "inside")
    note = _in_page(first.note) if first.note else ""
    return Standing(str(mark), tone, icon, _in_page(first.text), note, first.stuck, more)


def _in_page(words: Text) -> str:
    return words.in_(text.locale())


def message_of(incident: Incident) -> str:
    """The incident's message in the language of the page."""
    message = incident.message
    if isinstance(message, dict):
        return str(message.get(text.locale()) or message.get("fr") or "")
    return str(message or "")
