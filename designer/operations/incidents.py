"""Incidents by cause: look at one, correct, try one again, then try all of them again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from designer import access, audit, text
from designer.access import requires
from designer.cases import elements, facts, rights
from designer.cases import queries as cases
from designer.cases.standing import message_of
from designer.extensions import clock, db
from designer.operations import queries, typed
from designer.operations.blueprint import allowed_keys, bp, tabs
from designer.operations.queries import Cause, Stopped
from engine import incidents as engine_incidents
from engine.errors import InvalidState
from engine.states import IncidentState
from engine.store import Document, Job

MOST_AT_ONCE = 500


@bp.get("/incidents")
@requires("operations.read")
def list_incidents() -> str:
    """Causes of what is stopped, the biggest before all, with one example."""
    keys = allowed_keys()
    causes = queries.causes(db.session, keys)
    found = queries.examples(db.session, keys, causes)
    first = found.get(causes[0]) if causes else None
    return render_template(
        "operations/incidents.html",
        tabs_items=tabs("incidents"),
        heading=_heading(causes),
        cause=_cause(first) if first else None,
        others=[_other(cause, found[cause]) for cause in causes[1:] if cause in found],
        may_act=access.can("operations.act"),
    )


def _heading(causes: list[Cause]) -> str:
    if not causes:
        return _("Rien n’est arrêté.")
    total = sum(cause.cases for cause in causes)
    stopped = ngettext("%(num)s dossier est arrêté", "%(num)s dossiers sont arrêtés", total)
    reasons = ngettext("pour %(num)s cause.", "pour %(num)s causes.", len(causes))
    if len(causes) == 1:
        return f"{stopped} {reasons}"
    return _(
        "%(stopped)s %(reasons)s La première en explique %(first)s.",
        stopped=stopped,
        reasons=reasons,
        first=text.number(causes[0].cases),
    )


def _other(cause: Cause, example: Stopped) -> dict[str, Any]:
    return {
        "title": title_of(example),
        "href": url_for("operations.incident", incident_id=example.incident.id),
        "process": example.definition.name,
        "cases": text.number(cause.cases),
        "since": text.capital(text.duration(clock.now() - cause.since)),
        "advice": advice(example),
    }


def title_of(stopped: Stopped) -> str:
    """What stopped: the step's name."""
    pm = elements.of(db.session, stopped.incident.definition_id or stopped.definition.id)
    step = text.quoted(pm.name(stopped.incident.element_id, text.locale()))
    if stopped.incident.kind == "uncertain_effect":
        return _("%(step)s : a eu lieu ou non ?", step=step)
    return _("%(step)s s’est arrêté", step=step)


def advice(stopped: Stopped) -> str:
    """What can be done, in one sentence."""
    if stopped.incident.kind == "uncertain_effect":
        return _("Vérifier sur place, puis dire si cela a eu lieu")
    if stopped.incident.kind in ("expression", "condition", "io_mapping", "script"):
        return _("Corriger la donnée, puis réessayer")
    return _("Lever la cause, puis réessayer")


def _cause(example: Stopped) -> dict[str, Any]:
    """One cause with its example, as the panel shows it."""
    alike = queries.same_cause(db.session, example.incident)
    cases_ids = {s.case.root_instance_id for s in alike} or {example.case.root_instance_id}
    return {
        "title": title_of(example),
        "count": ngettext("%(num)s dossier arrêté", "%(num)s dossiers arrêtés", len(cases_ids)),
        "message": message_of(example.incident),
        "summary": _summary(example, alike, cases_ids),
        "example": _example(example),
        "others": len(alike) - 1,
        "others_text": ngettext("l’autre dossier", "les %(num)s autres", max(1, len(alike) - 1)),
        "pictures": pictures(example),
        "uncertain": example.incident.kind == "uncertain_effect",
    }


def _summary(example: Stopped, alike: list[Stopped], case_ids: set[UUID]) -> list[tuple[str, str]]:
    pm = elements.of(db.session, example.incident.definition_id or example.definition.id)
    step = pm.name(example.incident.element_id, text.locale())
    since = min((s.incident.created_at for s in alike), default=example.incident.created_at)
    rows = [
        (
            _("Étape"),
            _(
                "%(step)s (%(process)s, version %(version)s)",
                step=step,
                process=example.definition.name,
                version=example.definition.version,
            ),
        ),
        (_("Depuis"), text.capital(text.instant(since))),
    ]
    if example.incident.code:
        rows.append((_("Code"), example.incident.code))
    if (task := queries.first_due(db.session, case_ids)) and task.due_at:
        rows.append((_("Premier délai touché"), text.capital(text.instant(task.due_at))))
    if job := _job_of(example):
        rows.append((_("Déjà essayé"), ngettext("%(num)s fois", "%(num)s fois", job.attempt)))
    return rows


def _job_of(stopped: Stopped) -> Job | None:
    return db.session.get(Job, stopped.incident.job_id) if stopped.incident.job_id else None


def _example(stopped: Stopped) -> dict[str, Any]:
    return {
        "id": stopped.incident.id,
        "case": stopped.case.title or stopped.case.reference,
        "reference": stopped.case.reference,
        "href": url_for("operations.incident", incident_id=stopped.incident.id),
        "effect_url": _effect_url(stopped),
    }


def _effect_url(stopped: Stopped) -> str | None:
    found = stopped.incident.effect_id
    return url_for("operations.effect", effect_id=found) if found else None


def pictures(stopped: Stopped) -> list[dict[str, str]]:
    """What the robot saw, oldest first."""
    ids = [UUID(str(found)) for found in stopped.incident.document_ids or []]
    documents = [document for document in (db.session.get(Document, found) for found in ids) if document]
    return [
        {
            "href": url_for("cases.document", document_id=d.id, inline=1),
            "name": d.name,
            "when": text.capital(text.instant(d.created_at)),
            "picture": d.media_type.startswith("image/"),
        }
        for d in documents
    ]


def _checked(incident_id: UUID, permission: str) -> Stopped:
    stopped = queries.incident(db.session, incident_id)
    rights.check_process(db.session, stopped.incident.definition_key, permission)
    return stopped


@bp.get("/incidents/<uuid:incident_id>")
@requires("operations.read")
def incident(incident_id: UUID) -> str:
    """One incident: what stopped, what the robot saw, and the data to correct."""
    return _page(_checked(incident_id, "operations.read"), {}, {})


def _page(stopped: Stopped, given: dict[str, str], errors: dict[str, str]) -> str:
    variables = cases.variables(db.session, stopped.incident.instance_id)
    asked = facts.questions(db.session, stopped.definition.deployment_id)
    fields = typed.inputs(variables, asked, given, errors)
    return render_template(
        "operations/incident.html",
        incident=stopped.incident,
        case=stopped.case,
        cause=_cause(stopped),
        fields=fields,
        errors=[(f"{item.label} : {item.error}", f"#{item.id}") for item in fields if item.error],
        resolved=_resolved(stopped),
        may_act=access.can("operations.act"),
        case_url=url_for("cases.show", case_id=stopped.case.root_instance_id),
        instance_url=url_for("operations.instance", instance_id=stopped.case.id),
    )


def _resolved(stopped: Stopped) -> str | None:
    if stopped.incident.state == IncidentState.OPEN or stopped.incident.resolved_at is None:
        return None
    when = text.moment(stopped.incident.resolved_at, clock.now()).inline
    return _("Cet incident est levé : %(when)s.", when=when)


@bp.post("/incidents/<uuid:incident_id>/retry")
@requires("operations.act")
def retry(incident_id: UUID) -> ResponseReturnValue:
    """Apply the corrections, if any, and try again what stopped."""
    stopped = _checked(incident_id, "operations.act")
    current = cases.variables(db.session, stopped.incident.instance_id)
    found = typed.corrections(request.form, current)
    if found.errors:
        return _page(stopped, request.form.to_dict(), found.errors), 422
    engine_incidents.resolve(
        db.session, incident_id, by=str(access.user_id()), now=clock.now(), variables=found.changed or None
    )
    audit.record(db.session, "incident.retried", "incident", incident_id, corrected=sorted(found.changed))
    db.session.commit()
    flash(
        _("%(reference)s repart. Le résultat apparaît dans son dossier.", reference=stopped.case.reference),
        "success",
    )
    return redirect(url_for("operations.list_incidents"), 303)


@bp.post("/incidents/<uuid:incident_id>/retry-all")
@requires("operations.act")
def retry_all(incident_id: UUID) -> ResponseReturnValue:
    """Try again every case that stopped for the same cause, this one included."""
    stopped = _checked(incident_id, "operations.act")
    alike = queries.same_cause(db.session, stopped.incident)[:MOST_AT_ONCE]
    again = sum(_try_again(other.incident.id) for other in alike)
    audit.record(db.session, "cause.retried", "incident", incident_id, cases=again)
    db.session.commit()
    flash(ngettext("%(num)s dossier repart.", "%(num)s dossiers repartent.", again), "success")
    return redirect(url_for("operations.list_incidents"), 303)


def _try_again(incident_id: UUID) -> bool:
    """One case that moved in the meantime must not hold the others back."""
    try:
        with db.session.begin_nested():
            engine_incidents.resolve(db.session, incident_id, by=str(access.user_id()), now=clock.now())
    except InvalidState:
        return False
    return True
