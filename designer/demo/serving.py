"""The demonstration while it runs: pages, worker and fake services, and an end that leaves nothing behind."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from flask import Flask

from connectors.sdk import Stub
from designer import create_app
from designer.config import Config
from designer.connections import stubs as running_stubs
from designer.demo.services import SERVICES
from designer.extensions import db
from designer.worker import Worker, make_worker

#: How long running calls are waited for at the end. A robot cut short is looked up at the next start.
STOP_SECONDS = 4.0
THREADS = 8
LOG = "relais.log"


def serve(config: Config, stubs: dict[str, Stub], ready: Callable[[], None]) -> bool:
    """Serve until the process is told to stop; whether every running call finished in time."""
    app = create_app(config)
    with logging_to(config.data_dir / LOG):
        for service in SERVICES:
            running_stubs.use(app.extensions, service.kind, stubs[service.name])
        return _served(app, config, ready)


def _served(app: Flask, config: Config, ready: Callable[[], None]) -> bool:
    with app.app_context():
        engine = db.engine
    worker = make_worker(config, engine, app.extensions["relais_vault"])
    size = config.max_upload_mib * 1024 * 1024 + 65536
    server = waitress.create_server(
        app, host=config.host, port=config.port, threads=THREADS, ident="relais", max_request_body_size=size
    )
    worker.start()
    try:
        ready()
        server.run()  # returns when it is interrupted
    finally:
        server.close()
        finished = _stopped(worker)
        engine.dispose()
    return finished


def _stopped(worker: Worker) -> bool:
    with deaf():
        return worker.stop(STOP_SECONDS)


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Technical messages go to a file: the terminal keeps what people need."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(file, encoding="utf-8")
    logger = logging.getLogger("relais")
    before = logger.handlers[:]
    for old in before:
        handler.setFormatter(old.formatter)
    logger.handlers[:] = [handler]
    try:
        yield
    finally:
        logger.handlers[:] = before
        handler.close()


@contextmanager
def terminable() -> Iterator[None]:
    """SIGTERM ends the block the way Ctrl-C does."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def deaf() -> Iterator[None]:
    """Another Ctrl-C does not disturb the end."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_at_once() -> None:
    """End the process although a call still runs: its robot is tied to us and ends with us."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
