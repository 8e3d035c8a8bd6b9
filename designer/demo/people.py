"""The people of the demonstration: one for each role, all invented, at the Préfecture du Val-de-Lorme."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from designer.accounts import people
from designer.models import AuditEntry, ProcessGroup, Team, User
from engine.user_tasks import User as Actor

ADMINISTRATION = "Préfecture du Val-de-Lorme"
DOMAIN = "val-de-lorme.example"
GROUP = "sejour"
TEAM = "bureau_sejour"


@dataclass(frozen=True, slots=True)
class Account:
    """`key` is the name in the e-mail address; `group`: where the role counts, None for everywhere."""

    key: str
    name: str
    role: str
    group: str | None = None
    in_team: bool = False

    @property
    def email(self) -> str:
        """What to sign in with."""
        return f"{self.key}@{DOMAIN}"


ACCOUNTS = (
    Account("nadia", "Nadia Benali", "agent", GROUP, in_team=True),
    Account("karim", "Karim Haddad", "agent", GROUP, in_team=True),
    Account("claire", "Claire Morel", "citizen_developer"),
    Account("thomas", "Thomas Lefèvre", "reviewer"),
    Account("isabelle", "Isabelle Garnier", "process_owner", GROUP, in_team=True),
    Account("hugo", "Hugo Marchand", "analyst"),
    Account("sofia", "Sofia Ramos", "connector_maintainer"),
    Account("jeanne", "Jeanne Aubry", "auditor"),
    Account("olga", "Olga Petit", "administrator", in_team=True),
)


def make(session: Session, password: str, *, now: datetime, each: Callable[[], None]) -> None:
    """The process group, the team and every account; `each` is called after each account.

    Needs an application context, which knows how passwords are kept.
    """
    session.add(ProcessGroup(key=GROUP, name="Séjour", description="Titres de séjour et adresses."))
    session.add(Team(key=TEAM, name="Bureau du séjour"))
    session.flush()
    made = {}
    for account in ACCOUNTS:
        made[account.key] = _make(session, account, password, now)
        each()
    for user in made.values():
        session.add(_opened(user, str(made["olga"].id), now))


def _make(session: Session, account: Account, password: str, now: datetime) -> User:
    teams = [TEAM] if account.in_team else []
    user = people.add(
        session, email=account.email, name=account.name, password=password, teams=teams, now=now
    )
    people.set_roles(user, [(account.role, account.group)])
    session.flush()
    return user


def _opened(user: User, by: str, now: datetime) -> AuditEntry:
    details = {"email": user.email, "roles": [grant.role for grant in user.grants]}
    return AuditEntry(
        at=now, actor=by, action="user.created", object_kind="user", object_id=str(user.id), details=details
    )


def officers(session: Session) -> dict[str, Actor]:
    """The accounts as the engine sees them, by key."""
    found = {user.email: user for user in session.scalars(select(User))}
    return {
        account.key: Actor(str(found[account.email].id), found[account.email].team_keys)
        for account in ACCOUNTS
        if account.email in found
    }
