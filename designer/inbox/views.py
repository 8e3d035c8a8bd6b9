"""The list of tasks, and what can be done to several of them at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from designer import access, audit, navigation, text
from designer.access import requires
from designer.cases import people
from designer.cases.views import page_number, page_urls
from designer.extensions import clock, db
from designer.inbox import lines, queries
from designer.inbox.blueprint import bp
from designer.inbox.queries import DONE, MINE, ORDERS, PAGE, TEAM, VIEWS, Asked, Reader
from engine import user_tasks
from engine.errors import InvalidState, NotAllowed

#: how often "take the next one" goes on when a colleague was quicker
CLAIM_ATTEMPTS = 5


def reader() -> Reader:
    """The signed-in person as queries know her."""
    return Reader(str(current_user.id), current_user.team_keys)


@navigation.counts("inbox.list_tasks")
def waiting() -> int:
    """How many tasks wait for the person and her teams."""
    return queries.counts(db.session, reader())[0]


@bp.get("")
@requires("tasks.work")
def list_tasks() -> str:
    """What waits for the person and her teams, most urgent first."""
    return _page(queries.etag(db.session, reader(), clock.now()))


def _page(etag: str, *, only_parts: bool = False) -> str:
    asked = _asked()
    page = queries.load(db.session, reader(), asked)
    return render_template(
        "inbox/list.html",
        only_parts=only_parts,
        **_list(asked, page),
        heading=_heading(page),
        tabs_items=_tabs(asked, page),
        teams=[(team.key, team.name) for team in current_user.teams],
        processes=page.processes,
        can_claim_next=page.team > page.mine,
        part_url=url_for("inbox.part", **_given()),
        etag=f'"{etag}"',
        **page_urls(asked.page, page.found, PAGE),
    )


@bp.get("/part")
@requires("tasks.work")
def part() -> Response:
    """What moves on the page: list, counts, actions; 304 while nothing has moved."""
    etag = queries.etag(db.session, reader(), clock.now())
    response = Response(headers={"Cache-Control": "private, no-cache"})
    response.set_etag(etag)
    if request.if_none_match.contains(etag):
        response.status_code = 304
        return response
    response.set_data(_page(etag, only_parts=True))
    return response


def _given() -> dict[str, Any]:
    """The query of this page, for the part of it that refreshes itself."""
    return request.args.to_dict()


def _asked() -> Asked:
    view, order = request.args.get("view", TEAM), request.args.get("order", "")
    return Asked(
        view=view if view in VIEWS else TEAM,
        contains=request.args.get("q", "").strip()[:200],
        process=request.args.get("process", ""),
        team=request.args.get("team", ""),
        order=order if order in ORDERS else ORDERS[0],
        page=page_number(request.args),
    )


def _list(asked: Asked, page: queries.Page) -> dict[str, Any]:
    desk = lines.Desk(reader(), people.teams(db.session), clock.now())
    filtered = bool(asked.contains or asked.process or asked.team)
    return {
        "asked": asked,
        "groups": lines.shown(db.session, page, asked, desk),
        "filtered": filtered,
        "clear_url": url_for("inbox.list_tasks", view=asked.view if filtered else None),
    }


def _heading(page: queries.Page) -> str:
    today = text.capital(text.day(text.local(clock.now()).date()))
    if not page.team:
        return _("%(today)s. Rien ne vous attend.", today=today)
    counted = ngettext("%(num)s tâche", "%(num)s tâches", page.team)
    return _("%(today)s. %(tasks)s pour vous et votre équipe.", today=today, tasks=counted)


def _tabs(asked: Asked, page: queries.Page) -> list[dict[str, Any]]:
    names = {TEAM: _("À vous et à l’équipe"), MINE: _("À vous"), DONE: _("Terminées")}
    counts = {TEAM: page.team, MINE: page.mine, DONE: None}
    return [
        {
            "text": names[view],
            "href": url_for("inbox.list_tasks", view=None if view == TEAM else view),
            "current": view == asked.view,
            "count": counts[view],
        }
        for view in VIEWS
    ]


@bp.post("/next")
@requires("tasks.work")
def claim_next() -> ResponseReturnValue:
    """Take the most urgent free task and open it."""
    for _attempt in range(CLAIM_ATTEMPTS):
        task_id = queries.next_free(db.session, reader())
        if task_id is None:
            break
        if _try(claim_one, task_id):
            db.session.commit()
            return redirect(url_for("inbox.show", task_id=task_id), 303)
    flash(_("Plus aucune tâche libre : votre équipe a tout pris."), "info")
    return redirect(url_for("inbox.list_tasks"), 303)


@bp.post("/claim")
@requires("tasks.work")
def claim_many() -> ResponseReturnValue:
    """Take every chosen task that is still free; say how many were."""
    chosen = _chosen()
    taken = sum(_try(claim_one, task_id) for task_id in chosen)
    db.session.commit()
    _say_taken(taken, len(chosen))
    return redirect(url_for("inbox.list_tasks", view=MINE if taken else None), 303)


@bp.post("/release")
@requires("tasks.work")
def release_many() -> ResponseReturnValue:
    """Put every chosen task back that the person holds."""
    held = [task_id for task_id in _chosen() if _try(release_one, task_id)]
    db.session.commit()
    if held:
        said = ngettext(
            "%(num)s tâche est rendue à l’équipe.", "%(num)s tâches sont rendues à l’équipe.", len(held)
        )
        flash(said, "success")
    else:
        flash(_("Aucune tâche choisie. Cochez-en une, puis rendez-la."), "info")
    return redirect(url_for("inbox.list_tasks", view=MINE), 303)


def _chosen() -> list[UUID]:
    return [UUID(given) for given in request.form.getlist("task")[:PAGE] if _is_id(given)]


def _is_id(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True


def _try(command: Callable[[UUID], None], task_id: UUID) -> bool:
    """One task that moved in the meantime must not hold the others back."""
    try:
        with db.session.begin_nested():
            command(task_id)
    except (InvalidState, NotAllowed):
        return False
    return True


def claim_one(task_id: UUID) -> None:
    """Take one task; the caller commits."""
    user_tasks.claim(db.session, task_id, user=access.user_ref(), now=clock.now())
    audit.record(db.session, "task.claimed", "user_task", task_id)


def release_one(task_id: UUID) -> None:
    """Put one task back; the caller commits."""
    user_tasks.release(db.session, task_id, user=access.user_ref(), now=clock.now())
    audit.record(db.session, "task.released", "user_task", task_id)


def _say_taken(taken: int, chosen: int) -> None:
    if not chosen:
        flash(_("Aucune tâche choisie. Cochez-en une, puis prenez-la."), "info")
        return
    if taken:
        flash(ngettext("%(num)s tâche est à vous.", "%(num)s tâches sont à vous.", taken), "success")
    if lost := chosen - taken:
        words = ngettext(
            "%(num)s tâche est déjà prise par quelqu’un d’autre.",
            "%(num)s tâches sont déjà prises par quelqu’un d’autre.",
            lost,
        )
        flash(words, "warning")
