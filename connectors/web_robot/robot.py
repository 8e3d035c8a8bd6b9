"""Runs a plan in a child process and gives back what happened.

The child is started with an environment of its own (no secret, no address of the product), in a folder of its
own, and is ended whole: whatever happens here, no Chromium stays behind.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from connectors.sdk import ConnectorError, Context, Text
from connectors.web_robot import processes

_PROGRAM: Final = "connectors.web_robot.child"
_PROJECT: Final = Path(__file__).resolve().parents[2]
_DEBIAN: Final = (Path("/usr/bin/chromium"), Path("/usr/lib/chromium/chromium"))
_LAST_WORDS: Final = 4000
_LONGEST_PLACE: Final = 40
#: A child silent for longer than its longest step and this is stuck (a page whose script never ends).
_SLACK_SECONDS: Final = 12.0
#: Time to look at a screen that may not answer any more.
_FAREWELL_SECONDS: Final = 6.0

OnStep: TypeAlias = Callable[[int], None]


@dataclass
class Report:
    """How a run ended.

    outcome   done · not_there (a lookup) · stopped (see problem, facts, screen) · lost (the child died or was
              ended because its time was up)
    began     index of the last step begun, -1 when none was
    acted     indexes of the steps whose click or key press was made, or may have been
    pictures  step index → PNG
    files     name → (file name, media type, content)
    """

    outcome: str = "lost"
    began: int = -1
    acted: set[int] = field(default_factory=set)
    values: dict[str, str] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)
    files: dict[str, tuple[str, str, bytes]] = field(default_factory=dict)
    problem: str = "robot_lost"
    facts: dict[str, Any] = field(default_factory=dict)
    screen: dict[str, Any] = field(default_factory=dict)
    blocked: list[str] = field(default_factory=list)

    def take(self, event: dict[str, Any]) -> None:
        """Note one event of the child."""
        match event["event"]:
            case "began":
                self.began = event["step"]
            case "acted":
                self.acted.add(event["step"])
            case "picture":
                self.pictures[event["step"]] = base64.b64decode(event["png"])
            case "file":
                content = base64.b64decode(event["data"])
                self.files[event["name"]] = (event["filename"], event["media_type"], content)
            case "stopping":
                self.outcome, self.problem, self.facts = "stopped", event["problem"], event["facts"]
            case "end":
                self.outcome = event["outcome"]
                for name in ("values", "problem", "facts", "screen", "blocked"):
                    setattr(self, name, event.get(name, getattr(self, name)))


def find_chromium() -> str:
    """Path of the browser: RELAIS_CHROMIUM, or the first Chromium on the path. Raises ConnectorError.

    Debian's start script adds flags from the machine's settings; the program behind it is started directly,
    so that a run is the same everywhere.
    """
    for name in (os.environ.get("RELAIS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name) if name else None
        if path is not None:
            script, program = _DEBIAN
            return str(program) if Path(path) == script and program.exists() else path
    raise ConnectorError(
        Text(
            "Chromium n’est pas installé sur cette machine. Installez le paquet «\u00a0chromium\u00a0», "
            "ou indiquez son emplacement dans RELAIS_CHROMIUM.",
            "Chromium is not installed on this machine. Install the package “chromium”, "
            "or give its place in RELAIS_CHROMIUM.",
        ),
        "NO_BROWSER",
    )


def refuse_root_in_production() -> None:
    """A browser run by root has no sandbox: never in production. Raises ConnectorError."""
    if os.geteuid() == 0 and os.environ.get("RELAIS_ENV") == "production":
        raise ConnectorError(
            Text(
                "Le robot ne démarre pas sous le compte root en production\u00a0: "
                "Chromium y perdrait son bac à sable. Lancez Relais sous un compte de service. "
                "Rien n’a été saisi.",
                "The robot does not start as root in production: Chromium would lose its sandbox. "
                "Run Relais under a service account. Nothing was typed.",
            ),
            "ROBOT_AS_ROOT",
        )


def run(plan: dict[str, Any], ctx: Context, *, seconds: float, on_step: OnStep) -> Report:
    """Run a plan for at most `seconds`. `on_step(index)` is called as each step begins.

    Never raises for what the application or the browser does: that is in the report.
    """
    refuse_root_in_production()
    identifier = uuid.uuid4().hex
    folder = Path(tempfile.mkdtemp(prefix="relais-robot-", dir=_short_place()))
    deadline = time.monotonic() + seconds
    plan = plan | {"chromium": find_chromium(), "seconds": max(seconds - 2.0, seconds / 2)}
    try:
        with (folder / "child.log").open("wb") as log:
            process = _start(identifier, folder, log)
            report = _listen(process, plan, deadline, on_step)
        _log_last_words(folder / "child.log", report, ctx)
    finally:
        processes.end_all(identifier)
        processes.remove_folder(folder)
    process.wait()
    return report


def _short_place() -> str:
    """Where temporary folders go: Chromium makes a socket below, whose path has 107 bytes at most."""
    place = tempfile.gettempdir()
    return place if len(place) <= _LONGEST_PLACE else "/tmp"  # noqa: S108


def _start(identifier: str, folder: Path, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  # our own program, fixed arguments
        [sys.executable, "-P", "-m", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd=folder,
        env=_environment(identifier, folder),
        start_new_session=True,
    )


def _environment(identifier: str, folder: Path) -> dict[str, str]:
    """Nothing of ours but what the child needs: no database address, no key, no proxy."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(_PROJECT),
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "TZ": "Europe/Paris",
        processes.MARK: identifier,
    } | {name: os.environ[name] for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}


def _listen(
    process: subprocess.Popen[bytes], plan: dict[str, Any], deadline: float, on_step: OnStep
) -> Report:
    """Send the plan and note events until the child has said how it ended, dies, or is silent too long."""
    report = Report()
    events: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_pump, args=(process, events), daemon=True).start()
    try:
        _send(process, plan)
        while (event := events.get(timeout=_patience(report, plan, deadline))) is not None:
            report.take(event)
            if event["event"] == "began":
                on_step(event["step"])
            if event["event"] == "end":
                break
    except queue.Empty:
        _note_silence(report)
    except BrokenPipeError:
        report.problem = "robot_lost"
    finally:
        _hang_up(process)
    return report


def _send(process: subprocess.Popen[bytes], plan: dict[str, Any]) -> None:
    line = _pipe(process.stdin)
    line.write(json.dumps(plan).encode() + b"\n")
    line.flush()


def _patience(report: Report, plan: dict[str, Any], deadline: float) -> float:
    """Seconds to wait for the next event."""
    if report.outcome == "stopped":
        quiet = _FAREWELL_SECONDS
    else:
        waits = [step.get("limit_seconds", step.get("seconds", 0)) for step in plan["steps"]]
        quiet = max(plan["step_seconds"], *waits) + _SLACK_SECONDS
    return max(min(quiet, deadline - time.monotonic()), 0.01)


def _note_silence(report: Report) -> None:
    """A child that had already said why it stops has said enough."""
    if report.outcome != "stopped":
        report.problem = "time_is_up"


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    """A pipe that the child was started with."""
    if pipe is None:
        raise RuntimeError("the child was started without this pipe")
    return pipe


def _hang_up(process: subprocess.Popen[bytes]) -> None:
    """Close the line: the child takes it as the order to stop."""
    try:
        _pipe(process.stdin).close()
    except BrokenPipeError:
        return


def _pump(process: subprocess.Popen[bytes], events: queue.Queue[dict[str, Any] | None]) -> None:
    """Hand over the child's lines; None at their end."""
    with _pipe(process.stdout) as lines:
        for line in lines:
            if line.endswith(b"\n"):
                events.put(json.loads(line))
    events.put(None)


def _log_last_words(path: Path, report: Report, ctx: Context) -> None:
    words = path.read_bytes()[-_LAST_WORDS:].decode(errors="replace").strip()
    if words and report.outcome == "lost":
        ctx.logger.warning("the robot's last words: %s", words)
    if report.blocked:
        ctx.logger.warning("the page asked for addresses that are not allowed: %s", ", ".join(report.blocked))
