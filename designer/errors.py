"""Every refusal becomes an answer here, once: a page in the person's language, or problem+json (RFC 9457).

NotFound → 404 · NotAllowed, MissingPermission → 403 · InvalidState → 409 · DefinitionInvalid,
SubmissionInvalid, InvalidValue, ValidationError → 422 · a busy database → 503 · anything else → 500 with a
reference that is also in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from designer import jsons
from designer.access import MissingPermission
from designer.roles import PERMISSIONS
from designer.secrets import SecretUnreadable
from designer.text import locale
from engine import errors as engine
from engine.diagnostics import Diagnostic
from engine.ids import new_id

log = structlog.get_logger("relais.web")

TITLES = {
    400: _l("Cette demande n’a pas été comprise"),
    401: _l("Connectez-vous"),
    403: _l("Vous n’avez pas ce droit"),
    404: _l("Cette page n’existe pas"),
    405: _l("Cette action n’existe pas ici"),
    409: _l("La situation a changé entre-temps"),
    412: _l("Une autre version est plus récente"),
    413: _l("L’envoi est trop gros"),
    415: _l("Ce format n’est pas accepté"),
    422: _l("Des réponses sont à corriger"),
    428: _l("Il manque la version que vous avez lue"),
    429: _l("Trop d’essais en peu de temps"),
    500: _l("La page s’est arrêtée"),
    503: _l("Relais est occupé"),
}
NEXT_STEPS = {
    404: _l("Vérifiez l’adresse, ou partez de l’accueil."),
    409: _l("Revenez à la page et regardez où en sont les choses."),
    429: _l("Attendez une minute, puis recommencez."),
    500: _l("Revenez et recommencez. Si la page s’arrête encore, écrivez à l’assistance."),
    503: _l("Rien n’a été perdu. Recommencez dans quelques secondes."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal in the person's language; `extra` goes into problem+json only."""

    status: int
    text: str
    reference: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The status in words."""
        return str(TITLES.get(self.status, TITLES[400 if self.status < 500 else 500]))


def init_app(app: Flask) -> None:
    """Register the answers."""
    for kind in (engine.EngineError, OperationalError, HTTPException, SecretUnreadable, Exception):
        app.register_error_handler(kind, answer)


def answer(error: Exception) -> Response:
    """The answer to any error: page or problem+json, with the right status."""
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response  # type: ignore[return-value]
    problem = problem_of(error)
    return as_json(problem) if wants_json() else as_page(problem)


def problem_of(error: Exception) -> Problem:
    """What to tell about `error`; logs what is a defect."""
    if isinstance(error, engine.EngineError):
        return _of_engine(error)
    if isinstance(error, MissingPermission):
        return _of_permission(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, OperationalError):
        return _of_database(error)
    return _of_defect(error)


def wants_json() -> bool:
    """Whether the request comes from a program: the API, or a script of a page that asks for JSON."""
    accepted = request.accept_mimetypes
    return request.path.startswith("/api/v") or (
        accepted.best_match(["text/html", "application/json"]) == "application/json"
    )


def as_json(problem: Problem) -> Response:
    """RFC 9457: application/problem+json."""
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.text,
        **({"reference": problem.reference} if problem.reference else {}),
        **problem.extra,
    }
    return Response(
        jsons.dumps(body), problem.status, problem.headers, content_type="application/problem+json"
    )


def as_page(problem: Problem) -> Response:
    """A page that says what stopped and what to do."""
    page = render_template(
        "error.html",
        code=problem.status,
        title=problem.title,
        text=problem.text,
        next=str(NEXT_STEPS.get(problem.status, "")),
        trace_id=problem.reference,
        diagnostics=problem.extra.get("diagnostics", []),
    )
    return Response(page, problem.status, problem.headers)


def _of_engine(error: engine.EngineError) -> Problem:
    match error:
        case engine.NotFound():
            return Problem(404, _("Ce que vous cherchez n’existe pas, ou n’existe plus."))
        case engine.NotAllowed():
            return Problem(403, _("Cette tâche ne vous revient pas, ni à vos équipes."))
        case engine.DefinitionInvalid():
            listed = [diagnostic(d) for d in error.diagnostics]
            return Problem(422, _("Le processus a des problèmes à corriger."), extra={"diagnostics": listed})
        case engine.SubmissionInvalid():
            texts = {path: [text.in_(locale())] for path, text in error.errors.items()}
            return Problem(422, _("Des réponses sont à corriger."), extra={"errors": texts})
        case engine.InvalidValue():
            text = _("La donnée %(path)s ne peut pas être enregistrée.", path=error.path)
            return Problem(422, text, extra={"errors": {error.path: [error.reason]}})
        case engine.InvalidState():
            return Problem(409, _state_text(error))
    return _of_defect(error)


def _state_text(error: engine.InvalidState) -> str:
    match error:
        case engine.TaskNotOpen():
            return _("Cette tâche est déjà terminée.")
        case engine.TaskClaimedByOther():
            return _("Quelqu’un d’autre a pris cette tâche.")
        case engine.StaleRevision():
            return _("Quelqu’un a changé ces données après que vous les avez lues. Rien n’a été écrasé.")
        case engine.Refused():
            return error.message.in_(locale())
        case engine.InstanceEnded():
            return _("Ce dossier est terminé.")
        case engine.JobNotActivated():
            return _("Ce travail n’est plus réservé à cet exécutant.")
    return _("Cette action n’est plus possible dans l’état actuel.")


def _of_permission(error: MissingPermission) -> Problem:
    named = [PERMISSIONS[name].in_(locale()) for name in error.permissions if name in PERMISSIONS]
    text = _(
        "Il vous manque le droit\u00a0: %(right)s. Demandez-le à l’administration de Relais.",
        right=_(" ou ").join(named),
    )
    return Problem(403, text, extra={"permissions": list(error.permissions)})


def _of_http(error: HTTPException) -> Problem:
    status = error.code or 500
    if isinstance(error, CSRFError):
        return Problem(400, _("Ce formulaire ne vient pas de cette session. Rien n’a été fait."))
    headers = {k: v for k, v in error.get_headers() if k in {"Allow", "Retry-After", "WWW-Authenticate"}}
    data = getattr(error, "data", None)  # webargs and flask-smorest put the messages there
    extra = {"errors": data["messages"]} if isinstance(data, dict) and "messages" in data else {}
    if isinstance(error, RequestEntityTooLarge):
        limit = (current_app.config["MAX_CONTENT_LENGTH"] or 0) // 1048576
        return Problem(413, _("L’envoi dépasse %(limit)s Mo. Réduisez les fichiers.", limit=limit))
    if status >= 500 and status != 503:
        return _of_defect(error)
    return Problem(status, _http_text(status, error, data), extra=extra, headers=headers)


def _http_text(status: int, error: HTTPException, data: object) -> str:
    if isinstance(data, dict) and isinstance(data.get("message"), str):
        return str(data["message"])
    if error.description and type(error).description != error.description:
        return str(error.description)
    return {
        401: _("Il faut se connecter pour continuer."),
        403: _("Cette action n’est pas permise."),
        404: _("Cette page n’existe pas, ou n’existe plus."),
        405: _("Cette page ne permet pas cette action."),
        422: _("Des réponses sont à corriger."),
        429: _("Il y a eu trop de demandes depuis votre poste."),
    }.get(status, _("La demande est incomplète ou mal formée. Rien n’a été fait."))


def _of_database(error: OperationalError) -> Problem:
    reference = _reference()
    log.error("database.unavailable", reference=reference, error=str(error.orig))
    text = _("La base de données n’a pas répondu à temps. Rien n’a été enregistré.")
    return Problem(503, text, reference, headers={"Retry-After": "2"})


def _of_defect(error: Exception) -> Problem:
    reference = _reference()
    log.error("request.failed", reference=reference, path=request.path, exc_info=error)
    return Problem(500, _("Un défaut a arrêté la page. Rien n’a été enregistré."), reference)


def _reference() -> str:
    return str(new_id())[-12:]


def diagnostic(found: Diagnostic) -> dict[str, Any]:
    """A finding as JSON, in the person's language."""
    return {
        "rule": found.rule,
        "severity": found.severity,
        "message": found.message.in_(locale()),
        "hint": found.hint.in_(locale()) if found.hint else None,
        "element_id": found.element_id,
        "file": found.file,
        "position": found.position,
        "reference": found.reference,
    }
