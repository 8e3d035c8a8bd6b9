"""Modify a case: choose what changes, see what would happen, then do it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import access, audit, text
from designer.access import requires
from designer.cases import drawing, elements, rights, standing
from designer.cases import queries as cases
from designer.cases.elements import ProcessMap
from designer.extensions import clock, db
from designer.operations.blueprint import bp
from engine import instances as engine_instances
from engine import surgery
from engine.errors import InstanceEnded, StaleRevision
from engine.instances import OpenElement
from engine.states import InstanceState
from engine.store import ProcessDefinition, ProcessInstance
from engine.surgery import Instruction, Plan

DO, TO, DROP = "do-", "to-", "drop-"
Kept = Literal["move", "cancel", "restart"]
Found = tuple[ProcessInstance, ProcessDefinition]


@bp.get("/instances/<uuid:instance_id>/modify")
@requires("operations.modify")
def modify(instance_id: UUID) -> str:
    """Where the case stands, and what may change."""
    return _page(_checked(instance_id), {}, None)


def _checked(instance_id: UUID) -> Found:
    case, definition = cases.by_id(db.session, instance_id)
    rights.check_process(db.session, case.definition_key, "operations.modify")
    if case.state != InstanceState.ACTIVE:
        raise InstanceEnded(f"instance {case.id} is {case.state}")
    return case, definition


def _page(found: Found, given: Mapping[str, str], plan: Plan | None, error: str = "") -> str:
    case, definition = found
    pm = elements.of(db.session, definition.id)
    here = engine_instances.open_elements(db.session(), case.id)
    return render_template(
        "operations/modify.html",
        case=case,
        process_name=definition.name,
        version=definition.version,
        diagram=drawing.draw(pm, drawing.trail(pm, (), [e.element_id for e in here])),
        rows=[_row(e, pm, given) for e in here if e.waiting_for != "join"],
        joins=[_join(e, pm, given) for e in here if e.waiting_for == "join"],
        targets=_targets(definition, pm),
        scopes=_scopes(here, pm),
        given=given,
        plan=_shown(plan, pm) if plan is not None else None,
        error=error,
    )


def _row(place: OpenElement, pm: ProcessMap, given: Mapping[str, str]) -> dict[str, Any]:
    return {
        "do": f"{DO}{place.key}",
        "to": f"{TO}{place.key}",
        "step": pm.name(place.element_id, text.locale()),
        "since": text.since(place.since, clock.now()) if place.since else "",
        "stopped": place.incident,
        "chosen": given.get(f"{DO}{place.key}", ""),
        "target": given.get(f"{TO}{place.key}", ""),
    }


def _join(place: OpenElement, pm: ProcessMap, given: Mapping[str, str]) -> dict[str, Any]:
    name = f"{DROP}{place.key}-{place.element_id}"
    return {"name": name, "step": pm.name(place.element_id, text.locale()), "chosen": name in given}


def _targets(definition: ProcessDefinition, pm: ProcessMap) -> list[tuple[str, str]]:
    """Steps to go to, in the order of the process."""
    allowed = set(surgery.targets(db.session(), definition.id))
    ordered = [e for e in pm.in_order() if e in allowed]
    return [(e, pm.name(e, text.locale())) for e in [*ordered, *sorted(allowed - set(ordered))]]


def _scopes(here: list[OpenElement], pm: ProcessMap) -> list[tuple[str, str]]:
    """Sub-processes that are open several times: which one is meant."""
    opened = [e for e in here if e.waiting_for == "inside"]
    several = {e.element_id for e in opened if sum(o.element_id == e.element_id for o in opened) > 1}
    return [
        (
            str(e.key),
            _(
                "%(step)s, ouvert %(since)s (n° %(number)s)",
                step=pm.name(e.element_id, text.locale()),
                since=text.since(e.since, clock.now()) if e.since else "",
                number=e.key,
            ),
        )
        for e in opened
        if e.element_id in several
    ]


def _shown(plan: Plan, pm: ProcessMap) -> dict[str, Any]:
    refused = plan.refused.in_(text.locale()) if plan.refused else ""
    lines = [{"text": line.text.in_(text.locale()), "warning": line.warning} for line in plan.lines]
    return {"revision": plan.revision, "refused": refused, "lines": lines}


def instructions(form: Mapping[str, str]) -> list[Instruction]:
    """What a form asks for."""
    scope_text = form.get("scope", "")
    scope = int(scope_text) if scope_text.isdecimal() else None
    found = []
    for name, value in form.items():
        key = name.removeprefix(DO)
        if name.startswith(DO) and key.isdecimal() and value in ("move", "cancel", "restart"):
            target = form.get(f"{TO}{key}") or None if value == "move" else None
            found.append(Instruction(cast(Kept, value), int(key), target, scope))
        elif name.startswith(DROP):
            run, _sep, element_id = name.removeprefix(DROP).partition("-")
            if run.isdecimal():
                found.append(Instruction("drop", element_id=element_id, scope_key=int(run)))
    if form.get("start"):
        found.append(Instruction("start", element_id=form["start"], scope_key=scope))
    return found


@bp.post("/instances/<uuid:instance_id>/modify/plan")
@requires("operations.modify")
def plan_modification(instance_id: UUID) -> ResponseReturnValue:
    """What would happen; nothing changes."""
    found = _checked(instance_id)
    given = request.form.to_dict()
    plan = surgery.plan(
        db.session(), instance_id, instructions(given), now=clock.now(), names=_names(found[1])
    )
    return _page(found, given, plan), 422 if plan.refused else 200


def _names(definition: ProcessDefinition) -> Any:
    return standing.names(db.session(), definition.id)


@bp.post("/instances/<uuid:instance_id>/modify")
@requires("operations.modify")
def apply_modification(instance_id: UUID) -> ResponseReturnValue:
    """Do what the plan said, if nothing has happened since."""
    found = _checked(instance_id)
    given, reason = request.form.to_dict(), request.form.get("reason", "").strip()[:1000]
    asked, revision = instructions(given), request.form.get("revision", "")
    if not reason or not revision.isdecimal():
        plan = surgery.plan(db.session(), instance_id, asked, now=clock.now(), names=_names(found[1]))
        return _page(found, given, plan, _("Écrivez pourquoi : la raison reste dans la chronologie.")), 422
    try:
        done = surgery.apply(
            db.session(),
            instance_id,
            asked,
            revision=int(revision),
            by=str(access.user_id()),
            reason=reason,
            now=clock.now(),
            names=_names(found[1]),
        )
    except StaleRevision:
        db.session.rollback()
        found = _checked(instance_id)
        plan = surgery.plan(db.session(), instance_id, asked, now=clock.now(), names=_names(found[1]))
        moved = _("Le dossier a bougé entre-temps. Voici ce qui se passerait maintenant.")
        return _page(found, given, plan, moved), 409
    steps = [line.text.fr for line in done.lines]
    audit.record(db.session, "case.modified", "process_instance", instance_id, reason=reason, steps=steps)
    db.session.commit()
    flash(_("Le dossier %(reference)s est modifié.", reference=found[0].reference), "success")
    return redirect(url_for("operations.instance", instance_id=instance_id), 303)
