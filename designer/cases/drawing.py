"""The drawing of a process with the trail of one case on it, and the same as a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from markupsafe import Markup

from designer import text
from designer.cases.elements import ProcessMap
from designer.diagram import render
from engine.store import HistoryEvent


@dataclass(frozen=True, slots=True)
class Trail:
    """Where a case went and where it is: element ids and sequence flow ids."""

    done: Mapping[str, HistoryEvent]
    flows: frozenset[str]
    here: tuple[str, ...]
    incidents: Mapping[str, int] = field(default_factory=dict)

    def states(self) -> dict[str, str]:
        """Element id → state, as the drawing takes them."""
        found = dict.fromkeys(self.done, "done") | dict.fromkeys(self.here, "now")
        return found | dict.fromkeys(self.incidents, "late")


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table beside the drawing."""

    name: str
    who: str
    state: str
    when: str


def trail(
    elements: ProcessMap, events: Iterable[HistoryEvent], here: Iterable[str], incidents: Iterable[str] = ()
) -> Trail:
    """The trail that history left on this drawing; what happens in a called process is at its call."""
    done: dict[str, HistoryEvent] = {}
    flows: set[str] = set()
    calling: dict[int | None, str] = {}
    for event in events:
        if event.definition_id is not None:
            continue
        _follow_call(elements, event, calling)
        if event.kind in ("element_completed", "repetition_completed") and event.element_id:
            done[event.element_id] = event
            flows.update((event.data or {}).get("flows", ()))
        if event.kind == "flow_taken" and event.element_id:
            flows.add(event.element_id)
    counted: dict[str, int] = {}
    for element_id in [i for i in incidents if elements.node(i)]:
        counted[element_id] = counted.get(element_id, 0) + 1
    waiting = dict.fromkeys([*(e for e in here if elements.node(e)), *calling.values()])
    return Trail(done, frozenset(flows), tuple(waiting), counted)


def _follow_call(elements: ProcessMap, event: HistoryEvent, calling: dict[int | None, str]) -> None:
    if elements.type(event.element_id) == "callActivity":
        if event.kind == "element_activated":
            calling[event.element_key] = event.element_id or ""
        elif event.kind in ("element_completed", "element_terminated"):
            calling.pop(event.element_key, None)


def draw(elements: ProcessMap, went: Trail, *, mini: bool = False, uid: str = "diagram") -> Markup:
    """The drawing, with one sentence that says what it shows."""
    return render(
        elements.diagram,
        title=_("Où en est le dossier"),
        description=description(elements, went),
        states=went.states(),
        tokens={element: 1 for element in went.here if element not in went.incidents},
        trail=went.flows,
        incidents=went.incidents,
        mini=mini,
        locale=text.locale(),
        uid=uid,
    )


def description(elements: ProcessMap, went: Trail) -> str:
    """« Le dossier est à « Contrôler la demande », après 4 étapes. »"""
    names = [text.quoted(elements.name(e, text.locale())) for e in (*went.incidents, *went.here)]
    if not names:
        return _("Le dossier est terminé.")
    return _("Le dossier est à %(steps)s.", steps=", ".join(dict.fromkeys(names)))


def steps(elements: ProcessMap, went: Trail, people: Mapping[str, str], now: datetime) -> list[Step]:
    """The steps of the case as a table: what was done, what goes on, in the order of the process."""
    found = []
    for element_id in elements.in_order():
        if not elements.is_worth_telling(element_id):
            continue
        found.append(_step(elements, went, element_id, people, now))
    return found


def _step(
    elements: ProcessMap, went: Trail, element_id: str, people: Mapping[str, str], now: datetime
) -> Step:
    name = elements.name(element_id, text.locale())
    event = went.done.get(element_id)
    if element_id in went.incidents:
        return Step(name, elements.team(element_id), _("Arrêtée"), "")
    if element_id in went.here:
        return Step(name, elements.team(element_id), _("En cours"), "")
    if event is None:
        return Step(name, elements.team(element_id), _("Pas encore"), "")
    who = people.get(event.actor or "", event.actor or "Relais")
    return Step(name, who, _("Faite"), text.short_instant(event.at, now))


def next_steps(elements: ProcessMap, here: Sequence[str], limit: int = 2) -> list[str]:
    """Names of the nearest activities that can come next."""
    coming = [
        e for e in elements.after(here) if elements.type(e).lower().endswith(("task", "activity", "process"))
    ]
    return [elements.name(e, text.locale()) for e in coming[:limit]]
