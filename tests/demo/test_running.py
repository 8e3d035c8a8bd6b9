"""`relais demo` as somebody starts it: from an empty folder to the mail that arrives, and nothing left after."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from designer.demo import services
from tests.demo.test_services import free_block

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

ANSWERS = {
    "prenom": "Mei",
    "nom": "Chen",
    "numero_etranger": "8203000001",
    "courriel": "mei.chen@mel.example",
    "voie": "52 rue Pasteur",
    "code_postal": "82000",
    "commune": "Montauban",
    "date_emmenagement-day": "2",
    "date_emmenagement-month": "11",
    "date_emmenagement-year": "2026",
    "exact": "true",
}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
START = "from designer.cli import main; main()"


def until(probe: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true answer of `probe`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := probe():
            return found
        time.sleep(0.1)
    pytest.fail(f"{what}: not within {seconds} seconds")


class Demo:
    """The command, running."""

    def __init__(self, folder: Path, port: int, *, language: str = "fr") -> None:
        self.folder, self.port = folder, port
        self.output = folder / "output.txt"
        environment = {**os.environ, "RELAIS_DATA_DIR": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "--lang", language, "demo", "--port", str(port)],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdout=self.output.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def text(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        until(lambda: "Ctrl-C" in self.text or self.process.poll() is not None, 60, "ready")
        assert self.process.poll() is None, self.text

    def stop(self, how: signal.Signals) -> int:
        """Stop it as a terminal would, the whole group."""
        os.killpg(self.process.pid, how)
        return self.process.wait(15)

    def descendants(self) -> set[tuple[int, str]]:
        """Every process below, in whatever session, as (id, start time)."""
        parents: dict[int, tuple[int, str]] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                parents[int(path.parent.name)] = (int(fields[1]), fields[19])
        below, found = {self.process.pid}, set()
        while more := {pid for pid, (parent, _) in parents.items() if parent in below} - below:
            below |= more
            found |= {(pid, parents[pid][1]) for pid in more}
        return found


def still_there(processes: set[tuple[int, str]]) -> set[int]:
    """Those that live on."""
    alive = set()
    for pid, started in processes:
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            if fields[19] == started and fields[0] != "Z":
                alive.add(pid)
    return alive


@pytest.fixture
def demo(tmp_path: Path, chromium: str) -> Iterator[Demo]:
    demo = Demo(tmp_path, free_block())
    yield demo
    if demo.process.poll() is None:
        os.killpg(demo.process.pid, signal.SIGKILL)
        demo.process.wait()


def ask(port: int) -> str:
    """Make a request by the public form; the case number on the receipt."""
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as browser:
        page = browser.get("/requests/changement_adresse")
        receipt = browser.post("/requests/changement_adresse", data=ANSWERS | dict(HIDDEN.findall(page.text)))
        assert receipt.status_code == 200, receipt.text
        return re.search(r"CA-\d{4}-\d{4}", receipt.text)[0]


def typed(port: int, case: str) -> list[dict[str, Any]]:
    """Rows of the case in the legacy application."""
    rows = httpx.get(f"http://127.0.0.1:{port + services.ABOVE + 3}/_stub/rows").json()
    return [row for row in rows if row["dossier"] == case]


def mail(port: int, case: str) -> list[dict[str, Any]]:
    """Messages about the case."""
    messages = httpx.get(f"http://127.0.0.1:{port + services.ABOVE + 1}/api/messages").json()
    return [message for message in messages if case in message["subject"]]


def assert_nothing_left(demo: Demo, processes: set[tuple[int, str]]) -> None:
    until(lambda: not still_there(processes), 5, "the end of every process")
    with pytest.raises(ProcessLookupError):
        os.killpg(demo.process.pid, 0)
    first = demo.port + services.ABOVE
    assert all(services.is_free(port) for port in (demo.port, *range(first, first + services.PORTS)))


def test_from_an_empty_folder_to_the_mail_and_back_to_nothing(demo: Demo) -> None:
    demo.wait_until_ready()
    assert "nadia@val-de-lorme.example" in demo.text

    case = ask(demo.port)
    (row,) = until(lambda: typed(demo.port, case), 40, "typing by the robot")
    assert (row["voie"], row["commune"], row["saisi_par"]) == ("52 rue Pasteur", "MONTAUBAN", "robot")
    (message,) = until(lambda: mail(demo.port, case), 10, "the mail")
    assert message["recipients"] == ["mei.chen@mel.example"]
    assert row["enregistrement"] in message["text"]

    ask(demo.port)
    processes = until(demo.descendants, 15, "the robot of another case")
    assert demo.stop(signal.SIGINT) == 0, demo.text
    assert_nothing_left(demo, processes)
    assert "arrêtée" in demo.text
    assert "Traceback" not in demo.text


def test_a_second_start_on_the_same_folder_is_refused(demo: Demo, tmp_path: Path) -> None:
    demo.wait_until_ready()
    other = subprocess.run(
        [sys.executable, "-c", START, "--lang", "en", "demo", "--port", str(demo.port)],
        env={**os.environ, "RELAIS_DATA_DIR": str(tmp_path / "data")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert other.returncode == 2
    assert "already runs" in other.stderr
    assert demo.stop(signal.SIGTERM) == 0
    assert_nothing_left(demo, set())
