"""Cost of one process instance, everything durable and history on, next to stock SpiffWorkflow.

Rules: x is 0 at the start and 10 (2) at the end, checked for every instance; parsing is excluded for
both; CPU is that of this process and its children, the database server's is printed apart; `human1`
is stored, and loaded by another call, while the person decides; history shows every element with
its start and end; medians of rounds, ratio of medians, in one run. Cost grows linearly with elements.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, select
from sqlalchemy.orm import Session

from designer.database import make_engine
from engine import deployments, history, instances, packages, user_tasks
from engine.catalogue import NoCatalogue
from engine.store import Base, UserTask
from tests.bench.stock import Stock, cpu_ms

DIAGRAMS = Path(os.environ.get("RELAIS_CORPORA", "../shared/corpora")) / "bench"
SERVER = os.environ.get("RELAIS_BENCH_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
NAME = "relais_bench"
PERSON = user_tasks.User("agent", frozenset({"agents"}))
ELEMENTS = {"lin10": 12, "human1": 5}
RESULT = {"lin10": 10, "human1": 2}


def main(arguments: list[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench engine", description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--instances", type=int, default=200)
    options = parser.parse_args(arguments)
    cases = []
    for db in options.db or ["sqlite", "postgresql"]:
        with database(db) as engine:
            cases += [measure(engine, db, name, options.rounds, options.instances) for name in ELEMENTS]
    if options.json:
        print(json.dumps({"cases": cases}))
    else:
        _print(cases)


def measure(engine: Engine, db: str, name: str, rounds: int, count: int) -> dict[str, Any]:
    """One diagram on one database, alternating with its reference."""
    stock = Stock(DIAGRAMS / f"{name}.stock.bpmn", name)
    reference = stock.run_line if name == "lin10" else stock.run_human
    run = run_line if name == "lin10" else run_human
    _deploy(engine, name)
    commits = Commits(engine)
    run(engine)
    cpu_ms(reference, RESULT[name], 5)
    ours, theirs, walls, server = [], [], [], []
    for _ in range(rounds):
        theirs.append(cpu_ms(reference, RESULT[name], count))
        commits.count = 0
        cpu, wall, server_cpu, ids = _round(engine, db, run, count)
        ours.append(cpu)
        walls.append(wall)
        server.append(server_cpu)
        _verify(engine, name, ids)
    cpu, base = statistics.median(ours), statistics.median(theirs)
    return {
        "name": name,
        "db": db,
        "cpu_ms": round(cpu, 3),
        "wall_ms": round(statistics.median(walls), 3),
        "commits": round(commits.count / count, 2),
        "reference_cpu_ms": round(base, 3),
        "ratio": round(cpu / base, 3),
        "server_cpu_ms": round(statistics.median(server), 3),
    }


def _round(
    engine: Engine, db: str, run: Callable[[Engine], UUID], count: int
) -> tuple[float, float, float, list[UUID]]:
    server, cpu, wall = _server_cpu(db), _cpu(), time.perf_counter()
    ids = [run(engine) for _ in range(count)]
    spent = [(_cpu() - cpu), (time.perf_counter() - wall), (_server_cpu(db) - server)]
    milliseconds = [value / count * 1000 for value in spent]
    return milliseconds[0], milliseconds[1], milliseconds[2], ids


def run_line(engine: Engine) -> UUID:
    """One instance of lin10, one transaction."""
    with Session(engine) as session:
        started = instances.start(session, "lin10", {"x": 0}, now=datetime.now(UTC))
        session.commit()
    return started.id


def run_human(engine: Engine) -> UUID:
    """One instance of human1: started, then decided by another call in another session."""
    with Session(engine) as session:
        started = instances.start(session, "human1", {"x": 0}, now=datetime.now(UTC))
        session.commit()
    with Session(engine) as session:
        task = session.scalars(select(UserTask.id).where(UserTask.instance_id == started.id)).one()
        user_tasks.complete(session, task, {}, user=PERSON, now=datetime.now(UTC))
        session.commit()
    return started.id


def _verify(engine: Engine, name: str, ids: list[UUID]) -> None:
    with Session(engine) as session:
        for instance_id in ids:
            if instances.variables(session, instance_id) != {"x": RESULT[name]}:
                raise AssertionError(f"{name} {instance_id}: wrong result")
            done = [e for e in history.of(session, instance_id) if e.kind == "element_completed"]
            if len(done) != ELEMENTS[name] or any(e.started_at is None for e in done):
                raise AssertionError(f"{name} {instance_id}: history is not complete")
            session.expunge_all()


class Commits:
    """Counts the commits of an engine."""

    def __init__(self, engine: Engine) -> None:
        self.count = 0
        event.listen(engine, "commit", self._add)

    def _add(self, _connection: Any) -> None:
        self.count += 1


@contextmanager
def database(kind: str) -> Iterator[Engine]:
    """An empty database as the product sets it up, gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3" if kind == "sqlite" else _create_postgresql()
        engine = make_engine(url)
        Base.metadata.create_all(engine)
        try:
            yield engine
        finally:
            engine.dispose()
            if kind == "postgresql":
                _on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def _create_postgresql() -> str:
    _on_server(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    _on_server(f"CREATE DATABASE {NAME}")
    return SERVER.rsplit("/", 1)[0] + f"/{NAME}"


def _on_server(statement: str) -> None:
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def _deploy(engine: Engine, name: str) -> None:
    package = packages.single((DIAGRAMS / f"{name}.bpmn").read_bytes(), f"{name}.bpmn")
    with Session(engine) as session:
        deployments.deploy(session, package, NoCatalogue(), now=datetime.now(UTC))
        session.commit()


def _cpu() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _server_cpu(db: str) -> float:
    """CPU seconds of the PostgreSQL server's processes on this machine; 0 when they cannot be seen."""
    if db != "postgresql":
        return 0.0
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = stat.read_text().partition("(")[2].rpartition(")")
        except OSError:
            continue
        if name.startswith("postgres"):
            fields = rest.split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def _print(cases: list[dict[str, Any]]) -> None:
    print(
        f"{'case':8} {'database':11} {'cpu ms':>8} {'wall ms':>8} {'commits':>8} {'stock ms':>9} {'ratio':>7}"
    )
    for case in cases:
        print(
            f"{case['name']:8} {case['db']:11} {case['cpu_ms']:8.2f} {case['wall_ms']:8.2f} "
            f"{case['commits']:8.2f} {case['reference_cpu_ms']:9.2f} {case['ratio']:7.2f}"
            f"   server {case['server_cpu_ms']:.2f} ms"
        )
