"""The processes of one run: marked by an environment variable that every descendant inherits.

Chromium starts sessions and process groups of its own, and its helpers may be adopted by another process
when their parent dies. The mark survives all that, so a run can always be found and ended whole.
Standard library only: the child program uses it too.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path
from typing import Final

MARK: Final = "RELAIS_ROBOT_RUN"
"""Name of the environment variable; its value is unique to a run."""


def marked(run: str) -> list[int]:
    """Process ids that carry the mark of `run`, the calling process left out. Zombies have no environment."""
    wanted = f"{MARK}={run}".encode()
    own = os.getpid()
    return [pid for pid in _all_processes() if pid != own and wanted in environment(pid)]


def _all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def environment(pid: int) -> list[bytes]:
    """The environment of a process; empty when it ended or belongs to someone else."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def end_all(run: str, *, within_seconds: float = 2.0) -> bool:
    """Kill every process of a run, also those born meanwhile; True when none is left."""
    deadline = time.monotonic() + within_seconds
    while pids := marked(run):
        for pid in pids:
            _kill(pid)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def remove_folder(folder: Path, *, within_seconds: float = 5.0) -> None:
    """Delete the run's folder; a dying Chromium may still write, so try until it stays away."""
    deadline = time.monotonic() + within_seconds
    while folder.exists() and time.monotonic() < deadline:
        shutil.rmtree(folder, ignore_errors=True)
