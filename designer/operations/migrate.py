"""Migrate cases to another version: correspondences, dry run, start, follow, go back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from designer import access, audit, text
from designer.access import requires
from designer.cases import elements, people, rights
from designer.extensions import clock, db
from designer.operations.blueprint import bp
from engine import definitions, migration
from engine.errors import NotFound
from engine.migration import Verdict
from engine.states import MigrationState
from engine.store import MigratedInstance, Migration, ProcessDefinition, ProcessInstance

TO = "to-"
MOST_SHOWN = 200
STATES = {
    MigrationState.PLANNED: ("soon", "clock"),
    MigrationState.MOVED: ("done", "circle-check"),
    MigrationState.STAYED: ("hold", "circle-pause"),
    MigrationState.UNDONE: ("", "undo-2"),
}
Pair = tuple[ProcessDefinition, ProcessDefinition]


@bp.get("/migrations/new")
@requires("operations.modify")
def new_migration() -> str:
    """Which process, from which version to which; then how their steps correspond."""
    pair = _asked(request.args)
    return _page(pair, {}, None) if pair else _choose(request.args.get("process", ""))


def _asked(given: Mapping[str, str]) -> Pair | None:
    """The two versions that were chosen; None when they are not."""
    process, source, target = (given.get(name, "") for name in ("process", "source", "target"))
    if not (process and source.isdecimal() and target.isdecimal()) or source == target:
        return None
    rights.check_process(db.session, process, "operations.modify")
    return definitions.version(db.session(), process, int(source)), definitions.version(
        db.session(), process, int(target)
    )


def _choose(process: str) -> str:
    known = rights.reachable(db.session, "operations.modify")
    allowed = process in {k.key for k in known}
    versions = definitions.versions(db.session(), process) if allowed else []
    return render_template(
        "operations/migrate_choose.html",
        processes=[(k.key, k.name) for k in known],
        process=process if allowed else "",
        versions=[(str(d.version), _("version %(number)s", number=d.version)) for d in versions],
        source=request.args.get("source", str(versions[1].version) if len(versions) > 1 else ""),
        target=request.args.get("target", str(versions[0].version) if versions else ""),
        chosen=bool(request.args.get("source")),
    )


def _page(pair: Pair, given: Mapping[str, str], found: list[Verdict] | None, error: str = "") -> str:
    source, target = pair
    proposal = migration.propose(db.session(), source.id, target.id, now=clock.now())
    old, new = elements.of(db.session, source.id), elements.of(db.session, target.id)
    options = [(e, f"{new.name(e, text.locale())}") for e in new.in_order()]
    lines = [
        {
            "id": f"{TO}{e}",
            "step": old.name(e, text.locale()),
            "cases": proposal.open_elements.get(e, 0),
            "value": given.get(f"{TO}{e}", proposal.mapping.get(e, "")),
        }
        for e in [*old.in_order()]
    ]
    busy = [line for line in lines if line["cases"]]
    return render_template(
        "operations/migrate.html",
        process=source.key,
        process_name=target.name,
        source=source.version,
        target=target.version,
        lines=busy,
        others=[line for line in lines if not line["cases"]],
        options=options,
        dry=_dry(found) if found is not None else None,
        given=given,
        error=error,
    )


def _dry(found: list[Verdict]) -> dict[str, Any]:
    moving = [v for v in found if v.moves]
    staying = [v for v in found if not v.moves]
    why = Counter(reason.in_(text.locale()) for v in staying for reason in v.reasons)
    return {
        "moving": len(moving),
        "heading": _heading(len(moving), len(staying)),
        "why": [(words, text.number(count)) for words, count in why.most_common()],
        "rows": [_verdict(v) for v in [*staying, *moving][:MOST_SHOWN]],
        "more": max(0, len(found) - MOST_SHOWN),
    }


def _heading(moving: int, staying: int) -> str:
    goes = ngettext("%(num)s dossier passe.", "%(num)s dossiers passent.", moving)
    stays = ngettext("%(num)s dossier reste.", "%(num)s dossiers restent.", staying)
    none_goes, none_stays = _("Aucun dossier ne passe."), _("Aucun ne reste.")
    return f"{goes if moving else none_goes} {stays if staying else none_stays}"


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "reference": verdict.reference,
        "href": url_for("operations.instance", instance_id=verdict.instance_id),
        "moves": verdict.moves,
        "words": [w.in_(text.locale()) for w in (verdict.notes if verdict.moves else verdict.reasons)],
    }


def _mapping(form: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(TO): value for name, value in form.items() if name.startswith(TO)}


def _required() -> Pair:
    pair = _asked(request.form)
    if pair is None:
        raise NotFound("process definition", request.form.get("process", ""))
    return pair


@bp.post("/migrations/dry-run")
@requires("operations.modify")
def dry_run() -> str:
    """Who would move, who would stay, and why; nothing changes."""
    pair = _required()
    return _page(pair, request.form.to_dict(), _tried(pair))


def _tried(pair: Pair) -> list[Verdict]:
    mapping = _mapping(request.form)
    return migration.dry_run(db.session(), pair[0].id, pair[1].id, mapping, now=clock.now())


@bp.post("/migrations")
@requires("operations.modify")
def start_migration() -> ResponseReturnValue:
    """Let the workers move the cases."""
    pair, reason = _required(), request.form.get("reason", "").strip()[:1000]
    if not reason:
        words = _("Écrivez pourquoi : la raison reste dans la chronologie.")
        return _page(pair, request.form.to_dict(), _tried(pair), words), 422
    made = migration.start(
        db.session(),
        pair[0].id,
        pair[1].id,
        _mapping(request.form),
        by=str(access.user_id()),
        reason=reason,
        now=clock.now(),
    )
    audit.record(db.session, "migration.started", "migration", made, process=pair[0].key, reason=reason)
    db.session.commit()
    return redirect(url_for("operations.show_migration", migration_id=made), 303)


@bp.get("/migrations/<uuid:migration_id>")
@requires("operations.modify")
def show_migration(migration_id: UUID) -> str:
    """What became of each case."""
    found = _checked(migration_id)
    source = definitions.get(db.session(), found.source_id)
    target = definitions.get(db.session(), found.target_id)
    items = migration.items(db.session(), migration_id)
    counts = Counter(item.state for item, _case in items)
    by = people.names(db.session, [found.created_by]).get(found.created_by, found.created_by)
    return render_template(
        "operations/migration.html",
        migration=found,
        process_name=target.name,
        source=source.version,
        target=target.version,
        by=by,
        when=text.instant(found.created_at),
        heading=_heading(counts[MigrationState.MOVED], counts[MigrationState.STAYED]),
        waiting=counts[MigrationState.PLANNED],
        moved=counts[MigrationState.MOVED],
        rows=[_item(item, case) for item, case in items[:MOST_SHOWN]],
    )


def _checked(migration_id: UUID) -> Migration:
    found = db.session.get(Migration, migration_id)
    if found is None:
        raise NotFound("migration", migration_id)
    rights.check_process(db.session, found.definition_key, "operations.modify")
    return found


def _item(item: MigratedInstance, case: ProcessInstance) -> dict[str, Any]:
    tone, icon = STATES[MigrationState(item.state)]
    words = {
        MigrationState.PLANNED: _("Attend son tour"),
        MigrationState.MOVED: _("Passé"),
        MigrationState.STAYED: _("Resté"),
        MigrationState.UNDONE: _("Revenu"),
    }
    message = item.message or {}
    return {
        "reference": case.reference,
        "href": url_for("operations.instance", instance_id=case.id),
        "id": case.id,
        "state": {"text": words[MigrationState(item.state)], "tone": tone, "icon": icon},
        "why": message.get(text.locale(), ""),
        "moved": item.state == MigrationState.MOVED,
    }


@bp.post("/migrations/<uuid:migration_id>/undo")
@requires("operations.modify")
def undo_migration(migration_id: UUID) -> ResponseReturnValue:
    """Give back every case that has not gone on since."""
    _checked(migration_id)
    count = migration.undo_all(db.session(), migration_id, by=str(access.user_id()), now=clock.now())
    audit.record(db.session, "migration.undone", "migration", migration_id, cases=count)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s dossier revient, s’il n’a pas avancé.",
            "%(num)s dossiers reviennent, s’ils n’ont pas avancé.",
            count,
        ),
        "success",
    )
    return redirect(url_for("operations.show_migration", migration_id=migration_id), 303)


@bp.post("/migrations/<uuid:migration_id>/instances/<uuid:instance_id>/undo")
@requires("operations.modify")
def undo_one(migration_id: UUID, instance_id: UUID) -> ResponseReturnValue:
    """Give one case back its version."""
    _checked(migration_id)
    migration.undo(db.session(), migration_id, instance_id, by=str(access.user_id()), now=clock.now())
    audit.record(db.session, "migration.undone", "process_instance", instance_id, migration=str(migration_id))
    db.session.commit()
    flash(_("Le dossier est revenu à sa version."), "success")
    return redirect(url_for("operations.show_migration", migration_id=migration_id), 303)
