"""Making the demonstration's data once: whole or not at all, and never over somebody else's."""

from __future__ import annotations

import secrets as random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, event, inspect, select
from sqlalchemy.orm import Session

import processes
from connectors.sdk import Stub
from connectors.web_robot.gestad.records import Records
from designer import create_app, schema
from designer.config import Config
from designer.database import make_engine
from designer.demo import hours, people, services, serving
from designer.demo.answers import SampleWiring, World
from designer.demo.past import PROCESS, Past
from designer.demo.stories import STORIES
from designer.models import AuditEntry, Setting, User
from designer.secrets import Vault, open_vault
from designer.wiring import DesignerCatalogue
from designer.worker import JobRunner, make_runner
from engine import deployments, instances, packages
from engine.clock import ManualClock
from engine.store import Effect, Incident, Message, ProcessInstance, UserTask

DATA_DIR = Path(".relais") / "demo"
SETTING = "demo"
FILE, UNFINISHED = "relais.sqlite3", "unfinished.sqlite3"
#: The installation is older than its first case by this much.
BEFORE = timedelta(days=48)
WORDS = (
    "amande", "bouleau", "carnet", "colline", "encrier", "fontaine", "galet", "horloge", "jardin", "lavande",
    "marelle", "noisette", "olivier", "papier", "plume", "ruisseau", "sentier", "tilleul", "verger", "vigne",
)  # fmt: skip


class NotADemo(Exception):
    """The data folder belongs to an installation that people use."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Whom to tell how far it is: `begin(part)`, then `done(part)` for each of its things."""

    begin: Callable[[str], None]
    done: Callable[[str], None]


def config_of(environ: Config | None = None) -> Config:
    """The settings of the demonstration: its own folder, its own database, this machine only."""
    given = environ or Config.from_env()
    folder = given.data_dir if given.data_dir != Config().data_dir else DATA_DIR
    return replace(
        given,
        data_dir=folder,
        database_url="",
        host=services.HOST,
        administration=given.administration or people.ADMINISTRATION,
        public_url="",
        proxies=0,
        idle_minutes=8 * 60,
    )


def is_installed(config: Config) -> bool:
    """Whether the demonstration's data are there, brought up to date. Raises NotADemo, changing nothing."""
    if not (config.data_dir / FILE).exists():
        return False
    engine = make_engine(config.url)
    try:
        if _is_empty(engine):
            return False
        if not _is_demo(engine):
            raise NotADemo(str(config.data_dir))
        schema.upgrade(engine)
    finally:
        engine.dispose()
    return True


def _is_empty(engine: Engine) -> bool:
    """A database that nobody has ever signed in to: without tables, or without accounts."""
    if not inspect(engine).has_table(User.__tablename__):
        return True
    with Session(engine) as session:
        return session.scalar(select(User.id).limit(1)) is None


def _is_demo(engine: Engine) -> bool:
    if not inspect(engine).has_table(Setting.__tablename__):
        return False
    with Session(engine) as session:
        return session.get(Setting, SETTING) is not None


def password_of(session: Session, vault: Vault) -> str:
    """The password of every account, as it was made at the first start."""
    setting = session.get(Setting, SETTING)
    if setting is None:
        raise NotADemo(SETTING)
    return str(vault.decrypt(setting.value["sealed"].encode())["password"])


def install(config: Config, stubs: dict[str, Stub], progress: Progress, *, now: datetime) -> None:
    """Make accounts, connections, the process and its past in a file that takes its place when complete."""
    unfinished = config.data_dir / UNFINISHED
    _remove(unfinished)
    building = replace(config, database_url=f"sqlite:///{unfinished.absolute()}")
    engine = _hasty_engine(building.url)
    records = Records(config.data_dir / "gestad.sqlite")
    try:
        schema.upgrade(engine)
        records.reset()
        _Installation(building, engine, records, progress, now).make(stubs)
    finally:
        records.close()
        engine.dispose()
    _remove(config.data_dir / FILE)
    unfinished.rename(config.data_dir / FILE)


def _hasty_engine(url: str) -> Engine:
    """Without waiting for the disk: an unfinished file is thrown away anyhow."""
    engine = make_engine(url)

    def hurry(raw: Any, _record: object) -> None:
        raw.execute("PRAGMA synchronous=OFF")

    event.listen(engine, "connect", hurry)
    return engine


def _remove(file: Path) -> None:
    for path in file.parent.glob(file.name + "*"):
        path.unlink()


@dataclass
class _Installation:
    """One making of the data."""

    config: Config
    engine: Engine
    records: Records
    progress: Progress
    now: datetime

    def __post_init__(self) -> None:
        self.clock = ManualClock(hours.after(self.now - BEFORE, timedelta(hours=2), self.config.zone))
        self.vault = open_vault(self.config)

    def make(self, stubs: dict[str, Stub]) -> None:
        """Everything, in the order in which it would have come about."""
        app = create_app(self.config, clock=self.clock)
        with serving.logging_to(self.config.data_dir / serving.LOG):
            self.progress.begin("accounts")
            with app.app_context():
                self._accounts()
            self.progress.begin("process")
            self._process(stubs)
            self.progress.begin("samples")
            self._past()

    def _accounts(self) -> None:
        password = "-".join(random.choice(WORDS) for _ in range(3)) + f"-{random.randbelow(90) + 10}"
        sealed = self.vault.encrypt({"password": password}).decode()
        with Session(self.engine) as session, session.begin():
            people.make(session, password, now=self.clock.now(), each=lambda: self.progress.done("accounts"))
            session.add(Setting(name=SETTING, value={"sealed": sealed}))

    def _process(self, stubs: dict[str, Stub]) -> None:
        """Connect the services, then publish."""
        self.clock.set(hours.after(self.clock.now(), timedelta(hours=9.4), self.config.zone))
        now = self.clock.now()
        with Session(self.engine) as session, session.begin():
            actors = people.officers(session)
            services.connect(session, stubs, self.vault, now=now, owner=actors["sofia"].id)
            session.flush()
            package = packages.load_folder(processes.PATH / PROCESS)
            catalogue, by = DesignerCatalogue.of(session), actors["claire"].id
            (definition,) = deployments.deploy(session, package, catalogue, now=now, by=by)
            details = {"version": definition.version, "group": people.GROUP}
            session.add(
                AuditEntry(
                    at=now, actor=by, action="process.published", object_kind="process",
                    object_id=definition.key, details=details,
                )
            )  # fmt: skip
        self.progress.done("process")

    def _past(self) -> None:
        world = World(self.records, self.clock, self.config.zone)
        with Session(self.engine) as session:
            officers = people.officers(session)
        runner = _runner(self.engine, self.vault, world, self.config)
        for _story in Past(runner, world, officers, self.now).play(STORIES):
            self.progress.done("samples")


def _runner(engine: Engine, vault: Vault, world: World, config: Config) -> JobRunner:
    """The worker's own protocol, with a clock that is moved by hand."""
    runner = make_runner(config, engine, vault, world.clock)
    runner.wiring = SampleWiring(vault, runner.wiring.transaction, now=world.clock.now, world=world)
    return runner


def remove_samples(session: Session) -> int:
    """Delete the sample cases, with their rows and every trace that names them; returns how many."""
    cases = select(ProcessInstance.id).where(ProcessInstance.is_sample)
    found = list(session.scalars(cases))
    for model in (UserTask, Incident, Effect):
        found += session.scalars(select(model.id).where(model.instance_id.in_(cases)))
    named = [str(key) for key in found]
    session.execute(delete(AuditEntry).where(AuditEntry.object_id.in_(named)))
    session.execute(delete(Message).where(Message.correlated_instance_id.in_(cases)))
    return instances.remove_samples(session)


def present() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)
