"""The demonstration's data, made once for all tests of this folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from designer.config import Config
from designer.database import make_engine
from designer.demo import install, services

MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass
class Installed:
    """A data folder with everything in it, and what was told on the way."""

    config: Config
    now: datetime
    told: list[str]

    @property
    def engine(self) -> Engine:
        return make_engine(self.config.url)


def make(folder: Path, now: datetime) -> Installed:
    """Install into a folder, with the fake services on free ports."""
    told: list[str] = []
    config = install.config_of(Config(data_dir=folder, env="test"))
    with services.running(0, folder) as stubs:
        install.install(config, stubs, install.Progress(told.append, told.append), now=now)
    return Installed(config, now, told)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Made on a Monday morning; tests only read it."""
    return make(tmp_path_factory.mktemp("demo"), MONDAY)


@pytest.fixture
def session(installed: Installed) -> Iterator[Session]:
    engine = installed.engine
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def own(installed: Installed, tmp_path: Path) -> Installed:
    """A copy that the test may change."""
    folder = tmp_path / "demo"
    shutil.copytree(installed.config.data_dir, folder)
    return Installed(replace(installed.config, data_dir=folder), installed.now, [])
