"""What the page of a task shows: its form at the left, the folder of its case at the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from designer import access, text
from designer.cases import drawing, elements, facts, papers, people, queries, rights, story
from designer.cases.queries import Bundle
from designer.extensions import clock, db
from designer.forms import Answers, error_items, render_form
from designer.inbox import handover
from engine import user_tasks
from engine.diagnostics import Text
from engine.forms import Form
from engine.states import UserTaskState
from engine.store import UserTask

FACTS_SHOWN, EVENTS_SHOWN = 8, 8
ME = "me"


def render(task: UserTask, answers: Answers | None = None, errors: Mapping[str, Text] | None = None) -> str:
    """The page; with `answers` as they were just sent, and their `errors`."""
    case, definition = queries.by_id(db.session, task.instance_id)
    found = queries.bundle(db.session, case, definition)
    pm = elements.of(db.session, task.definition_id)
    form = user_tasks.form_of(db.session, task)
    return render_template(
        "inbox/task.html",
        task=task,
        case=case,
        process_name=definition.name,
        documentation=pm.documentation.get(task.element_id, ""),
        errors=error_items(form, errors, locale=text.locale()) if form and errors else [],
        form_title=_("Votre réponse"),
        form_html=_form(task, form, found, answers, errors),
        complete_text=_("Valider %(task)s", task=text.quoted(task.name)),
        next_text=_next(task, pm),
        draft_text=_("Un brouillon est enregistré.") if task.draft and not answers else "",
        step_quoted=text.quoted(task.name),
        after_text=_after(task, pm),
        may_hand_over=handover.may_hand_over(task, rights.group_of(definition)),
        case_url=url_for("cases.show", case_id=case.root_instance_id) if access.can("cases.read") else None,
        done_url=_done_url(),
        **_holding(task, found),
        **_folder(task, found),
    )


def _done_url() -> str | None:
    """The draft address of the task that was just finished, so that the browser forgets what it kept."""
    done = request.args.get("done")
    return url_for("inbox.list_tasks") + f"/{done}/draft" if done else None


def _holding(task: UserTask, found: Bundle) -> dict[str, Any]:
    """Who has the task, and so what the reader can do."""
    me, closed = access.user_id(), _closed(task)
    known = people.names(db.session, {task.assignee, task.completed_by})
    held_at = task.claimed_at or task.created_at
    return {
        "closed": closed,
        "holder": None if closed or task.assignee is None else _holder(task.assignee, known),
        "held_since": text.since(held_at, clock.now()),
        "may_claim": closed is None and task.assignee is None,
        "editable": closed is None and task.assignee == me,
    }


def _holder(assignee: str, known: Mapping[str, str]) -> str:
    return ME if assignee == access.user_id() else known.get(assignee, assignee)


def _closed(task: UserTask) -> dict[str, str] | None:
    """What to say about a task that is over: who ended it, and when."""
    if task.state == UserTaskState.CANCELLED:
        return {
            "title": _("Cette tâche n’est plus à faire"),
            "text": _("Le dossier a continué sans elle. Rien de ce que vous écriviez n’a été envoyé."),
        }
    if task.state != UserTaskState.COMPLETED or task.completed_at is None:
        return None
    when = text.moment(task.completed_at, clock.now()).inline
    if task.completed_by == access.user_id():
        return {"title": _("Vous avez terminé cette tâche"), "text": _("C’était %(when)s.", when=when)}
    who = people.names(db.session, {task.completed_by}).get(task.completed_by or "", _("Une autre personne"))
    words = _("%(who)s l’a terminée : %(when)s. Vos réponses n’ont rien remplacé.", who=who, when=when)
    return {"title": _("Cette tâche est déjà terminée"), "text": words}


def _form(
    task: UserTask,
    form: Form | None,
    found: Bundle,
    answers: Answers | None,
    errors: Mapping[str, Text] | None,
) -> Markup | str:
    if form is None:
        return ""
    now, zone = clock.now(), text.zone()
    values: Mapping[str, Any] = form.initial(found.variables, now=now, zone=zone)
    if task.draft:
        values = {**values, **task.draft}
    if answers is not None:
        values = answers.values
    return render_form(
        form,
        values,
        errors or {},
        locale=text.locale(),
        mode="edit" if task.assignee == access.user_id() and not _closed(task) else "read",
        variables=found.variables,
        now=now,
        zone=zone,
        autofill=False,
    )


def _next(task: UserTask, pm: elements.ProcessMap) -> str:
    """What happens after validation, in one sentence."""
    coming = drawing.next_steps(pm, [task.element_id], 1)
    if not coming:
        return _("Après votre validation, le dossier est terminé.")
    return _("Après votre validation, le dossier passe à %(step)s.", step=text.quoted(coming[0]))


def _after(task: UserTask, pm: elements.ProcessMap) -> str:
    coming = drawing.next_steps(pm, [task.element_id])
    return _("Ensuite : %(steps)s.", steps=_(", puis ").join(coming)) if coming else ""


def _folder(task: UserTask, found: Bundle) -> dict[str, Any]:
    """The case beside the form."""
    now, case = clock.now(), found.case
    events = queries.events(db.session, case)
    pm = elements.of_case(db.session, found.definition.id, events)
    incidents = [i.element_id for i in found.open_incidents if i.instance_id == case.id]
    went = drawing.trail(pm, events, found.open_elements(), incidents)
    asked = facts.questions(db.session, found.definition.deployment_id)
    known = people.names(db.session, story.people_in(events))
    online = case.started_by is None and found.definition.properties.get("public") == "true"
    teller = story.Teller(pm, known, now, access.user_id(), online, {n: q.label for n, q in asked.items()})
    entered = facts.entered(found.variables, asked)[:FACTS_SHOWN]
    named = case.title and all(said != case.title for _label, said in entered)
    rows = [(_("Dossier"), case.title)] if named else []
    return {
        "deadline": text.deadline(task.due_at, now) if task.due_at else None,
        "arrived": text.moment(task.created_at, now).inline,
        "facts": rows + entered,
        "diagram": drawing.draw(pm, went, mini=True),
        **papers.shown(found.documents, now),
        "story": story.tell(events, teller)[:EVENTS_SHOWN],
    }
