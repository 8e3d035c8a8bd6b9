"""For administrators: people, their roles and teams, and the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import hash_password
from sqlalchemy import func, select
from werkzeug.exceptions import NotFound

from designer import audit
from designer.access import requires
from designer.accounts import bp, people
from designer.extensions import clock, db
from designer.models import AuditEntry, Team, User
from designer.roles import ROLES
from designer.text import locale

EVERYWHERE = ""
JOURNAL_PAGE = 100


@bp.get("/users")
@requires("users.manage")
def list_users() -> ResponseReturnValue:
    """Everybody with an account, by name."""
    users = list(db.session.scalars(select(User).order_by(func.lower(User.display_name))))
    return render_template("accounts/users.html", users=users, labels=_role_labels())


@bp.get("/users/new")
@requires("users.manage")
def new_user() -> ResponseReturnValue:
    """The form for an account."""
    return _form(None, {})


@bp.post("/users/new")
@requires("users.manage")
def create_user() -> ResponseReturnValue:
    """Open an account."""
    try:
        user = people.add(
            db.session(),
            email=request.form.get("email", ""),
            name=request.form.get("name", ""),
            password=request.form.get("password", ""),
            teams=_team_keys(),
            now=clock.now(),
        )
        people.make_groups(db.session(), _wanted_roles())
        people.set_roles(user, _wanted_roles())
    except people.CannotAdd as refused:
        db.session.rollback()
        return _form(None, {refused.field: refused.message.in_(locale())}), 422
    audit.record(db.session(), "user.created", "user", user.id, email=user.email, roles=_held(user))
    db.session.commit()
    flash(_("Le compte de %(name)s est ouvert.", name=user.display_name))
    return redirect(url_for("accounts.list_users"), 303)


@bp.get("/users/<uuid:user_id>")
@requires("users.manage")
def edit_user(user_id: UUID) -> ResponseReturnValue:
    """One account."""
    return _form(_user(user_id), {})


@bp.post("/users/<uuid:user_id>")
@requires("users.manage")
def save_user(user_id: UUID) -> ResponseReturnValue:
    """Change name, roles, teams, whether the account is open, and (when given) the password."""
    user = _user(user_id)
    wanted, active = _wanted_roles(), "active" in request.form
    errors = _refusals(user, wanted, active)
    if errors:
        return _form(user, errors), 422
    before = _held(user)
    user.display_name = request.form["name"].strip()
    user.teams = [people.team_of(db.session(), key) for key in _team_keys()]
    people.make_groups(db.session(), wanted)
    people.set_roles(user, wanted)
    _open_or_close(user, active)
    if request.form.get("password"):
        user.password = hash_password(request.form["password"])
        people.end_sessions(user)
    details = {"before": before, "after": _held(user), "active": active}
    audit.record(db.session(), "user.changed", "user", user.id, **details)
    db.session.commit()
    flash(_("Le compte de %(name)s est changé.", name=user.display_name))
    return redirect(url_for("accounts.list_users"), 303)


@bp.get("/journal")
@requires("audit.read")
def journal() -> ResponseReturnValue:
    """Who did what, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(JOURNAL_PAGE + 1)
    before = request.args.get("before", type=UUID)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    entries = list(db.session.scalars(query))
    names = {str(user.id): user.display_name for user in db.session.scalars(select(User))}
    older = entries[JOURNAL_PAGE - 1].id if len(entries) > JOURNAL_PAGE else None
    return render_template("accounts/journal.html", entries=entries[:JOURNAL_PAGE], names=names, older=older)


def _user(user_id: UUID) -> User:
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _refusals(user: User, wanted: list[tuple[str, str | None]], active: bool) -> dict[str, str]:
    errors = {}
    if not request.form.get("name", "").strip():
        errors["name"] = _("Écrivez le nom de la personne.")
    if 0 < len(request.form.get("password", "")) < people.MIN_PASSWORD:
        errors["password"] = _("Écrivez au moins %(n)s signes.", n=people.MIN_PASSWORD)
    if user.id == current_user.id and (not active or ("administrator", None) not in wanted):
        errors["roles"] = _(
            "Vous ne pouvez pas vous retirer l’administration\u00a0: demandez-le à quelqu’un d’autre."
        )
    return errors


def _open_or_close(user: User, active: bool) -> None:
    if user.active and not active:
        people.end_sessions(user)
    user.active = active


def _wanted_roles() -> list[tuple[str, str | None]]:
    """Chosen roles as (role, process group); the form sends `role@group`, `role@` for everywhere."""
    pairs = [people.parse_role(text) for text in request.form.getlist("roles")]
    groups = {None, *people.known_groups(db.session())}
    return [(role, group) for role, group in pairs if role in ROLES and group in groups]


def _team_keys() -> list[str]:
    """Chosen teams, then new ones written by hand, separated by commas."""
    written = request.form.get("new_teams", "").split(",")
    return [key.strip() for key in (*request.form.getlist("teams"), *written) if key.strip()]


def _held(user: User) -> list[str]:
    return sorted(f"{grant.role}@{grant.group_key or EVERYWHERE}" for grant in user.grants)


def _role_labels() -> dict[str, str]:
    return {name: role.label.in_(locale()) for name, role in ROLES.items()}


def _form(user: User | None, errors: dict[str, str]) -> str:
    teams = list(db.session.scalars(select(Team).order_by(Team.name)))
    groups = people.known_groups(db.session())
    return render_template(
        "accounts/user.html",
        user=user,
        errors=errors,
        given=request.form,
        role_groups=list(_role_groups(groups)),
        team_options=[(team.key, team.name) for team in teams],
        held=_held(user) if user is not None else [],
    )


def _role_groups(groups: dict[str, str]) -> Iterable[tuple[str, str, list[tuple[str, str]]]]:
    """Id, title and options of the roles everywhere, then of those in each process group."""
    everywhere = [
        (
            f"{name}@",
            _("%(role)s : %(text)s", role=role.label.in_(locale()), text=role.description.in_(locale())),
        )
        for name, role in ROLES.items()
    ]
    yield "roles", _("Rôles partout"), everywhere
    for key, group_name in groups.items():
        options = [(f"{name}@{key}", role.label.in_(locale())) for name, role in ROLES.items()]
        yield f"roles-{key}", _("Rôles dans %(group)s", group=group_name), options
