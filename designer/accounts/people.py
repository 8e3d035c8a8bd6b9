"""People, their roles and teams: what the command and the administration pages share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from email_validator import EmailNotValidError, validate_email
from flask_security import hash_password
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import audit
from designer.config import Config
from designer.models import Grant, ProcessGroup, Team, User
from designer.roles import ROLES
from engine.diagnostics import Text
from engine.store import ProcessDefinition

MIN_PASSWORD = 12


class CannotAdd(ValueError):
    """The account cannot be made; `message` says why, `field` which answer to mend."""

    def __init__(self, field: str, fr: str, en: str) -> None:
        super().__init__(en)
        self.field, self.message = field, Text(fr, en)


def add(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    roles: Iterable[str] = (),
    teams: Iterable[str] = (),
    locale: str | None = None,
    now: datetime,
) -> User:
    """Open an account. Roles are `role` or `role@group`; unknown teams and groups are made.

    Raises CannotAdd.
    """
    address = _address(email)
    if session.scalar(select(User).where(User.email == address)) is not None:
        raise CannotAdd("email", "Cette adresse a déjà un compte.", "This address already has an account.")
    _check_password(password)
    _check_name(name)
    user = User(
        email=address,
        display_name=name.strip(),
        locale=locale,
        password=hash_password(password),
        active=True,
        fs_uniquifier=uuid4().hex,
        created_at=now,
        failed_sign_ins=0,
        settings={},
    )
    wanted = [parse_role(role) for role in roles]
    make_groups(session, wanted)
    set_roles(user, wanted)
    user.teams = [team_of(session, key) for key in dict.fromkeys(teams)]
    session.add(user)
    session.flush()
    return user


def parse_role(text: str) -> tuple[str, str | None]:
    """`agent` is the role everywhere, `agent@urbanisme` the role in one process group."""
    role, _sign, group = text.partition("@")
    return role, group or None


def make_groups(session: Session, wanted: Iterable[tuple[str, str | None]]) -> None:
    """Make the process groups that these roles name and that do not exist yet."""
    for _role, key in wanted:
        if key is not None and session.get(ProcessGroup, key) is None:
            session.add(ProcessGroup(key=key, name=_readable(key)))
            session.flush()


def set_roles(user: User, wanted: Iterable[tuple[str, str | None]]) -> None:
    """Give exactly these roles, each with its existing process group (None: everywhere). Raises CannotAdd."""
    pairs = list(dict.fromkeys(wanted))
    for role, _group in pairs:
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise CannotAdd(
                "roles",
                f"Le rôle {role} n’existe pas. Choisissez parmi : {known}.".replace(" :", "\u00a0:"),
                f"There is no role {role}. Choose among: {known}.",
            )
    held = {(grant.role, grant.group_key): grant for grant in user.grants}
    user.grants = [held.get(pair) or Grant(role=pair[0], group_key=pair[1]) for pair in pairs]


def team_of(session: Session, key: str) -> Team:
    """The team of that key, made when there is none."""
    found = session.get(Team, key)
    if found is None:
        found = Team(key=key, name=_readable(key))
        session.add(found)
    return found


def known_groups(session: Session) -> dict[str, str]:
    """Process groups by key, with their names: those that exist, and those that a process names."""
    found = {group.key: group.name for group in session.scalars(select(ProcessGroup))}
    for properties in session.scalars(
        select(ProcessDefinition.properties).where(ProcessDefinition.is_latest)
    ):
        key = (properties or {}).get("group")
        if key:
            found.setdefault(str(key), _readable(str(key)))
    return dict(sorted(found.items(), key=lambda item: item[1].lower()))


def _readable(key: str) -> str:
    return key.replace("_", " ").replace("-", " ").capitalize()


def end_sessions(user: User) -> None:
    """Every session of the account ends."""
    user.fs_uniquifier = uuid4().hex


def add_from_command(
    config: Config, email: str, name: str, password: str, roles: Iterable[str], teams: Iterable[str]
) -> None:
    """Open an account from the command line, with its audit entry."""
    from designer import create_app
    from designer.extensions import clock, db

    with create_app(config).app_context():
        user = add(
            db.session, email=email, name=name, password=password, roles=roles, teams=teams, now=clock.now()
        )
        audit.record(db.session, "user.created", "user", user.id, email=user.email, roles=list(roles))
        db.session.commit()


def _address(email: str) -> str:
    try:
        checked = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise CannotAdd(
            "email",
            "Cette adresse électronique n’est pas complète. Écrivez-la comme nom@exemple.fr.",
            "This e-mail address is not complete. Write it like name@example.com.",
        ) from error
    return checked.normalized.lower()


def _check_password(password: str) -> None:
    if len(password) < MIN_PASSWORD:
        raise CannotAdd(
            "password",
            f"Ce mot de passe est trop court. Écrivez au moins {MIN_PASSWORD} signes.",
            f"This password is too short. Write {MIN_PASSWORD} characters or more.",
        )


def _check_name(name: str) -> None:
    if not re.search(r"\S", name):
        raise CannotAdd("name", "Écrivez le nom de la personne.", "Write the person’s name.")
