"""What a fact of the history says beyond its kind, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from designer import text
from designer.cases.elements import ProcessMap
from designer.cases.facts import Question
from engine.store import HistoryEvent

#: key of a fact's data → what it is called
NAMES = {
    "flows": _l("Suite"),
    "names": _l("Données"),
    "assignee": _l("Attribuée à"),
    "note": _l("Mot"),
    "message": _l("Message"),
    "code": _l("Code"),
    "kind": _l("Nature"),
    "reason": _l("Raison"),
    "name": _l("Nom"),
    "attempt": _l("Essai"),
    "job": _l("Travail"),
    "effect": _l("Effet"),
    "incident": _l("Incident"),
    "document": _l("Document"),
    "happened": _l("A eu lieu"),
    "type": _l("Opération"),
    "key": _l("Clé"),
    "version": _l("Version"),
    "retry_at": _l("Nouvel essai"),
    "variables": _l("Données"),
    "result": _l("Résultat"),
    "steps": _l("Changements"),
    "from": _l("De la version"),
    "to": _l("À la version"),
    "mended": _l("Remis en état"),
}
#: what only the machine needs
HIDDEN = frozenset(
    ("migration", "job", "effect", "incident", "document", "job_id", "effect_id", "incident_id")
)


def told(
    event: HistoryEvent, pm: ProcessMap, known: Mapping[str, str], asked: Mapping[str, Question]
) -> list[str]:
    """« Name : value » for each detail a person can use."""
    data = event.data if isinstance(event.data, Mapping) else {}
    found = ((key, _said(key, value, pm, known, asked)) for key, value in data.items() if key not in HIDDEN)
    return [_("%(name)s : %(value)s", name=NAMES.get(key, key), value=words) for key, words in found if words]


def _said(
    key: str, value: Any, pm: ProcessMap, known: Mapping[str, str], asked: Mapping[str, Question]
) -> str:
    if isinstance(value, Mapping) and {"fr", "en"} <= value.keys():
        return str(value.get(text.locale()) or value["fr"])
    if key == "flows" and isinstance(value, list):
        return ", ".join(dict.fromkeys(_target(pm, str(flow)) for flow in value))
    if key in ("steps", "mended") and isinstance(value, list):
        return " ".join(_said("", step, pm, known, asked) for step in value)
    if key == "names" and isinstance(value, list):
        return ", ".join(asked[n].label if n in asked else str(n) for n in value)
    if key == "assignee":
        return known.get(str(value), str(value or ""))
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    return "" if value is None else text.value(value)


def _target(pm: ProcessMap, flow: str) -> str:
    """Where a sequence flow leads, by the name of the step it reaches."""
    edge = pm.diagram.edges.get(flow)
    return text.quoted(pm.name(edge.target, text.locale())) if edge else flow
