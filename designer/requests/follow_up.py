"""What the person concerned reads about a request: what was done, where it stands, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from designer import text
from designer.cases.drawing import Trail
from designer.cases.elements import ProcessMap
from engine.states import InstanceState
from engine.store import HistoryEvent, ProcessInstance


@dataclass(frozen=True, slots=True)
class Stage:
    """One step as the person sees it, for the `timeline` macro; `tone` is done, now or todo."""

    text: str
    tone: str
    date: str = ""
    iso: str = ""
    relative: str = ""
    by: str = ""


def stages(case: ProcessInstance, pm: ProcessMap, went: Trail, events: Sequence[HistoryEvent]) -> list[Stage]:
    """Steps in order: the elements that their author named for the public, or three plain stages."""
    if not pm.public:
        return _plain(case)
    found = [_received(case)]
    reachable = set(pm.after(went.here)) if case.state == InstanceState.ACTIVE else set()
    since = {event.element_id: event.at for event in events if event.kind == "element_activated"}
    for element_id in pm.in_order():
        stage = _stage(element_id, pm, went, reachable, since)
        if stage is not None:
            found.append(stage)
    return [*found, *_last(case, found)]


def _stage(
    element_id: str, pm: ProcessMap, went: Trail, reachable: set[str], since: dict[str | None, datetime]
) -> Stage | None:
    name = pm.public.get(element_id)
    if name is None or pm.type(element_id) == "startEvent":
        return None
    if element_id in went.here or element_id in went.incidents:
        at = since.get(element_id)
        return Stage(name, "now", *_when(at, _("Depuis le %(day)s"))) if at else Stage(name, "now")
    if element_id in went.done:
        return Stage(name, "done", *_when(went.done[element_id].at))
    return Stage(name, "todo") if element_id in reachable else None


def _when(at: datetime, pattern: str = "%(day)s") -> tuple[str, str, str]:
    """Date for the tooltip, for machines, and in words."""
    words = text.day(text.local(at).date())
    return text.instant(at), at.isoformat(timespec="seconds"), text.capital(pattern % {"day": words})


def _received(case: ProcessInstance) -> Stage:
    return Stage(_("Demande reçue"), "done", *_when(case.started_at))


def _plain(case: ProcessInstance) -> list[Stage]:
    if case.state == InstanceState.ACTIVE:
        working = Stage(
            _("Traitement de votre demande"), "now", *_when(case.started_at, _("Depuis le %(day)s"))
        )
        return [_received(case), working, Stage(_("Réponse"), "todo")]
    return [_received(case), *_last(case, [])]


def _last(case: ProcessInstance, shown: list[Stage]) -> list[Stage]:
    if case.ended_at is None or (
        shown and shown[-1].tone == "done" and shown[-1].date == text.instant(case.ended_at)
    ):
        return []
    words = _("Demande annulée") if case.state == InstanceState.CANCELLED else _("Demande terminée")
    return [Stage(words, "done", *_when(case.ended_at))]


def headline(case: ProcessInstance) -> tuple[str, str, str, str]:
    """Whose turn it is: title, sentence, tone and icon of the first callout."""
    if case.state == InstanceState.COMPLETED:
        return _("Votre demande est terminée"), _("Vous n’avez plus rien à faire."), "done", "circle-check"
    if case.state == InstanceState.CANCELLED:
        sentence = _("Elle ne sera pas traitée. Vous pouvez en faire une nouvelle.")
        return _("Votre demande est annulée"), sentence, "", "ban"
    sentence = _(
        "Vous n’avez rien à faire pour l’instant. Revenez sur cette page pour voir où nous en sommes."
    )
    return _("C’est à nous"), sentence, "now", "hourglass"
