"""Who may do what: every route declares its access, and one check before each request enforces it.

    @bp.get("/cases")
    @requires("cases.read")         # any of the permissions named, in at least one process group
    def list_cases(): ...

    @public                         # everybody
    @signed_in                      # everybody with an account

The decorators mark the function and do not wrap it; they stand below the route. What concerns one process
group is checked in the view with `check("cases.read", group)`. A route without a declaration is refused
at run time and fails a test.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, g, has_request_context, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from designer.roles import PERMISSIONS

if TYPE_CHECKING:
    from engine.user_tasks import User as UserRef

View = TypeVar("View", bound=Callable[..., Any] | type)
MARK = "relais_access"


@dataclass(frozen=True, slots=True)
class Access:
    """What a route asks for: nothing (`everybody`), an account, or one of `permissions`."""

    everybody: bool = False
    permissions: tuple[str, ...] = ()


PUBLIC = Access(everybody=True)
SIGNED_IN = Access()


class MissingPermission(Forbidden):
    """The person is signed in but holds none of `permissions` here."""

    def __init__(self, *permissions: str) -> None:
        super().__init__(f"missing permission: {' or '.join(permissions)}")
        self.permissions = permissions


class RouteUndeclared(RuntimeError):
    """A route without declared access: a defect of the product."""


def requires(*permissions: str) -> Callable[[View], View]:
    """Declare that a view needs one of `permissions`; raises ValueError on an unknown name."""
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown or not permissions:
        raise ValueError(f"unknown permissions: {sorted(unknown)}")
    return _marking(Access(permissions=permissions))


def public(view: View) -> View:
    """Declare that everybody may use a view."""
    return _marking(PUBLIC)(view)


def signed_in(view: View) -> View:
    """Declare that every person with an account may use a view."""
    return _marking(SIGNED_IN)(view)


def declare(app: Flask, endpoint: str, access: Access) -> None:
    """Declare the access of a view that an extension registered."""
    app.extensions.setdefault("relais_declared", {})[endpoint] = access


def access_of(app: Flask, endpoint: str, method: str) -> Access | None:
    """What `endpoint` asks for when called with `method`; None when nothing is declared."""
    declared: Access | None = app.extensions.get("relais_declared", {}).get(endpoint)
    if declared is not None:
        return declared
    view = app.view_functions[endpoint]
    handlers = getattr(view, "view_class", None)
    handler = getattr(handlers, "get" if method == "HEAD" else method.lower(), None)
    found: Access | None = getattr(handler, MARK, None) or getattr(handlers or view, MARK, None)
    return found


def check_request(refuse_guest: Callable[[], ResponseReturnValue]) -> ResponseReturnValue | None:
    """Before each request: let it pass, send a guest to the door, or refuse.

    Raises MissingPermission, and RouteUndeclared for a route nobody declared.
    """
    if request.endpoint is None or request.method == "OPTIONS":
        return None
    access = access_of(_app(), request.endpoint, request.method)
    if access is None:
        raise RouteUndeclared(request.endpoint)
    if access.everybody:
        return None
    if not current_user.is_authenticated:
        return refuse_guest()
    if access.permissions and not any(can(permission) for permission in access.permissions):
        raise MissingPermission(*access.permissions)
    return None


def can(permission: str, group: str | None = None) -> bool:
    """Whether the person (and her API token, when one is used) may; in process group `group` if named.

    Outside a request nobody may. Templates use it as `can('cases.read')`.
    """
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission!r}")
    if not has_request_context() or not current_user.is_authenticated or not _token_carries(permission):
        return False
    return bool(current_user.may(permission, group))


def check(permission: str, group: str | None = None) -> None:
    """Raise MissingPermission unless `can(permission, group)`."""
    if not can(permission, group):
        raise MissingPermission(permission)


def groups_where(permission: str) -> frozenset[str] | None:
    """Process groups where the person may, for filtering lists; None: everywhere."""
    if not can(permission):
        return frozenset()
    found: frozenset[str] | None = current_user.groups_where(permission)
    return found


def user_id() -> str | None:
    """The id of the person behind the request as the engine stores it; None for a guest."""
    if has_request_context() and current_user.is_authenticated:
        return str(current_user.id)
    return None


def user_ref() -> UserRef:
    """The signed-in person as the engine's user tasks know her."""
    from engine.user_tasks import User as Ref

    everywhere = groups_where("tasks.assign") is None
    return Ref(id=str(current_user.id), groups=current_user.team_keys, may_see_all=everywhere)


def _token_carries(permission: str) -> bool:
    token = g.get("api_token")
    return token is None or permission in token.scopes


def _marking(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, MARK, access)
        return view

    return mark


def _app() -> Flask:
    from flask import current_app

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    return app
