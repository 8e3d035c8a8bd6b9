"""Pages of cases and the download of their documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from designer import access, text
from designer.access import requires
from designer.cases import (
    attachments,
    drawing,
    elements,
    facts,
    papers,
    people,
    queries,
    rights,
    standing,
    story,
)
from designer.cases.downloads import answer
from designer.cases.queries import Asked, Bundle, Row
from designer.cases.standing import Standing
from designer.extensions import clock, db
from engine import user_tasks
from engine.errors import NotFound
from engine.states import InstanceState
from engine.store import Document, HistoryEvent, ProcessInstance, UserTask

bp = Blueprint("cases", __name__, url_prefix="/cases")

JOURNAL = "journal"


@bp.get("")
@requires("cases.read")
def list_cases() -> str:
    """Cases the person may read, newest first; one exact reference goes straight to its case."""
    asked = _asked(request.args)
    known = rights.reachable(db.session, "cases.read")
    page = queries.search(db.session, asked, rights.keys(db.session, "cases.read"))
    now = clock.now()
    return render_template(
        "cases/list.html",
        asked=asked,
        lines=[_line(row, now) for row in page.rows],
        processes=[(k.key, k.name) for k in known],
        heading=ngettext("%(num)s dossier.", "%(num)s dossiers.", page.found),
        filtered=bool(asked.contains or asked.process or asked.state),
        start_url=url_for("requests.catalogue") if access.can("cases.start") else None,
        search_text=asked.contains,
        **page_urls(asked.page, page.found, queries.PAGE),
    )


def _asked(args: Mapping[str, str]) -> Asked:
    state = args.get("state", "")
    return Asked(
        contains=args.get("q", "").strip()[:200],
        process=args.get("process", ""),
        state=state if state in queries.STATES else "",
        page=page_number(args),
    )


def page_number(args: Mapping[str, str]) -> int:
    """The page asked for, from 1; 1 for anything that is not a number."""
    given = args.get("page", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def page_urls(page: int, found: int, size: int) -> dict[str, str | None]:
    """Addresses of the neighbouring pages of the list that is shown, for the `pager` macro."""
    here: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict()}
    endpoint = str(request.endpoint)
    newer = url_for(endpoint, **{**here, "page": page - 1}) if page > 1 else None
    older = url_for(endpoint, **{**here, "page": page + 1}) if page * size < found else None
    return {"newer_url": newer, "older_url": older}


def _line(row: Row, now: Any) -> dict[str, Any]:
    waiting = ""
    if row.waiting is not None:
        waiting = row.waiting.name
    return {
        "href": url_for("cases.show", case_id=row.case.id),
        "title": row.case.title or row.case.reference,
        "reference": row.case.reference if row.case.title else "",
        "sample": row.case.is_sample,
        "process": row.process,
        "state": state_mark(row.case.state, row.stopped),
        "waiting": waiting,
        "opened": text.capital(text.day_in(text.local(row.case.started_at).date(), text.local(now).date())),
    }


def state_mark(state: str, stopped: bool) -> dict[str, str]:
    """A case's state as the `mark` macro takes it."""
    if stopped and state == InstanceState.ACTIVE:
        return {"text": _("Arrêté"), "tone": "late", "icon": "octagon-alert"}
    if state == InstanceState.COMPLETED:
        return {"text": _("Terminé"), "tone": "done", "icon": "circle-check"}
    if state == InstanceState.CANCELLED:
        return {"text": _("Annulé"), "tone": "", "icon": "ban"}
    return {"text": _("En cours"), "tone": "now", "icon": "circle-dot"}


@bp.get("/<uuid:case_id>")
@requires("cases.read")
def show(case_id: UUID) -> str:
    """One case: where it stands, why, what happened, its facts and documents."""
    return page(case_id)


def page(case_id: UUID, *, document_error: str = "") -> str:
    """A case, and what is wrong with a document just sent. Raises NotFound, MissingPermission."""
    case, definition = queries.by_id(db.session, case_id)
    rights.check_process(db.session, case.definition_key, "cases.read")
    found = queries.bundle(db.session, case, definition)
    view = JOURNAL if request.args.get("view") == JOURNAL else "overview"
    return render_template(
        "cases/case.html",
        view=view,
        document_error=document_error,
        accept=attachments.ACCEPT,
        may_add=_may_add(found),
        **_context(found, view),
    )


def _may_add(found: Bundle) -> bool:
    return found.case.state == InstanceState.ACTIVE and rights.can(
        "tasks.work", rights.group_of(found.definition)
    )


def _context(found: Bundle, view: str) -> dict[str, Any]:
    now, case = clock.now(), found.case
    events = queries.events(db.session, case)
    known = people.names(db.session, _people_in(found, events))
    pm = elements.of_case(db.session, found.definition.id, events)
    words = standing.Words(pm, known, now, access.user_id())
    stands = standing.of(standing.reasons(db.session, case))
    due = next((task.due_at for task in found.open_tasks if task.due_at), None)
    return {
        "case": case,
        "process_name": found.definition.name,
        "standing": stands,
        "opened": _opened(case, now),
        "deadline": text.deadline(due, now) if due else None,
        "deadline_note": _("Échéance de la tâche en cours"),
        "actions": _actions(found),
        "facts_count": len(events),
        "journal_url": url_for("cases.show", case_id=case.id, view=JOURNAL),
        "tabs_items": _tabs(found, view, len(events)),
        **(_journal(events, pm, known) if view == JOURNAL else _overview(found, events, words, stands)),
    }


def _people_in(found: Bundle, events: list[HistoryEvent]) -> set[str | None]:
    tasks = {task.assignee for task in found.tasks} | {task.completed_by for task in found.tasks}
    offered = {c.name for task in found.tasks for c in task.candidates if c.kind == "user"}
    return story.people_in(events) | tasks | offered | {found.case.started_by}


def _opened(case: ProcessInstance, now: Any) -> str:
    if case.ended_at is not None:
        return _("terminé en %(duration)s", duration=text.duration(case.ended_at - case.started_at))
    return _("ouvert depuis %(duration)s", duration=text.duration(now - case.started_at))


def _actions(found: Bundle) -> list[dict[str, str | None]]:
    """What the reader can do now about what keeps the case."""
    actions: list[dict[str, str | None]] = []
    for incident in found.open_incidents[:1]:
        if access.can("operations.read"):
            href = url_for("operations.incident", incident_id=incident.id)
            actions.append({"text": _("Voir l’incident"), "kind": "", "href": href, "icon": "activity"})
    for task in found.open_tasks[:1]:
        if access.can("tasks.work") and may_work(task):
            href = url_for("inbox.show", task_id=task.id)
            label = _("Ouvrir %(task)s", task=text.quoted(task.name))
            actions.append({"text": label, "kind": "", "href": href, "icon": "hand"})
    return actions


def may_work(task: UserTask) -> bool:
    """Whether the signed-in person holds the task or may take it."""
    return user_tasks.may_work_on(task, access.user_ref())


def _tabs(found: Bundle, view: str, facts_count: int) -> list[dict[str, Any]]:
    case_url = url_for("cases.show", case_id=found.case.id)
    documents = len(found.documents) or None
    return [
        {"text": _("Vue d’ensemble"), "href": case_url, "current": view != JOURNAL, "count": None},
        {"text": _("Documents"), "href": f"{case_url}#documents", "current": False, "count": documents},
        {
            "text": _("Journal"),
            "href": f"{case_url}?view={JOURNAL}",
            "current": view == JOURNAL,
            "count": facts_count,
        },
    ]


def _overview(
    found: Bundle, events: list[HistoryEvent], words: standing.Words, stands: Standing
) -> dict[str, Any]:
    incidents = [i.element_id for i in found.open_incidents if i.instance_id == found.case.id]
    went = drawing.trail(words.elements, events, found.open_elements(), incidents)
    asked = facts.questions(db.session, found.definition.deployment_id)
    labels = {name: question.label for name, question in asked.items()}
    online = found.case.started_by is None and bool(found.definition.properties.get("public"))
    teller = story.Teller(words.elements, words.people, words.now, words.reader, online, labels)
    return {
        "diagram": drawing.draw(words.elements, went),
        "stopped_here": bool(went.incidents),
        "moves_here": bool(set(went.here) - went.incidents.keys()),
        "steps": drawing.steps(words.elements, went, words.people, words.now),
        "story": [*coming(found, words, stands), *story.tell(events, teller)],
        "facts": [*facts.entered(found.variables, asked), *_about(found)],
        "participants": _participants(events, words),
        **papers.shown(found.documents, words.now),
    }


def coming(found: Bundle, words: standing.Words, stands: Standing) -> list[dict[str, str]]:
    """What will happen by itself, and what the case waits for now: the top of the timeline."""
    timers = [job for job in found.jobs if job.kind == "timer"]
    top = [_planned(job, words) for job in reversed(timers)]
    if found.case.state == InstanceState.ACTIVE and stands.sentence:
        tone = "hold" if stands.tone in ("hold", "late") else "now"
        top.append({"tone": tone, "text": stands.sentence})
    return top


def _planned(job: Any, words: standing.Words) -> dict[str, str]:
    when = text.moment(job.due_at, words.now)
    sentence = _("%(step)s est prévu, si rien n’arrive avant.", step=words.step(job.element_id))
    return {
        "tone": "todo",
        "text": sentence,
        "date": when.absolute,
        "iso": when.iso,
        "relative": when.relative,
    }


def _about(found: Bundle) -> list[tuple[str, str]]:
    version = _("%(name)s, version %(version)s", name=found.definition.name, version=found.definition.version)
    return [(_("Ouvert le"), text.capital(text.instant(found.case.started_at))), (_("Processus"), version)]


def _participants(events: list[HistoryEvent], words: standing.Words) -> list[tuple[str, str]]:
    """Each person who acted and the last thing she did."""
    acted: dict[str, str] = {}
    for event in events:
        if event.actor and event.element_id:
            acted[event.actor] = words.elements.name(event.element_id, text.locale())
    return [(words.people.get(actor, actor), step) for actor, step in acted.items()]


def _journal(events: list[HistoryEvent], pm: elements.ProcessMap, known: Mapping[str, str]) -> dict[str, Any]:
    return {"journal": [_entry(event, pm, known) for event in reversed(events)]}


def _entry(event: HistoryEvent, pm: elements.ProcessMap, known: Mapping[str, str]) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "iso": event.at.isoformat(timespec="seconds"),
        "at": text.capital(text.instant(event.at)),
        "kind": str(story.KINDS.get(event.kind, event.kind)),
        "element": pm.part(event.definition_id).name(event.element_id, text.locale()),
        "who": known.get(event.actor or "", event.actor or "Relais"),
    }


@bp.get("/documents/<uuid:document_id>")
@requires("cases.read", "operations.read", "tasks.work")
def document(document_id: UUID) -> Response:
    """Download a document; pictures may be shown in a page with `?inline=1`."""
    found = db.session.get(Document, document_id)
    if found is None or found.root_instance_id is None:
        raise NotFound("document", document_id)
    case = db.session.get_one(ProcessInstance, found.root_instance_id)
    rights.check_process(db.session, case.definition_key, "cases.read", "operations.read", "tasks.work")
    return answer(found, inline=bool(request.args.get("inline")))
