"""Effects nobody knows for sure: a person looks, then says whether they took place."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import access, audit, text
from designer.access import requires
from designer.cases import elements, rights
from designer.extensions import clock, db
from designer.operations import queries, results
from designer.operations.blueprint import allowed_keys, bp, tabs
from engine import effects as engine_effects
from engine.states import EffectState
from engine.store import Effect, Job, ProcessDefinition, ProcessInstance

HAPPENED, NOT_HAPPENED = "happened", "not_happened"


@bp.get("/effects")
@requires("operations.read")
def list_effects() -> str:
    """Uncertain effects, the oldest first."""
    rows = queries.effects(db.session, allowed_keys())
    return render_template(
        "operations/effects.html", tabs_items=tabs("effects"), lines=[_line(*row) for row in rows]
    )


def _line(effect: Effect, case: ProcessInstance, definition: ProcessDefinition) -> dict[str, Any]:
    return {
        "href": url_for("operations.effect", effect_id=effect.id),
        "step": step_name(effect, definition),
        "case": case.title or case.reference,
        "reference": case.reference,
        "process": definition.name,
        "when": text.moment(effect.intended_at, clock.now()).relative,
    }


def step_name(effect: Effect, definition: ProcessDefinition) -> str:
    """The step that may have had the effect."""
    return elements.of(db.session, definition.id).name(effect.element_id, text.locale())


@bp.get("/effects/<uuid:effect_id>")
@requires("operations.read")
def effect(effect_id: UUID) -> str:
    """One effect: what was meant, and the two answers."""
    return _page(_checked(effect_id, "operations.read"), {})


Found = tuple[Effect, ProcessInstance, ProcessDefinition]


def _checked(effect_id: UUID, permission: str) -> Found:
    found = queries.effect(db.session, effect_id)
    rights.check_process(db.session, found[2].key, permission)
    return found


def _page(found: Found, errors: dict[str, str]) -> str:
    effect, case, definition = found
    job = db.session.get(Job, effect.job_id)
    fields = results.inputs(job, request.form, errors)
    labels = {item.name: f"{item.label} : " for item in fields}
    anchors = {item.name: f"#{item.id}" for item in fields} | {"outcome": "#outcome", "proof": "#proof"}
    return render_template(
        "operations/effect.html",
        effect=effect,
        case=case,
        process_name=definition.name,
        step=step_name(effect, definition),
        step_quoted=text.quoted(step_name(effect, definition)),
        when=text.instant(effect.intended_at),
        sent=results.sent(job),
        fields=fields,
        given=request.form.to_dict(),
        errors=errors,
        error_items=[(labels.get(name, "") + words, anchors[name]) for name, words in errors.items()],
        is_open=effect.state == EffectState.UNCERTAIN,
        may_act=access.can("operations.act"),
        case_url=url_for("cases.show", case_id=case.root_instance_id),
    )


@bp.post("/effects/<uuid:effect_id>/settle")
@requires("operations.act")
def settle(effect_id: UUID) -> ResponseReturnValue:
    """Record what a person found out; the case goes on with it."""
    found = _checked(effect_id, "operations.act")
    errors, result = _read(db.session.get(Job, found[0].job_id), request.form)
    if errors:
        return _page(found, errors), 422
    happened = request.form["outcome"] == HAPPENED
    engine_effects.settle(
        db.session, effect_id, happened=happened, result=result, by=str(access.user_id()), now=clock.now()
    )
    proof = request.form["proof"].strip()
    audit.record(db.session, "effect.settled", "effect", effect_id, happened=happened, proof=proof)
    db.session.commit()
    reference = found[1].reference
    words = (
        _("Noté : cela a eu lieu. %(reference)s continue.", reference=reference)
        if happened
        else _("Noté : cela n’a pas eu lieu. Relais réessaie pour %(reference)s.", reference=reference)
    )
    flash(words, "success")
    return redirect(url_for("operations.list_effects"), 303)


def _read(job: Job | None, form: Any) -> tuple[dict[str, str], dict[str, Any] | None]:
    errors: dict[str, str] = {}
    if form.get("outcome") not in (HAPPENED, NOT_HAPPENED):
        errors["outcome"] = _("Dites si cela a eu lieu.")
    if not form.get("proof", "").strip():
        errors["proof"] = _("Écrivez ce que vous avez vu, et où.")
    if form.get("outcome") != HAPPENED:
        return errors, None
    result, wrong = results.read(job, form)
    return errors | wrong, result
