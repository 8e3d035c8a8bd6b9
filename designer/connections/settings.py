"""Connections: settings and secrets under a name that diagrams use."""

from __future__ import annotations

import logging
import re
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from connectors import registry
from connectors.sdk import Connector, ConnectorError, Context
from connectors.sdk import Text as Words
from designer import access, audit, text, wiring
from designer.access import requires
from designer.connections import fields, stubs
from designer.connections.blueprint import bp, tabs
from designer.connections.catalogue import icon_of, loaded
from designer.extensions import clock, config, db, limiter, vault
from designer.models import Connection
from designer.secrets import SecretUnreadable
from engine.errors import NotFound, StaleRevision
from engine.ids import new_id

_NAME = re.compile(r"[a-z][a-z0-9_-]{1,63}")


@bp.get("/connections")
@requires("connections.read")
def list_connections() -> str:
    """Every connection: for which connector, and whether it answered last time."""
    found = db.session.scalars(select(Connection).order_by(Connection.connector, Connection.name))
    return render_template(
        "connections/connections.html",
        tabs_items=tabs("connections"),
        lines=[_line(connection) for connection in found],
        kinds=_kinds(),
        may_manage=access.can("connections.manage"),
    )


def _kinds() -> list[dict[str, Any]]:
    """Connectors that can be connected."""
    return [
        {"href": url_for("connections.create", kind=info.kind), "name": info.manifest.name.in_(text.locale())}
        for info in registry.catalogue()
        if registry.load(info.kind).connection_schema is not None
    ]


def _line(connection: Connection) -> dict[str, Any]:
    info = registry.default().info(connection.connector)
    return {
        "href": url_for("connections.edit", connection_id=connection.id),
        "name": connection.label or connection.name,
        "key": connection.name,
        "icon": icon_of(info),
        "connector": info.manifest.name.in_(text.locale()),
        "state": _state(connection),
        "checked": text.moment(connection.last_checked_at, clock.now()).relative
        if connection.last_checked_at
        else _("Jamais"),
    }


def _state(connection: Connection) -> dict[str, str]:
    if connection.last_check_ok is None:
        return {"text": _("Pas encore essayée"), "tone": "", "icon": "circle-help"}
    if connection.last_check_ok:
        return {"text": _("A répondu"), "tone": "done", "icon": "circle-check"}
    return {"text": _("Ne répond pas"), "tone": "late", "icon": "octagon-alert"}


@bp.get("/connections/new/<kind>")
@requires("connections.manage")
def create(kind: str) -> str:
    """An empty connection; `?stub=1` fills it with the settings of the fake service that runs."""
    _info, code = loaded(kind)
    values: dict[str, Any] = {}
    if request.args.get("stub") and (stub := stubs.running(kind)):
        values = {name: v for name, v in stub.connection.items() if name not in code.secret_fields}
    return _page(kind, code, None, values)


@bp.post("/connections/new/<kind>")
@requires("connections.manage")
def add(kind: str) -> ResponseReturnValue:
    """Keep a new connection."""
    _info, code = loaded(kind)
    stub = stubs.running(kind) if request.form.get("stub") else None
    kept = {n: str(v) for n, v in stub.connection.items() if n in code.secret_fields} if stub else {}
    entered = fields.read(code, request.form, kept)
    name = request.form.get("name", "").strip()
    errors = _naming_problems(name) | entered.errors
    if errors:
        return _page(kind, code, None, entered.settings, errors), 422
    now = clock.now()
    connection = Connection(
        id=new_id(), name=name, connector=kind, owner=access.user_id(), created_at=now, updated_at=now
    )
    connection.label = request.form.get("label", "").strip()[:255]
    wiring.save_settings(connection, {**entered.settings, **entered.secrets}, vault)
    db.session.add(connection)
    audit.record(db.session, "connection.created", "connection", connection.id, name=name, connector=kind)
    db.session.commit()
    flash(
        _("La connexion %(name)s est enregistrée. Essayez-la.", name=text.quoted(connection.label or name)),
        "success",
    )
    return redirect(url_for("connections.edit", connection_id=connection.id), 303)


def _naming_problems(name: str) -> dict[str, str]:
    if not _NAME.fullmatch(name):
        return {"name": _("Écrivez un nom court en minuscules, sans espace. Par exemple : geoplateforme.")}
    if db.session.scalar(select(Connection.id).where(Connection.name == name)):
        return {"name": _("Une connexion porte déjà ce nom. Choisissez-en un autre.")}
    return {}


def _found(connection_id: UUID) -> Connection:
    connection = db.session.get(Connection, connection_id)
    if connection is None:
        raise NotFound("connection", connection_id)
    return connection


@bp.get("/connections/<uuid:connection_id>")
@requires("connections.read")
def edit(connection_id: UUID) -> str:
    """One connection: its settings, never its secrets, and the button that tries it."""
    connection = _found(connection_id)
    _info, code = loaded(connection.connector)
    return _page(connection.connector, code, connection, connection.settings)


def _page(
    kind: str,
    code: Connector,
    connection: Connection | None,
    values: dict[str, Any],
    errors: dict[str, str] | None = None,
) -> str:
    stored = frozenset(_secrets(connection)) if connection else frozenset[str]()
    shown = fields.fields_of(code, values, stored, errors)
    problems = errors or {}
    anchors = {"name": "#name", "label": "#label"} | {field.name: f"#{field.id}" for field in shown}
    return render_template(
        "connections/connection.html",
        kind=kind,
        connector_name=code.manifest.name.in_(text.locale()),
        connector_text=code.manifest.description.in_(text.locale()),
        connection=connection,
        fields=shown,
        errors=problems,
        error_items=[(words, anchors.get(name, "#name")) for name, words in problems.items()],
        given=request.form.to_dict(),
        state=_state(connection) if connection else None,
        check_text=_check_text(connection),
        can_try=code.can_try_connection,
        stub_url=_stub_url(kind, connection),
        from_stub=bool(request.args.get("stub") or request.form.get("stub")),
        may_manage=access.can("connections.manage"),
    )


def _secrets(connection: Connection) -> dict[str, Any]:
    """The stored secrets; none when the installation's key has changed, so that they can be entered again."""
    try:
        return vault.decrypt(connection.sealed)
    except SecretUnreadable:
        return {}


def _stub_url(kind: str, connection: Connection | None) -> str | None:
    if connection is not None or stubs.running(kind) is None:
        return None
    return url_for("connections.create", kind=kind, stub=1)


def _check_text(connection: Connection | None) -> str:
    if connection is None or not connection.last_check_text or connection.last_checked_at is None:
        return ""
    said = connection.last_check_text.get(text.locale()) or connection.last_check_text.get("fr", "")
    when = text.moment(connection.last_checked_at, clock.now()).relative
    return f"{said} {when}."


@bp.post("/connections/<uuid:connection_id>")
@requires("connections.manage")
def save(connection_id: UUID) -> ResponseReturnValue:
    """Keep changed settings; a secret left empty stays as it is."""
    connection = _found(connection_id)
    if request.form.get("revision", str(connection.revision)) != str(connection.revision):
        raise StaleRevision(f"connection {connection_id} is at revision {connection.revision}")
    _info, code = loaded(connection.connector)
    entered = fields.read(code, request.form, _secrets(connection))
    if entered.errors:
        return _page(connection.connector, code, connection, entered.settings, entered.errors), 422
    connection.label = request.form.get("label", "").strip()[:255]
    connection.sealed = vault.encrypt(entered.secrets) if entered.secrets else None
    wiring.save_settings(connection, {**entered.settings, **entered.secrets}, vault)
    connection.updated_at = clock.now()
    connection.last_check_ok, connection.last_check_text = None, None
    audit.record(db.session, "connection.changed", "connection", connection_id, name=connection.name)
    db.session.commit()
    flash(_("La connexion est enregistrée. Essayez-la."), "success")
    return redirect(url_for("connections.edit", connection_id=connection_id), 303)


@bp.post("/connections/<uuid:connection_id>/try")
@requires("connections.manage")
@limiter.limit("20 per minute")
def try_connection(connection_id: UUID) -> ResponseReturnValue:
    """Ask the service whether the connection works; the answer stays on the page."""
    connection = _found(connection_id)
    _info, code = loaded(connection.connector)
    try:
        settings = wiring.connection_settings(connection, vault)
        db.session.rollback()  # the call takes time: no transaction stays open meanwhile
        ok, said = _ask(code, settings)
    except wiring.CannotCall as error:
        ok, said = False, Words(error.message.fr, error.message.en)
    connection = _found(connection_id)
    connection.last_checked_at, connection.last_check_ok = clock.now(), ok
    connection.last_check_text = said.as_dict()
    audit.record(db.session, "connection.tried", "connection", connection_id, ok=ok)
    db.session.commit()
    flash(said.in_(text.locale()), "success" if ok else "error")
    return redirect(url_for("connections.edit", connection_id=connection_id), 303)


def _ask(code: Connector, settings: dict[str, Any]) -> tuple[bool, Words]:
    allowed = config.allowed_private_hosts
    if stub := stubs.running(code.kind):
        allowed = allowed | set(stub.allow_private)
    context = Context(
        idempotency_key=f"try-{new_id()}",
        connection=settings,
        allow_private=allowed,
        base_logger=logging.getLogger("relais.connectors"),
    )
    try:
        return True, code.run_try_connection(context)
    except ConnectorError as error:
        return False, error.message


@bp.post("/connections/<uuid:connection_id>/delete")
@requires("connections.manage")
def delete(connection_id: UUID) -> ResponseReturnValue:
    """Forget a connection and its secrets."""
    connection = _found(connection_id)
    name = connection.name
    db.session.delete(connection)
    audit.record(db.session, "connection.deleted", "connection", connection_id, name=name)
    db.session.commit()
    flash(_("La connexion %(name)s est supprimée.", name=text.quoted(name)), "success")
    return redirect(url_for("connections.list_connections"), 303)
