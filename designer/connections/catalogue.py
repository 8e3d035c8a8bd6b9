"""The catalogue of connectors, and the page of one: try first, contract next, failure cases last."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from sqlalchemy import select

from connectors import registry
from connectors.registry import ConnectorInfo, UnknownConnector
from connectors.sdk import BpmnError, Connector, ConnectorError, Operation
from connectors.sdk.types import TypeInfo
from designer import audit, text, wiring
from designer.access import can, requires
from designer.connections import trying
from designer.connections.blueprint import bp, tabs
from designer.extensions import config, db, limiter, vault
from designer.models import Connection
from engine import values
from engine.errors import NotFound

_INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
EFFECTS = {"read": "eye", "write": "pencil", "irreversible": "send"}


@dataclass(slots=True)
class Tried:
    """What a try gave: values, or what went wrong; how long it took, and where."""

    title: str
    tone: str
    service: str
    rows: list[tuple[str, str]] = field(default_factory=list)
    raw: str = ""
    message: str = ""


@bp.get("")
@requires("connections.read")
def list_connectors() -> str:
    """Connectors by category."""
    wanted = request.args.get("q", "").strip().lower()
    found = [info for info in registry.catalogue() if _matches(info, wanted)]
    made = _connections_by_kind()
    groups: dict[str, list[dict[str, Any]]] = {}
    for info in found:
        groups.setdefault(info.manifest.category.in_(text.locale()), []).append(_card(info, made))
    return render_template(
        "connections/connectors.html",
        tabs_items=tabs("catalogue"),
        contains=request.args.get("q", ""),
        groups=sorted(groups.items()),
    )


def _matches(info: ConnectorInfo, wanted: str) -> bool:
    manifest = info.manifest
    searched = (manifest.kind, *manifest.keywords, *manifest.name.as_dict().values())
    described = " ".join((*searched, *manifest.description.as_dict().values())).lower()
    return all(word in described for word in wanted.split())


def _connections_by_kind() -> dict[str, list[Connection]]:
    found: dict[str, list[Connection]] = {}
    for connection in db.session.scalars(select(Connection).order_by(Connection.name)):
        found.setdefault(connection.connector, []).append(connection)
    return found


def _card(info: ConnectorInfo, made: Mapping[str, list[Connection]]) -> dict[str, Any]:
    count = len(info.manifest.operations)
    return {
        "href": url_for("connections.connector", kind=info.kind),
        "icon": icon_of(info),
        "name": info.manifest.name.in_(text.locale()),
        "text": info.manifest.description.in_(text.locale()),
        "operations": ngettext("%(num)s opération", "%(num)s opérations", count),
        "state": state_of(made.get(info.kind, []), registry.load(info.kind)),
    }


def icon_of(info: ConnectorInfo) -> Markup:
    """The connector's own icon in the colour of the page. Its file is as trusted as its code."""
    found = _INNER.search(info.icon.read_text(encoding="utf-8"))
    inner = Markup(found.group(1) if found else "")  # noqa: S704 - part of an installed package
    opening = Markup(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" aria-hidden="true">'
    )
    return opening + inner + Markup("</svg>")


def state_of(made: list[Connection], connector: Connector) -> dict[str, str]:
    """Whether processes can use a connector today."""
    if any(connection.last_check_ok is False for connection in made):
        return {"text": _("Ne répond pas"), "tone": "late", "icon": "octagon-alert"}
    if made or not connector.connection_required:
        return {"text": _("Prêt"), "tone": "done", "icon": "circle-check"}
    return {"text": _("À connecter"), "tone": "", "icon": "plug"}


def loaded(kind: str) -> tuple[ConnectorInfo, Connector]:
    """A connector and its code; NotFound."""
    try:
        return registry.default().info(kind), registry.load(kind)
    except UnknownConnector as error:
        raise NotFound("connector", kind) from error


def _operation(connector: Connector, name: str | None) -> Operation:
    operations = connector.newest_operations()
    found = next((o for o in operations if name is None or o.name == name), None)
    if found is None:
        raise NotFound("operation", name)
    return found


@bp.get("/<kind>", defaults={"name": None})
@bp.get("/<kind>/<name>")
@requires("connections.read")
def connector(kind: str, name: str | None) -> str:
    """One connector at one of its operations."""
    info, code = loaded(kind)
    operation = _operation(code, name)
    return _page(info, code, operation, trying.example_of(operation))


def _page(
    info: ConnectorInfo,
    code: Connector,
    operation: Operation,
    inputs: list[trying.Input],
    tried: Tried | None = None,
) -> str:
    made = _connections_by_kind().get(info.kind, [])
    return render_template(
        "connections/connector.html",
        kind=info.kind,
        name=info.manifest.name.in_(text.locale()),
        description=info.manifest.description.in_(text.locale()),
        icon_svg=icon_of(info),
        state=state_of(made, code),
        tabs_items=_operation_tabs(info, code, operation),
        operation=operation.name,
        operation_text=operation.description.in_(text.locale()),
        inputs=inputs,
        services=_services(code, operation, made),
        chosen=request.form.get("service", ""),
        tried=tried,
        contract=contract(operation),
        failures=_failures(operation),
        brief=_brief(info, operation),
        connections=[
            {"href": url_for("connections.edit", connection_id=c.id), "name": c.label or c.name} for c in made
        ],
        may_manage=can("connections.manage"),
        new_url=url_for("connections.create", kind=info.kind) if code.connection_schema else None,
    )


def _operation_tabs(info: ConnectorInfo, code: Connector, current: Operation) -> list[dict[str, Any]]:
    return [
        {
            "text": o.title.in_(text.locale()),
            "href": url_for("connections.connector", kind=info.kind, name=o.name),
            "current": o is current,
            "count": None,
        }
        for o in code.newest_operations()
    ]


def _services(code: Connector, operation: Operation, made: list[Connection]) -> list[tuple[str, str]]:
    """Where the operation may be tried: only what reads is tried on a real service."""
    found = [("stub", _("Faux service (aucun appel au-dehors)"))] if code.has_stub else []
    if operation.effect == "read":
        found += [(c.name, c.label or c.name) for c in made]
        if not code.connection_required and not found:
            found.append(("", _("Sans connexion")))
    return found


def contract(operation: Operation) -> list[dict[str, str]]:
    """What goes in and what comes out, one row each."""
    rows = [_row(info, _("Reçoit")) for info in operation.input_types.values()]
    return rows + [_row(info, _("Rend")) for info in operation.output_types.values()]


def _row(info: TypeInfo, direction: str) -> dict[str, str]:
    notes = [_("Obligatoire.")] if info.required and direction == _("Reçoit") else []
    if info.hint is not None:
        notes.append(info.hint.in_(text.locale()))
    return {
        "name": info.label.in_(text.locale()),
        "direction": direction,
        "form": feel_words(info.feel),
        "note": " ".join(notes),
    }


def feel_words(feel_type: str) -> str:
    """A FEEL type in words."""
    return {
        "string": _("Texte"),
        "number": _("Nombre"),
        "boolean": _("Oui ou non"),
        "date": _("Date"),
        "time": _("Heure"),
        "date and time": _("Date et heure"),
        "list": _("Liste"),
        "context": _("Contexte"),
    }.get(feel_type, _("Toute valeur"))


def _failures(operation: Operation) -> list[dict[str, Any]]:
    known = [
        {"code": code, "is_code": True, "text": meaning.in_(text.locale())}
        for code, meaning in operation.errors.items()
    ]
    if operation.effect == "read":
        lost = _("Relais réessaie : lire une seconde fois ne change rien.")
    elif operation.idempotency == "none":
        lost = _("Relais ne répète pas : une personne vérifie et tranche.")
    else:
        lost = _("Relais vérifie si cela a eu lieu, puis reprend.")
    return [*known, {"code": _("Réponse perdue"), "is_code": False, "text": lost}]


def _brief(info: ConnectorInfo, operation: Operation) -> list[tuple[str, str]]:
    effect = {
        "read": _("Lit seulement"),
        "write": _("Écrit ; se corrige"),
        "irreversible": _("Ne se reprend pas"),
    }[operation.effect]
    return [
        (_("Version"), info.manifest.version),
        (_("Responsable"), info.manifest.owner),
        (_("Effet"), effect),
        (_("Durée au plus"), text.duration_of_seconds(operation.timeout_seconds)),
        (_("Nom technique"), operation.type),
    ]


@bp.post("/<kind>/<name>")
@requires("connections.read")
@limiter.limit("30 per minute")
def try_operation(kind: str, name: str) -> ResponseReturnValue:
    """Run one operation with the inputs given, on the fake service or, when it only reads, on a real one."""
    info, code = loaded(kind)
    operation = _operation(code, name)
    inputs, args = trying.read(operation, request.form)
    if any(item.error for item in inputs):
        return _page(info, code, operation, inputs), 422
    service = request.form.get("service", "")
    made = _connections_by_kind().get(kind, [])
    if service not in dict(_services(code, operation, made)):
        raise NotFound("connection", service)
    audit.record(db.session, "operation.tried", "connector", operation.type, service=service)
    connection = next((c for c in made if c.name == service), None)
    try:
        settings = wiring.connection_settings(connection, vault) if connection else {}
    except wiring.CannotCall as error:
        said = error.message.in_(text.locale())
        return _page(info, code, operation, inputs, Tried(_("Refusé"), "late", service, message=said))
    db.session.commit()  # the call takes time: no transaction stays open meanwhile
    return _page(info, code, operation, inputs, _run(code, operation, args, settings, service))


def _run(
    code: Connector, operation: Operation, args: dict[str, Any], settings: dict[str, Any], service: str
) -> Tried:
    """The call, outside any transaction."""
    label = _("Faux service") if service == "stub" else service or _("Sans connexion")
    began = time.monotonic()
    try:
        result = trying.call(
            code, operation, args, settings, stub=service == "stub", allowed=config.allowed_private_hosts
        )
    except (ConnectorError, BpmnError) as error:
        return Tried(_("Refusé"), "late", label, message=error.message.in_(text.locale()))
    took = round((time.monotonic() - began) * 1000)
    return Tried(
        _("Réussi en %(number)s ms", number=text.number(took)),
        "done",
        label,
        rows=_result_rows(operation, result),
        raw=trying.raw(result),
    )


def _result_rows(operation: Operation, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    labels = {name: info.label.in_(text.locale()) for name, info in operation.output_types.items()}
    return [(labels.get(name, name), text.value(values.from_python(value))) for name, value in result.items()]
