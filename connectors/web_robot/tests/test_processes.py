"""No process and no file of a run outlives it, whoever dies first."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.sdk import ConnectorError, RetryableError
from connectors.web_robot import processes
from connectors.web_robot.connector import type_in

WORKER = """
import sys
from connectors.sdk import Context
from connectors.web_robot.connector import type_in
steps = [{"do": "open", "url": "/"}, *[{"do": "wait", "seconds": 30}] * 5]
ctx = Context("k", connection={"base_url": sys.argv[1]}, allow_private=frozenset({"127.0.0.1"}),
              on_progress=lambda text: print(text.fr, flush=True))
type_in.run({"steps": steps, "timeout_seconds": 60}, ctx)
"""


def _eventually(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def _runs_below(folder: Path) -> set[str]:
    """The marks of the runs whose temporary folder lies in `folder`."""
    found = set()
    for entry in Path("/proc").iterdir():
        variables = processes.environment(int(entry.name)) if entry.name.isdigit() else []
        if any(variable.startswith(f"TMPDIR={folder}/".encode()) for variable in variables):
            found |= {
                v.partition(b"=")[2].decode() for v in variables if v.startswith(processes.MARK.encode())
            }
    return found


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder with a short name."""
    with tempfile.TemporaryDirectory(prefix="r-") as name:
        yield Path(name)


@pytest.fixture
def worker(site: Any, folder: Path) -> Any:
    """A worker process in the middle of a run, with the mark of its run."""
    site.pages["/"] = "<h1>Attente</h1>"
    environment = os.environ | {"TMPDIR": str(folder), "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, site.server.url], stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert b"ouvrir" in process.stdout.readline()
    assert b"attendre" in process.stdout.readline()
    [run] = _runs_below(folder)
    yield process, run
    process.kill()
    process.wait()
    process.stdout.close()
    processes.end_all(run)


def _chromiums(run: str) -> list[int]:
    return [pid for pid in processes.marked(run) if b"chromium" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def _child(run: str) -> int:
    return next(
        pid
        for pid in processes.marked(run)
        if b"connectors.web_robot.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    )


@pytest.mark.browser
def test_a_killed_worker_leaves_no_browser_and_no_file(worker: Any, folder: Path) -> None:
    process, run = worker
    assert _chromiums(run)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert _eventually(lambda: processes.marked(run) == [])
    assert _eventually(lambda: list(folder.iterdir()) == [])


@pytest.mark.browser
def test_a_killed_child_leaves_no_browser_and_the_worker_knows(worker: Any, folder: Path) -> None:
    process, run = worker
    os.kill(_child(run), signal.SIGKILL)
    assert process.wait(timeout=30) != 0
    assert _eventually(lambda: processes.marked(run) == [])
    assert list(folder.iterdir()) == []


@pytest.mark.browser
def test_worker_and_child_killed_together_leave_no_browser(worker: Any) -> None:
    process, run = worker
    child = _child(run)
    os.kill(child, signal.SIGSTOP)
    process.send_signal(signal.SIGKILL)
    os.kill(child, signal.SIGKILL)
    assert _eventually(lambda: processes.marked(run) == [])


@pytest.mark.browser
def test_a_killed_browser_is_reported_and_tried_again(
    site: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder))  # runs of other tests are not ours to kill
    killed: list[int] = []

    def kill(text: Any) -> None:
        if "attendre" in text.fr:
            [run] = _runs_below(folder)
            killed.extend(_chromiums(run))
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    site.pages["/"] = "x"
    steps = [{"do": "open", "url": "/"}, {"do": "wait", "seconds": 5}, {"do": "assert", "text": "x"}]
    with pytest.raises(RetryableError) as caught:
        type_in.run({"steps": steps}, site.context(on_progress=kill))
    assert killed
    assert (caught.value.code, caught.value.sent) == ("ROBOT_CRASHED", "no")


def test_in_production_root_is_refused(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_ENV", "production")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(ConnectorError, match="root") as caught:
        type_in.run({"steps": [{"do": "open", "url": "/"}]}, site.context())
    assert caught.value.code == "ROBOT_AS_ROOT"


def test_without_a_browser_the_message_says_what_to_install(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("RELAIS_CHROMIUM", raising=False)
    with pytest.raises(ConnectorError, match="chromium") as caught:
        type_in.run({"steps": [{"do": "open", "url": "/"}]}, site.context())
    assert caught.value.code == "NO_BROWSER"


@pytest.mark.browser
def test_the_child_sees_nothing_of_our_environment(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELAIS_SECRET_KEY", "hidden")
    seen: set[bytes] = set()

    def look(_: Any) -> None:
        for run in _runs_below(Path(tempfile.gettempdir())):
            for pid in processes.marked(run):
                seen.update(variable.partition(b"=")[0] for variable in processes.environment(pid))

    site.pages["/"] = "x"
    type_in.run({"steps": [{"do": "open", "url": "/"}]}, site.context(on_progress=look))
    assert processes.MARK.encode() in seen
    assert b"RELAIS_SECRET_KEY" not in seen
