"""Typed settings, read once from the environment; every part of the product receives this object."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "RELAIS_"


class InvalidConfig(ValueError):
    """A setting that cannot be used; the message names the environment variable and what it expects."""


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, its unit and its default. The environment variable is `RELAIS_` + the name."""

    #: Folder of everything that is not in the database: the embedded database itself and the secret key.
    data_dir: Path = Path(".relais")
    #: SQLAlchemy URL. Empty: SQLite in `data_dir`. `postgresql://…` for production.
    database_url: str = ""
    #: Keys that sign sessions and encrypt secrets, newest first, separated by commas; each at least 32
    #: characters. Empty: one is generated in `data_dir` (embedded mode only).
    secret_key: str = field(default="", repr=False)
    #: `production`, `development` or `test`.
    env: str = "production"
    #: Name of the administration, shown in the header and to the public.
    administration: str = ""
    #: Hosts that connectors may reach although their addresses are private: `host`, `host:port` or
    #: `10.1.0.0/16`, separated by commas.
    allowed_private_hosts: frozenset[str] = frozenset()
    #: Address that `relais serve` listens on.
    host: str = "127.0.0.1"
    #: TCP port that `relais serve` listens on.
    port: int = 8000
    #: Public address, such as https://relais.example.fr; https makes cookies Secure. Empty: as requested.
    public_url: str = ""
    #: Number of reverse proxies in front whose X-Forwarded-* headers are trusted.
    proxies: int = 0
    #: Jobs that one process runs at the same time.
    worker_concurrency: int = 4
    #: Seconds during which a claimed job belongs to its worker; extended while the call lasts.
    lease_seconds: int = 60
    #: Seconds between two looks at the database when nothing wakes the worker.
    poll_seconds: float = 1.0
    #: IANA name of the time zone in which days and hours are shown and computed.
    timezone: str = "Europe/Paris"
    #: Minutes without activity after which a session ends.
    idle_minutes: int = 30
    #: Largest request accepted, in mebibytes.
    max_upload_mib: int = 20
    #: Where Flask-Limiter counts; `memory://` counts per process, `redis://…` across processes.
    rate_limit_storage: str = "memory://"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Config:
        """Settings from `RELAIS_*` variables; raises InvalidConfig naming the variable."""
        given = os.environ if environ is None else environ
        names = {f.name for f in fields(cls)}
        values: dict[str, Any] = {
            name: _parse(name, given[PREFIX + name.upper()])
            for name in names
            if given.get(PREFIX + name.upper(), "") != ""
        }
        return cls(**values)

    def __post_init__(self) -> None:
        if self.env not in {"production", "development", "test"}:
            raise InvalidConfig(f"RELAIS_ENV must be production, development or test, not {self.env!r}")
        for key in self.secret_keys:
            if len(key) < 32:
                raise InvalidConfig("RELAIS_SECRET_KEY: each key needs at least 32 characters")
        _zone(self.timezone)

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL with its driver."""
        url = self.database_url or f"sqlite:///{(self.data_dir / 'relais.sqlite3').absolute()}"
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.url.startswith("sqlite")

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Keys given by the environment, newest first."""
        return tuple(key.strip() for key in self.secret_key.split(",") if key.strip())

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the administration."""
        return _zone(self.timezone)

    @property
    def lease(self) -> timedelta:
        """How long a claimed job belongs to its worker."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def https(self) -> bool:
        """Whether people reach the product over https."""
        return self.public_url.startswith("https://")


def _parse(name: str, text: str) -> object:
    """The text of a variable as the type of its field."""
    kind = next(f.type for f in fields(Config) if f.name == name)
    try:
        return _READERS[str(kind)](text)
    except ValueError as error:
        raise InvalidConfig(f"{PREFIX}{name.upper()}: {text!r} is not a {kind}") from error


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidConfig(f"RELAIS_TIMEZONE: {name!r} is not an IANA time zone") from error


def _hosts(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


_READERS: dict[str, Callable[[str], object]] = {
    "str": str,
    "int": int,
    "float": float,
    "Path": Path,
    "frozenset[str]": _hosts,
}
