"""An agent adds a document to a case."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from designer import audit, text
from designer.access import requires
from designer.cases import attachments, queries, rights, views
from designer.cases.views import bp
from designer.extensions import db
from engine.errors import InvalidState
from engine.states import InstanceState


@bp.post("/<uuid:case_id>/documents")
@requires("tasks.work")
def add_document(case_id: UUID) -> ResponseReturnValue:
    """Keep the file with the case, or say on its page why not."""
    case, _definition = queries.by_id(db.session, case_id)
    rights.check_process(db.session, case.definition_key, "cases.read")
    rights.check_process(db.session, case.definition_key, "tasks.work")
    if case.state != InstanceState.ACTIVE:
        raise InvalidState(f"case {case_id} is {case.state}")
    try:
        document = attachments.add(db.session, case.id, request.files.get("document"))
    except attachments.Refused as refusal:
        db.session.rollback()
        return views.page(case_id, document_error=str(refusal)), 422
    audit.record(db.session, "document.added", "case", case_id, document=str(document.id))
    db.session.commit()
    flash(_("%(name)s est dans le dossier.", name=text.quoted(document.name)), "success")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="documents"), 303)
