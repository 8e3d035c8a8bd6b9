"""What every resource shares: commit, idempotency, pages of a list, revisions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID

from flask import Response, make_response, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import Select, delete
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest, PreconditionFailed, UnprocessableEntity

from designer import access
from designer.cases import rights
from designer.extensions import clock, db
from designer.models import IdempotentRequest
from engine import instances
from engine.store import ProcessInstance

P = ParamSpec("P")
MAX_KEY = 255
KEPT_FOR = timedelta(days=7)  #: how long a key is remembered


def commits(view: Callable[P, Any]) -> Callable[P, Response]:
    """The view changes something: commit after its answer is made, both or neither.

    With an `Idempotency-Key` the answer is stored in the same transaction, and the same request gets the
    same answer again. The key with another request is 422.
    """

    @wraps(view)
    def commit_after(*args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            response = make_response(view(*args, **kwargs))
            db.session.commit()
            return response
        return _once(key, lambda: make_response(view(*args, **kwargs)))

    return commit_after


def _once(key: str, call: Callable[[], Response]) -> Response:
    if not 0 < len(key) <= MAX_KEY or not key.isprintable():
        raise BadRequest(_("Idempotency-Key compte 1 à %(n)s signes visibles.", n=MAX_KEY))
    user_id = current_user.id
    known = db.session.get(IdempotentRequest, (user_id, key))
    if known is not None:
        return _replay(known)
    response = call()
    db.session.execute(delete(IdempotentRequest).where(IdempotentRequest.created_at < clock.now() - KEPT_FOR))
    db.session.add(_remember(user_id, key, response))
    try:
        db.session.commit()
    except IntegrityError:  # the same request at the same moment was quicker
        db.session.rollback()
        known = db.session.get(IdempotentRequest, (user_id, key))
        if known is None:
            raise
        return _replay(known)
    return response


def _remember(user_id: UUID, key: str, response: Response) -> IdempotentRequest:
    return IdempotentRequest(
        user_id=user_id,
        key=key,
        endpoint=_endpoint(),
        body_hash=_body_hash(),
        status=response.status_code,
        response=response.get_data(as_text=True),
        location=response.headers.get("Location"),
        created_at=clock.now(),
    )


def _replay(known: IdempotentRequest) -> Response:
    if known.endpoint != _endpoint() or known.body_hash != _body_hash():
        raise UnprocessableEntity(_("Cette Idempotency-Key a déjà servi à une autre demande."))
    response = Response(known.response, known.status, content_type="application/json")
    response.headers["Idempotent-Replayed"] = "true"
    if known.location:
        response.headers["Location"] = known.location
    return response


def _endpoint() -> str:
    return f"{request.method} {request.path}"[:500]


def _body_hash() -> str:
    return hashlib.sha256(request.get_data()).hexdigest()


def page(query: Select[Any], id_column: Any, asked: dict[str, Any]) -> dict[str, Any]:
    """One page of a list, newest first: `items`, and `next_cursor` (None at the end).

    Ids are UUIDv7, so their order is the order of creation.
    """
    limit = asked["limit"]
    if asked.get("cursor") is not None:
        query = query.where(id_column < asked["cursor"])
    found = list(db.session.scalars(query.order_by(id_column.desc()).limit(limit + 1)))
    more = len(found) > limit
    items = found[:limit]
    return {"items": items, "next_cursor": str(items[-1].id) if more else None}


def reach(query: Select[Any], key_column: Any, permission: str) -> Select[Any]:
    """The query, restricted to the processes in which the person has `permission`."""
    keys = rights.keys(db.session(), permission)
    return query if keys is None else query.where(key_column.in_(keys))


def case(instance_id: UUID, *permissions: str) -> ProcessInstance:
    """The instance, if one of `permissions` is held for its process. Raises NotFound, MissingPermission."""
    found = instances.get(db.session(), instance_id)
    rights.check_process(db.session(), found.definition_key, *permissions)
    return found


def require_revision(current: int) -> None:
    """412 unless `If-Match`, when given, is the current revision."""
    tags = request.if_match
    if tags and not tags.star_tag and not tags.contains(str(current)):
        raise PreconditionFailed(_("Quelqu’un a changé ces données après que vous les avez lues."))


def with_revision(body: Any, revision: int) -> Response:
    """The answer with its ETag; 304 when the caller has it already."""
    response = make_response(body)
    response.set_etag(str(revision))
    response.make_conditional(request)
    return response


def me() -> str:
    """The id of the person behind the request."""
    found = access.user_id()
    if found is None:
        raise BadRequest
    return found
