"""The sandbox of Python scripts: values, limits, no way out, workers that die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import scripts
from engine.feel.values import YearsMonths
from engine.scripts import Moment, ScriptFailed, ScriptInvalid, ScriptRunner
from tests.environment import REPOSITORY

MOMENT = Moment(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), ZoneInfo("Europe/Paris"), "seed")


@pytest.fixture(scope="module")
def runner() -> Iterator[ScriptRunner]:
    made = ScriptRunner()
    yield made
    made.close()


def run(runner: ScriptRunner, text: str, **variables: Any) -> dict[str, Any]:
    return runner.run(scripts.read(text), variables, MOMENT)


def failure(runner: ScriptRunner, text: str, **variables: Any) -> ScriptFailed:
    with pytest.raises(ScriptFailed) as caught:
        run(runner, text, **variables)
    return caught.value


VALUES = [
    Decimal("0.1"),
    Decimal("1.10"),
    Decimal("1E-30"),
    Decimal(10) ** 40,
    Decimal("1234567890123456789012345678901234.5678901"),
    None,
    True,
    "l’été\n'\"",
    date(2026, 2, 28),
    clock_time(3, 4, 5, 6),
    clock_time(3, 4, tzinfo=timezone(timedelta(hours=1))),
    datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001 — FEEL has dates and times without a zone
    datetime(2026, 1, 2, tzinfo=UTC),
    timedelta(days=-1, microseconds=3),
    [Decimal(1), [None, {"a": "é", "b c": date(2026, 1, 2)}]],
]


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_values_pass_exactly(runner: ScriptRunner, value: Any) -> None:
    result = run(runner, "y = x\nz = [x]", x=value)
    assert result == {"y": value, "z": [value]}
    assert type(result["y"]) is type(value)
    assert str(result["y"]) == str(value)


def test_numbers_are_decimals(runner: ScriptRunner) -> None:
    assert run(runner, "y = x / 4 + 1", x=Decimal(10)) == {"y": Decimal("3.5")}
    assert run(runner, "y = a + b", a=Decimal("0.1"), b=Decimal("0.2")) == {"y": Decimal("0.3")}
    assert run(runner, "y = [i for i in range(int(n))]", n=Decimal(3)) == {"y": [0, 1, 2]}


def test_a_moment_keeps_its_offset_and_leaves_its_zone(runner: ScriptRunner) -> None:
    moment = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
    result = run(runner, "y = x", x=moment)["y"]
    assert (result, result.utcoffset()) == (moment, timedelta(hours=2))


@pytest.mark.parametrize(
    "text",
    ["y = 1.5", "y = {'a': [0.1 + 0.2]}", "y = float('nan')"],
)
def test_floats_are_refused(runner: ScriptRunner, text: str) -> None:
    assert "Decimal" in failure(runner, text).message.en


@pytest.mark.parametrize(
    "text",
    [
        "y = {1, 2}",
        "y = b'a'",
        "y = {1: 2}",
        "y = lambda: 1",
        "y = [lambda: 1]",
        "class A: pass\ny = A()",
        "y = []\ny.append(y)",
        "def type(v): return int\ny = lambda: 1",
        "y = 'a' * 2_000_000",
        "y = '\\x00'",
    ],
)
def test_what_no_case_can_hold_is_refused(runner: ScriptRunner, text: str) -> None:
    message = failure(runner, text).message
    assert message.fr != message.en


@pytest.mark.parametrize("value", [YearsMonths(14), clock_time(1, tzinfo=ZoneInfo("Europe/Paris"))], ids=str)
def test_what_python_has_not_is_refused_when_it_is_read(runner: ScriptRunner, value: Any) -> None:
    assert "« x »" in failure(runner, "y = x", x=value).message.fr
    assert run(runner, "y = 1", x=value) == {"y": 1}


def test_what_a_script_gives(runner: ScriptRunner) -> None:
    """Assignments wherever they are; not counters, helpers, imports or what it only reads."""
    text = """
import math
from decimal import Decimal
def double(n):
    inner = n * 2
    return inner
class Box: pass
_hidden = 1
total = 0
for line in lines:
    total += line
if (large := total > 2):
    first, *others = lines
note: str = 'ok'
if False:
    never = 1
"""
    lines = [Decimal(1), Decimal(2)]
    assert run(runner, text, lines=lines) == {
        "total": 3,
        "large": True,
        "first": 1,
        "others": [2],
        "note": "ok",
    }


def test_what_is_changed_in_place_is_given_back_and_the_variable_is_untouched(runner: ScriptRunner) -> None:
    given = {"a": [Decimal(1)]}
    assert run(runner, "x['a'].append(2)\ny['b'] = 1", x=given, y={"b": Decimal(1)}) == {"x": {"a": [1, 2]}}
    assert given == {"a": [1]}


def test_time_and_chance_are_the_instances(runner: ScriptRunner) -> None:
    text = "import datetime, random, time\nd = datetime.date.today()\nn = datetime.datetime.now()\n"
    text += "r = str(random.random())\ntime.sleep(60)"
    first = run(runner, text)
    assert first == run(runner, text)
    assert (first["d"], first["n"].hour) == (date(2026, 11, 23), 9)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a = 1\nb = a / 0", 2, "division by zero"),
        ("def f():\n    raise ValueError('non')\n\nf()", 2, "non"),
        ("y = inconnu + 1", 1, "inconnu"),
        ("assert 1 == 2", 1, "1 == 2"),
        ("import os\nos.listdir('/')", 2, "machine"),
        ("import os\nos.system('ls')", 2, "system"),
        ("import os\nos.environ['HOME']", 2, "environ"),
        ("y = open('/etc/passwd').read()", 1, "machine"),
        ("import subprocess", 1, "subprocess"),
        ("import socket", 1, "socket"),
        ("y = ''.__class__", 1, "__class__"),
        ("y = [0] * 10**9", 1, "memory"),
        ("y = 'a' * 10**10", 1, "memory"),
        ("def f(n): return f(n + 1)\nf(0)", 1, "too often"),
    ],
)
def test_errors_say_their_line(runner: ScriptRunner, text: str, line: int, word: str) -> None:
    failed = failure(runner, text)
    assert failed.line == line
    assert word in failed.message.en
    assert failed.message.fr.startswith(f"ligne {line}")


@pytest.mark.parametrize(
    "text",
    [
        "while True: pass",
        "try:\n    while True: pass\nexcept BaseException:\n    y = 1",
    ],
)
def test_no_script_runs_on(runner: ScriptRunner, text: str) -> None:
    begun = time.monotonic()
    assert "within its time" in failure(runner, text).message.en
    assert time.monotonic() - begun < 10
    assert run(runner, "y = 1") == {"y": 1}


@pytest.mark.parametrize("text", ["y = 2 ** 100000", "y = 9 ** 9 ** 7"])
def test_no_number_is_too_long_to_be_read(runner: ScriptRunner, text: str) -> None:
    begun = time.monotonic()
    assert failure(runner, text).message.fr
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "text", ["a = []\nwhile True: a.append('x' * 1000)", "while True: print('x' * 1000)"]
)
def test_no_script_takes_all_the_memory(runner: ScriptRunner, text: str) -> None:
    assert "memory" in failure(runner, text).message.en


def test_nothing_stays_for_the_next_script(runner: ScriptRunner) -> None:
    run(runner, "secret = 'a'\nint = 3")
    assert failure(runner, "y = secret").line == 1
    assert run(runner, "y = int('3')") == {"y": 3}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x =\n", 1),
        ("y = 1\nx = (\n", 2),
        ("x = 1\n  y = 2", 2),
        ("x = 1\ndel x", 2),
        ("x = 1\nyield x", 2),
        ("(" * 5000 + ")" * 5000, 1),
        ("x = '\x00'", 1),
        ("#" * 30_000, 1),
        ("a = 1\nbreak", 2),
    ],
)
def test_what_cannot_be_read_says_its_line(runner: ScriptRunner, text: str, line: int) -> None:
    with pytest.raises(ScriptInvalid) as caught:
        runner.check(scripts.read(text))
    assert caught.value.line == line


def test_checking_runs_nothing(runner: ScriptRunner) -> None:
    begun = time.monotonic()
    runner.check(scripts.read("while True: pass"))
    assert time.monotonic() - begun < 1


_KILLED = """
import os, signal, sys, threading, time
from engine import scripts
from datetime import datetime, UTC
from pathlib import Path

def children():
    return [int(p) for p in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]

runner = scripts.ScriptRunner()
moment = scripts.Moment(datetime.now(UTC))
runner.run(scripts.read("y = 1"), {}, moment)
workers = children()
print(*workers, flush=True)
if sys.argv[1] == "wait":
    time.sleep(60)
threading.Timer(0.3, lambda: [os.kill(w, signal.SIGKILL) for w in workers]).start()
try:
    runner.run(scripts.read("while True: pass"), {}, moment)
except scripts.ScriptFailed as error:
    print(error.message.en)
print(runner.run(scripts.read("y = 2"), {}, moment)["y"])
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")


def _start(mode: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _KILLED, mode]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


@needs_proc
def test_a_killed_worker_is_an_error_and_not_a_silence() -> None:
    with _start("kill") as program:
        workers, message, result = (program.communicate(timeout=60)[0]).splitlines()
    assert workers
    assert "has gone" in message
    assert result == "2"


@needs_proc
def test_workers_end_with_the_process_that_started_them() -> None:
    with _start("wait") as program:
        assert program.stdout is not None
        workers = [int(pid) for pid in program.stdout.readline().split()]
        program.send_signal(signal.SIGKILL)
    assert workers
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether a process computes or waits; one that nobody has buried yet does neither."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
