"""The child never outlives its parent, and Chromium never outlives the child."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Final, NoReturn

from connectors.web_robot import processes

PR_SET_PDEATHSIG: Final = 1
PR_SET_CHILD_SUBREAPER: Final = 36
ABANDONED: Final = 3
"""Exit status of a child whose parent went away or closed the line."""


def hold(run: str, folder: Path) -> None:
    """Tie this process to its parent.

    Three ties, each enough by itself: the end of standard input (the kernel closes the parent's side however
    it dies), the kernel's parent-death signal, and being the reaper of every orphan below us.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: abandon(run, folder))
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    threading.Thread(target=_watch, args=(run, folder), name="leash", daemon=True).start()


def _watch(run: str, folder: Path) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    abandon(run, folder)


def abandon(run: str, folder: Path) -> NoReturn:
    """Kill what we started, leave no file, and end without another word."""
    processes.end_all(run)
    processes.remove_folder(folder)
    os._exit(ABANDONED)
