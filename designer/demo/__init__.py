"""`relais demo`: the product with people, a published process, a past, and fake services around it.

Everything lives in one folder (`.relais/demo`, or RELAIS_DATA_DIR) and listens on this machine only.
"""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy.orm import Session

from connectors.sdk import ConnectorError, Stub
from connectors.web_robot.robot import find_chromium
from designer.config import Config
from designer.database import make_engine
from designer.demo import install, people, services, serving
from designer.demo.install import config_of, remove_samples
from designer.demo.services import NoFreePort, Ports
from designer.demo.stories import STORIES
from designer.demo.words import banner, say
from designer.secrets import open_vault

__all__ = ["config_of", "remove_samples", "run"]

UNUSABLE = 2
LOCK = "demo.lock"


def run(port: int = 8000, locale: str = "fr") -> None:
    """Start everything, tell what to do first, and run until Ctrl-C or SIGTERM."""
    config = config_of()
    finished = True
    try:
        with serving.terminable(), ExitStack() as stack:
            stack.enter_context(_only_one(config.data_dir, locale))
            finished = _run(stack, config, port, locale)
    except KeyboardInterrupt:
        click.echo()
    click.echo(say("stopped", locale), err=True)
    if not finished:
        serving.leave_at_once()


def _run(stack: ExitStack, config: Config, port: int, locale: str) -> bool:
    installed = _installed(config, locale)
    ports = _ports(port, locale)
    stubs = stack.enter_context(services.running(ports.services, config.data_dir))
    allowed = frozenset(host for stub in stubs.values() for host in stub.allow_private)
    config = replace(config, port=ports.pages, allowed_private_hosts=config.allowed_private_hosts | allowed)
    if not installed:
        _install(config, stubs, locale)
    password = _connect(config, stubs)
    look_for_chromium(locale)

    def ready() -> None:
        folder = config.data_dir.absolute()
        click.echo(banner(locale, config.administration, ports, password, folder))
        sys.stdout.flush()

    finished = serving.serve(config, stubs, ready)
    click.echo("\n" + say("stopping", locale), err=True)
    return finished


def _ports(wanted: int, locale: str) -> Ports:
    try:
        ports = services.choose(wanted)
    except NoFreePort:
        _refuse(say("no_port", locale, wanted=wanted))
    if ports.pages != wanted:
        click.echo(say("port_taken", locale, wanted=wanted, found=ports.pages), err=True)
    return ports


def _installed(config: Config, locale: str) -> bool:
    try:
        return install.is_installed(config)
    except install.NotADemo:
        _refuse(say("not_a_demo", locale, folder=config.data_dir.absolute()))


def _install(config: Config, stubs: dict[str, Stub], locale: str) -> None:
    """Make the data, showing how far it is."""
    click.echo(say("preparing", locale), err=True)
    parts = {"accounts": len(people.ACCOUNTS), "process": 1, "samples": len(STORIES)}
    with ExitStack() as shown:
        bars = {
            name: click.progressbar(length=length, label=f"{say(name, locale):<20}", file=sys.stderr)
            for name, length in parts.items()
        }

        def begin(name: str) -> None:
            shown.pop_all().close()
            shown.enter_context(bars[name])

        progress = install.Progress(begin, lambda part: bars[part].update(1))
        install.install(config, stubs, progress, now=install.present())


def _connect(config: Config, stubs: dict[str, Stub]) -> str:
    """Point the connections at the services that run now; returns the password of the accounts."""
    engine, vault = make_engine(config.url), open_vault(config)
    try:
        with Session(engine) as session, session.begin():
            services.connect(session, stubs, vault, now=install.present())
            return install.password_of(session, vault)
    finally:
        engine.dispose()


def look_for_chromium(locale: str) -> None:
    """Say so when the robot has no browser; everything else works."""
    try:
        find_chromium()
    except ConnectorError as missing:
        click.echo(say("no_browser", locale, reason=missing.message.in_(locale)), err=True)


@contextmanager
def _only_one(folder: Path, locale: str) -> Iterator[None]:
    """Hold the folder: two demonstrations would take each other's ports and jobs."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _refuse(say("already", locale, folder=folder.absolute()))
        yield


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(UNUSABLE)
