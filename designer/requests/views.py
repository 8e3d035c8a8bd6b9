"""Pages of requests. Public ones need no account; officers open the others for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.exc import IntegrityError

from designer import access, audit, text
from designer.access import public
from designer.cases import drawing, elements, facts, queries, rights
from designer.extensions import clock, db, limiter
from designer.forms import Answers, error_items, parse, render_form
from designer.requests import follow_up, links, uploads
from designer.secrets import fingerprint
from engine import definitions, forms, instances
from engine.diagnostics import Text
from engine.store import ProcessDefinition

bp = Blueprint("requests", __name__)

#: A field that people never see and programs fill in.
TRAP = "_website"
TRAPPED = Text(
    "Un champ caché a été rempli. Désactivez le remplissage automatique, puis envoyez à nouveau.",
    "A hidden field was filled in. Switch autofill off, then send again.",
)
FORM_KEY = "_form_key"


@bp.get("/requests")
@public
def catalogue() -> str:
    """Requests that the reader may make."""
    found = [d for d in definitions.startable(db.session) if may_start(d)]
    return render_template(
        "requests/catalogue.html",
        layout=_layout(),
        cards=[_card(d) for d in found],
        is_public=not is_officer(),
    )


def _layout() -> str:
    return "layout.html" if is_officer() else "public.html"


def is_officer(definition: ProcessDefinition | None = None) -> bool:
    """Whether the reader opens cases for others: in this process, or in any."""
    if definition is None:
        return access.can("cases.start")
    return rights.can("cases.start", rights.group_of(definition))


def is_public(definition: ProcessDefinition) -> bool:
    """Whether everybody may make this request."""
    return (definition.properties or {}).get("public") == "true"


def may_start(definition: ProcessDefinition) -> bool:
    """Whether the reader may make this request."""
    return is_public(definition) or is_officer(definition)


def _card(definition: ProcessDefinition) -> dict[str, Any]:
    return {
        "name": definition.name,
        "href": url_for("requests.form", key=definition.key),
        "text": (definition.properties or {}).get("description") or "",
    }


def _definition(key: str) -> ProcessDefinition:
    """The process to start. Raises NotFound, MissingPermission."""
    definition = definitions.latest(db.session, key)
    if not may_start(definition):
        raise access.MissingPermission("cases.start")
    return definition


def _form_of(definition: ProcessDefinition) -> forms.Form | None:
    if definition.start_form is None:
        return None
    return definitions.form(db.session, definition.id, definition.start_form)


@bp.get("/requests/<key>")
@public
def form(key: str) -> str:
    """The form of a request."""
    return _page(_definition(key), links.new_form_key(), None)


def _page(
    definition: ProcessDefinition,
    form_key: str,
    answers: Answers | None,
    errors: Mapping[str, Text] | None = None,
) -> str:
    asked = _form_of(definition)
    officer, problems = is_officer(definition), errors or {}
    properties = definition.properties or {}
    return render_template(
        "requests/form.html",
        layout="layout.html" if officer else "public.html",
        officer=officer,
        key=definition.key,
        title=definition.name,
        description=properties.get("description") or "",
        contact=properties.get("contact") or "",
        form_html=_rendered(asked, answers, problems, officer) if asked else "",
        errors=error_items(asked, problems, locale=text.locale()) if asked else [],
        form_key=form_key,
        form_key_name=FORM_KEY,
        trap=TRAP,
    )


def _rendered(
    asked: forms.Form, answers: Answers | None, errors: Mapping[str, Text], officer: bool
) -> Markup:
    now, zone = clock.now(), text.zone()
    values = answers.values if answers else asked.initial({}, now=now, zone=zone)
    return render_form(asked, values, errors, locale=text.locale(), now=now, zone=zone, autofill=not officer)


@bp.post("/requests/<key>")
@public
@limiter.limit("30 per hour", exempt_when=lambda: access.user_id() is not None)
def send(key: str) -> ResponseReturnValue:
    """Open a case with the answers. The same form sent twice leads to the same request."""
    definition = _definition(key)
    form_key = request.form.get(FORM_KEY, "")
    if not links.is_form_key(form_key):
        form_key = links.new_form_key()
    token = links.token_of(form_key)
    if links.find(db.session, token) is not None:
        return _sent(definition, token)
    answers, errors = _answers(definition, form_key)
    if errors is None:
        return _page(definition, form_key, answers)
    if request.form.get(TRAP):
        errors = {**errors, TRAP: TRAPPED}
    if errors:
        db.session.commit()  # the files that came along are kept for the next sending
        return _page(definition, form_key, answers, errors), 422
    return _open(definition, token, form_key, answers.values)


def _answers(definition: ProcessDefinition, form_key: str) -> tuple[Answers, Mapping[str, Text] | None]:
    """What was answered and what is wrong with it; None for errors when a row was only added or removed."""
    asked = _form_of(definition)
    if asked is None:
        return Answers({}), {}
    holder = f"form:{fingerprint(form_key)}"
    files = uploads.keep(db.session, request.files, holder=holder)
    answers = parse(asked, request.form, files, kept=uploads.kept_for(db.session, holder))
    if answers.action is not None:
        db.session.commit()
        return answers, None
    submission = asked.validate(answers.values, {}, now=clock.now(), zone=text.zone())
    return (answers, submission.errors) if submission.errors else (Answers(submission.values), {})


def _open(
    definition: ProcessDefinition, token: str, form_key: str, values: Mapping[str, Any]
) -> ResponseReturnValue:
    by = access.user_id() if is_officer(definition) else None
    try:
        started = instances.start(db.session, definition.key, values, now=clock.now(), by=by)
        links.make(db.session, token, started.id)
        uploads.adopt(db.session, values, started.id, by)
        audit.record(db.session, "case.opened", "process_instance", started.id, process=definition.key)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        if links.find(db.session, token) is None:
            raise
    return _sent(definition, token)


def _sent(definition: ProcessDefinition, token: str) -> ResponseReturnValue:
    if not is_officer(definition):
        return redirect(url_for("requests.received", token=token), 303)
    case_id = links.case_of(db.session, token)
    case, _definition_row = queries.by_id(db.session, case_id)
    flash(_("Le dossier %(reference)s est ouvert.", reference=case.reference), "success")
    if access.can("cases.read"):
        return redirect(url_for("cases.show", case_id=case_id), 303)
    return redirect(url_for("requests.catalogue"), 303)


@bp.get("/follow-up/<token>/received")
@public
def received(token: str) -> Response:
    """The receipt: the reference, and the link to keep."""
    case, definition = queries.by_id(db.session, links.case_of(db.session, token))
    page = render_template(
        "requests/received.html",
        reference=case.reference,
        process_name=definition.name,
        when=text.instant(case.started_at),
        follow_url=url_for("requests.follow", token=token, _external=True),
        contact=(definition.properties or {}).get("contact") or "",
    )
    return _private(page)


@bp.get("/follow-up/<token>")
@public
def follow(token: str) -> Response:
    """Where the request stands, for whoever holds the link."""
    case, definition = queries.by_id(db.session, links.case_of(db.session, token))
    pm = elements.of(db.session, definition.id)
    events = queries.events(db.session, case)
    found = queries.bundle(db.session, case, definition)
    stopped = [incident.element_id for incident in found.open_incidents]
    went = drawing.trail(pm, events, found.open_elements(), stopped)
    asked = _form_of(definition)
    title, sentence, tone, icon = follow_up.headline(case)
    page = render_template(
        "requests/follow.html",
        reference=case.reference,
        process_name=definition.name,
        when=text.day(text.local(case.started_at).date()),
        headline={"title": title, "text": sentence, "tone": tone, "icon": icon},
        stages=follow_up.stages(case, pm, went, events),
        facts=facts.entered(found.variables, facts.asked_by(asked)) if asked else [],
        files=sum(1 for document in found.documents if document.kind == "upload"),
        contact=(definition.properties or {}).get("contact") or "",
    )
    return _private(page)


def _private(page: str) -> Response:
    """A page that its address alone opens: kept out of search engines, caches and referrers."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
