"""Jobs that wait, and every instance with its inside: variables by scope, jobs, incidents, raw history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from designer import access, audit, text
from designer.access import requires
from designer.cases import drawing, elements, facts, people, rights, standing, story
from designer.cases import queries as cases
from designer.cases.facts import Question
from designer.cases.standing import message_of
from designer.cases.views import page_number, page_urls, state_mark
from designer.extensions import clock, db
from designer.operations import details, queries, typed
from designer.operations.blueprint import allowed_keys, bp, tabs
from engine import instances as engine_instances
from engine.states import InstanceState, JobKind, JobState
from engine.store import HistoryEvent, Job

JOB_STATES = {
    JobState.CREATED: ("", "clock"),
    JobState.ACTIVATED: ("now", "loader-circle"),
    JobState.FAILED: ("late", "octagon-alert"),
}


@bp.get("/jobs")
@requires("operations.read")
def list_jobs() -> str:
    """Automatic steps that wait, run or failed; the next one first."""
    page = page_number(request.args)
    keys = allowed_keys()
    rows = queries.jobs(db.session, keys, page)
    found = queries.counts(db.session, keys).jobs
    return render_template(
        "operations/jobs.html",
        tabs_items=tabs("jobs"),
        heading=ngettext(
            "%(num)s étape automatique attend.", "%(num)s étapes automatiques attendent.", found
        ),
        lines=[job_line(row) for row in rows],
        **page_urls(page, found, queries.PAGE),
    )


#: work of the engine itself that belongs to no step
WHOLE_CASE = {
    JobKind.MIGRATE: _l("Changement de version"),
    JobKind.LOOK_INTO: _l("Vérification du dossier"),
}


def job_line(row: queries.JobRow) -> dict[str, Any]:
    """One job in words."""
    job, pm = row.job, elements.of(db.session, row.job.definition_id or row.definition.id)
    tone, icon = JOB_STATES[JobState(job.state)]
    return {
        "step": str(WHOLE_CASE.get(JobKind(job.kind)) or pm.name(job.element_id, text.locale())),
        "process": row.definition.name,
        "reference": row.case.reference if row.case else "",
        "href": url_for("operations.instance", instance_id=row.case.id) if row.case else None,
        "state": {"text": _job_state(job), "tone": tone, "icon": icon},
        "due": text.moment(job.due_at, clock.now()).relative,
        "attempts": _("%(made)s sur %(allowed)s", made=job.attempt, allowed=job.retries + job.attempt)
        if job.kind == JobKind.CONNECTOR
        else "",
        "error": job.last_error or "",
    }


def _job_state(job: Job) -> str:
    if job.state == JobState.FAILED:
        return _("Arrêtée")
    if job.state == JobState.ACTIVATED:
        return _("En cours")
    if job.kind != JobKind.CONNECTOR:
        return _("Attend son heure")
    return _("Nouvel essai prévu") if job.attempt else _("En attente")


@bp.get("/instances")
@requires("operations.read")
def list_instances() -> str:
    """Every case the person may look into, newest first."""
    state = request.args.get("state", "")
    asked = cases.Asked(
        contains=request.args.get("q", "").strip()[:200],
        process=request.args.get("process", ""),
        state=state if state in cases.STATES else "",
        page=page_number(request.args),
    )
    page = cases.search(db.session, asked, allowed_keys())
    return render_template(
        "operations/instances.html",
        tabs_items=tabs("instances"),
        asked=asked,
        processes=[(known.key, known.name) for known in rights.reachable(db.session, "operations.read")],
        heading=ngettext("%(num)s dossier.", "%(num)s dossiers.", page.found),
        lines=[_line(row) for row in page.rows],
        filtered=bool(asked.contains or asked.process or asked.state),
        **page_urls(asked.page, page.found, cases.PAGE),
    )


def _line(row: cases.Row) -> dict[str, Any]:
    return {
        "href": url_for("operations.instance", instance_id=row.case.id),
        "reference": row.case.reference,
        "title": row.case.title or "",
        "process": row.process,
        "state": state_mark(row.case.state, row.stopped),
        "started": text.moment(row.case.started_at, clock.now()).relative,
        "sample": row.case.is_sample,
    }


@bp.get("/instances/<uuid:instance_id>")
@requires("operations.read")
def instance(instance_id: UUID) -> str:
    """One instance, inside."""
    return _page(instance_id, {}, {})


def _page(instance_id: UUID, given: dict[str, str], errors: dict[str, str]) -> str:
    case, definition = cases.by_id(db.session, instance_id)
    rights.check_process(db.session, case.definition_key, "operations.read")
    found = cases.bundle(db.session, case, definition)
    events = cases.events(db.session, case)
    pm = elements.of_case(db.session, definition.id, events)
    known = people.names(db.session, story.people_in(events))
    stopped = [incident.element_id for incident in found.open_incidents]
    asked = facts.questions(db.session, definition.deployment_id)
    scopes = _scopes(instance_id, asked, given, errors)
    return render_template(
        "operations/instance.html",
        case=case,
        process_name=definition.name,
        version=definition.version,
        state=state_mark(case.state, bool(found.open_incidents)),
        standing=standing.of(standing.reasons(db.session(), case)),
        may_modify=access.can("operations.modify"),
        started=text.instant(case.started_at),
        diagram=drawing.draw(pm, drawing.trail(pm, events, found.open_elements(), stopped)),
        scopes=scopes,
        errors=[
            (f"{item.label} : {item.error}", f"#{item.id}") for item in scopes[0]["fields"] if item.error
        ],
        jobs=[job_line(queries.JobRow(job, case, definition)) for job in found.jobs],
        incidents=[_incident(incident, pm) for incident in found.incidents],
        history=[_event(event, pm, known, asked) for event in reversed(events)],
        may_act=access.can("operations.act"),
        is_active=case.state == InstanceState.ACTIVE,
        case_url=url_for("cases.show", case_id=case.root_instance_id),
    )


def _scopes(
    instance_id: UUID, asked: Mapping[str, Question], given: dict[str, str], errors: dict[str, str]
) -> list[dict[str, Any]]:
    """Data of the case first, then of each part of it; only the former are corrected here."""
    found = {0: {}, **cases.scopes(db.session, instance_id)}
    return [
        {
            "key": key,
            "title": _("Données du dossier") if key == 0 else _("Portée %(number)s", number=key),
            "fields": typed.inputs(variables, asked, *((given, errors) if key == 0 else ())),
            "rows": [(_label(asked, name), text.value(value)) for name, value in variables.items()],
        }
        for key, variables in sorted(found.items())
    ]


def _label(asked: Mapping[str, Question], name: str) -> str:
    return asked[name].label if name in asked else name


def _incident(incident: Any, pm: elements.ProcessMap) -> dict[str, Any]:
    return {
        "href": url_for("operations.incident", incident_id=incident.id),
        "step": pm.part(incident.definition_id).name(incident.element_id, text.locale()),
        "message": message_of(incident),
        "when": text.moment(incident.created_at, clock.now()).relative,
        "open": incident.state == "open",
    }


def _event(
    event: HistoryEvent, pm: elements.ProcessMap, known: dict[str, str], asked: Mapping[str, Question]
) -> dict[str, Any]:
    return {
        "seq": event.seq,
        "iso": event.at.isoformat(timespec="milliseconds"),
        "at": text.short_instant(event.at, clock.now()),
        "kind": str(story.KINDS.get(event.kind, event.kind)),
        "element": pm.part(event.definition_id).name(event.element_id, text.locale())
        if event.element_id
        else "",
        "who": known.get(event.actor or "", event.actor or "Relais"),
        "details": details.told(event, pm, known, asked),
    }


@bp.post("/instances/<uuid:instance_id>/variables")
@requires("operations.act")
def set_variables(instance_id: UUID) -> ResponseReturnValue:
    """Correct the data of a case."""
    case, _definition = cases.by_id(db.session, instance_id)
    rights.check_process(db.session, case.definition_key, "operations.act")
    found = typed.corrections(request.form, cases.variables(db.session, instance_id))
    if found.errors:
        return _page(instance_id, request.form.to_dict(), found.errors), 422
    if not found.changed:
        flash(_("Aucune donnée n’a changé."), "info")
        return redirect(url_for("operations.instance", instance_id=instance_id), 303)
    engine_instances.set_variables(
        db.session, instance_id, found.changed, now=clock.now(), by=access.user_id()
    )
    audit.record(db.session, "case.corrected", "process_instance", instance_id, names=sorted(found.changed))
    db.session.commit()
    flash(ngettext("%(num)s donnée corrigée.", "%(num)s données corrigées.", len(found.changed)), "success")
    return redirect(url_for("operations.instance", instance_id=instance_id), 303)


@bp.post("/instances/<uuid:instance_id>/cancel")
@requires("operations.act")
def cancel(instance_id: UUID) -> ResponseReturnValue:
    """End a case where it stands."""
    case, _definition = cases.by_id(db.session, instance_id)
    rights.check_process(db.session, case.definition_key, "operations.act")
    reason = request.form.get("reason", "").strip()[:1000]
    engine_instances.cancel(db.session, instance_id, now=clock.now(), by=access.user_id(), reason=reason)
    audit.record(db.session, "case.cancelled", "process_instance", instance_id, reason=reason)
    db.session.commit()
    flash(_("Le dossier %(reference)s est annulé.", reference=case.reference), "success")
    return redirect(url_for("operations.instance", instance_id=instance_id), 303)
