"""Making the data: complete, private, once, and never over somebody else's."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from designer import create_app, schema
from designer.accounts import people as accounts
from designer.config import Config
from designer.database import make_engine
from designer.demo import install, people, services
from designer.models import AuditEntry, Connection, RequestLink, User
from designer.roles import ROLES
from designer.secrets import open_vault
from engine import definitions, instances
from engine.store import (
    Base,
    Document,
    Effect,
    HistoryEvent,
    Incident,
    Job,
    MessageSubscription,
    ProcessInstance,
    UserTask,
    UserTaskCandidate,
    VariableRow,
)
from tests.demo.conftest import MONDAY, Installed

pytestmark = pytest.mark.xdist_group("demo")


def test_one_account_for_each_role(session: Session) -> None:
    held = {role.name for user in session.scalars(select(User)) for role in user.roles}
    assert held == set(ROLES)


def test_the_agents_share_the_team_that_the_diagram_names(session: Session) -> None:
    nadia = session.scalars(select(User).where(User.email == "nadia@val-de-lorme.example")).one()
    assert nadia.team_keys == {"bureau_sejour"}
    assert nadia.may("tasks.work", people.GROUP)
    assert not nadia.may("tasks.work", "urbanisme")


def test_the_password_opens_every_account(own: Installed) -> None:
    app = create_app(own.config)
    with Session(own.engine) as session:
        password = install.password_of(session, open_vault(own.config))
    assert len(password) >= accounts.MIN_PASSWORD
    for account in people.ACCOUNTS:
        client = app.test_client()
        page = client.get("/sign-in").text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        data = {"email": account.email, "password": password, "csrf_token": token}
        assert client.post("/sign-in", data=data).status_code == 302, account.key


def test_the_process_is_published_and_open_to_the_public(session: Session) -> None:
    definition = definitions.latest(session, "changement_adresse")
    assert definition.properties["public"] == "true"
    assert definition.created_at < min(session.scalars(select(ProcessInstance.started_at)))


def test_progress_is_told_part_by_part(installed: Installed) -> None:
    counted = Counter(installed.told)
    assert counted == {"accounts": 1 + len(people.ACCOUNTS), "process": 2, "samples": 31}


def test_the_secret_key_belongs_to_its_owner_alone(installed: Installed) -> None:
    key = installed.config.data_dir / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_nothing_unfinished_stays(installed: Installed) -> None:
    assert not list(installed.config.data_dir.glob(install.UNFINISHED + "*"))


def test_a_second_start_keeps_what_is_there(own: Installed) -> None:
    assert install.is_installed(own.config)
    with services.running(0, own.config.data_dir) as stubs, Session(own.engine) as session:
        before = {c.name: (c.id, c.settings) for c in session.scalars(select(Connection))}
        services.connect(session, stubs, open_vault(own.config), now=MONDAY)
        session.commit()
        after = {c.name: (c.id, c.settings) for c in session.scalars(select(Connection))}
        assert {name: row[0] for name, row in after.items()} == {n: r[0] for n, r in before.items()}
        assert after["gestad"][1]["base_url"] == stubs["gestad"].url
        assert "password" not in after["gestad"][1]


def test_an_unfinished_making_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / install.UNFINISHED).write_bytes(b"half a database")
    config = install.config_of(Config(data_dir=tmp_path))
    assert not install.is_installed(config)


def test_an_empty_database_is_not_a_demonstration(tmp_path: Path) -> None:
    config = install.config_of(Config(data_dir=tmp_path))
    schema.upgrade(make_engine(config.url))
    assert not install.is_installed(config)


def test_the_data_of_an_installation_in_use_stay_untouched(tmp_path: Path) -> None:
    config = install.config_of(Config(data_dir=tmp_path))
    engine = make_engine(config.url)
    schema.upgrade(engine)
    accounts.add_from_command(config, "marie@mairie.example", "Marie", "une phrase pour entrer", [], [])
    with pytest.raises(install.NotADemo):
        install.is_installed(config)


def test_only_the_folder_of_the_demonstration_is_used() -> None:
    plain = install.config_of(Config(database_url="postgresql://server/relais", host="0.0.0.0"))
    assert plain.data_dir == Path(".relais/demo")
    assert plain.is_sqlite
    assert plain.host == "127.0.0.1"
    assert install.config_of(Config(data_dir=Path("/srv/essai"))).data_dir == Path("/srv/essai")


SAMPLE_ROWS = (
    Document, Effect, HistoryEvent, Incident, Job, MessageSubscription, ProcessInstance, RequestLink,
    UserTask, UserTaskCandidate, VariableRow,
)  # fmt: skip


def counted(session: Session) -> Counter[str]:
    """Rows of each table."""
    return Counter({t.name: len(session.execute(select(t)).all()) for t in Base.metadata.sorted_tables})


def test_the_samples_leave_without_a_trace_and_nothing_else_does(own: Installed) -> None:
    with Session(own.engine) as session, session.begin():
        instances.start(session, "changement_adresse", {"nom": "Chen", "prenom": "Mei"}, now=MONDAY)
        session.flush()
        kept = session.scalars(select(ProcessInstance).where(~ProcessInstance.is_sample)).one()
        session.add(
            AuditEntry(
                at=MONDAY, action="case.opened", object_kind="process_instance", object_id=str(kept.id)
            )
        )
        kept_id = kept.id
    with Session(own.engine) as session, session.begin():
        before = counted(session)
        assert install.remove_samples(session) == 30
    with Session(own.engine) as session:
        after = counted(session)
        assert session.scalars(select(ProcessInstance.id)).all() == [kept_id]
        for model in (HistoryEvent, VariableRow, Job):
            assert set(session.scalars(select(model.instance_id))) == {kept_id}
        changed = {name for name in before if before[name] != after[name]}
        assert changed <= {model.__tablename__ for model in SAMPLE_ROWS} | {"audit_entry"}
        actions = Counter(session.scalars(select(AuditEntry.action)))
        assert actions == {"user.created": 9, "process.published": 1, "case.opened": 1}
        assert install.remove_samples(session) == 0
    assert install.is_installed(own.config)
