"""Tables of the designer, on the engine's declarative base: people, rights, drafts, connections, traces."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_security import UserMixin
from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from designer.roles import ROLES, Role
from engine.ids import new_id
from engine.store import Base, UtcDateTime


class User(Base, UserMixin):
    """A person with an account. What the person may do: `grants`; where tasks reach her: `teams`."""

    __tablename__ = "user_account"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(255), unique=True)  #: lower case; also the sign-in name
    display_name: Mapped[str] = mapped_column(String(255))
    locale: Mapped[str | None] = mapped_column(String(10))  #: fr, en; None: the browser's
    password: Mapped[str | None] = mapped_column(
        String(255)
    )  #: argon2 hash; None: cannot sign in by password
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)  #: changes end every session
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failed_sign_ins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    grants: Mapped[list[Grant]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="selectin"
    )
    teams: Mapped[list[Team]] = relationship(secondary="team_member", lazy="selectin", order_by="Team.name")

    @property
    def roles(self) -> list[Role]:
        """Roles held anywhere, each once, in the order of `ROLES`."""
        held = {grant.role for grant in self.grants}
        return [role for name, role in ROLES.items() if name in held]

    @property
    def team_keys(self) -> frozenset[str]:
        """Keys of the teams the person belongs to: the candidate groups of her tasks."""
        return frozenset(team.key for team in self.teams)

    def may(self, permission: str, group: str | None = None) -> bool:
        """Whether any grant gives `permission`; in process group `group` when one is named.

        A grant without a group counts in every group.
        """
        return any(
            permission in ROLES[grant.role].permissions
            and (group is None or grant.group_key is None or grant.group_key == group)
            for grant in self.grants
            if grant.role in ROLES
        )

    def groups_where(self, permission: str) -> frozenset[str] | None:
        """Keys of the process groups where the person has `permission`; None: everywhere."""
        giving = [g for g in self.grants if g.role in ROLES and permission in ROLES[g.role].permissions]
        if any(grant.group_key is None for grant in giving):
            return None
        return frozenset(str(grant.group_key) for grant in giving)


class Team(Base):
    """People who share an inbox; diagrams name it as a candidate group by its key."""

    __tablename__ = "team"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    members: Mapped[list[User]] = relationship(secondary="team_member", viewonly=True)


class TeamMember(Base):
    """A person in a team."""

    __tablename__ = "team_member"

    team_key: Mapped[str] = mapped_column(ForeignKey("team.key", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ProcessGroup(Base):
    """A folder of processes in which rights are given."""

    __tablename__ = "process_group"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(255))
    description: Mapped[str | None] = mapped_column(Text)


class Grant(Base):
    """A role given to a person, in one process group or (without one) everywhere."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("user_id", "role", "group_key"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(40))
    group_key: Mapped[str | None] = mapped_column(ForeignKey("process_group.key", ondelete="CASCADE"))
    user: Mapped[User] = relationship(back_populates="grants")


class Draft(Base):
    """A package being edited: its diagram, forms and scenarios, not yet an immutable version."""

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(500))
    group_key: Mapped[str | None] = mapped_column(ForeignKey("process_group.key"))
    manifest: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    revision: Mapped[int] = mapped_column(default=0)  #: grows with every change of any of its files
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str | None] = mapped_column(String(255))  #: a person's id
    files: Mapped[list[DraftFile]] = relationship(
        cascade="all, delete-orphan", order_by="DraftFile.name", passive_deletes=True
    )


class DraftFile(Base):
    """One file of a draft: BPMN XML, a form's JSON, a scenario's TOML."""

    __tablename__ = "draft_file"

    draft_id: Mapped[UUID] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(500), primary_key=True)  #: path inside the package
    content: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=0)


class Connection(Base):
    """Settings and secrets under a name that diagrams use."""

    __tablename__ = "connection"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    label: Mapped[str] = mapped_column(String(255), default="")
    connector: Mapped[str] = mapped_column(String(100), index=True)  #: kind of connector
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  #: what is not secret
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)  #: secrets, as `Vault.encrypt` made them
    owner: Mapped[str | None] = mapped_column(String(255))  #: whom to ask; a person's id
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  #: when its credentials end
    last_checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_check_ok: Mapped[bool | None]
    last_check_text: Mapped[dict[str, str] | None] = mapped_column(JSON)  #: {fr, en}
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(default=0)

    def __repr__(self) -> str:
        return f"<Connection {self.name} ({self.connector})>"


class ApiToken(Base):
    """A personal token for the API; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(255))
    prefix: Mapped[str] = mapped_column(String(20))  #: its first characters, to recognise it by
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  #: SHA-256, hexadecimal
    scopes: Mapped[list[str]] = mapped_column(JSON)  #: permissions it carries, out of its owner's
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(lazy="joined")

    def __repr__(self) -> str:
        return f"<ApiToken {self.prefix}…>"


class AuditEntry(Base):
    """Who did what to what, append-only."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "at"), Index(None, "object_kind", "object_id"), Index(None, "actor"))

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str | None] = mapped_column(String(255))  #: a person's id; None: the public or the machine
    action: Mapped[str] = mapped_column(String(100))  #: such as `connection.changed`
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(255))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RequestLink(Base):
    """The public follow-up link of a request: whoever holds the token sees where the case stands."""

    __tablename__ = "request_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)  #: SHA-256, hexadecimal
    instance_id: Mapped[UUID] = mapped_column(
        ForeignKey("process_instance.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HeldSubmission(Base):
    """A form that arrived after its session had ended, kept (encrypted) until its author signs in again."""

    __tablename__ = "held_submission"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)  #: SHA-256, hexadecimal
    user_id: Mapped[str | None] = mapped_column(String(255))  #: whose session ended, when it is known
    path: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)  #: the fields, as `Vault.encrypt` made them
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class IdempotentRequest(Base):
    """An API request with an Idempotency-Key and what was answered: a repetition gets the same answer."""

    __tablename__ = "idempotent_request"

    user_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(500))  #: method and path
    body_hash: Mapped[str] = mapped_column(String(64))  #: SHA-256, hexadecimal
    status: Mapped[int]
    response: Mapped[str] = mapped_column(Text)
    location: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Setting(Base):
    """A setting that an administrator changes in the pages."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
