"""Rows of the inbox as the template shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from designer import text
from designer.cases import elements
from designer.inbox.queries import DONE, Asked, Page, Reader, Row, groups

USUAL_PRIORITY = 50


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads, which names the rows need, and when it is."""

    reader: Reader
    teams: Mapping[str, str]
    now: datetime


def shown(session: Session, page: Page, asked: Asked, desk: Desk) -> list[dict[str, Any]]:
    """Groups of lines: by urgency, or one group in the order that was asked for."""
    maps = elements.of_many(session, {row.task.definition_id for row in page.rows})
    if asked.view == DONE or asked.order == "oldest":
        split = [("done" if asked.view == DONE else "oldest", page.rows)] if page.rows else []
    else:
        split = groups(page.rows, desk.now)
    return [
        {
            "name": name,
            "title": _title(name, rows, desk.now),
            "text": _text(name, len(rows)),
            "lines": [line(row, maps[row.task.definition_id], desk) for row in rows],
        }
        for name, rows in split
    ]


def _title(name: str, rows: list[Row], now: datetime) -> str:
    if name == "later":
        return _("La semaine prochaine et après") if _all_next_week(rows, now) else _("Les jours suivants")
    return {
        "late": _("En retard"),
        "now": _("Aujourd’hui et demain"),
        "none": _("Sans échéance"),
        "oldest": _("Du plus ancien au plus récent"),
        "done": _("Terminées par vous"),
    }[name]


def _all_next_week(rows: list[Row], now: datetime) -> bool:
    this_week = text.local(now).isocalendar()[:2]
    return all(text.local(row.task.due_at).isocalendar()[:2] > this_week for row in rows if row.task.due_at)


def _text(name: str, count: int) -> str:
    counted = ngettext("%(num)s tâche", "%(num)s tâches", count)
    if name == "late":
        return _("%(tasks)s. L’échéance est passée : agissez ou dites pourquoi.", tasks=counted)
    return counted


def line(row: Row, pm: elements.ProcessMap, desk: Desk) -> dict[str, Any]:
    """One task as the list shows it."""
    task, mine = row.task, row.task.assignee == desk.reader.id
    return {
        "id": task.id,
        "name": task.name,
        "title": row.case.title,
        "reference": row.case.reference,
        "sample": row.case.is_sample,
        "urgent": task.priority > USUAL_PRIORITY,
        "why": _why(row, pm, desk),
        "when": _when(task, desk),
        "deadline": text.deadline(task.due_at, desk.now) if task.due_at and not task.completed_at else None,
        "mine": mine,
        "may_choose": task.completed_at is None,
        "owner": _("Vous") if mine else ", ".join(_teams(task, desk)),
    }


def _why(row: Row, pm: elements.ProcessMap, desk: Desk) -> str:
    """What the author wrote about the step; its process and since when it waits otherwise."""
    if written := pm.documentation.get(row.task.element_id):
        return written
    return _(
        "%(process)s. Attend %(since)s.", process=row.process, since=text.since(row.task.created_at, desk.now)
    )


def _when(task: Any, desk: Desk) -> str:
    if task.completed_at is not None:
        return text.moment(task.completed_at, desk.now).relative
    return _("Arrivée %(when)s", when=text.moment(task.created_at, desk.now).inline)


def _teams(task: Any, desk: Desk) -> list[str]:
    return [desk.teams.get(c.name, c.name) for c in task.candidates if c.kind == "group"]
