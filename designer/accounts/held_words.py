"""The fields of a held form under the words of the page they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import text
from designer.accounts.held import Held
from designer.cases import facts
from engine.store import ProcessDefinition, UserTask

_TASK = re.compile(r"^/tasks/([0-9a-f-]{36})/")
_REQUEST = re.compile(r"^/requests/([^/?]+)")
#: fields of the product's own pages
WORDS = {
    "name": _l("Nom"),
    "email": _l("Adresse électronique professionnelle"),
    "note": _l("Mot"),
    "person": _l("À qui ?"),
    "proof": _l("Ce que vous avez vu, et où"),
    "reason": _l("Raison"),
    "locale": _l("Langue"),
    "roles": _l("Rôles"),
    "teams": _l("Équipes"),
    "days": _l("Durée"),
    "scopes": _l("Droits"),
}


def shown(session: Session, held: Held) -> list[tuple[str, str]]:
    """Label and value of what was sent; fields that only steer the page are left out."""
    asked = _asked(session, held.path)
    return [
        (_label(name, asked), asked[name].say(value) if name in asked else value)
        for name, value in held.fields
        if value and not name.startswith("_")
    ]


def _asked(session: Session, path: str) -> Mapping[str, facts.Question]:
    deployment_id = _deployment(session, path)
    return facts.questions(session, deployment_id) if deployment_id else {}


def _deployment(session: Session, path: str) -> UUID | None:
    """The deployment whose forms the path belongs to."""
    definition = None
    if found := _TASK.match(path):
        task = session.get(UserTask, UUID(found[1]))
        definition = session.get(ProcessDefinition, task.definition_id) if task else None
    elif found := _REQUEST.match(path):
        query = select(ProcessDefinition)
        definition = session.scalar(
            query.where(ProcessDefinition.key == found[1], ProcessDefinition.is_latest)
        )
    return definition.deployment_id if definition else None


def _label(name: str, asked: Mapping[str, facts.Question]) -> str:
    if name in asked:
        return asked[name].label
    if name in WORDS:
        return str(WORDS[name])
    return text.capital(re.sub(r"[-_.:]+", " ", name).strip())
