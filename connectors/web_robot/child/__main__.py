"""Run one plan: read it, do its steps, say how it ended."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from connectors.web_robot import processes
from connectors.web_robot.child import leash
from connectors.web_robot.child.channel import Channel


def main() -> int:
    """Exit status 0: the run reached an end that was reported (whatever it was)."""
    report = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    plan: dict[str, Any] = json.loads(_first_line())
    leash.hold(os.environ[processes.MARK], Path.cwd())
    channel = Channel(report, plan["masked"])
    from connectors.web_robot.child.run import run

    run(plan, channel, deadline=time.monotonic() + float(plan["seconds"]))
    return 0


def _first_line() -> bytes:
    """The plan, byte by byte up to its end: what follows belongs to the leash."""
    parts = []
    while not (chunk := os.read(sys.stdin.fileno(), 1 << 16)).endswith(b"\n"):
        if not chunk:
            raise SystemExit("no plan on standard input")
        parts.append(chunk)
    return b"".join([*parts, chunk])


if __name__ == "__main__":
    sys.exit(main())
