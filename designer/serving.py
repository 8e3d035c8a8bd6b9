"""The two processes an installation runs: `serve` (pages, and jobs unless told otherwise) and `work`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import waitress

from designer import create_app, logs
from designer.config import Config
from designer.database import make_engine
from designer.extensions import db
from designer.secrets import open_vault
from designer.worker import Worker, make_worker

STOP_SECONDS = 30.0


def serve(config: Config, host: str, port: int, *, with_worker: bool = True, threads: int = 8) -> None:
    """Serve pages until the process is told to stop (SIGTERM, Ctrl-C); running calls are waited for."""
    app = create_app(config)
    with app.app_context():
        worker = make_worker(config, db.engine, app.extensions["relais_vault"]) if with_worker else None
    with running(worker), _sigterm_as_interrupt():
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=threads,
            ident="relais",
            max_request_body_size=config.max_upload_mib * 1024 * 1024 + 65536,
            clear_untrusted_proxy_headers=False,
        )


def work(config: Config, concurrency: int) -> None:
    """Run jobs until the process is told to stop; running calls are waited for."""
    logs.configure(config.env)
    changed = replace(config, worker_concurrency=concurrency)
    worker = make_worker(changed, make_engine(config.url), open_vault(config))
    stopped = threading.Event()
    with running(worker), _sigterm_as_interrupt():
        stopped.wait()


@contextmanager
def running(worker: Worker | None) -> Iterator[None]:
    """The worker runs inside, and has stopped after."""
    if worker is None:
        yield
        return
    worker.start()
    try:
        yield
    except KeyboardInterrupt:
        logs.log.info("process.stopping")
    finally:
        worker.stop(STOP_SECONDS)


@contextmanager
def _sigterm_as_interrupt() -> Iterator[None]:
    """Let SIGTERM end the main loop the way Ctrl-C does."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
